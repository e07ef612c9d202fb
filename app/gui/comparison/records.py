"""Two records in columns: aligned fields, with differing characters boxed and underlined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.gui.comparison.marks import Mark, Pairing, State, align, decides, differences
from app.gui.forms import Button, Text, plain
from app.gui.theme import Theme
from app.model.runs import FieldView, RecordView
from app.wording import field
from app.wording.window import tell

SIGNS = {
    State.SAME: "=",
    State.CASED: "=ª",
    State.ALIKE: "≈",
    State.DIFFERENT: "≠",
    State.ONE: "–",
    State.APART: "·",
}
_PAD = 4.0


class MarkedText(QWidget):
    """A value whose differing characters stand in a box with a line under them.

    What differs has a full line; what only this side has, a dashed one. Colour repeats it.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._text = ""
        self._marks: tuple[Mark, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, text: str, marks: tuple[Mark, ...], name: str) -> None:
        """Show a value; `name` is what a screen reader says before it."""
        self._text, self._marks = plain(text), marks
        parts = [self._text[mark.start : mark.end] for mark in marks]
        told = tell("compare.differs-at", parts=", ".join(parts)) if parts else ""
        self.setAccessibleName(f"{name}: {self._text or tell('compare.empty')}{told}")
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The value in sight."""
        return self._text

    def marks(self) -> tuple[Mark, ...]:
        """What is marked."""
        return self._marks

    def hasHeightForWidth(self) -> bool:
        """Long values wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the wrapped value."""
        return round(self._laid_out(width)[1] + 2 * _PAD)

    def sizeHint(self) -> QSize:
        """One line of the value, no wider than 30 letters."""
        metrics = QFontMetricsF(self._font())
        width = min(metrics.horizontalAdvance(self._text), metrics.averageCharWidth() * 30)
        return QSize(round(width + 12), round(metrics.height() + 2 * _PAD))

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        metrics = QFontMetricsF(self._font())
        return QSize(round(metrics.averageCharWidth() * 12), round(metrics.height() + 2 * _PAD))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Boxes and lines under the letters, then the letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.colours
        if not self._text:
            painter.setFont(self._font())
            painter.setPen(QColor(colours.quiet))
            place = self.rect().adjusted(4, round(_PAD), 0, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignTop, tell("compare.dash"))
            return
        layout, _ = self._laid_out(self.width())
        for mark in self._marks:
            self._draw_mark(painter, layout, mark)
        painter.setPen(QColor(colours.ink))
        layout.draw(painter, QPointF(4, _PAD))

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(self._theme.points * 1.12)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.4)
        return font

    def _laid_out(self, width: int) -> tuple[QTextLayout, float]:
        layout = QTextLayout(self._text, self._font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(20, width - 8))
            line.setPosition(QPointF(0, height))
            height += line.height() + 2
        layout.endLayout()
        return layout, max(height, QFontMetricsF(self._font()).height())

    def _draw_mark(self, painter: QPainter, layout: QTextLayout, mark: Mark) -> None:
        colours = self._theme.colours
        strong = QColor(colours.only if mark.only else colours.differ)
        ground = QColor(colours.only_ground if mark.only else colours.differ_ground)
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            start = max(mark.start, line.textStart())
            end = min(mark.end, line.textStart() + line.textLength())
            if start >= end:
                continue
            left, right = _x(line, start), _x(line, end)
            box = QRectF(left + 4, line.y() + _PAD, max(3.0, right - left), line.height())
            painter.setPen(QPen(strong, 1))
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 2, 2)
            style = Qt.PenStyle.DashLine if mark.only else Qt.PenStyle.SolidLine
            painter.setPen(QPen(strong, 2.5, style))
            painter.drawLine(box.bottomLeft(), box.bottomRight())


def _x(line: object, at: int) -> float:
    answer = line.cursorToX(at)  # type: ignore[attr-defined]
    return float(answer[0] if isinstance(answer, tuple) else answer)


class _Line:
    """The four widgets of one field; made once and used again for the next pair."""

    def __init__(self, grid: QGridLayout, at: int, theme: Theme) -> None:
        self.sign = Text("", "label", wrap=False)
        self.name = Text("", "quiet")
        self.left, self.right = MarkedText(theme), MarkedText(theme)
        top = Qt.AlignmentFlag.AlignTop
        for column, widget in enumerate((self.name, self.left, self.sign, self.right)):
            grid.addWidget(widget, at, column, top if column in (0, 2) else Qt.AlignmentFlag(0))
        self.sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sign.setMinimumWidth(24)
        for label in (self.sign, self.name):
            label.setContentsMargins(0, 4, 0, 4)

    def show(self, pairing: Pairing, standard: bool, sides: tuple[str, str]) -> None:
        """Show one field."""
        words = field(pairing.name)
        name = f"{words[:1].upper()}{words[1:]}"
        self.name.say(name)
        self.sign.say(SIGNS[pairing.state])
        self.sign.setMinimumWidth(max(24, self.sign.sizeHint().width()))
        self.sign.setAccessibleName(f"{name}: {tell(f'compare.{pairing.state.value}')}")
        self.sign.setToolTip(tell(f"compare.{pairing.state.value}"))
        self.sign.set_voice("error" if pairing.state is State.DIFFERENT else "quiet")
        one, other = _shown(pairing.left, standard), _shown(pairing.right, standard)
        held = pairing.state is State.DIFFERENT
        here, there = differences(plain(one), plain(other)) if held else ((), ())
        self.left.show_text(one, here, f"{name}, {sides[0]}")
        self.right.show_text(other, there, f"{name}, {sides[1]}")
        self.set_visible(True)

    def set_visible(self, shown: bool) -> None:
        """Show or hide the line."""
        for widget in (self.sign, self.name, self.left, self.right):
            widget.setVisible(shown)


def _shown(view: FieldView | None, standard: bool) -> str:
    if view is None:
        return ""
    return (view.standard or view.raw) if standard else (view.raw or view.standard)


class Comparison(QFrame):
    """Both records, aligned, as tall as they need: what holds this scrolls.

    Fields that decide are in sight, the rest unfold. `set_standard` shows the compared forms.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("ground", "card")
        self._theme = theme
        self._pairings: tuple[Pairing, ...] = ()
        self._sides = ("", "")
        self._standard = self._unfolded = False
        self._grid = QGridLayout()
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 5)
        self._grid.setColumnStretch(3, 5)
        self.left_head, self.right_head = Text("", "label"), Text("", "label")
        self._grid.addWidget(self.left_head, 0, 1)
        self._grid.addWidget(self.right_head, 0, 3)
        line = QFrame()
        line.setProperty("ground", "line")
        self._grid.addWidget(line, 1, 0, 1, 4)
        self._lines: list[_Line] = []
        self.fold = Button("", self._toggle, part="link")
        self.fold.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        box.addLayout(self._grid)
        box.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tell("compare.title"))
        theme.changed.connect(self._refresh)

    @property
    def lines(self) -> Sequence[_Line]:
        """The lines of the fields there are, folded ones too, for tests."""
        return self._lines[: len(self._pairings)]

    def show_pair(self, left: RecordView, right: RecordView) -> None:
        """Show two records."""
        self._pairings = align(left.fields, right.fields)
        self._sides = (_place(left), _place(right))
        self.left_head.say(self._sides[0])
        self.right_head.say(self._sides[1])
        self._refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._pairings = ()
        self.left_head.say("")
        self.right_head.say("")
        self._refresh()

    def set_standard(self, standard: bool) -> None:
        """Show the standardised forms (True) or what the files say (False)."""
        self._standard = standard
        self._refresh()

    def _refresh(self) -> None:
        while len(self._lines) < len(self._pairings):
            self._lines.append(_Line(self._grid, len(self._lines) + 2, self._theme))
        for line in self._lines[len(self._pairings) :]:
            line.set_visible(False)
        rest = 0
        for line, pairing in zip(self._lines, self._pairings, strict=False):
            line.show(pairing, self._standard, self._sides)
            if not decides(pairing):
                rest += 1
                line.set_visible(self._unfolded)
        self.fold.say(tell("compare.fold" if self._unfolded else "compare.unfold", n=rest))
        self.fold.setVisible(bool(rest))
        self.setAccessibleDescription(self.twin())

    def _toggle(self) -> None:
        self._unfolded = not self._unfolded
        self._refresh()

    def twin(self) -> str:
        """The picture in words."""
        told = []
        for pairing in self._pairings:
            words = tell(f"compare.{pairing.state.value}")
            told.append(f"{field(pairing.name)}: {words}")
        return ". ".join(told)


def _place(record: RecordView) -> str:
    part = tell("compare.part", part=record.part) if record.part > 1 else ""
    return tell("compare.place", file=record.file, row=record.row) + part
