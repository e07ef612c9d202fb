"""Parts of which one is in sight, in the room that this one needs."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget


class Parts(QStackedWidget):
    """A stack as tall as the part in sight; Qt's own is as tall as the tallest of all.

    For parts of very different heights in something that scrolls: else the buttons under a short
    part lie out of sight below empty room.
    """

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _at: self._fit())

    def addWidget(self, part: QWidget) -> int:
        """Take a part in; the first is in sight."""
        at = super().addWidget(part)
        self._fit()
        return at

    def _fit(self) -> None:
        policy = QSizePolicy.Policy
        for at in range(self.count()):
            counts = policy.Preferred if at == self.currentIndex() else policy.Ignored
            part = self.widget(at)
            if part is not None:
                part.setSizePolicy(counts, counts)
