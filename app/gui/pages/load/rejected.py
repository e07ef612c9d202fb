"""The rows of a load that were not taken in: by reason, one by one, and handed back as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.progress import Progress
from app.gui.forms import Button, Choice, Field, FileBox, Form, Notice, Text, flow
from app.gui.forms.form import needed
from app.gui.frame import ClearPlace, Page, ask_form
from app.gui.tables import Table
from app.model.loads import HandOver, RejectedGroup
from app.model.rowsource import RowSource
from app.services import rejected
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
        box.addWidget(flow(Button(tell("load.back"), back), self.export, gap=12))
        box.addWidget(self.heading)
        box.addWidget(self.groups)
        box.addWidget(self.rows, 1)

    def show_load(self, load: str) -> None:
        """Read and show a load's rejected rows."""
        self._load = load
        ws = self._page.desk.workspace
        self._page.read(
            lambda: (rejected.groups(ws, load), rejected.rows(ws, load, rejection)),
            lambda found: self._show(*found),
            key="rejections",
        )

    def _show(self, groups: tuple[RejectedGroup, ...], rows: RowSource) -> None:
        self.heading.say(tell("load.rejected-of", n=rows.total(), load=self._load))
        told = [(rejection(group.first), number(group.count)) for group in groups]
        sizes = [(words, group.count) for (words, _), group in zip(told, groups, strict=True)]
        self.groups.show_rows(("reason", "rows"), told, sizes)
        self.rows.show_source(rows, empty=tell("load.none-rejected"))
        self.export.setEnabled(bool(rows.total()))

    def _ask_export(self) -> None:
        load, ws = self._load, self._page.desk.workspace
        filters = "CSV (*.csv);;Excel (*.xlsx)"
        place = FileBox("save", name=tell("load.export-name", load=load), filters=filters)
        purposes = ws.catalogue.governance.purposes.values()
        why = Choice([(purpose.id, purpose.title) for purpose in purposes])
        rule = needed(place.value, tell("load.need-file"))
        form = Form(
            Field(tell("load.export-to"), place, hint=tell("load.export-hint"), rule=rule),
            Field(tell("load.export-why"), why, hint=tell("load.export-why-hint")),
        )
        form.add(Notice(tell("load.in-clear"), "warn"))
        form.add(ClearPlace(self._page, place, folder=lambda chosen: chosen.parent))

        def hand_over(progress: Progress) -> int:
            marking = tell("app.banner"), tell("load.marking", load=load, purpose=why.currentText())
            over = HandOver(Path(place.value()), why.value(), marking)
            return rejected.export(ws, load, over, rejection, progress)

        ask_form(
            self._page,
            tell("load.export"),
            form,
            hand_over,
            lambda n: self._page.confirm(tell("load.exported", n=n, file=place.value())),
        )
