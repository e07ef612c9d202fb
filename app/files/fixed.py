"""Reads fixed-width text: columns at known places, every line held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from app.base.errors import Fact
from app.base.progress import Progress
from app.files.batches import batches
from app.files.closing import Closing
from app.files.delimited import clean, soiled
from app.files.layouts import RULE, TRIMMED, line_end, line_length
from app.files.lines import Lines, LineTooLong, heard, opened_lines
from app.model.loads import Rejection, Rows, Shape
from app.model.reading import ReadLimits

Place = tuple[int, int]
"""A stretch of a line: first place (from 0) and the place after the last."""


def read_fixed(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress,
) -> Iterator[Rows]:
    """Batches of a fixed-width file, streamed; a row's number is its line."""
    refuse = heard(reject, progress)
    with opened_lines(path, shape.encoding or "cp1252", limits, progress) as lines:
        for batch in batches(_rows(lines, shape, refuse, limits), Closing(limits)):
            progress.step(0)
            yield batch


def _rows(
    lines: Lines, shape: Shape, reject: Callable[[Rejection], None], limits: ReadLimits
) -> Iterator[tuple[int, Sequence[str]]]:
    cutter = _Cutter(shape)
    closing, held = Closing(limits), list[Rejection]()
    for number, line in _numbered(lines, reject, limits):
        text = line.rstrip("\r\n")
        if not text.strip() or cutter.is_head(number, text):
            continue
        cells, fault = cutter.cut(number, text, lines.soiled_to)
        if fault is not None and closing.matches([text]):
            held.append(fault)
            continue
        while held:
            reject(held.pop(0))
        if fault is not None:
            reject(fault)
        else:
            yield number, cells


class _Cutter:
    """Cuts lines at the places of a shape and says what does not keep to them."""

    def __init__(self, shape: Shape) -> None:
        self._fixed, self._columns = shape.fixed, shape.columns
        self._open = bool(shape.fixed) and not shape.fixed[-1].width
        self._width = line_length(shape.fixed)
        self._padded = self._open or any(note.code == TRIMMED for note in shape.notes)
        self._places = [slice(c.start - 1, line_end(c) if c.width else None) for c in shape.fixed]
        self._between: list[Place] = [
            (line_end(one), other.start - 1)
            for one, other in pairwise(shape.fixed)
            if line_end(one) < other.start - 1
        ]
        # Only where the program found the places itself must a blank stand before each column.
        proposed = shape.layout_from == "proposed"
        self._before = [column.start - 2 for column in shape.fixed[1:]] if proposed else []
        self._header_row = shape.header_row
        self._header: list[str] | None = None

    def is_head(self, number: int, text: str) -> bool:
        """Whether a line is the header, stands above it, or is the rule drawn beneath it."""
        if self._header_row is None or number > self._header_row + 1:
            return False
        if number == self._header_row:
            self._header = [text[place].strip(" ") for place in self._places]
        return number <= self._header_row or RULE.fullmatch(text) is not None

    def cut(self, number: int, text: str, soiled_to: int) -> tuple[list[str], Rejection | None]:
        """The cells of a line, and why it is none of the file's rows."""
        width = self._width
        if len(text) != width:
            text = text.rstrip(" ").ljust(width if self._padded else min(width, len(text)))
        cells = [text[place].strip(" ") for place in self._places]
        return cells, self._fault(number, text, cells, soiled_to)

    def _fault(self, number: int, text: str, cells: list[str], soiled_to: int) -> Rejection | None:
        width = self._width
        facts: dict[str, Fact] = {"found": len(text), "expected": width}
        if len(text) < width:
            missing = next(column.name for column in self._fixed if line_end(column) > len(text))
            return Rejection(number, missing, "line-too-short", facts, clean(cells))
        if len(text) > width and not self._open:
            beyond = clean((*cells, text[width:]))
            return Rejection(number, None, "line-beyond-layout", facts, beyond)
        if cells == self._header or (self._header is not None and RULE.fullmatch(text)):
            return Rejection(number, None, "header-repeated", {}, clean(cells))
        for at, place in enumerate(self._before, start=1):
            if len(text) > place + 1 and " " not in text[place : place + 2]:
                facts = {"place": place + 2}
                return Rejection(
                    number, self._columns[at], "text-across-columns", facts, clean([text])
                )
        for first, end in self._between:
            if text[first:end].strip(" "):
                facts = {"first": first + 1, "last": end}
                return Rejection(number, None, "text-between-columns", facts, clean([text]))
        return soiled(cells, number, self._columns) if number <= soiled_to else None


def _numbered(
    lines: Lines, reject: Callable[[Rejection], None], limits: ReadLimits
) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; an overlong one is rejected and passed over."""
    while True:
        try:
            for line in lines.feed(lines.needed):
                lines.needed += 1
                yield lines.needed - 1, line
        except LineTooLong as long:
            facts: dict[str, Fact] = {
                "characters": long.characters,
                "limit": limits.line_characters,
            }
            reject(Rejection(lines.needed, None, "line-too-long", facts, clean([long.start])))
            lines.needed += 1
        else:
            return
