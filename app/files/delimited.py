"""Reads delimited text: the standard parser, and our own checks of width, quotes and letters."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

from app.base.errors import Fact
from app.base.progress import Progress
from app.files.batches import batches
from app.files.closing import Closing
from app.files.dialect import QUOTE, Reader, parser, way_of
from app.files.lines import (
    KEPT_OF_A_LONG_LINE,
    Lines,
    LineTooLong,
    RecordTooLong,
    heard,
    opened_lines,
)
from app.files.table import clean_text, is_blank, is_rule
from app.model.loads import Rejection, Rows, Shape
from app.model.reading import ReadLimits

_SOIL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MISFITS = ("row-too-short", "row-too-long")


def read_delimited(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress,
) -> Iterator[Rows]:
    """Batches of a delimited file, streamed. Row numbers are the lines where records start."""
    refuse = heard(reject, progress)
    with opened_lines(path, shape.encoding or "utf-8", limits, progress) as lines:
        records = Records(lines, shape, refuse, limits)
        for batch in batches(records.rows(), records.closing):
            progress.step(0)
            yield batch


class Records:
    """The records of a delimited file; what does not fit goes to `reject`, and reading goes on."""

    def __init__(
        self,
        lines: Lines,
        shape: Shape,
        reject: Callable[[Rejection], None],
        limits: ReadLimits,
    ) -> None:
        self.closing = Closing(limits)
        self._lines = lines
        self._columns = shape.columns
        self._way = way_of(shape)
        self._header_row = shape.header_row
        self._header: list[str] = []
        self._reject = reject
        self._limits = limits
        self._held: list[Rejection] = []

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Good rows with the line each starts at: the width of the header, clean, not blank."""
        start: int | None = self._after_header()
        while start is not None:
            self._lines.needed = start
            start = yield from self._rows_from(start)

    def _rows_from(self, start: int) -> Generator[tuple[int, Sequence[str]], None, int | None]:
        """Good rows from a line on; returns the line to begin again at, or None at the end."""
        lines, width, header, held = self._lines, len(self._columns), self._header, self._held
        reader, base = self._parser(start), start - 1
        try:
            for cells in reader:
                end = base + reader.line_num
                if (
                    len(cells) == width
                    and end == start
                    and start > lines.soiled_to
                    and cells != header
                ):
                    if any(cells):
                        if held:
                            self._let_go()
                        yield start, cells
                else:
                    row, resume = self._examine(cells, start, end)
                    if row is not None:
                        yield start, row
                    if resume <= end:
                        return resume
                start = lines.needed = end + 1
        except LineTooLong as long:
            return self._too_long(long, start, base + reader.line_num + 1)
        except RecordTooLong:
            return self._spoilt("quote-unclosed", start)
        except csv.Error as error:
            alone = base + reader.line_num == start and "field limit" in str(error)
            return self._spoilt("field-too-long" if alone else "quote-unclosed", start)
        return None

    def _examine(self, cells: list[str], start: int, end: int) -> tuple[Sequence[str] | None, int]:
        """A record that is not plainly good: the row (None if rejected), the line to go on at."""
        width = len(self._columns)
        if is_blank(cells):
            return None, end + 1
        if len(cells) != width and self._swallowed(start, end):
            return None, self._spoilt("quote-unclosed", start)
        if end - start > self._limits.record_lines:
            return None, self._spoilt("quote-unclosed", start)
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if rejection := self._fault(cells, start):
            if rejection.code in _MISFITS and self.closing.matches(cells):
                self._held.append(rejection)
            else:
                self._refuse(rejection)
            return None, end + 1
        self._let_go()
        return cells, end + 1

    def _fault(self, cells: list[str], start: int) -> Rejection | None:
        width = len(self._columns)
        facts: dict[str, Fact] = {"found": len(cells), "expected": width}
        if len(cells) < width:
            return Rejection(start, self._columns[len(cells)], "row-too-short", facts, clean(cells))
        if len(cells) > width:
            return Rejection(start, None, "row-too-long", facts, clean(cells))
        if cells == self._header:
            return Rejection(start, None, "header-repeated", {}, clean(cells))
        if start <= self._lines.soiled_to:
            return soiled(cells, start, self._columns)
        return None

    def _swallowed(self, start: int, end: int) -> bool:
        """Whether a record of the wrong width ran over lines that are rows of their own."""
        last = min(end, start + self._limits.record_lines)
        quote, mark = self._way.quote or QUOTE, self._way.delimiter
        for number in range(start + 1, last + 1):
            line = self._lines.line(number)
            alone = csv.reader([line], delimiter=mark, quotechar=quote)
            paired = line.count(quote) % 2 == 0  # an odd one closes the record's own
            if paired and len(next(alone, [])) == len(self._columns) > 1:
                return True
        return False

    def _spoilt(self, code: str, start: int) -> int:
        """Reject one line that the parser cannot take, as it stands; go on with the next."""
        cells = [cell[:KEPT_OF_A_LONG_LINE] for cell in self._line_cells(start)]
        self._refuse(Rejection(start, None, code, {}, clean(cells)))
        return start + 1

    def _too_long(self, long: LineTooLong, start: int, place: int) -> int:
        if start < place:  # it came up within a record that was never closed
            return self._spoilt("quote-unclosed", start)
        facts: dict[str, Fact] = {
            "characters": long.characters,
            "limit": self._limits.line_characters,
        }
        self._refuse(Rejection(start, None, "line-too-long", facts, clean([long.start])))
        return start + 1

    def _line_cells(self, number: int) -> list[str]:
        return self._lines.line(number).split(self._way.delimiter)

    def _refuse(self, rejection: Rejection) -> None:
        self._let_go()
        self._reject(rejection)

    def _let_go(self) -> None:
        """Lines that looked like a report's end are rejected: more rows came after them."""
        for rejection in self._held:
            self._reject(rejection)
        self._held.clear()

    def _parser(self, line: int) -> Reader:
        return parser(self._lines.feed(line), self._way, self._limits)

    def _after_header(self) -> int:
        """The line after the header (which may run over lines) and a rule drawn beneath it."""
        if self._header_row is None:
            return 1
        lines, row = self._lines, self._header_row
        lines.skip(row)
        reader = self._parser(row)
        after = row + 1
        with contextlib.suppress(csv.Error, LineTooLong, RecordTooLong):
            self._header = next(reader, [])
            after = row + reader.line_num
            beneath: list[str] = next(reader, [])
            if beneath and is_rule(beneath):
                after = row + reader.line_num
        return after


def soiled(cells: Sequence[str], number: int, columns: Sequence[str]) -> Rejection | None:
    """A rejection for the first cell with control characters or undecodable bytes, or None."""
    if not _SOIL.search("\n".join(cells)):
        return None
    for column, cell in zip(columns, cells, strict=True):
        if found := _SOIL.search(cell):
            letter = ord(found[0])
            if letter < 0xD800:
                facts: dict[str, Fact] = {"character": f"U+{letter:04X}"}
                return Rejection(number, column, "control-character", facts, clean(cells))
            facts = {"byte": f"{letter & 0xFF:02X}"}
            return Rejection(number, column, "bytes-undecodable", facts, clean(cells))
    return None


def clean(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells that can be written as UTF-8, whatever could not be decoded in them."""
    return tuple(map(clean_text, cells))
