"""The first part of the lock screen: the vaults opened here before, and the ways to another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.gui.forms import Button, Text, column, row
from app.gui.forms.words import clear
from app.gui.frame import called
from app.gui.lock.gate import Gate, sheet
from app.wording.window import tell


class Start(QWidget):
    """Choose a vault, make one, or play in a sample."""

    def __init__(
        self,
        gate: Gate,
        open_vault: Callable[[Path], object],
        make: Callable[[], object],
        sample: Callable[[], object],
    ) -> None:
        super().__init__()
        self._gate, self._open = gate, open_vault
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._none = Text(tell("lock.no-vaults"), "quiet")
        self.other = Button(tell("lock.open-other"), self._choose)
        self.new = Button(tell("lock.new"), make, part="primary")
        self.sample = Button(tell("lock.sample"), sample, part="link")
        listed = QWidget()
        listed.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        body = sheet(
            tell("lock.welcome"),
            tell("lock.what"),
            self._none,
            listed,
            row(self.new, self.other, 1, gap=12),
            column(self.sample, Text(tell("lock.sample-what"), "small"), gap=0),
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(body)
        self.refresh()

    def refresh(self) -> None:
        """Show the list as it is now."""
        clear(self._list)
        folders = self._gate.preferences.vaults
        for folder in folders:
            self._list.addWidget(self._entry(folder))
        self._none.setVisible(not folders)
        self.other.say(tell("lock.open-other" if folders else "lock.open"))

    def _entry(self, folder: Path) -> QWidget:
        button = Button(called(folder), lambda: self._open(folder), part="link")
        button.setAccessibleDescription(str(folder))
        forget = Button(tell("lock.forget"), lambda: self._forget(folder), part="link")
        forget.setAccessibleName(tell("lock.forget-which", vault=called(folder)))
        place = Text(str(folder), "small")
        place.setContentsMargins(6, 0, 0, 0)
        return row(column(button, place, gap=0), 1, forget)

    def _forget(self, folder: Path) -> None:
        self._gate.preferences.forget_vault(folder)
        self.refresh()

    def _choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tell("lock.open-other"))
        if path:
            self._open(Path(path))
