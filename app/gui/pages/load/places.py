"""Where the columns of a fixed-width file stand: the ruler, the places as text, the names."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Field, LineBox, Scroll, Text, row
from app.gui.frame import Desk
from app.gui.pages.load.ruler import Ruler, widths
from app.model.kinds import FixedColumn
from app.model.loads import Offer
from app.wording.window import tell

PAUSE_MS = 600


class Places(QWidget):
    """The layout as the steward has it now; `changed` is called a moment after the last change."""

    def __init__(self, desk: Desk, changed: Callable[[], object]) -> None:
        super().__init__()
        self._names: dict[int, str] = {}
        self._length, self._open = 1, False
        self.ruler = Ruler(desk.theme)
        self.ruler.changed.connect(self._ruled)
        self.ruler.shifted.connect(self._shifted)
        self.ruler.moved.connect(lambda _place: self._show_cursor())
        self._scroll = Scroll(self.ruler)
        self.state = Text("", "small")
        self.starts = LineBox()
        self.starts.editingFinished.connect(self._typed)
        self.name = LineBox()
        self.name.editingFinished.connect(self._named)
        self._starts_field = Field(
            tell("load.starts"), self.starts, hint=tell("load.starts-hint"), rule=self._rule
        )
        self._name_field = Field(
            tell("load.column-name"), self.name, hint=tell("load.column-name-hint")
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(changed)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(Text(tell("load.ruler-help"), "hint"))
        box.addWidget(self._scroll)
        box.addWidget(self.state)
        box.addWidget(row(self._starts_field, self._name_field, gap=24))
        desk.theme.changed.connect(self._fit)

    @property
    def waiting(self) -> bool:
        """Whether a change has not been told yet."""
        return self._pause.isActive()

    def layout_now(self) -> tuple[FixedColumn, ...]:
        """Every column from its start to the next; ragged lines leave the last one open."""
        starts = self.ruler.starts
        found = widths(starts, max(self._length, starts[-1]))
        if self._open:
            found[-1] = 0
        return tuple(
            FixedColumn(self._name(start), start, width)
            for start, width in zip(starts, found, strict=True)
        )

    def show_offer(self, offer: Offer) -> None:
        """Show the lines and columns of a file, unless the steward is already further on."""
        if self.waiting or not offer.shape.fixed:
            return
        last = offer.shape.fixed[-1]
        self._open = not last.width
        self._length = last.start + last.width - 1 if last.width else last.start
        self.ruler.show_lines(offer.lines)
        fixed = offer.shape.fixed
        self._names = {one.start: one.name for one in fixed if one.name != _unnamed(one.start)}
        self._show([column.start for column in fixed])
        self._fit()

    def flush(self) -> None:
        """Tell a change at once that still waits."""
        if self.waiting:
            self._pause.stop()
            self._pause.timeout.emit()

    def _ruled(self) -> None:
        self._show(self.ruler.starts)
        self._pause.start()

    def _shifted(self, start: int, to: int) -> None:
        if start in self._names:
            self._names[to] = self._names.pop(start)
        self._ruled()

    def _name(self, start: int) -> str:
        return self._names.get(start, _unnamed(start))

    def _show(self, starts: list[int]) -> None:
        self.ruler.show_starts(starts, {start: self._name(start) for start in {1, *starts}})
        self.starts.setText(", ".join(str(start) for start in self.ruler.starts))
        self._starts_field.show_problem(None)
        self._show_cursor()

    def _show_cursor(self) -> None:
        first, _last = self.ruler.column_at(self.ruler.at)
        self.state.say(self.ruler.accessibleDescription())
        if not self.name.hasFocus():
            self.name.setText(self._name(first))
        bar = self._scroll.horizontalScrollBar()
        box = self.ruler.place_box(self.ruler.at)
        if box.right() > bar.value() + self._scroll.viewport().width():
            bar.setValue(box.right() - self._scroll.viewport().width())
        elif box.left() < bar.value():
            bar.setValue(box.left())

    def _typed(self) -> None:
        if self._starts_field.check() is not None:
            return
        typed = sorted({1, *_numbers(self.starts.value())})
        if typed != self.ruler.starts:
            self.ruler.starts = typed
            self._ruled()

    def _named(self) -> None:
        first, _last = self.ruler.column_at(self.ruler.at)
        name = " ".join(self.name.value().split())
        taken = {self._name(start) for start in self.ruler.starts if start != first}
        if name and name not in taken and name != self._name(first):
            self._names[first] = name
            self._show(self.ruler.starts)
            self._pause.start()

    def _rule(self) -> str | None:
        try:
            wrong = [place for place in _numbers(self.starts.value()) if place < 1]
        except ValueError:
            return tell("load.need-starts")
        return tell("load.need-starts") if wrong else None

    def _fit(self) -> None:
        bar = self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(self.ruler.sizeHint().height() + bar + 4)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.replace(",", " ").split()]


def _unnamed(start: int) -> str:
    return tell("load.column-from", place=start)
