"""The words of the rail under each other: they scroll where the window is lower than they are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.forms import Button, Scroll


class Words(Scroll):
    """As wide as its words, and as the bar beside them where they scroll."""

    def __init__(self) -> None:
        self._inside = QWidget()
        self._kept: QWidget | None = None
        self._box = QVBoxLayout(self._inside)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addStretch(1)
        super().__init__(self._inside)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Minimum, policy.Expanding)

    def add(self, word: Button) -> None:
        """Put a word under the others."""
        self._box.insertWidget(self._box.count() - 1, word)
        word.installEventFilter(self)

    def show_word(self, word: QWidget) -> None:
        """Bring a word into sight, and keep it there."""
        self._kept = word
        self.ensureWidgetVisible(word, 0, 0)

    def sizeHint(self) -> QSize:
        """As its words need."""
        needs = self._inside.sizeHint()
        scrolls = self.height() < needs.height()
        bar = self.verticalScrollBar().sizeHint().width() if scrolls else 0
        return QSize(needs.width() + bar, needs.height())

    def minimumSizeHint(self) -> QSize:
        """As wide as its words, as low as two of them."""
        needs = self.sizeHint()
        return QSize(needs.width(), min(needs.height(), self.fontMetrics().height() * 6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another height the bar comes or goes, and the word in sight stays in sight."""
        super().resizeEvent(event)
        self.updateGeometry()
        if self._kept is not None:
            self.ensureWidgetVisible(self._kept, 0, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The word that has the keyboard comes into sight."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.show_word(watched)
        return super().eventFilter(watched, event)
