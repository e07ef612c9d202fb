"""The rail of words on the left: one a page, and none for a page that is not there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from app.gui.forms import Button, Text
from app.gui.window.words import Words
from app.wording.window import tell

LONGEST = 16
"""Letters of a word under the pages beyond which its middle is left out."""


class _Word(Button):
    """The word of a page; `clicked_by_mouse` is what the keyboard must follow."""

    clicked_by_mouse = Signal()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Told once the page is in sight."""
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.clicked_by_mouse.emit()


class Rail(QFrame):
    """Page names; arrows move along them, the chosen one is marked by bar, weight and ground.

    `entered` comes when a page was chosen by mouse, to work on it and not to go past it.
    """

    chosen = Signal(str)
    entered = Signal()

    def __init__(self, names: Sequence[str], steward: str, vault: str) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName(tell("window.rail"))
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Fixed, policy.Preferred)
        self._buttons: dict[str, Button] = {}
        self._words = Words()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 16, 0, 12)
        box.setSpacing(0)
        title = Text(tell("app.name"), "label", wrap=False)
        title.setContentsMargins(18, 2, 18, 14)
        box.addWidget(title)
        for name in names:
            button = _Word(tell(f"page.{name}"), part="rail")
            button.clicked_by_mouse.connect(self.entered)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._buttons[name] = button
            self._words.add(button)
        box.addWidget(self._words, 1)
        whole = tell("window.who", steward=steward, vault=vault)
        who = Text(" ".join(_short(word) for word in whole.split()), "small")
        who.setAccessibleName(whole)
        who.setToolTip(whole)
        who.setContentsMargins(18, 8, 18, 8)
        box.addWidget(who)
        self.lock = Button(tell("window.lock"), part="rail")
        self.lock.setToolTip("Ctrl+L")
        self.lock.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.addWidget(self.lock)

    @property
    def names(self) -> tuple[str, ...]:
        """Pages in order."""
        return tuple(self._buttons)

    def mark(self, name: str) -> None:
        """Mark the page in sight."""
        self._buttons[name].setChecked(True)
        self._words.show_word(self._buttons[name])

    def button(self, name: str) -> Button:
        """The word of a page."""
        return self._buttons[name]


def _short(word: str) -> str:
    """A long word without its middle: a folder's name must not widen the rail."""
    if len(word) <= LONGEST:
        return word
    kept = (LONGEST - 1) // 2
    return f"{word[: LONGEST - 1 - kept]}…{word[-kept:]}"
