"""Step pages: one thing a step, Back and Continue, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.gui.forms import Button, Field, Parts, Question, Scroll, Text, ask, focus_first, row
from app.wording.window import tell


@dataclass(frozen=True)
class Step:
    """One step: its name, its widget, and what Continue asks before it goes on.

    `content` is the widget, or what makes it when the step is first shown; `leave` answers
    whether the step is in order; `go` is the word on Continue.
    """

    name: str
    content: QWidget | Callable[[], QWidget]
    leave: Callable[[], bool] | None = None
    go: str = ""
    fills: bool = False


class Steps(QWidget):
    """Steps one after another. `finished` comes from Continue on the last, `left` from Cancel.

    A step that comes in sight has the keyboard on its first control. Leaving asks first once
    anything was answered.
    """

    finished = Signal()
    left = Signal()
    moved = Signal(int)

    def __init__(self, steps: Sequence[Step], *, scrolled: bool = True) -> None:
        """With `scrolled` False the buttons follow the content, and what holds this scrolls."""
        super().__init__()
        self._steps = tuple(steps)
        self.at = 0
        self.where = Text("", "heading")
        self._stack = QStackedWidget() if scrolled else Parts()
        self._scrolled = scrolled
        self._contents: dict[int, QWidget] = {}
        self._shown: dict[int, QWidget] = {}
        self.back = Button(tell("steps.back"), self._back)
        self.go = Button("", self._continue, part="primary")
        self.leave = Button(tell("steps.leave"), self._leave, part="link")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.where)
        layout.addWidget(self._stack, 1 if scrolled else 0)
        layout.addWidget(row(self.back, self.go, 1, self.leave, gap=12))
        if not scrolled:
            layout.addStretch(1)
        key = QShortcut(QKeySequence("Ctrl+Return"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.go.click)
        self.go.setToolTip("Ctrl+Enter")
        self.show_step(0)

    def show_step(self, at: int) -> None:
        """Show a step by its number from 0."""
        self.at = at
        step = self._steps[at]
        self.where.say(
            tell("steps.where", at=at + 1, of=len(self._steps), name=step.name)
            if len(self._steps) > 1
            else step.name
        )
        self._stack.setCurrentWidget(self._in_stack(at))
        self.back.setVisible(at > 0)
        self.go.say(step.go or tell("steps.continue"))
        self.moved.emit(at)
        self._focus_step(self._contents[at])

    def wait(self, waiting: bool) -> None:
        """Hold the buttons while the answer to a step is worked out.

        The keyboard waits on the step's name: a held button would pass it on to the next one.
        """
        if waiting and (self.go.hasFocus() or self.back.hasFocus()):
            self.where.setFocus()
        self.back.setEnabled(not waiting)
        self.go.setEnabled(not waiting)
        if not waiting and self.where.hasFocus():
            self.go.setFocus()

    def forward(self) -> None:
        """Go on without asking the step."""
        if self.at + 1 < len(self._steps):
            self.show_step(self.at + 1)
        else:
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a line of a form goes on, as Ctrl+Enter does from anywhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._in_form():
            self.go.click()
        else:
            super().keyPressEvent(event)

    def _in_form(self) -> bool:
        held = self.focusWidget()
        if not isinstance(held, QLineEdit):
            return False
        above = held.parentWidget()
        while above is not None and above is not self and not isinstance(above, Field):
            above = above.parentWidget()
        return isinstance(above, Field)

    def _in_stack(self, at: int) -> QWidget:
        """What stands in the stack for a step; its content is made at the first time."""
        if at not in self._shown:
            step = self._steps[at]
            content = step.content if isinstance(step.content, QWidget) else step.content()
            bare = step.fills or not self._scrolled
            self._contents[at] = content
            self._shown[at] = content if bare else Scroll(content)
            self._stack.addWidget(self._shown[at])
        return self._shown[at]

    def _focus_step(self, content: QWidget) -> None:
        """The first control of a step, or its name where it has none; never a way out of it."""
        held = self.window().focusWidget()
        elsewhere = held is not None and held.isVisible() and not self.isAncestorOf(held)
        if self.isVisible() and not elsewhere and not focus_first(content):
            self.where.setFocus()

    def _leave(self) -> None:
        typed = any(line.isModified() for line in self.findChildren(QLineEdit))
        if not self.at and not typed:
            self.left.emit()
            return
        question = Question(
            tell("steps.leave-title"),
            tell("steps.leave-what"),
            tell("steps.leave-undo"),
            tell("steps.leave"),
            danger=True,
        )
        ask(self, question, self.left.emit)

    def _back(self) -> None:
        self.show_step(self.at - 1)

    def _continue(self) -> None:
        leave = self._steps[self.at].leave
        if leave is None or leave():
            self.forward()
