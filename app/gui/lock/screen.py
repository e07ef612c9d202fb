"""The lock screen as a whole: start, unlock, make, and the words while a job still runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.base.clock import Clock
from app.base.errors import Refused
from app.gui.forms import ErrorSummary, Parts, Scroll, Text
from app.gui.frame import Preferences
from app.gui.jobs import Jobs, refusal_text
from app.gui.lock.create import Create
from app.gui.lock.gate import Gate, sheet
from app.gui.lock.play import Play
from app.gui.lock.start import Start
from app.gui.lock.unlock import Unlock
from app.services.workspace import Workspace
from app.wording.window import tell

WIDTH = 620


class LockScreen(QWidget):
    """What is seen while no vault is open."""

    unlocked = Signal(object)

    def __init__(self, jobs: Jobs, preferences: Preferences, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("lock")
        gate = Gate(jobs, preferences, clock, self._enter, self.show_start)
        self.start = Start(gate, self.show_vault, self.show_new, self.show_sample)
        self.unlock = Unlock(gate)
        self.create_part = Create(gate)
        self.play = Play(gate)
        self.finishing = sheet(tell("lock.locked"), tell("lock.finishing"))
        self.problem = ErrorSummary()
        self._parts = Parts()
        for part in (self.start, self.unlock, self.create_part, self.play, self.finishing):
            self._parts.addWidget(part)
        middle = QWidget()
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(24, 48, 24, 24)
        inner.setSpacing(16)
        inner.addWidget(Text(tell("app.name"), "label"))
        inner.addWidget(self.problem)
        inner.addWidget(self._parts, 1)
        middle.setMaximumWidth(WIDTH)
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(middle, 4)
        across.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(Scroll(holder))

    def show_start(self) -> None:
        """The vaults opened here before, and the ways to another."""
        self.problem.show_problems([])
        self.start.refresh()
        self._parts.setCurrentWidget(self.start)

    def show_vault(self, folder: Path, steward: str | None = None) -> None:
        """One vault's door; a folder that is none is said at the start."""
        self.problem.show_problems([])
        try:
            self.unlock.show_vault(folder, steward)
        except Refused as error:
            self.show_start()
            self.refuse(error)
        else:
            self._parts.setCurrentWidget(self.unlock)

    def show_new(self) -> None:
        """The steps to a new vault."""
        self.problem.show_problems([])
        self._parts.setCurrentWidget(self.create_part)
        self.create_part.begin()

    def show_sample(self) -> None:
        """The way to a vault to play in."""
        self.problem.show_problems([])
        self._parts.setCurrentWidget(self.play)
        self.play.begin()

    def show_finishing(self) -> None:
        """Locked, while a job still runs."""
        self.unlock.forget()
        self._parts.setCurrentWidget(self.finishing)

    def refuse(self, error: Refused) -> None:
        """Say what happened and what to do."""
        what, do = refusal_text(error)
        self.warn(f"{what} {do}")

    def warn(self, words: str) -> None:
        """Say something above whatever part is in sight."""
        self.problem.show_problems([(words, None)])

    def _enter(self, workspace: Workspace) -> None:
        self.unlocked.emit(workspace)
