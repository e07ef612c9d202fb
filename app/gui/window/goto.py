"""Ctrl+K: type a few letters of where to go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QWidget

from app.gui.forms import Dialog, Field, LineBox
from app.wording.window import tell

Place = tuple[str, Callable[[], object]]


class GoTo(Dialog):
    """A box and the places that fit what is typed; Enter goes to the marked one."""

    def __init__(self, parent: QWidget, places: Sequence[Place]) -> None:
        self.box = LineBox()
        self.list = QListView()
        super().__init__(
            parent, tell("window.go-to"), Field(tell("window.go-to-label"), self.box), self.list
        )
        self._places = list(places)
        self._fitting: list[Place] = []
        self._model = QStringListModel(self)
        self.list.setModel(self._model)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName(tell("window.go-to"))
        self.list.setMinimumHeight(240)
        self.list.activated.connect(lambda _index: self._go())
        self.box.textChanged.connect(self._narrow)
        self.box.returnPressed.connect(self._go)
        self.box.installEventFilter(self)
        self._narrow("")
        self.box.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the box move along the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                at = self.list.currentIndex().row() + step
                at = max(0, min(at, len(self._fitting) - 1))
                self.list.setCurrentIndex(self._model.index(at, 0))
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, typed: str) -> None:
        wanted = typed.casefold().split()
        self._fitting = [
            place for place in self._places if all(w in place[0].casefold() for w in wanted)
        ]
        self._model.setStringList([words for words, _ in self._fitting])
        self.list.setCurrentIndex(self._model.index(0, 0))

    def _go(self) -> None:
        at = self.list.currentIndex().row()
        if 0 <= at < len(self._fitting):
            go = self._fitting[at][1]
            self.accept()
            go()
