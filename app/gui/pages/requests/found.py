"""Records that a search found, to be laid to the request one by one as the steward sees them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Notice, flow
from app.gui.frame import Page
from app.gui.tables import Table, show_row
from app.model.notes import Note
from app.model.requests import Place, RequestSummary
from app.model.runs import RecordView
from app.model.searching import SearchAnswer
from app.services import requests
from app.wording import field, note
from app.wording.window import tell

SHOWN = ("load", "line", "surname", "given_names", "birth_date", "address", "postcode", "laid")


class Found(QWidget):
    """The records found, which of them are laid, and the two buttons that change that."""

    def __init__(self, page: Page, changed: Callable[[RequestSummary], object]) -> None:
        super().__init__()
        self._page, self._changed = page, changed
        self._request = ""
        self._records: tuple[RecordView, ...] = ()
        self._laid: set[Place] = set()
        heads = {one: tell(f"requests.head-{one}") for one in ("load", "line", "laid")}
        heads |= {one: field(one) for one in SHOWN[2:-1]}
        title = tell("requests.tab-found")
        self.table = Table(page.desk.jobs, "requests-found", title, heads, ("line",), "address")
        self.table.opened.connect(self._show_whole)
        self.table.chosen.connect(lambda _key: self._choose())
        self.table.arranged.connect(self._choose)
        self.warning = Notice("", "warn", tell("load.note"))
        self.lay = Button(tell("requests.lay"), self._lay, part="primary")
        self.take_off = Button(tell("requests.take-off"), self._take_off)
        page.permit("request.lay", self.lay)
        page.permit("request.take-off", self.take_off)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.warning)
        whole.addWidget(self.table, 1)
        whole.addWidget(flow(self.lay, self.take_off, gap=12))

    def show_found(self, request: str, found: SearchAnswer) -> None:
        """Show what was found for a request; what is laid to it already is read first."""
        self._request, self._records = request, found.records
        more = [Note("search-more", {"more": found.more})] if found.more else []
        self.warning.say("\n".join(note(one) for one in more))
        ws = self._page.desk.workspace
        self._laid = set()
        self._show()
        self._page.read(lambda: requests.laid(ws, request), self._know, key="laid")

    def _know(self, laid: tuple[Place, ...]) -> None:
        self._laid = set(laid)
        self._show()

    def _show(self) -> None:
        before = self.table.current_key() or 0
        rows = [self._cells(one) for one in self._records]
        self.table.show_rows(SHOWN, rows, rows, empty=tell("persons.found-none"))
        if self._records:
            self.table.grid.selectRow(min(before, len(self._records) - 1))
        self._choose()

    def _cells(self, one: RecordView) -> tuple[str, ...]:
        said = {line.name: line.raw or line.standard for line in one.fields}
        names = {"surname": said.get("surname") or said.get("full_name", "")}
        middle = [(said | names).get(part, "") for part in SHOWN[2:-1]]
        laid = tell("requests.is-laid") if _place(one) in self._laid else ""
        return (one.load, str(one.row), *middle, laid)

    def _chosen(self) -> RecordView | None:
        key = self.table.current_key()
        return None if key is None or key >= len(self._records) else self._records[key]

    def _choose(self) -> None:
        one = self._chosen()
        self.lay.setEnabled(one is not None and _place(one) not in self._laid)
        self.take_off.setEnabled(one is not None and _place(one) in self._laid)

    def _show_whole(self, key: int) -> None:
        one = self._records[key]
        rows = [(field(line.name), line.raw or line.standard) for line in one.fields]
        show_row(self, tell("persons.place", file=one.file, row=one.row), rows)

    def _lay(self) -> None:
        self._change(requests.lay, tell("requests.laying"))

    def _take_off(self) -> None:
        self._change(requests.take_off, tell("requests.taking-off"))

    def _change(self, act: Callable[..., RequestSummary], title: str) -> None:
        one, ws, request = self._chosen(), self._page.desk.workspace, self._request
        if one is None:
            return
        place = _place(one)

        def done(now: RequestSummary) -> None:
            self._laid ^= {place}
            self._show()
            self._changed(now)

        self._page.write(title, lambda _progress: act(ws, request, [place]), done)


def _place(one: RecordView) -> Place:
    return Place(one.load, one.row, one.part)
