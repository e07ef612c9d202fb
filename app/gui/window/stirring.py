"""Whether anybody is there: keys, mouse and fingers that reach any window of the program."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QWindow

SIGNS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Stirring(QObject):
    """Says so at every sign of life, until it is told to rest.

    It listens at the system's windows, where all input comes in, and not at the application,
    where it would be asked about each of the thousands of events a page is built with.
    """

    stirred = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._app = QGuiApplication.instance()
        if isinstance(self._app, QGuiApplication):
            self._app.focusWindowChanged.connect(self._listen)

    def rest(self) -> None:
        """Listen no more."""
        if isinstance(self._app, QGuiApplication):
            self._app.focusWindowChanged.disconnect(self._listen)
            for window in self._app.topLevelWindows():
                window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell of input, and let it pass."""
        if event.type() in SIGNS:
            self.stirred.emit()
        return super().eventFilter(watched, event)

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)
