"""Making a vault: where, who, and the recovery key that is shown once and read back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import (
    Field,
    FileBox,
    Form,
    LineBox,
    Notice,
    PassphraseBox,
    Text,
    column,
)
from app.gui.forms.form import needed
from app.gui.frame import NewPassphraseBox, Step, Steps
from app.gui.jobs import deliver_to, refusal_text
from app.gui.lock.gate import Gate
from app.model.notes import Note
from app.model.vaults import NewVault
from app.services import vaults
from app.services.catalogue import catalogue
from app.services.workspace import Workspace
from app.wording import note
from app.wording.window import tell

ASKED = (1, 4)
"""Groups of the recovery key that are typed back: the second and the fifth."""
OF_WHO = frozenset({"passphrase-short", "passphrase-weak", "steward-name-unusable"})
"""Refusals that the second step mends."""


class Create(QWidget):
    """Three steps to a new vault.

    `holding` says that a vault is being made, or made and its recovery key not yet read back:
    who leaves now loses that key for ever.
    """

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate
        self._made: NewVault | None = None
        self.holding = False
        self.place = FileBox("save", name=str(Path.home() / tell("lock.new-name")))
        self.place.set_value(str(Path.home() / tell("lock.new-name")))
        self.place.chosen.connect(self._judge)
        self.warning = Notice("", "warn", tell("lock.place-warning"))
        self.warning.hide()
        self.steward = LineBox(characters=24)
        self.passphrase = NewPassphraseBox(self.steward.value)
        self.again = PassphraseBox()
        self.key = Text("", "key").selectable()
        self.key.setAccessibleName(tell("lock.recovery-key"))
        self.groups = (LineBox(characters=10), LineBox(characters=10))
        self._where = Form(self._place_field())
        self._where.add(self.warning)
        self._who = Form(*self._who_fields())
        self._back = Form()
        self._group_fields: tuple[Field, ...] = ()
        self.steps = Steps(
            (
                Step(tell("lock.step-place"), self._sheet(self._where), self._where.check),
                Step(tell("lock.step-who"), self._sheet(self._who), self._make),
                Step(
                    tell("lock.step-key"),
                    self._key_sheet(),
                    self._confirm,
                    go=tell("lock.key-kept"),
                ),
            ),
            scrolled=False,
        )
        self.steps.leave.say(tell("form.cancel"))
        self.steps.left.connect(gate.start)
        self.steps.moved.connect(self._moved)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addWidget(Text(tell("lock.new"), "title"))
        box.addWidget(self.steps, 1)

    def begin(self) -> None:
        """Start afresh."""
        self._made = None
        self.holding = False
        for box in (self.passphrase, self.again):
            box.forget()
        for form in (self._where, self._who, self._back):
            form.forgive()
        self.steps.show_step(0)
        self.place.setFocus()
        self._judge(self.place.value())

    def _place_field(self) -> Field:
        return Field(
            tell("lock.place"),
            self.place,
            hint=tell("lock.place-hint"),
            rule=needed(self.place.value, tell("lock.need-place")),
        )

    def _who_fields(self) -> tuple[Field, ...]:
        return (
            Field(
                tell("lock.your-name"),
                self.steward,
                hint=tell("lock.your-name-hint"),
                rule=needed(self.steward.value, tell("lock.need-name")),
            ),
            Field(
                tell("lock.passphrase"),
                self.passphrase,
                hint=tell("lock.passphrase-hint"),
                rule=needed(self.passphrase.value, tell("lock.need-passphrase")),
            ),
            Field(tell("lock.again"), self.again, rule=self._same),
        )

    def _sheet(self, form: Form) -> QWidget:
        return column(form, 1)

    def _key_sheet(self) -> QWidget:
        fields = []
        for box, ordinal in zip(
            self.groups, ("lock.group-second", "lock.group-fifth"), strict=True
        ):
            fields.append(Field(tell(ordinal), box))
        self._group_fields = tuple(fields)
        for field in fields:
            self._back.add(field)
        return column(
            Text(tell("lock.key-what")),
            self.key,
            Text(tell("lock.key-once"), "warn"),
            self._back,
            1,
            gap=16,
        )

    def _moved(self, at: int) -> None:
        self.steps.back.setVisible(at == 1)
        self.steps.leave.setVisible(at < 2)

    def _same(self) -> str | None:
        return None if self.again.value() == self.passphrase.value() else tell("lock.differ")

    def _judge(self, place: str) -> None:
        if place:
            self._gate.jobs.read(
                tell("lock.looking"),
                lambda _progress: vaults.place_warnings(catalogue(), Path(place)),
                deliver_to(self, self._judged),
                deliver_to(self, lambda _error: self.warning.say("")),
                key="place",
            )

    def _judged(self, notes: tuple[Note, ...]) -> None:
        self.warning.say("\n".join(note(one) for one in notes))

    def _make(self) -> bool:
        if not self._who.check():
            return False
        folder, steward = Path(self.place.value()), self.steward.value()
        secret, clock = self.passphrase.value(), self._gate.clock
        self._hold(True)
        self._gate.jobs.write(
            tell("lock.making"),
            lambda _progress: vaults.create(catalogue(), folder, steward, secret, clock),
            deliver_to(self, self._show_key),
            deliver_to(self, self._refused),
            lambda: self._hold(False),
        )
        return False

    def _hold(self, holding: bool) -> None:
        """While the vault is made there is no way out of this step."""
        self.holding = holding
        self.steps.wait(holding)
        self.steps.leave.setEnabled(not holding)

    def _refused(self, error: Refused) -> None:
        self._hold(False)
        what, do = refusal_text(error)
        at_place = error.code not in OF_WHO
        if at_place:
            self.steps.show_step(0)
        (self._where if at_place else self._who).refuse(what, do)

    def _show_key(self, made: NewVault) -> None:
        self._hold(False)
        self._made, self.holding = made, True
        self.key.say(made.recovery_key)
        for box in self.groups:
            box.clear()
        self._back.forgive()
        self.steps.forward()
        self.groups[0].setFocus()

    def _confirm(self) -> bool:
        if self._made is None:
            return False
        parts = self._made.recovery_key.split("-")
        for at, box, field in zip(ASKED, self.groups, self._group_fields, strict=True):
            if box.value().replace(" ", "").casefold() != parts[at].casefold():
                self._back.refuse(tell("lock.group-wrong", group=field.label), "", field)
                return False
        self.holding = False
        self._enter(self._made)
        return False

    def _enter(self, made: NewVault) -> None:
        secret, clock = self.passphrase.value(), self._gate.clock
        self.steps.wait(True)
        self._gate.jobs.read(
            tell("lock.unlocking"),
            lambda _progress: vaults.unlock(catalogue(), made.vault, made.steward, secret, clock),
            deliver_to(self, self._entered),
            deliver_to(self, self._not_entered),
            cancelled=lambda: self.steps.wait(False),
        )

    def _not_entered(self, error: Refused) -> None:
        self.steps.wait(False)
        self._back.refuse(*refusal_text(error))

    def _entered(self, workspace: Workspace) -> None:
        self.steps.wait(False)
        self.key.say("")
        self.passphrase.forget()
        self.again.forget()
        if self._made is not None:
            self._gate.preferences.remember_vault(self._made.vault)
        self._made = None
        self._gate.enter(workspace)
