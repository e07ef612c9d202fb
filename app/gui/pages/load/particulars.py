"""One load in full: how its file was read and mapped, and why, and what came of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.forms import Button, Facts, Notice, Scroll, Text, column, flow
from app.gui.frame import Page
from app.gui.pages.load.lines import code_of, words_of
from app.gui.pages.load.withdrawing import ask_withdraw
from app.gui.tables import Table
from app.model.particulars import Particulars
from app.services.particulars import CLAIMS, particulars
from app.wording import claim, day_of, moment_of, name, note, number, rejection, size
from app.wording.window import tell

COLUMNS = ("column", "means", "dates", "why")


class OneLoad(QWidget):
    """What is kept of a load but its rows, and the ways on: its rows, those left out, back."""

    def __init__(
        self,
        page: Page,
        back: Callable[[], object],
        show: Callable[[str], object],
        rejected: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._page = page
        self.load = ""
        self.show_rows = Button(tell("load.show-rows"), lambda: show(self.load))
        self.show_rejected = Button(tell("load.show-rejected"), lambda: rejected(self.load))
        self.withdraw = Button(tell("load.withdraw"), lambda: ask_withdraw(page, self.load))
        back_button = Button(tell("load.back"), back)
        acts = flow(back_button, self.show_rows, self.show_rejected, self.withdraw, gap=12)
        self.differs = Notice("", "warn", tell("load.total-differs"))
        self.agrees = Notice("", "good", tell("load.total-agrees"))
        self.unchecked = Notice("", "warn", tell("load.total-unchecked"))
        self.facts = Facts()
        policy = QSizePolicy.Policy
        self.facts.setSizePolicy(policy.Preferred, policy.Maximum)
        self.remarks = Notice("", "warn", tell("load.note"))
        self.groups = Text("")
        heads = {part: tell(f"load.{part}") for part in COLUMNS}
        self.columns = Table(page.desk.jobs, "load-columns", tell("load.mapping"), heads, (), "why")
        self.columns.setMinimumHeight(320)
        inside = column(
            self.differs,
            self.unchecked,
            self.agrees,
            self.facts,
            self.groups,
            self.remarks,
            Text(tell("load.mapping"), "label"),
            self.columns,
            gap=12,
        )
        inside.setContentsMargins(0, 0, 12, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(acts)
        box.addWidget(Scroll(inside), 1)

    def show_load(self, load: str) -> None:
        """Read and show a load; what was told of another one goes at once."""
        if load != self.load:
            self._clear()
        self.load = load
        ws = self._page.desk.workspace
        self._page.read(lambda: particulars(ws, load), self._show, key="particulars")

    def _clear(self) -> None:
        for notice in (self.differs, self.unchecked, self.agrees, self.remarks):
            notice.say("")
        self.facts.show_rows(())
        self.groups.say("")
        self.columns.show_rows(COLUMNS, [])
        for button in (self.show_rows, self.withdraw, self.show_rejected):
            button.setEnabled(False)

    def _show(self, told: Particulars) -> None:
        load, kinds = told.summary, self._page.desk.workspace.catalogue.kinds
        kind = kinds[load.kind].title if load.kind in kinds else load.kind
        self._page.say(tell("load.one-title", load=load.load, kind=kind))
        for notice, agreeing in (
            (self.differs, False),
            (self.unchecked, None),
            (self.agrees, True),
        ):
            lines = [claim(one) for one in told.claims if one.agrees is agreeing]
            if lines and not agreeing and told.withdrawn is None:
                lines.append(tell("load.total-do"))
            notice.say("\n".join(lines))
        self.facts.show_rows((name, value) for name, value in self._facts(told, kind) if value)
        remarks = (note(one) for one in load.warnings if one.code not in CLAIMS)
        self.remarks.say("\n".join(remarks))
        groups = [tell("load.not-loaded", n=load.rows_rejected)]
        groups += [f"{number(group.count)} · {rejection(group.first)}" for group in told.groups]
        self.groups.say("\n".join(groups))
        self.columns.show_rows(
            COLUMNS,
            [
                (
                    one.use.column,
                    words_of(code_of(one.use)),
                    one.dates or "",
                    note(one.reason) if one.reason else "",
                )
                for one in told.columns
            ],
        )
        self.show_rows.setEnabled(told.withdrawn is None)
        self.withdraw.setEnabled(told.withdrawn is None)
        self.show_rejected.setEnabled(bool(told.groups))

    def _facts(self, told: Particulars, kind: str) -> Iterator[tuple[str, str]]:
        load, shape, gone = told.summary, told.shape, told.withdrawn
        if gone is not None:
            why = name("withdrawal", gone.reason)
            yield tell("load.gone"), f"{moment_of(gone.at)}, {gone.by}: {why}"
        yield tell("load.file"), f"{load.file}, {size(told.size)}"
        yield tell("load.hash"), _halved(load.sha256)
        yield tell("load.kind-of"), f"{kind}. {note(told.kind_reason) if told.kind_reason else ''}"
        read = [tell(f"load.format-{shape.format}"), shape.encoding or "", shape.sheet or ""]
        yield tell("load.how-read"), ", ".join(part for part in read if part)
        yield tell("load.header-row"), number(shape.header_row) if shape.header_row else ""
        yield tell("load.rows-read"), number(load.rows_read)
        yield tell("load.rows-loaded"), number(load.rows_loaded)
        yield tell("load.head-rejected"), number(load.rows_rejected)
        yield tell("load.head-records"), number(load.records)
        routes = self._page.desk.workspace.catalogue.governance.routes
        route = routes.get(load.route or "")
        yield tell("load.head-route"), route.title if route else load.route or ""
        yield tell("load.agreement"), load.agreement or tell("load.no-agreement")
        yield tell("load.as-at"), day_of(load.as_at) if load.as_at else tell("load.as-at-none")
        if load.destroy_by:
            yield tell("load.head-destroy"), day_of(load.destroy_by)
        yield tell("load.supplier"), told.supplier or ""
        yield tell("load.head-loaded"), f"{moment_of(load.loaded_at)}, {load.loaded_by}"


def _halved(digest: str) -> str:
    """A digest in two lines: in one it is wider than the page at twice the text size."""
    half = len(digest) // 2
    return f"{digest[:half]}\n{digest[half:]}"
