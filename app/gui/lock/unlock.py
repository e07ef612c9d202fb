"""Unlocking: who you are first, then the passphrase, or the recovery key when it is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import (
    Button,
    Choice,
    Field,
    Form,
    LineBox,
    NoteBox,
    PassphraseBox,
    Text,
    column,
    flow,
)
from app.gui.forms.form import needed
from app.gui.frame import NewPassphraseBox, called
from app.gui.jobs import deliver_to, refusal_text
from app.gui.lock.gate import Gate
from app.services import staff, vaults
from app.services.catalogue import catalogue
from app.services.workspace import Workspace
from app.wording import name
from app.wording.window import tell


class Unlock(QWidget):
    """One vault's door."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate
        self._folder = Path()
        self._lost = False
        self.where = Text("", "small")
        self.steward = Choice()
        self.recovery, self.shares = LineBox(), NoteBox(6)
        self._split = False
        self.passphrase = NewPassphraseBox(self.steward.value)
        self.again = PassphraseBox()
        self.passphrase.entered.connect(self._go)
        self.form = self._form()
        self.unlock = Button(tell("lock.unlock"), self._go, part="primary")
        self.lost = Button("", self._toggle_lost, part="link")
        back = Button(tell("lock.another"), gate.start, part="link")
        self._title = Text("", "title")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._title)
        box.addWidget(self.where)
        box.addSpacing(16)
        actions = flow(self.unlock, self.lost, back, gap=12)
        box.addWidget(column(self.form, actions, 1, gap=16), 1)

    def _form(self) -> Form:
        """Who, and what opens it: the passphrase, or the recovery key or its shares."""
        self._recovery = Field(
            tell("lock.recovery-key"),
            self.recovery,
            hint=tell("lock.recovery-hint"),
            rule=needed(self.recovery.value, tell("lock.need-recovery")),
        )
        self._shares = Field(
            tell("lock.recovery-shares"),
            self.shares,
            hint=tell("lock.shares-hint"),
            rule=needed(self.shares.value, tell("lock.need-shares")),
        )
        self._holders = Text("", "quiet")
        self._secret = Field(
            tell("lock.passphrase"),
            self.passphrase,
            rule=needed(self.passphrase.value, tell("lock.need-passphrase")),
        )
        self._again = Field(tell("lock.again"), self.again, rule=self._same)
        form = Form(
            Field(tell("lock.steward"), self.steward),
            self._recovery,
            self._shares,
            self._secret,
            self._again,
        )
        form.add(self._holders)
        return form

    def show_vault(self, folder: Path, steward: str | None = None) -> None:
        """Ask for one vault's passphrase. Raises Refused where the folder is no vault."""
        people, asked = staff.stewards_of(folder), staff.recovery_of(folder)
        self._folder, self._split = folder, bool(asked.holders)
        holders = ", ".join(asked.holders)
        self._holders.say(tell("lock.holders", needed=asked.needed, holders=holders))
        self._title.say(tell("lock.unlock-which", vault=called(folder)))
        self.where.say(str(folder))
        entries = [(p.name, f"{p.name} ({name('role', p.role.value)})") for p in people]
        self.steward.offer(entries, steward)
        self.forget()
        self._show_lost(False)
        (self.passphrase if steward or len(people) == 1 else self.steward).setFocus()

    def forget(self) -> None:
        """Empty every secret box."""
        for box in (self.passphrase, self.again):
            box.forget()
        self.recovery.clear()
        self.shares.clear()
        self.form.forgive()

    def _same(self) -> str | None:
        return None if self.again.value() == self.passphrase.value() else tell("lock.differ")

    def _toggle_lost(self) -> None:
        self.forget()
        self._show_lost(not self._lost)
        (self._key_box() if self._lost else self.passphrase).setFocus()

    def _key_box(self) -> LineBox | NoteBox:
        """Where the recovery key, or enough shares of it, are typed."""
        return self.shares if self._split else self.recovery

    def _show_lost(self, lost: bool) -> None:
        self._lost = self.passphrase.judging = lost
        self._recovery.setVisible(lost and not self._split)
        self._shares.setVisible(lost and self._split)
        self._holders.setVisible(lost and self._split)
        self._again.setVisible(lost)
        self.lost.say(tell("lock.not-lost" if lost else "lock.lost"))
        self.unlock.say(tell("lock.unlock-new" if lost else "lock.unlock"))

    def _go(self) -> None:
        if not self.unlock.isEnabled() or not self.form.check():
            return
        folder, steward = self._folder, self.steward.value()
        secret, key, clock = self.passphrase.value(), self._key_box().value(), self._gate.clock

        def work(_progress: object) -> Workspace:
            if self._lost:
                return vaults.unlock_with_recovery(catalogue(), folder, key, steward, secret, clock)
            return vaults.unlock(catalogue(), folder, steward, secret, clock)

        self._wait(True)
        self._gate.jobs.read(
            tell("lock.unlocking"),
            work,
            deliver_to(self, self._opened),
            deliver_to(self, self._refused),
        )

    def _opened(self, workspace: Workspace) -> None:
        self._wait(False)
        self.forget()
        self._gate.preferences.remember_vault(self._folder)
        self._gate.enter(workspace)

    def _refused(self, error: Refused) -> None:
        self._wait(False)
        what, do = refusal_text(error)
        if error.code == "passphrase-wrong":
            self.passphrase.forget()
        keyed = self._shares if self._split else self._recovery
        field = keyed if error.code.startswith("recovery-") else self._secret
        self.form.refuse(what, do, field)
        field.box.setFocus()  # what is typed next belongs here; the box says what was wrong

    def _wait(self, waiting: bool) -> None:
        self.unlock.setEnabled(not waiting)
        self.unlock.say(tell("lock.unlocking" if waiting else "lock.unlock"))
