"""Files that wait to be loaded one after another: each can be seen and thrown out of the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.forms import Button, Card, Scroll, Text, row
from app.gui.forms.words import clear
from app.wording.window import tell

SHOWN = 3
"""Lines in sight before the list scrolls."""


class Waiting(Card):
    """The queue, in sight while anything waits. `changed` is called when it is another."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__(gap=4, pad=12)
        self._changed = changed
        self.paths: list[Path] = []
        self.head = Text("", "label", wrap=False)
        self.drop_all = Button(tell("load.drop-all"), lambda: self._set([]), part="link")
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 12, 0)
        self._lines.setSpacing(4)
        holder = QWidget()
        holder.setLayout(self._lines)
        self._scroll = Scroll(holder)
        self.body.addWidget(row(self.head, self.drop_all, 1, gap=16))
        self.body.addWidget(self._scroll)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Maximum)
        self.hide()

    def add(self, paths: Iterable[Path]) -> None:
        """Put files at the end; one that waits already waits once."""
        self._set(list(dict.fromkeys([*self.paths, *paths])))

    def take(self) -> Path | None:
        """The next file, which waits no longer."""
        if not self.paths:
            return None
        first, *rest = self.paths
        self._set(rest)
        return first

    def _drop(self, path: Path) -> None:
        at = self.paths.index(path)
        self._set([one for one in self.paths if one != path])
        if self.paths:
            self.buttons[min(at, len(self.paths) - 1)].setFocus()

    def _set(self, paths: list[Path]) -> None:
        self.paths = paths
        clear(self._lines)
        self.buttons = [self._line(path) for path in paths]
        self.head.say(tell("load.more", n=len(paths)) if paths else "")
        if self.buttons:
            line = self.buttons[0].sizeHint().height() + self._lines.spacing()
            self._scroll.setFixedHeight(min(len(paths), SHOWN) * line + 4)
        self.setVisible(bool(paths))
        self._changed()

    def _line(self, path: Path) -> Button:
        button = Button(tell("load.drop"), lambda: self._drop(path), part="link")
        button.setAccessibleName(tell("load.drop-file", file=path.name))
        name = Text(path.name, wrap=False)
        name.setToolTip(str(path))
        self._lines.addWidget(row(name, button, 1, gap=16))
        return button
