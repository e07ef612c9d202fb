"""Fields with their labels, and forms that say what is wrong at the top and at the field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.gui.forms.boxes import DateBoxes, Rule
from app.gui.forms.flow import flow
from app.gui.forms.words import Card, Text, WordsButton, clear, fill
from app.wording.window import tell


class Field(QWidget):
    """A label, a hint, the box and, when something is wrong, the words that say so.

    What is wrong stays in sight until the box is changed and in order: then `mended` is told.
    """

    mended = Signal()

    def __init__(
        self, label: str, box: QWidget, *, hint: str = "", rule: Rule | None = None
    ) -> None:
        super().__init__()
        self.label, self.box, self.rule = label, box, rule
        self._words = Text(label, "label")
        self._words.setBuddy(target(box))
        name_box(box, label, hint)
        self._problem = Text("", "error")
        self._problem.hide()
        self._hint = Text(hint, "hint")
        self._hint.setVisible(bool(hint))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        fill(layout, (self._words, self._hint, self._problem, box))
        self._listen()

    def call(self, label: str) -> None:
        """Give the field another label: its box is about something else now."""
        self.label = label
        self._words.say(label)
        name_box(self.box, label, self._hint.text())

    def check(self) -> str | None:
        """Ask the field's rule, show its answer at the field and return it."""
        problem = self.rule() if self.rule else None
        self.show_problem(problem)
        return problem

    def show_problem(self, problem: str | None) -> None:
        """Show what is wrong, or that nothing is."""
        self._problem.say(problem or "")
        self._problem.setVisible(bool(problem))
        box = target(self.box)
        box.setProperty("wrong", "true" if problem else "false")
        box.style().unpolish(box)
        box.style().polish(box)
        hint = self._hint.text()
        box.setAccessibleDescription(f"{problem}. {hint}" if problem else hint)

    def _listen(self) -> None:
        for part in (self.box, *self.box.findChildren(QWidget)):
            if isinstance(part, QLineEdit | QPlainTextEdit):
                part.textChanged.connect(self._changed)
            elif isinstance(part, QComboBox):
                part.currentIndexChanged.connect(self._changed)

    def _changed(self) -> None:
        if not self._problem.isHidden() and not (self.rule and self.rule()):
            self.show_problem(None)
            self.mended.emit()


def target(box: QWidget) -> QWidget:
    """The control that takes the keyboard inside a box."""
    return box.focusProxy() or box


def name_box(box: QWidget, label: str, hint: str) -> None:
    """Give a box its name for screen readers."""
    if isinstance(box, DateBoxes):
        box.name_parts(label)
        return
    inner = target(box)
    if not inner.accessibleName() or inner is box or inner.metaObject().className() == "QLineEdit":
        inner.setAccessibleName(label)
    inner.setAccessibleDescription(hint)
    box.setAccessibleName(label)


class ErrorSummary(Card):
    """What is wrong with a form, each line leading to its field."""

    def __init__(self) -> None:
        super().__init__(ground="error", gap=2, pad=14)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._heading = Text("", "heading")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        fill(self.body, (self._heading, self._lines))
        self._problems: list[tuple[str, QWidget | None]] = []
        self.hide()

    def show_problems(self, problems: list[tuple[str, QWidget | None]]) -> None:
        """Show problems with the boxes they belong to; none hides the summary."""
        self._show(problems)
        if problems:
            self.setFocus()

    def mended(self, mended: QWidget) -> None:
        """Take away what was wrong with one box; the keyboard stays where it is."""
        self._show([(words, box) for words, box in self._problems if box is not mended])

    def _show(self, problems: list[tuple[str, QWidget | None]]) -> None:
        self._problems = problems
        clear(self._lines)
        heading = tell("form.problem", n=len(problems))
        self._heading.say(heading)
        self.setAccessibleName(heading)
        for words, box in problems:
            self._lines.addWidget(self._line(words, box))
        self.setAccessibleDescription(". ".join(words for words, _ in problems))
        self.setVisible(bool(problems))

    def _line(self, words: str, box: QWidget | None) -> QWidget:
        if box is None:
            return Text(words)
        return WordsButton(words, lambda: target(box).setFocus(), part="error", voice="link")


class Form(QWidget):
    """Fields under an error summary. `check` validates; a refusal is shown in the same place."""

    def __init__(self, *fields: Field, gap: int = 16) -> None:
        super().__init__()
        self.summary = ErrorSummary()
        self.fields: list[Field] = []
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(gap)
        self._body.addWidget(self.summary)
        for field in fields:
            self.add(field)

    def add(self, item: QWidget) -> None:
        """Put a field, or any other widget, at the end."""
        if isinstance(item, Field):
            self._take(item)
        self._body.addWidget(item)

    def add_row(self, *fields: Field) -> None:
        """Put fields beside each other, where there is room for it."""
        for field in fields:
            self._take(field)
        self._body.addWidget(flow(*fields, gap=24))

    def _take(self, field: Field) -> None:
        self.fields.append(field)
        field.mended.connect(lambda: self.summary.mended(field.box))

    def check(self) -> bool:
        """Whether every field in sight is in order; what is not is shown."""
        problems = [
            (problem, field.box)
            for field in self.fields
            if field.isVisibleTo(self) and (problem := field.check())
        ]
        self.summary.show_problems(list(problems))
        return not problems

    def refuse(self, what: str, do: str = "", field: Field | None = None) -> None:
        """Show a refusal from behind the form: what happened and what to do."""
        words = f"{what} {do}".strip()
        if field is not None:
            field.show_problem(words)
        self.summary.show_problems([(words, field.box if field else None)])

    def forgive(self) -> None:
        """Take every problem away."""
        for field in self.fields:
            field.show_problem(None)
        self.summary.show_problems([])


def needed(value: Callable[[], str], words: str) -> Rule:
    """A rule: something must be given, else `words`."""
    return lambda: None if value() else words


def real_day(box: DateBoxes, missing: str | None = None) -> Rule:
    """A rule: what is typed must be a day, and there must be one where `missing` says why."""

    def wrong() -> str | None:
        try:
            typed = box.value()
        except ValueError:
            return tell("form.need-date")
        return None if typed else missing

    return wrong
