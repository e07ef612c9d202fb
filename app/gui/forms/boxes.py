"""Boxes to fill in: each keeps what was typed and gives it as a plain value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.clipboard import copy_record, record
from app.gui.forms.words import Button, Text, column, plain
from app.wording.window import tell


class LineBox(QLineEdit):
    """One line of text. `characters` is the width it is made for."""

    def __init__(self, text: str = "", *, characters: int = 0, example: str = "") -> None:
        super().__init__(text)
        if example:
            self.setPlaceholderText(example)
        if characters:
            self.setMinimumWidth(self.fontMetrics().averageCharWidth() * min(characters, 12) + 24)
            self.setMaximumWidth(self.fontMetrics().averageCharWidth() * characters * 2 + 48)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is copied or cut may be of a record: it is kept out of the system's history."""
        keys = QKeySequence.StandardKey
        if not (event.matches(keys.Copy) or event.matches(keys.Cut)):
            super().keyPressEvent(event)
        elif self.hasSelectedText():
            copy_record(self.selectedText())
            if event.matches(keys.Cut) and not self.isReadOnly():
                self.del_()

    def value(self) -> str:
        """The text without blanks around it."""
        return self.text().strip()


class NoteBox(QPlainTextEdit):
    """Several lines of text; Tab leaves it."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * rows + 20)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied or cut may be of a record: it is kept out of the system's history."""
        return record(self.textCursor().selectedText().replace("\N{PARAGRAPH SEPARATOR}", "\n"))

    def value(self) -> str:
        """The text without blanks around it."""
        return self.toPlainText().strip()


