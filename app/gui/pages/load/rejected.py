"""The rows of a load that were not taken in: by reason, one by one, and handed back as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Choice, Field, FileBox, Form, Notice, Text, row
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.pages.load.checking import grouped
from app.gui.tables import Table
from app.model.loads import Rejection
from app.services import intake
from app.wording import number, rejection
from app.wording.window import tell

COLUMNS = ("row", "column", "reason", "text")


class Rejected(QWidget):
    """Grouped by reason above, every row below."""

    def __init__(self, page: Page, back: Callable[[], object]) -> None:
        super().__init__()
        self._page = page
        self._load = ""
        self.heading = Text("", "heading")
        self.groups = Table(
            page.desk.jobs,
            "rejected-groups",
            tell("load.by-reason"),
            {"reason": tell("load.reason"), "rows": tell("load.rows")},
            right=("rows",),
        )
        self.groups.setMaximumHeight(240)
        heads = {name: tell(f"load.rejected-{name}") for name in COLUMNS}
        self.rows = Table(page.desk.jobs, "rejected", tell("load.rejected"), heads, right=("row",))
        self.export = Button(tell("load.export"), self._ask_export)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(row(Button(tell("load.back"), back), self.export, 1, gap=12))
        box.addWidget(self.heading)
        box.addWidget(self.groups)
        box.addWidget(self.rows, 1)

    def show_load(self, load: str) -> None:
        """Read and show a load's rejected rows."""
        self._load = load
        ws = self._page.desk.workspace
        self._page.read(lambda: intake.rejections(ws, load), self._show, key="rejections")

    def _show(self, found: tuple[Rejection, ...]) -> None:
        self.heading.say(tell("load.rejected-of", n=len(found), load=self._load))
        groups = grouped(found)
        self.groups.show_rows(
            ("reason", "rows"), [(words, number(n)) for words, n in groups], groups
        )
        self.rows.show_rows(
            COLUMNS,
            [(number(r.row), r.column or "", rejection(r), " │ ".join(r.cells)) for r in found],
            [(r.row, r.column or "", r.code, "") for r in found],
            empty=tell("load.none-rejected"),
        )
        self.export.setEnabled(bool(found))

    def _ask_export(self) -> None:
        load, ws = self._load, self._page.desk.workspace
        place = FileBox("save", name=tell("load.export-name", load=load), filters="CSV (*.csv)")
        purposes = ws.catalogue.governance.purposes.values()
        why = Choice([(purpose.id, purpose.title) for purpose in purposes])
        form = Form(
            Field(tell("load.export-to"), place, rule=needed(place.value, tell("load.need-file"))),
            Field(tell("load.export-why"), why, hint=tell("load.export-why-hint")),
        )
        form.add(Notice(tell("load.in-clear"), "warn"))
        ask_form(
            self._page,
            tell("load.export"),
            form,
            lambda _progress: intake.export_rejections(ws, load, Path(place.value()), why.value()),
            lambda n: self._page.confirm(tell("load.exported", n=n, file=place.value())),
        )
