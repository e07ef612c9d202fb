"""A ruler over the first lines of a file: where columns begin is seen, clicked and keyed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from app.gui.forms import plain
from app.gui.theme import Theme
from app.wording.window import tell

LINES = 8
_PAD = 8
_NUMBERED = 10  # every tenth place has its number
_TOGGLE = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class Ruler(QWidget):
    """Lines in letters of one width beneath a scale. Places count from 1.

    `changed` tells that columns begin elsewhere now, `shifted` that one column does (from, to),
    `moved` where the cursor stands. Arrows
    move the cursor, with Ctrl from column to column, with Shift they take the column's start
    along; Space begins a column or ends that it begins, and so does a click.
    """

    changed = Signal()
    moved = Signal(int)
    shifted = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: tuple[str, ...] = ()
        self._names: dict[int, str] = {}
        self._length = 1
        self.starts: list[int] = [1]
        self.at = 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tell("load.ruler"))
        theme.changed.connect(self._restyle)

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show the first lines of a file."""
        self._lines = tuple(plain(line) for line in lines[:LINES])
        self._length = max(map(len, self._lines), default=1)
        self._restyle()

    def show_starts(self, starts: Sequence[int], names: dict[int, str]) -> None:
        """Show where columns begin and what they are called."""
        self.starts = sorted({1, *(start for start in starts if start > 1)})
        self._names = names
        self._tell()

    def column_at(self, place: int) -> tuple[int, int]:
        """First and last place of the column that holds a place."""
        at = bisect_right(self.starts, place)
        last = self.starts[at] - 1 if at < len(self.starts) else max(self._length, self.starts[-1])
        return self.starts[at - 1], last

    def go(self, place: int) -> None:
        """Put the cursor at a place."""
        self.at = min(max(1, place), self._length)
        self._tell()
        self.moved.emit(self.at)

    def toggle(self, place: int) -> None:
        """Begin a column at a place, or no longer begin one there."""
        if place > 1:
            kept = [start for start in self.starts if start != place]
            self.starts = kept if len(kept) < len(self.starts) else sorted([*kept, place])
            self.changed.emit()
        self.go(place)

    def place_box(self, place: int) -> QRect:
        """Where a place is drawn, to be scrolled into sight."""
        return QRect(round(self._x(place)) - 40, 0, 80, self.height())

    @property
    def _tall(self) -> int:
        """How far down there is something to draw; a scroll bar has its place beneath."""
        return min(self.height(), self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Room for every place of the longest line."""
        metrics = QFontMetricsF(self._font())
        width = metrics.horizontalAdvance("0") * (self._length + 1) + 2 * _PAD
        rows = len(self._lines) + 2.4
        return QSize(round(width), round(metrics.lineSpacing() * rows) + _PAD)

    def minimumSizeHint(self) -> QSize:
        """All of it: what holds the ruler scrolls."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor, a column from one to the next, or a column's start; begin or end one."""
        key, keys = event.key(), Qt.Key
        step = {keys.Key_Left: -1, keys.Key_Right: 1}.get(Qt.Key(key))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.go(self._next_start(step))
        elif step is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._shift(step)
        elif step is not None:
            self.go(self.at + step)
        elif key in (keys.Key_Home, keys.Key_End):
            self.go(1 if key == keys.Key_Home else self._length)
        elif key in _TOGGLE or (key in _REMOVE and self.at in self.starts):
            self.toggle(self.at)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a column where it was clicked, or no longer begin one there."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        width = QFontMetricsF(self._font()).horizontalAdvance("0")
        place = int((event.position().x() - _PAD) // width) + 1
        if 1 <= place <= self._length:
            self.toggle(place)

    def focusInEvent(self, event: QEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Grounds of columns, the scale, names, lines, starts, the cursor."""
        painter = QPainter(self)
        painter.setFont(self._font())
        height = QFontMetricsF(self._font()).lineSpacing()
        self._paint_columns(painter, height)
        self._paint_scale(painter, height)
        painter.setPen(QColor(self._theme.colours.ink))
        for number, line in enumerate(self._lines):
            top = height * (number + 2.3)
            for place, letter in enumerate(line, start=1):
                if letter != " ":
                    painter.drawText(QPointF(self._x(place), top + height * 0.8), letter)
        self._paint_cursor(painter, height)

    def _paint_columns(self, painter: QPainter, height: float) -> None:
        colours = self._theme.colours
        ends = [*self.starts[1:], max(self._length, self.starts[-1]) + 1]
        for number, (start, end) in enumerate(zip(self.starts, ends, strict=True)):
            box = QRectF(self._x(start), 0, self._x(end) - self._x(start), self._tall)
            painter.fillRect(box, QColor(colours.raised if number % 2 else colours.surface))
            name = painter.fontMetrics().elidedText(
                plain(self._names.get(start, "")), Qt.TextElideMode.ElideRight, round(box.width())
            )
            painter.setPen(QColor(colours.accent))
            painter.drawText(QPointF(box.left() + 2, height * 1.9), name)
        painter.setPen(QPen(QColor(colours.accent), 2))
        for start in self.starts[1:]:
            x = self._x(start)
            painter.drawLine(QPointF(x, height * 1.1), QPointF(x, self._tall))

    def _paint_scale(self, painter: QPainter, height: float) -> None:
        colours = self._theme.colours
        painter.setPen(QColor(colours.quiet))
        for place in range(1, self._length + 1):
            x = self._x(place)
            if place % _NUMBERED == 0:
                painter.drawText(QPointF(x, height * 0.75), str(place))
            long = 0.32 if place % _NUMBERED == 0 else 0.2 if place % 5 == 0 else 0.12
            painter.drawLine(QPointF(x, height * (1.1 - long)), QPointF(x, height * 1.1))

    def _paint_cursor(self, painter: QPainter, height: float) -> None:
        colours = self._theme.colours
        colour = QColor(colours.focus if self.hasFocus() else colours.edge)
        x, arm = self._x(self.at), height * 0.28
        style = Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DashLine
        painter.setPen(QPen(colour, 2, style))
        painter.drawLine(QPointF(x, height * 1.1), QPointF(x, self._tall))
        painter.setBrush(colour)
        tip = QPointF(x, height * 1.15)
        corners = [tip, QPointF(x - arm, height * 0.8), QPointF(x + arm, height * 0.8)]
        painter.drawPolygon(QPolygonF(corners))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, colours.focus_width))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _next_start(self, step: int) -> int:
        if step > 0:
            return next((start for start in self.starts if start > self.at), self._length)
        return next((start for start in reversed(self.starts) if start < self.at), 1)

    def _shift(self, step: int) -> None:
        """Take the start at the cursor along, as far as the columns beside it leave room."""
        to = self.at + step
        if self.at not in self.starts[1:] or to in self.starts or not 1 < to <= self._length:
            return
        self.starts = sorted([*(start for start in self.starts if start != self.at), to])
        self.shifted.emit(self.at, to)
        self.go(to)

    def _tell(self) -> None:
        """Say where the cursor stands, for a screen reader too."""
        first, last = self.column_at(self.at)
        begins = "load.ruler-begins" if self.at in self.starts else "load.ruler-within"
        words = tell(begins, place=self.at, name=self._names.get(first, ""), first=first, last=last)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            event = QAccessible.Event.DescriptionChanged
            QAccessible.updateAccessibility(QAccessibleEvent(self, event))
        self.update()

    def _x(self, place: int) -> float:
        return _PAD + QFontMetricsF(self._font()).horizontalAdvance("0") * (place - 1)

    def _font(self) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self._theme.points)
        return font

    def _restyle(self) -> None:
        self.updateGeometry()
        self.setMinimumSize(self.sizeHint())
        self._tell()


def widths(starts: Sequence[int], length: int) -> list[int]:
    """The width of each column from its start to the next; of the last to a length."""
    return [end - start for start, end in pairwise([*starts, length + 1])]
