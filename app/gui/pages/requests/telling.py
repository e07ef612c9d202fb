"""The passphrase of a copy, in sight until the steward has noted it for the person."""

from __future__ import annotations

from app.gui.forms import Button, Dialog, Facts, Notice, Text, Tick, row
from app.gui.frame import Page
from app.model.requests import SubjectPack
from app.wording import number
from app.wording.window import tell


class PackTold(Dialog):
    """Neither Esc nor the window's cross loses what nobody can show again."""

    def __init__(self, page: Page, made: SubjectPack) -> None:
        self.phrase = Text(made.passphrase, "key").selectable()
        self.phrase.setAccessibleName(tell("share.passphrase"))
        self.tick = Tick(tell("requests.noted"))
        self.go = Button(tell("requests.noted-done"), self.accept, part="primary")
        self.warning = Notice(tell("share.passphrase-once"), "warn")
        super().__init__(
            page,
            tell("requests.packed"),
            Text(tell("requests.pack-what")),
            self.phrase,
            Facts(
                [
                    (tell("share.head-file"), made.file),
                    (tell("requests.head-records"), number(made.records)),
                    (tell("requests.columns-withheld"), number(made.withheld)),
                ]
            ),
            self.warning,
            self.tick,
            row(1, self.go),
        )
        self.once = True
        self.go.setEnabled(False)
        self.tick.toggled.connect(self.go.setEnabled)
        self.tick.setFocus()

    def reject(self) -> None:
        """Leave only once it was noted."""
        if self.tick.value():
            super().reject()
        else:
            self.warning.say(tell("requests.note-it-first"))
