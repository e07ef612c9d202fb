"""Whom packages go to, each known by the words of their key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import (
    Button,
    Card,
    Field,
    FileBox,
    Form,
    LineBox,
    NoteBox,
    Notice,
    Question,
    Roomy,
    Text,
    ask,
    flow,
    row,
)
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import Table
from app.model.sharing import Recipient
from app.services import packages, partners, sharing
from app.services.catalogue import catalogue
from app.wording import moment_of
from app.wording.window import tell

COLUMNS = ("name", "words", "compared", "key")


LEAST = 16
"""Lines of text that a few recipients and this office's key need."""


class Recipients(QWidget):
    """A table of recipients, and this office's own key for others."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._key = ""
        self._held: tuple[Recipient, ...] = ()
        self._new = ""
        heads = {column: tell(f"share.recipient-{column}") for column in COLUMNS}
        self.table = Table(
            page.desk.jobs, "recipients", tell("share.recipients"), heads, telling="words"
        )
        self.table.chosen.connect(lambda _key: self._choose())
        self.table.arranged.connect(self._choose)
        self.add = Button(tell("share.add-recipient"), self.ask)
        self.compare = Button(tell("share.compare"), lambda: self._with(self._ask_words))
        self.rename = Button(tell("share.rename"), lambda: self._with(self._ask_name))
        self.remove = Button(tell("share.remove"), lambda: self._with(self._ask_remove))
        self.own = LineBox()
        self.own.setReadOnly(True)
        self.own.hide()
        self.own.setAccessibleName(tell("share.own-key"))
        self.words = Text("", "lead").selectable()
        self.words.hide()
        self.show_own = Button(tell("share.show-own"), self._show_own)
        self.copy = Button(tell("share.copy"), self._copy)
        self.copy.hide()
        whole, self._room = QVBoxLayout(self), Roomy(LEAST)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._room)
        box = self._room.body
        box.addWidget(self.table, 1)
        box.addWidget(flow(self.add, self.compare, self.rename, self.remove, gap=12))
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
        before = self._chosen()
        wanted = self._new or (before.name if before else "")
        self._held = held
        rows = [(r.name, r.fingerprint_words, _compared(r), r.public_key) for r in held]
        self.table.show_rows(COLUMNS, rows, empty=tell("share.no-recipients"))
        if held and not self._select(wanted):
            self.table.grid.selectRow(0)
        self._choose()

    def _select(self, name: str) -> bool:
        """Put the cursor on a recipient; one that is not shown yet gets it when it is."""
        names = [recipient.name for recipient in self._held]
        self._new = "" if name in names else self._new
        if name in names:
            self.table.grid.selectRow(names.index(name))
        return name in names

    def _chosen(self) -> Recipient | None:
        key = self.table.current_key()
        return None if key is None else self._held[key]

    def _choose(self) -> None:
        recipient = self._chosen()
        self.compare.setEnabled(recipient is not None and not recipient.compared)
        self.rename.setEnabled(recipient is not None)
        self.remove.setEnabled(recipient is not None)

    def _with(self, act: Callable[[Recipient], object]) -> None:
        recipient = self._chosen()
        if recipient is not None:
            act(recipient)

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
            return partners.add(ws, who.value(), key)

        ask_form(self._page, tell("share.add-recipient"), form, work, self._added)

    def _added(self, made: Recipient) -> None:
        self._new = made.name
        self._select(made.name)
        self._page.confirm(
            tell("share.recipient-added", name=made.name, words=made.fingerprint_words)
        )

    def _ask_words(self, recipient: Recipient) -> None:
        """The words are typed as they were read out: a tick would be given without a call."""
        words = LineBox()
        hint, need = tell("share.words-read-hint"), tell("share.need-words")
        form = _form_of(words, tell("share.words-read"), hint, need)
        form.add(Notice(tell("share.words-differ"), "warn"))
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("share.compare-title", recipient=recipient.name),
            form,
            lambda _progress: partners.confirm(ws, recipient.name, words.value()),
            lambda made: self._page.confirm(tell("share.words-same", recipient=made.name)),
            go=tell("share.compare-done"),
        )

    def _ask_name(self, recipient: Recipient) -> None:
        new = LineBox(recipient.name)
        hint, need = tell("share.new-name-hint"), tell("share.need-recipient")
        form = _form_of(new, tell("share.new-name"), hint, need)
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("share.rename-title", recipient=recipient.name),
            form,
            lambda _progress: partners.give_name(ws, recipient.name, new.value()),
            lambda made: self._page.confirm(tell("share.renamed", recipient=made.name)),
            go=tell("share.rename-done"),
        )

    def _ask_remove(self, recipient: Recipient) -> None:
        ws = self._page.desk.workspace
        question = Question(
            tell("share.remove-title", recipient=recipient.name),
            tell("share.remove-what"),
            tell("share.remove-undo"),
            tell("share.remove-done"),
            danger=True,
        )
        ask(
            self._page,
            question,
            lambda: self._page.write(
                question.do,
                lambda _progress: partners.remove(ws, recipient.name),
                lambda _none: self._page.confirm(tell("share.removed", recipient=recipient.name)),
            ),
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
        self.words.show()
        self._room.keep(LEAST + 5)
        self.copy.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._key)
        self._page.confirm(tell("share.copied"))


def _form_of(box: LineBox, label: str, hint: str, need: str) -> Form:
    """A form that asks for one line."""
    return Form(Field(label, box, hint=hint, rule=needed(box.value, need)))


def _compared(recipient: Recipient) -> str:
    """When and by whom the words of a key were compared, or that nobody has done so."""
    if not recipient.confirmed_at:
        return tell("share.not-compared")
    when = moment_of(recipient.confirmed_at)
    said = "share.compared" if recipient.compared else "share.vouched"
    return tell(said, when=when, by=recipient.confirmed_by)
