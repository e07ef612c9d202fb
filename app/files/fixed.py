"""Reads fixed-width text by a declared layout: no header, columns at known places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.base.errors import Fact
from app.base.progress import Progress
from app.files.batches import batches
from app.files.delimited import clean, soiled
from app.files.dialect import Sample, closing_lines, footer_total
from app.files.lines import Lines, LineTooLong
from app.files.table import Closing
from app.model.kinds import FixedColumn, Layout
from app.model.loads import Rejection, Rows, Shape
from app.model.notes import Note
from app.model.reading import ReadLimits

_SAME_LENGTH = 0.9  # share of lines whose length must be the layout's
_TRIMMED = "fixed-lines-trimmed"


def shape_of_fixed(
    path: Path,
    encoding: str,
    layouts: Sequence[Layout],
    sample: Sample,
    limits: ReadLimits,
    named: bool,
) -> Shape | None:
    """The shape by the first layout whose line length the file keeps, or None.

    When the kind is `named`, lines whose last blanks an editor has cut off fit as well.
    """
    lengths = [len(line) for raw in sample.lines if (line := raw.rstrip("\r\n")).strip("\x1a \x0c")]
    for layout in layouts:
        width = line_length(layout.columns)
        alike = sum(1 for length in lengths if length == width)
        trimmed = named and max(lengths, default=0) == width and _cut_off(sample.lines)
        if lengths and (alike >= _SAME_LENGTH * len(lengths) or trimmed):
            return Shape(
                format="fixed",
                columns=tuple(column.name for column in layout.columns),
                encoding=encoding,
                fixed=layout.columns,
                footer_total=footer_total(closing_lines(path, encoding), limits),
                notes=(Note(_TRIMMED),) if alike < _SAME_LENGTH * len(lengths) else (),
            )
    return None


def line_length(columns: Sequence[FixedColumn]) -> int:
    """Characters in a whole line of a layout."""
    return max(map(line_end, columns), default=0)


def read_fixed(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress,
) -> Iterator[Rows]:
    """Batches of a fixed-width file, streamed; a row's number is its line."""
    progress.stage("read", path.stat().st_size)
    lines = Lines(path, shape.encoding or "cp1252", limits, progress)
    try:
        for batch in batches(_rows(lines, shape, reject, limits), Closing(limits)):
            progress.step(0)
            yield batch
    finally:
        lines.close()


def _rows(
    lines: Lines, shape: Shape, reject: Callable[[Rejection], None], limits: ReadLimits
) -> Iterator[tuple[int, Sequence[str]]]:
    places = [slice(c.start - 1, c.start - 1 + c.width) for c in shape.fixed]
    width = line_length(shape.fixed)
    padded = any(note.code == _TRIMMED for note in shape.notes)
    closing, held = Closing(limits), list[Rejection]()
    for number, line in _numbered(lines, reject, limits):
        text = line.rstrip("\r\n")
        if len(text) != width:
            text = text.rstrip(" ").ljust(width if padded else min(width, len(text)))
        cells = [text[place].strip(" ") for place in places]
        if not any(cells) and not text.strip():
            continue
        fault = _fault(text, cells, number, shape, lines.soiled_to)
        if fault is not None and closing.matches([text]):
            held.append(fault)
            continue
        while held:
            reject(held.pop(0))
        if fault is not None:
            reject(fault)
        else:
            yield number, cells


def _fault(
    text: str, cells: Sequence[str], number: int, shape: Shape, soiled_to: int
) -> Rejection | None:
    width = line_length(shape.fixed)
    facts: dict[str, Fact] = {"found": len(text), "expected": width}
    if len(text) < width:
        missing = next(column.name for column in shape.fixed if line_end(column) > len(text))
        return Rejection(number, missing, "line-too-short", facts, clean(cells))
    if len(text) > width:
        return Rejection(number, None, "line-beyond-layout", facts, clean((*cells, text[width:])))
    return soiled(cells, number, shape.columns) if number <= soiled_to else None


def line_end(column: FixedColumn) -> int:
    """The last place (from 1) of a column."""
    return column.start + column.width - 1


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


def _cut_off(lines: Sequence[str]) -> bool:
    """Whether no line ends in a blank: an editor has cut them off."""
    return not any(line.rstrip("\r\n").endswith(" ") for line in lines)
