"""The passphrase of a ZIP package, in sight until its recipient has read it back."""

from __future__ import annotations

from app.base.errors import Refused
from app.gui.forms import Button, Dialog, Facts, Notice, Text, Tick, row
from app.gui.frame import Page
from app.gui.jobs import deliver_to, refusal_text
from app.services import sharing
from app.wording.window import tell


class ReadBack(Dialog):
    """Neither Esc nor the window's cross loses what nobody can show again.

    The reading back is put on record; where that is refused the dialog may be left, as its words
    have done their work.
    """

    def __init__(self, page: Page, package: str, passphrase: str, file: str) -> None:
        phrase = Text(passphrase, "key").selectable()
        phrase.setAccessibleName(tell("share.passphrase"))
        self.tick = Tick(tell("share.read-it"))
        self.go = Button(tell("share.read-done"), self._record, part="primary")
        self.warning = Notice(tell("share.passphrase-once"), "warn")
        super().__init__(
            page,
            tell("share.passphrase"),
            Text(tell("share.passphrase-what")),
            phrase,
            Facts([(tell("share.head-file"), file)]),
            self.warning,
            self.tick,
            row(1, self.go),
        )
        self.once = True
        self._page, self._package, self._told = page, package, False
        self._workspace = page.desk.workspace
        self.go.setEnabled(False)
        self.tick.toggled.connect(self.go.setEnabled)
        self.tick.setFocus()

    def reject(self) -> None:
        """Leave only once it was told."""
        if self._told:
            super().reject()
        else:
            self.warning.say(tell("share.read-it-first"))

    def _record(self) -> None:
        self.setEnabled(False)
        job = self._page.desk.jobs.write(
            tell("share.passphrase"),
            lambda _progress: sharing.read_back(self._workspace, self._package),
            deliver_to(self, lambda _none: self.accept()),
            deliver_to(self, self._refused),
        )
        job.once = True  # a lock meanwhile must not leave the dialog waiting for an answer

    def _refused(self, error: Refused) -> None:
        self.setEnabled(True)
        self._told = True
        self.warning.say(" ".join(refusal_text(error)))
