"""The agreements that packages are shared under."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Facts, Field, FileBox, Form, Scroll, Text, row
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import Table
from app.model.sharing import Agreement
from app.services import register, sharing
from app.wording import counted, day_of, field, note
from app.wording.window import tell

COLUMNS = ("ref", "name", "purpose", "from", "until", "keep")


class Agreements(QWidget):
    """A table, and the chosen agreement in full below."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._held: tuple[Agreement, ...] = ()
        heads = {column: tell(f"share.agreement-{column}") for column in COLUMNS}
        self.table = Table(page.desk.jobs, "agreements", tell("share.agreements"), heads)
        self.table.chosen.connect(self._choose)
        self.facts = Facts()
        self.bring = Button(tell("share.import"), self.ask)
        self.write_out = Button(tell("share.export"), self.ask_export)
        self.doubts = Text("", "warn")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.table, 3)
        box.addWidget(self.doubts)
        self._full = Scroll(self.facts)
        box.addWidget(self._full, 2)
        box.addWidget(row(self.bring, self.write_out, 1))

    def show_agreements(self, held: tuple[Agreement, ...]) -> None:
        """Show what is in the register."""
        self._held = held
        rows = [
            (
                a.ref,
                a.name,
                a.purpose,
                day_of(a.start_date),
                day_of(a.end_date) if a.end_date else tell("share.no-end"),
                counted(a.retention_days, "day"),
            )
            for a in held
        ]
        self.table.show_rows(COLUMNS, rows, empty=tell("share.no-agreements"))
        self._full.setVisible(bool(held))
        self.write_out.setEnabled(bool(held))
        self.doubts.hide()
        if held:
            self.table.grid.selectRow(0)

    def ask(self) -> None:
        """Take an agreement in from its JSON file."""
        file = FileBox("open", filters="JSON (*.json)")
        form = Form(
            Field(
                tell("share.agreement-file"),
                file,
                hint=tell("share.agreement-hint"),
                rule=needed(file.value, tell("load.need-file")),
            )
        )
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("share.import"),
            form,
            lambda _progress: sharing.import_agreement(ws, Path(file.value())),
            lambda made: self._page.confirm(tell("share.imported", ref=made.ref)),
        )

    def ask_export(self) -> None:
        """Write the chosen agreement into a file, as the register holds it."""
        key = self.table.current_key()
        if key is None:
            return
        ref = self._held[key].ref
        name = "".join(letter if letter.isalnum() else "-" for letter in ref)
        file = FileBox("save", name=str(Path.home() / f"{name}.json"))
        rule = needed(file.value, tell("load.need-file"))
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("share.export-of", ref=ref),
            Form(Field(tell("share.export-to"), file, hint=tell("share.export-hint"), rule=rule)),
            lambda _progress: register.export(ws, Path(file.value()), ref),
            lambda _refs: self._page.confirm(tell("share.exported", ref=ref)),
            go=tell("share.export"),
        )

    def _choose(self, key: int) -> None:
        a = self._held[key]
        self.facts.show_rows(
            (tell(f"share.agreement-{name}"), value)
            for name, value in (
                ("name", f"{a.ref}: {a.name}"),
                ("purpose", a.purpose),
                ("powers", "; ".join(a.powers)),
                ("controllers", "; ".join(a.controllers)),
                ("disclosed", a.disclosed_information),
                ("items", ", ".join(map(field, a.data_items))),
                ("retention", a.retention_period),
                ("review", day_of(a.review_date) if a.review_date else ""),
                ("contact", a.contact),
            )
            if value
        )
        self.doubts.say(" ".join(note(one) for one in a.doubts))
        self.doubts.setVisible(bool(a.doubts))
