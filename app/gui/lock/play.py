"""A sample vault to play in: an invented council goes the whole way, then its vault is opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import Button, ErrorSummary, Field, FileBox, Form, Notice, row
from app.gui.forms.form import needed
from app.gui.jobs import JobStrip, deliver_to, refusal_text
from app.gui.lock.gate import Gate, sheet
from app.model.demo import DemoAnswer
from app.services import vaults
from app.services.catalogue import catalogue
from app.services.workspace import Workspace
from app.wording.window import tell

PEOPLE = 2000
SEED = 1


class Play(QWidget):
    """Asks where, makes it with progress, says its passphrase and opens it."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate
        self._made: DemoAnswer | None = None
        start = str(Path.home() / tell("lock.sample-name"))
        self.place = FileBox("save", name=start)
        self.place.line.setText(start)
        rule = needed(self.place.value, tell("lock.need-place"))
        self.form = Form(Field(tell("lock.sample-place"), self.place, rule=rule))
        self.make = Button(tell("lock.sample-make"), self._make, part="primary")
        self.enter = Button(tell("lock.sample-enter"), self._enter, part="primary")
        self.back = Button(tell("form.cancel"), self._leave, part="link")
        self.told = Notice("", "good")
        self.problem = ErrorSummary()
        body = sheet(
            tell("lock.sample"),
            tell("lock.sample-what"),
            self.form,
            self.told,
            self.problem,
            row(self.make, self.enter, 1, self.back, gap=12),
            JobStrip(gate.jobs),
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(body)
        self.begin()

    def begin(self) -> None:
        """Start afresh."""
        self._made = None
        self.form.forgive()
        self.form.show()
        self.make.setEnabled(True)
        self.make.show()
        self.enter.hide()
        self.told.say("")
        self.problem.show_problems([])

    def _make(self) -> None:
        if not self.form.check():
            return
        from app.services.demo import demo

        into, clock = Path(self.place.value()), self._gate.clock
        self.make.setEnabled(False)
        self._gate.jobs.write(
            tell("lock.sample-making"),
            lambda progress: demo(catalogue(), into, PEOPLE, SEED, clock, progress),
            deliver_to(self, self._ready),
            deliver_to(self, self._refused),
            self.begin,
        )

    def _ready(self, answer: DemoAnswer) -> None:
        self._made = answer
        self.form.hide()
        self.make.hide()
        self.enter.show()
        self.enter.setFocus()
        self.told.say(
            tell(
                "lock.sample-ready",
                steward=answer.stewards[0],
                other=answer.stewards[-1],
                passphrase=answer.passphrase,
            )
        )

    def _refused(self, error: Refused) -> None:
        self.begin()
        self.form.refuse(*refusal_text(error), self.form.fields[0])

    def _enter(self) -> None:
        made, clock = self._made, self._gate.clock
        if made is None:
            return
        self.enter.setEnabled(False)
        self.problem.show_problems([])
        self._gate.jobs.read(
            tell("lock.unlocking"),
            lambda _progress: vaults.unlock(
                catalogue(), made.vault, made.stewards[0], made.passphrase, clock
            ),
            deliver_to(self, self._entered),
            deliver_to(self, self._not_entered),
            cancelled=lambda: self.enter.setEnabled(True),
        )

    def _not_entered(self, error: Refused) -> None:
        self.enter.setEnabled(True)
        what, do = refusal_text(error)
        self.problem.show_problems([(f"{what} {do}", None)])

    def _entered(self, workspace: Workspace) -> None:
        self.enter.setEnabled(True)
        self._gate.preferences.remember_vault(workspace.vault.folder)
        self._gate.enter(workspace)

    def _leave(self) -> None:
        for job in self._gate.jobs.waiting:
            job.counters.cancel()
        self._gate.start()
