"""Questions before acts that matter, and things shown once: what, how many, can it be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QVBoxLayout, QWidget

from app.gui.forms.boxes import LineBox
from app.gui.forms.form import Field
from app.gui.forms.words import Button, Scroll, Text, column, fill, row
from app.wording.window import tell

FRAME = 48
"""What the system's own frame takes of the screen's height."""
LEAST, LETTERS = 80, 60
"""A question's words: the height that always stays, and how many letters stand in a line."""


@dataclass(frozen=True)
class Question:
    """What is asked. `type_to_confirm` must be typed first (a count, for an erasure)."""

    title: str
    what: str
    undo: str
    do: str
    danger: bool = False
    type_to_confirm: str = ""


class Dialog(QDialog):
    """A window above the page: Esc leaves it and nothing happens.

    While `held` is set, leaving calls it instead and the dialog stays. `once` says that what it
    shows, or waits for, can never be shown again: it outlasts a lock. `asks_once` says so of the
    answer to a form not yet sent.
    """

    def __init__(self, parent: QWidget, title: str, *items: QWidget) -> None:
        super().__init__(parent)
        self.held: Callable[[], object] | None = None
        self.telling: Scroll | None = None
        self.once = self.asks_once = False
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(460)
        body = QVBoxLayout(self)
        body.setContentsMargins(24, 24, 24, 20)
        body.setSpacing(12)
        fill(body, (Text(title, "heading"), *items))

    def showEvent(self, event: QShowEvent) -> None:
        """As tall as its words need at the width it has; on a small screen they scroll."""
        super().showEvent(event)
        box = self.layout()
        if box is None:
            return
        width = max(self.width(), box.totalMinimumSize().width())
        room = self.screen().availableGeometry().height() - FRAME
        if self.telling is not None:
            self._let_tell(self.telling, box, width, room)
        self.resize(width, min(room, max(self.height(), box.totalHeightForWidth(width))))

    def _let_tell(self, telling: Scroll, box: QLayout, width: int, room: int) -> None:
        sides, words = box.contentsMargins(), telling.widget()
        if words is None:
            return
        tall = words.heightForWidth(width - sides.left() - sides.right())
        need = max(tall, words.minimumSizeHint().height())
        telling.setFixedHeight(need)
        over = box.totalHeightForWidth(width) - room
        if over > 0:
            telling.setFixedHeight(max(LEAST, need - over))
            telling.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def reject(self) -> None:
        """Leave: by Cancel, Esc or the window's own cross."""
        if self.held is None:
            super().reject()
        else:
            self.held()


def ask(parent: QWidget, question: Question, then: Callable[[], object]) -> Dialog:
    """Open a question; `then` is called when the steward says so, and only then."""
    part = "danger" if question.danger else "primary"
    go = Button(question.do, part=part)
    stay = Button(tell("form.cancel"))
    telling = Scroll(column(Text(question.what), Text(question.undo, "quiet"), gap=12))
    telling.setMinimumWidth(reading_width(parent))
    items: list[QWidget] = [telling]
    if question.type_to_confirm:
        box = LineBox()
        go.setEnabled(False)
        box.textChanged.connect(lambda text: go.setEnabled(text == question.type_to_confirm))
        items.append(Field(tell("form.type-to-confirm", word=question.type_to_confirm), box))
    dialog = Dialog(parent, question.title, *items, row(1, stay, go))
    dialog.telling = telling
    go.clicked.connect(dialog.accept)
    stay.clicked.connect(dialog.reject)
    dialog.accepted.connect(then)
    (stay if question.danger else go).setDefault(True)
    (stay if question.danger else go).setFocus()
    dialog.open()
    return dialog


def reading_width(parent: QWidget) -> int:
    """As wide as words are read well, and no wider than the window has room for."""
    letter, most = parent.fontMetrics().averageCharWidth(), parent.window().width() * 3 // 4
    return min(letter * LETTERS, most)


def show_once(
    parent: QWidget, title: str, *items: QWidget, close: str = "", once: bool = False
) -> Dialog:
    """Open a window that only tells something; `once`: it can never be told again.

    Then it is as wide as words are read well, and they scroll where they are many.
    """
    done = Button(close or tell("form.close"), part="primary")
    if once:
        telling = Scroll(column(*items, gap=12))
        telling.setMinimumWidth(reading_width(parent))
        items = (telling,)
    dialog = Dialog(parent, title, *items, row(1, done))
    dialog.telling = telling if once else None
    dialog.once = once
    done.clicked.connect(dialog.accept)
    done.setDefault(True)
    dialog.open()
    return dialog