class Choice(QComboBox):
    """One of a list: codes are kept, words are shown. The wheel never changes it unasked."""

    def __init__(self, entries: Sequence[tuple[str, str]] = (), value: str | None = None) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        adjust = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(adjust)
        self.setMinimumContentsLength(12)
        self.offer(entries, value)

    def offer(self, entries: Sequence[tuple[str, str]], value: str | None = None) -> None:
        """Replace the list, keeping the present value where it is still offered."""
        keep = self.value() if value is None else value
        self.blockSignals(True)
        self.clear()
        for code, words in entries:
            self.addItem(plain(words), code)
        self.set_value(keep)
        self.blockSignals(False)

    def value(self) -> str:
        """The chosen code, empty where nothing is offered."""
        return str(self.currentData() or "")

    def set_value(self, code: str) -> None:
        """Choose a code, or the first entry where it is not offered."""
        self.setCurrentIndex(max(0, self.findData(code)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box and its arrow in the text colour."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.ButtonText if self.isEnabled() else QPalette.ColorRole.Mid
        painter.setPen(QPen(self.palette().color(role), 1.6))
        right, middle = self.width() - 15, self.height() / 2
        arm = self.fontMetrics().height() / 4
        points = [
            QPointF(right - arm, middle - arm / 2),
            QPointF(right, middle + arm / 2),
            QPointF(right + arm, middle - arm / 2),
        ]
        painter.drawPolyline(QPolygonF(points))


class Tick(QCheckBox):
    """Yes or no, drawn with a tick that grows with the text."""

    def __init__(self, text: str, on: bool = False) -> None:
        super().__init__(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setChecked(on)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, and the tick in it."""
        super().paintEvent(event)
        if self.isChecked():
            box = _indicator(self, QStyle.SubElement.SE_CheckBoxIndicator)
            painter = _pen(self, QPalette.ColorRole.HighlightedText, box.width() / 7)
            points = [(0.22, 0.52), (0.42, 0.72), (0.78, 0.30)]
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(box.x() + x * box.width(), box.y() + y * box.height())
                        for x, y in points
                    ]
                )
            )


class Radio(QRadioButton):
    """One of several, drawn with a dot that grows with the text."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring, and the dot in it."""
        super().paintEvent(event)
        if self.isChecked():
            box = _indicator(self, QStyle.SubElement.SE_RadioButtonIndicator)
            painter = _pen(self, QPalette.ColorRole.Highlight, 0)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawEllipse(box.center(), box.width() / 4, box.height() / 4)


def _indicator(button: QAbstractButton, part: QStyle.SubElement) -> QRectF:
    option = QStyleOptionButton()
    option.initFrom(button)
    return QRectF(button.style().subElementRect(part, option, button))


def _pen(widget: QWidget, role: QPalette.ColorRole, width: float) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(widget.palette().color(role), width))
    return painter


class RadioChoice(QWidget):
    """One of a few, all in sight."""

    changed = Signal(str)

    def __init__(self, entries: Sequence[tuple[str, str]], value: str = "") -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        self._codes = [code for code, _ in entries]
        self._group = QButtonGroup(self)
        for number, (code, words) in enumerate(entries):
            button = Radio(plain(words).replace("&", "&&"))
            button.setAccessibleName(words)
            button.setChecked(code == value)
            self._group.addButton(button, number)
            box.addWidget(button)
            if number == 0:
                self.setFocusProxy(button)
        self._group.idClicked.connect(lambda number: self.changed.emit(self._codes[number]))

    def value(self) -> str:
        """The chosen code, empty where none is."""
        number = self._group.checkedId()
        return self._codes[number] if number >= 0 else ""

    def set_value(self, code: str) -> None:
        """Choose a code."""
        self._group.button(self._codes.index(code)).setChecked(True)


class PassphraseBox(QWidget):
    """A passphrase, hidden unless shown on purpose."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint
        self.line.setInputMethodHints(hints.ImhSensitiveData | hints.ImhNoPredictiveText)
        self.line.returnPressed.connect(self.entered)
        self.line.setMinimumWidth(220)
        self._show = Button(tell("form.show-passphrase"))
        self._show.setCheckable(True)
        self._show.toggled.connect(self._reveal)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.line, 1)
        box.addWidget(self._show)
        self.setFocusProxy(self.line)

    def value(self) -> str:
        """What was typed, blanks included."""
        return self.line.text()

    def forget(self) -> None:
        """Empty the box and hide again."""
        self.line.clear()
        self._show.setChecked(False)

    def _reveal(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.line.setEchoMode(mode.Normal if shown else mode.Password)
        self._show.say(tell("form.hide-passphrase" if shown else "form.show-passphrase"))


class DateBoxes(QWidget):
    """Day, month and year, each typed as a number."""

    def __init__(self, iso: str = "") -> None:
        super().__init__()
        self._boxes = [LineBox(), LineBox(), LineBox()]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for box, key, digits in zip(self._boxes, ("day", "month", "year"), (2, 2, 4), strict=True):
            box.setFixedWidth(box.fontMetrics().horizontalAdvance("0" * digits) + 28)
            box.setMaxLength(digits)
            label = Text(tell(f"form.{key}"), "small", wrap=False)
            label.setBuddy(box)
            box.setAccessibleName(tell(f"form.{key}"))
            row.addWidget(column(label, box, gap=2))
        row.addStretch(1)
        self.setFocusProxy(self._boxes[0])
        self.set_value(iso)

    def name_parts(self, label: str) -> None:
        """Name each box after the field it belongs to."""
        for box, key in zip(self._boxes, ("day", "month", "year"), strict=True):
            box.setAccessibleName(f"{label}: {tell(f'form.{key}')}")

    def set_value(self, iso: str) -> None:
        """Fill in a date as year-month-day, or empty the boxes."""
        parts = iso.split("-")[::-1] if iso else ["", "", ""]
        for box, part in zip(self._boxes, parts, strict=True):
            box.setText(part.lstrip("0"))

    def value(self) -> str:
        """ISO date; empty where nothing is typed. Raises ValueError where it is not a date."""
        typed = [box.value() for box in self._boxes]
        if not any(typed):
            return ""
        day, month, year = (int(part) for part in typed)
        return date(year, month, day).isoformat()


class FileBox(QWidget):
    """A file or folder: typed, dropped or chosen. `mode`: open, save or folder."""

    chosen = Signal(str)

    def __init__(self, mode: str = "open", *, filters: str = "", name: str = "") -> None:
        super().__init__()
        self._mode, self._filters, self._name = mode, filters, name
        self.setAcceptDrops(True)
        self.line = LineBox()
        self.line.setAcceptDrops(False)
        self.line.editingFinished.connect(self._tell)
        self._told = ""
        keys = {"open": "form.choose-file", "save": "form.choose-place"}
        self.button = Button(tell(keys.get(mode, "form.choose-folder")), self._choose)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.line, 1)
        box.addWidget(self.button)
        self.setFocusProxy(self.line)

    def value(self) -> str:
        """The path as text, empty where none is given."""
        return self.line.value()

    def set_value(self, path: str) -> None:
        """Put a path in the box and tell it."""
        self.line.setText(path)
        self._tell()

    def _tell(self) -> None:
        if self.value() != self._told:
            self._told = self.value()
            self.chosen.emit(self._told)

    def _choose(self) -> None:
        title, start = self.button.accessibleName(), self.value() or self._name
        if self._mode == "folder":
            path = QFileDialog.getExistingDirectory(self, title, start)
        elif self._mode == "save":
            path, _ = QFileDialog.getSaveFileName(self, title, start, self._filters)
        else:
            path, _ = QFileDialog.getOpenFileName(self, title, start, self._filters)
        if path:
            self.set_value(str(Path(path)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome local files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first local file."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.set_value(str(Path(paths[0])))


Rule = Callable[[], str | None]
"""Says what is wrong with a field, or None."""
