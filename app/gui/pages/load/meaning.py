"""The boxes that say what one column means: one pair of them, whatever the number of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Choice, Field, Text, flow
from app.gui.pages.load.lines import Line, format_words, is_date, words_of
from app.wording.window import tell

SHOWN = 36
"""Letters of a column's name in a label."""
FORMATS = ("", "%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%m/%d/%Y", "%Y%m%d", "%d %B %Y", "%d-%b-%Y")


class MeaningBoxes(QWidget):
    """What the column means that the table's cursor is on, and how its dates are written.

    `changed` is called when the steward chose something else.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self._line: Line | None = None
        self._entries: Sequence[tuple[str, str]] = ()
        self.meaning, self.dates = Choice(), Choice()
        self.meaning.setMinimumContentsLength(30)
        self.dates.setMinimumContentsLength(24)
        self.meaning.currentIndexChanged.connect(lambda _at: self._mean())
        self.dates.currentIndexChanged.connect(lambda _at: self._write())
        self._meaning_field = Field(tell("load.means"), self.meaning)
        self._dates_field = Field(tell("load.dates"), self.dates)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for field in (self._meaning_field, self._dates_field):  # their boxes stand in one line
            for label in field.findChildren(Text):
                label.setWordWrap(False)
        box.addWidget(flow(self._meaning_field, self._dates_field, gap=24))
        self.hide()

    def offer(self, entries: Sequence[tuple[str, str]]) -> None:
        """Offer these meanings from now on; no column is shown yet."""
        self._entries, self._line = entries, None
        self.hide()

    def show_line(self, line: Line) -> None:
        """Show what a column means now."""
        self._line = line
        entries = list(self._entries)
        if line.code not in dict(entries):
            entries.append((line.code, words_of(line.code)))
        self.meaning.offer(entries, line.code)
        forms = FORMATS if line.form in FORMATS else (*FORMATS, line.form)
        self.dates.offer([(form, format_words(form)) for form in forms], line.form)
        self._name(self._meaning_field, "load.meaning-of", line.column)
        self._name(self._dates_field, "load.date-form-of", line.column)
        self._tell()
        self.show()

    def begin(self) -> None:
        """Let the meaning be chosen: the keyboard goes to its box."""
        if self._line is not None:
            self.meaning.setFocus()

    def _name(self, field: Field, key: str, column: str) -> None:
        """Name a box after its column: in full for a screen reader, in sight as far as it fits."""
        short = column if len(column) <= SHOWN else f"{column[: SHOWN - 1]}…"
        field.call(tell(key, column=short))
        field.box.setAccessibleName(tell(key, column=column))

    def _mean(self) -> None:
        if self._line is not None:
            self._line.code = self.meaning.value()
            self._tell()
            self._changed()

    def _write(self) -> None:
        if self._line is not None:
            self._line.form = self.dates.value()
            self._changed()

    def _tell(self) -> None:
        if self._line is not None:
            self.meaning.setAccessibleDescription(self._line.reason)
            self._dates_field.setVisible(is_date(self._line.code))
