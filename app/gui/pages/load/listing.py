"""The loads there are: open one, see its rows or those left out, or take it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, flow
from app.gui.frame import Page
from app.gui.pages.load.erasing import ask_erase
from app.gui.pages.load.holding import ask_register, show_held
from app.gui.pages.load.withdrawing import ask_withdraw
from app.gui.tables import Table
from app.model.loads import LoadSummary
from app.services import holdings
from app.wording import day_of, moment_of, name, number
from app.wording.window import tell

COLUMNS = (
    "load",
    "kind",
    "file",
    "rows",
    "rejected",
    "records",
    "route",
    "as-at",
    "loaded",
    "by",
    "destroy",
    "state",
)
NUMBERS = ("rows", "rejected", "records")


class Listing(QWidget):
    """A table of loads with what can be done to the one chosen."""

    def __init__(
        self,
        page: Page,
        open_load: Callable[[str], object],
        show: Callable[[str], object],
        rejected: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._page = page
        self._loads: tuple[LoadSummary, ...] = ()
        heads = {column: tell(f"load.head-{column}") for column in COLUMNS}
        self.table = Table(page.desk.jobs, "loads", tell("load.list"), heads, right=NUMBERS)
        self.table.opened.connect(lambda key: open_load(self._loads[key].load))
        self.table.chosen.connect(lambda _key: self._choose())
        self.table.arranged.connect(self._choose)
        self.open_load = Button(tell("load.open-load"), lambda: self._with(open_load))
        self.show_rows = Button(tell("load.show-rows"), lambda: self._with(show))
        self.show_rejected = Button(tell("load.show-rejected"), lambda: self._with(rejected))
        self.withdraw = Button(
            tell("load.withdraw"), lambda: self._with(lambda load: ask_withdraw(page, load))
        )
        self.erase = Button(
            tell("erase.button"), lambda: self._with(lambda load: ask_erase(page, load))
        )
        page.permit("load.erase", self.erase)
        self.held = Button(tell("load.held"), lambda: self._with(self._ask_held))
        self.register = Button(tell("load.register"), lambda: ask_register(page))
        acts = (self.open_load, self.show_rows, self.show_rejected, self.withdraw, self.erase)
        self.acts = flow(*acts, self.held, self.register, gap=12)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.table, 1)
        box.addWidget(self.acts)

    def show_loads(self, loads: tuple[LoadSummary, ...]) -> None:
        """Show the loads, latest first."""
        self._loads = loads[::-1]
        kinds = self._page.desk.workspace.catalogue.kinds
        routes = self._page.desk.workspace.catalogue.governance.routes
        rows, values = [], []
        for load in self._loads:
            kind = kinds[load.kind].title if load.kind in kinds else load.kind
            way = load.route or ""
            route = routes[way].title if way in routes else way
            rows.append(
                (
                    load.load,
                    kind,
                    load.file,
                    number(load.rows_loaded),
                    number(load.rows_rejected),
                    number(load.records),
                    route,
                    day_of(load.as_at) if load.as_at else "",
                    moment_of(load.loaded_at),
                    load.loaded_by,
                    day_of(load.destroy_by or ""),
                    name("state", load.state),
                )
            )
            values.append(
                (
                    load.load,
                    kind,
                    load.file,
                    load.rows_loaded,
                    load.rows_rejected,
                    load.records,
                    route,
                    load.as_at or "",
                    load.loaded_at,
                    load.loaded_by,
                    load.destroy_by or "",
                    load.state,
                )
            )
        self.table.show_rows(COLUMNS, rows, values, empty=tell("load.empty"))
        self.acts.setVisible(bool(loads))
        if loads:
            self.table.grid.selectRow(0)
        self._choose()

    def _ask_held(self, load: str) -> None:
        """How one load is held, accessed and used, on one page."""
        ws = self._page.desk.workspace
        self._page.read(
            lambda: holdings.holdings(ws),
            lambda held: show_held(self._page, load, held),
            key="held",
        )

    def _chosen(self) -> LoadSummary | None:
        key = self.table.current_key()
        return None if key is None else self._loads[key]

    def _choose(self) -> None:
        load = self._chosen()
        standing = load is not None and load.state != "withdrawn"
        self.open_load.setEnabled(load is not None)
        self.show_rows.setEnabled(standing)
        self.withdraw.setEnabled(standing)
        self.erase.setEnabled(load is not None)
        self.show_rejected.setEnabled(load is not None and load.rows_rejected > 0)

    def _with(self, act: Callable[[str], object]) -> None:
        load = self._chosen()
        if load is not None:
            act(load.load)
