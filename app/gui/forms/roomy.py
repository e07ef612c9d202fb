"""A part that keeps the height its things need, and scrolls where the window is lower than that."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms.words import Scroll


class Roomy(Scroll):
    """Never lower than so many lines of text; `body` takes what stands in it."""

    def __init__(self, lines: int, gap: int = 12) -> None:
        self._inside = _Least(lines)
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(gap)
        super().__init__(self._inside)

    def keep(self, lines: int) -> None:
        """Keep the height of another number of lines."""
        if lines != self._inside.lines:
            self._inside.lines = lines
            self._inside.updateGeometry()


class _Least(QWidget):
    """Asks for its lines and no more, whatever its tables would like."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines = lines

    def minimumSizeHint(self) -> QSize:
        """As wide as its things need."""
        return QSize(super().minimumSizeHint().width(), self._height())

    def sizeHint(self) -> QSize:
        """As wide as its things like."""
        return QSize(super().sizeHint().width(), self._height())

    def heightForWidth(self, _width: int) -> int:
        """The same in every width."""
        return self._height()

    def _height(self) -> int:
        return self.fontMetrics().lineSpacing() * self.lines
