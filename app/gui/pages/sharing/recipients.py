"""Whom packages go to, each known by the words of their key."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Card, Field, FileBox, Form, LineBox, NoteBox, Notice, Text, row
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import Table
from app.model.sharing import Recipient
from app.services import packages, sharing
from app.services.catalogue import catalogue
from app.wording.window import tell

COLUMNS = ("name", "words", "key")


class Recipients(QWidget):
    """A table of recipients, and this office's own key for others."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._key = ""
        heads = {column: tell(f"share.recipient-{column}") for column in COLUMNS}
        self.table = Table(page.desk.jobs, "recipients", tell("share.recipients"), heads)
        self.add = Button(tell("share.add-recipient"), self.ask)
        self.own = LineBox()
        self.own.setReadOnly(True)
        self.own.hide()
        self.own.setAccessibleName(tell("share.own-key"))
        self.words = Text("", "lead").selectable()
        self.show_own = Button(tell("share.show-own"), self._show_own)
        self.copy = Button(tell("share.copy"), self._copy)
        self.copy.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.table, 1)
        box.addWidget(row(self.add, 1))
        box.addWidget(
            Card(
                Text(tell("share.own-key"), "heading"),
                Text(tell("share.own-what"), "quiet"),
                self.own,
                self.words,
                row(self.show_own, self.copy, 1),
            )
        )

    def show_recipients(self, held: tuple[Recipient, ...]) -> None:
        """Show who is known."""
        rows = [(r.name, r.fingerprint_words, r.public_key) for r in held]
        self.table.show_rows(COLUMNS, rows, empty=tell("share.no-recipients"))

    def ask(self) -> None:
        """Add a recipient from their public key, pasted or in a file."""
        who, file, pasted = LineBox(), FileBox("open"), NoteBox(3)

        def given() -> str:
            return pasted.value() or file.value()

        form = Form(
            Field(
                tell("share.recipient-name"),
                who,
                rule=needed(who.value, tell("share.need-recipient")),
            ),
            Field(tell("share.key-file"), file, hint=tell("share.key-file-hint")),
            Field(tell("share.key-text"), pasted, rule=needed(given, tell("share.need-key"))),
        )
        form.add(Notice(tell("share.compare-words"), "warn"))
        ws = self._page.desk.workspace

        def work(_progress: object) -> Recipient:
            key = pasted.value() or packages.public_key(Path(file.value()))
            return sharing.add_recipient(ws, who.value(), key)

        ask_form(self._page, tell("share.add-recipient"), form, work, self._added)

    def _added(self, made: Recipient) -> None:
        self._page.confirm(
            tell("share.recipient-added", name=made.name, words=made.fingerprint_words)
        )

    def _show_own(self) -> None:
        ws = self._page.desk.workspace

        def work(_progress: object) -> tuple[str, str]:
            key = sharing.office_public_key(ws)
            return key, packages.fingerprint(catalogue(), key)

        self._page.write(tell("share.own-key"), work, self._own_shown)

    def _own_shown(self, found: tuple[str, str]) -> None:
        self._key, words = found
        self.own.setText(self._key)
        self.own.setCursorPosition(0)
        self.own.show()
        self.words.say(tell("share.own-words", words=words))
        self.copy.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._key)
        self._page.confirm(tell("share.copied"))
