"""Packages that came in: prove one, then write its files out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import (
    Button,
    Card,
    Choice,
    Facts,
    Field,
    FileBox,
    Form,
    LineBox,
    Notice,
    PassphraseBox,
    Scroll,
    Text,
    column,
    flow,
)
from app.gui.forms.form import needed
from app.gui.frame import ClearPlace, Page
from app.gui.jobs import refusal_text
from app.gui.pages.sharing.answering import ask_destroyed, ask_receipt
from app.model.answers import AnswerFile
from app.model.notes import Note
from app.model.sharing import OpenedAnswer, Opening, VerifyAnswer
from app.services import packages, received
from app.services.catalogue import catalogue
from app.wording import counted, note
from app.wording.window import tell

OF_PHRASE = frozenset({"package-needs-passphrase", "package-wrong-passphrase"})
"""Refusals that are mended in the box of the passphrase."""


class Received(QWidget):
    """A form, and what the package proved to be."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self.file, self.key, self.into = FileBox("open"), FileBox("open"), FileBox("folder")
        self.sender_key, self.phrase = LineBox(), PassphraseBox()
        self.purpose = Choice()
        need = tell("load.need-file")
        self._into = Field(tell("share.into"), self.into, hint=tell("share.into-hint"))
        self._phrase = Field(tell("share.phrase"), self.phrase, hint=tell("share.phrase-hint"))
        self._why = Field(tell("share.open-why"), self.purpose, hint=tell("share.open-why-hint"))
        self.form = Form(
            Field(tell("share.package-file"), self.file, rule=needed(self.file.value, need)),
            Field(tell("share.our-key"), self.key, hint=tell("share.our-key-hint")),
            self._phrase,
            Field(tell("share.sender-key"), self.sender_key, hint=tell("share.sender-key-hint")),
            self._into,
            self._why,
        )
        self.form.setMaximumWidth(640)
        self.place = ClearPlace(page, self.into, folder=lambda chosen: chosen)
        self.place.setMaximumWidth(640)
        self.prove = Button(tell("share.prove"), self._prove, part="primary")
        self.write_out = Button(tell("share.write-out"), self._write_out)
        self.receipt = Button(tell("answer.receipt"), self._ask_receipt)
        self.certify = Button(tell("answer.destroyed"), self._ask_destroyed)
        self._sha256 = ""
        self.answer = Facts()
        self.clear = Notice(tell("load.in-clear"), "warn")
        self.due = Notice("", "warn")
        head = Text(tell("share.proved"), "heading")
        self.card = Card(head, self.answer, self.due, self.clear, gap=12)
        self.card.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        acts = flow(self.prove, self.write_out, self.receipt, self.certify, gap=12)
        content = column(self.form, self.place, acts, self.card, 1, gap=16)
        box.addWidget(Scroll(content))

    def show_purposes(self) -> None:
        """Offer what the files may be for; nothing is chosen for the steward."""
        known = self._page.desk.workspace.catalogue.governance.purposes.values()
        entries = [(purpose.id, purpose.title) for purpose in known]
        self.purpose.offer([("", tell("match.choose-purpose")), *entries])

    def _prove(self) -> None:
        if not self.form.check():
            return
        file, key, sender, phrase = self._given()
        ws = self._page.desk.workspace
        self._page.write(
            tell("share.proving"),
            lambda progress: received.verify(ws, file, sender, key, progress, phrase),
            self._proved,
            self._refused,
        )

    def _write_out(self) -> None:
        self._into.rule = needed(self.into.value, tell("share.need-into"))
        self._why.rule = needed(self.purpose.value, tell("share.need-open-why"))
        good = self.form.check()
        self._into.rule = self._why.rule = None
        if not good:
            return
        file, key, sender, phrase = self._given()
        ws, into = self._page.desk.workspace, Path(self.into.value())
        opening = Opening(file, into, self.purpose.value(), sender, key, phrase)
        self._page.write(
            tell("share.writing-out"),
            lambda progress: received.open_package(ws, opening, progress),
            self._opened,
            self._refused,
        )

    def _ask_receipt(self) -> None:
        if self.form.check():
            ask_receipt(self._page, Path(self.file.value()), self._answered)

    def _ask_destroyed(self) -> None:
        ask_destroyed(self._page, self._sha256, self._answered)

    def _answered(self, made: AnswerFile) -> None:
        self._sha256 = made.sha256
        self._page.confirm(tell("answer.written", file=made.file.name))

    def _given(self) -> tuple[Path, Path | None, str | None, str | None]:
        """The package, and as far as they are given key file, sender's key and passphrase."""
        key, sender = self.key.value(), self.sender_key.value() or None
        phrase = self.phrase.value().strip() or None
        return Path(self.file.value()), Path(key) if key else None, sender, phrase

    def _refused(self, error: Refused) -> None:
        self.card.hide()
        self.form.forgive()
        self.form.refuse(*refusal_text(error), self._phrase if error.code in OF_PHRASE else None)

    def _proved(self, answer: VerifyAnswer) -> None:
        self.form.forgive()
        self._sha256 = answer.sha256
        rows = [
            (tell("share.envelope"), answer.envelope),
            (tell("share.fingerprint"), in_groups(answer.sha256)),
        ]
        if answer.signature is None:
            rows.append((tell("share.signature"), tell("share.not-looked")))
        else:
            if answer.signature and answer.signer:
                rows.append(
                    (tell("share.signed-by"), packages.fingerprint(catalogue(), answer.signer))
                )
            rows += [
                (tell("share.signature"), _sound(answer.signature)),
                (tell("share.manifest"), _sound(bool(answer.manifest))),
                (tell("share.sender"), answer.sender or ""),
                (tell("share.head-agreement"), answer.agreement or ""),
            ]
        rows += [(file.name, counted(file.rows, "row")) for file in answer.files]
        self._show(rows, packages.reminders(answer, self._page.desk.clock().date()), in_clear=False)

    def _opened(self, answer: OpenedAnswer) -> None:
        self.form.forgive()
        self.phrase.forget()
        self._sha256 = answer.sha256
        rows = [
            (tell("share.into"), str(answer.into)),
            (tell("share.files"), "\n".join(answer.files)),
        ]
        if answer.classification:
            rows.append((tell("share.mark"), answer.classification))
        if answer.sender:
            rows.append((tell("share.sender"), answer.sender))
        if answer.signer_words and not answer.sender_checked:
            rows.append(
                (tell("share.read-words"), f"{answer.signer_words}\n{tell('share.read-why')}")
            )
        self._show(rows, packages.reminders(answer, self._page.desk.clock().date()), in_clear=True)

    def _show(self, rows: list[tuple[str, str]], due: tuple[Note, ...], *, in_clear: bool) -> None:
        self.answer.show_rows(rows)
        self.due.say(" ".join(note(one) for one in due))
        self.clear.setVisible(in_clear)
        self.card.show()


def in_groups(digest: str) -> str:
    """A digest in groups of eight, to be compared by eye and broken at the end of a line."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _sound(good: bool) -> str:
    return tell("share.holds" if good else "share.holds-not")
