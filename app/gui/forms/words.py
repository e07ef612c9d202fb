"""Words, buttons and grounds: every text is plain text, whatever it holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.gui.clipboard import copy_record
from app.wording.window import tell

Item = QWidget | QLayout | int
"""What a row or column holds; an int is stretch of that weight (0: a small gap)."""

_PICTURES = {"\n": "⏎", "\r": "", "\t": "⇥"}


def plain(text: str, *, lines: bool = False) -> str:
    """Text that cannot disturb the window: control and direction marks become visible signs.

    With `lines`, line breaks stay; without, they show as ⏎.
    """
    if text.isprintable():
        return text
    return "".join(_safe(letter, lines) for letter in text)


def _safe(letter: str, lines: bool) -> str:
    if letter == "\n" and lines:
        return letter
    if letter in _PICTURES:
        return _PICTURES[letter]
    if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return "␀" if letter == "\0" else "\N{REPLACEMENT CHARACTER}"
    return letter


class Text(QLabel):
    """A label that never reads markup. `voice` chooses its look in window.qss."""

    def __init__(self, text: str = "", voice: str = "body", *, wrap: bool = True) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("voice", voice)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred if wrap else policy.Maximum, policy.Minimum)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        self.setText(plain(text, lines=True))

    def set_voice(self, voice: str) -> None:
        """Change the look."""
        self.setProperty("voice", voice)
        self.style().unpolish(self)
        self.style().polish(self)

    def selectable(self) -> Text:
        """Let the steward mark and copy the text, by mouse or keyboard."""
        flag = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flag.TextSelectableByMouse | flag.TextSelectableByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        return self

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is marked is copied as a record is: kept out of the system's history."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same by menu; Qt's own would copy without the mark."""
        if not self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tell("form.copy"), self._copy).setEnabled(self.hasSelectedText())
        menu.addAction(tell("form.mark-all"), lambda: self.setSelection(0, len(self.text())))
        menu.popup(event.globalPos())

    def _copy(self) -> None:
        if self.hasSelectedText():
            copy_record(self.selectedText().replace("\N{PARAGRAPH SEPARATOR}", "\n"))


class Button(QPushButton):
    """A button with a word on it. `part`: plain, primary, danger, link, rail, tab, chip, row."""

    def __init__(
        self,
        text: str,
        pressed: Callable[[], object] | None = None,
        *,
        part: str = "plain",
        key: str | None = None,
    ) -> None:
        super().__init__(text.replace("&", "&&"))
        self._barred = False
        self.setProperty("part", part)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        if key:
            self.setShortcut(QKeySequence(key))
        if pressed is not None:
            self.clicked.connect(lambda _checked=False: pressed())

    def bar(self, reason: str) -> None:
        """Switch it off for good; whoever asks learns why."""
        self._barred = True
        super().setEnabled(False)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def setEnabled(self, on: bool) -> None:
        """Switch on or off; one that is barred stays off."""
        super().setEnabled(on and not self._barred)

    def say(self, text: str) -> None:
        """Change the word."""
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)


class Card(QFrame):
    """A ground that holds things under each other."""

    def __init__(self, *items: Item, ground: str = "card", gap: int = 8, pad: int = 16) -> None:
        super().__init__()
        self.setProperty("ground", ground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(pad, pad, pad, pad)
        self.body.setSpacing(gap)
        fill(self.body, items)


class Notice(Card):
    """A remark that must be seen: ground and word tell its weight (warn, good, error).

    Where there is nothing to remark there is no notice.
    """

    def __init__(self, text: str, ground: str = "warn", heading: str = "") -> None:
        voice = {"warn": "warn", "good": "good", "error": "error"}.get(ground, "label")
        super().__init__(ground=ground, pad=12, gap=4)
        self.heading = Text(heading, voice)
        self.heading.setVisible(bool(heading))
        self.text = Text(text)
        fill(self.body, (self.heading, self.text))
        if not text:
            self.hide()

    def say(self, text: str) -> None:
        """Change the remark; an empty one hides the notice."""
        self.text.say(text)
        self.setVisible(bool(text))


class Facts(QWidget):
    """Names and values in two columns, as on a check-your-answers page."""

    def __init__(self, rows: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._end = 0
        self.show_rows(rows)

    def show_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Replace all rows."""
        clear(self._grid)
        self._grid.setRowStretch(self._end, 0)
        top = Qt.AlignmentFlag.AlignTop
        for number, (name, value) in enumerate(rows):
            self._grid.addWidget(Text(name, "label"), number, 0, top)
            self._grid.addWidget(Text(value).selectable(), number, 1, top)
            self._end = number + 1
        self._grid.setRowStretch(self._end, 1)


class Scroll(QScrollArea):
    """A column of things that scrolls when the window is small or the text large."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hold(content)
        self.viewport().setAutoFillBackground(False)

    def hold(self, content: QWidget) -> None:
        """Show this; what was held before is gone."""
        content.setProperty("ground", "scroll")
        content.setAutoFillBackground(False)
        self.setWidget(content)


def space(pixels: int) -> QWidget:
    """An empty strip of a fixed height and width."""
    strip = QWidget()
    strip.setFixedSize(pixels, pixels)
    return strip


def stretch() -> int:
    """Room that grows."""
    return 1


def fill(box: QBoxLayout, items: Iterable[Item]) -> None:
    """Put items in a box in order."""
    for item in items:
        if isinstance(item, QWidget):
            box.addWidget(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        elif item:
            box.addStretch(item)
        else:
            box.addSpacing(8)


def clear(box: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (taken := box.takeAt(0)) is not None:
        if (widget := taken.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := taken.layout()) is not None:
            clear(inner)


def column(*items: Item, gap: int = 8, margin: int = 0) -> QWidget:
    """Things under each other."""
    return _boxed(QVBoxLayout(), items, gap, margin)


def row(*items: Item, gap: int = 8, margin: int = 0) -> QWidget:
    """Things beside each other."""
    return _boxed(QHBoxLayout(), items, gap, margin)


def _boxed(box: QBoxLayout, items: Iterable[Item], gap: int, margin: int) -> QWidget:
    holder = QWidget()
    holder.setLayout(box)
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(gap)
    fill(box, items)
    return holder


class WordsButton(Button):
    """A button whose words wrap: for sentences and whole rows. `aside` stands on the right."""

    def __init__(
        self,
        text: str,
        pressed: Callable[[], object],
        *,
        part: str,
        aside: str = "",
        voice: str = "body",
    ) -> None:
        super().__init__("", pressed, part=part)
        self.setAccessibleName(text)
        self.setAccessibleDescription(aside)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Minimum)  # narrower than one line, and taller
        words = Text(text, voice)
        box = QHBoxLayout(self)
        box.setSpacing(16)
        box.addWidget(words, 1)
        if part == "row":
            box.setContentsMargins(16, 12, 16, 12)
            box.addWidget(Text(aside, "quiet", wrap=False))
            box.addWidget(Text("›", "lead", wrap=False))
        else:
            box.setContentsMargins(4, 2, 4, 2)
        for label in self.findChildren(Text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """As its words need."""
        box = self.layout()
        return super().sizeHint() if box is None else box.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """As its words need, wrapped."""
        box = self.layout()
        return super().minimumSizeHint() if box is None else box.totalMinimumSize()
