"""Where the columns of a fixed-width file stand: declared, stated, remembered or proposed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from app.base.errors import Refused, Where
from app.files.breaks import (
    Proposal,
    is_even,
    one_column,
    outweighs,
    propose,
    split,
    usual_length,
)
from app.files.closing import Closing, Footer
from app.files.dialect import Sample, by_marks, closing_lines
from app.files.table import is_blank, looks_like_names, refuse_many_columns, unique
from app.model.kinds import FixedColumn
from app.model.loads import Shape
from app.model.notes import Note
from app.model.reading import ReadLimits

TRIMMED = "fixed-lines-trimmed"
RULE = re.compile(r" *[-=_]{2,}(?: +[-=_]+)* *")
_SAME_LENGTH = 0.9  # share of lines whose length must be the layout's
_BLANK_BEFORE = 0.9  # share of column starts with a blank before them that knows an open layout


@dataclass(frozen=True)
class Known:
    """A layout that files may have, and who says so: `declared` or `remembered`."""

    columns: tuple[FixedColumn, ...]
    origin: str


@dataclass(frozen=True)
class Text:
    """A text file to be shaped: where it lies, how it is encoded, its first lines."""

    path: Path
    encoding: str
    sample: Sample
    limits: ReadLimits

    @property
    def lines(self) -> list[str]:
        """The lines of the sample that hold something, without their ends."""
        bare = (line.rstrip("\r\n").rstrip("\x1a\x0c") for line in self.sample.lines)
        return [line for line in bare if line.strip()]


def shape_by_known(
    text: Text, known: Sequence[Known], header_row: int | None, *, named: bool
) -> Shape | None:
    """The shape by the layout the file keeps best, or None where it keeps none.

    When the kind is `named`, lines whose last blanks an editor has cut off fit its own layouts.
    """
    lines = text.lines
    fitting = [
        one for one in known if lines and _kept(one, lines, named) and not _cut_by_marks(one, text)
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda one: _blank_before(one.columns, lines))
    return _shape(text, best.columns, best.origin, header_row)


def shape_as_stated(text: Text, columns: tuple[FixedColumn, ...], header_row: int | None) -> Shape:
    """The shape by the places a steward or a mapping file states.

    Stretches between the columns, and after the last, that hold text become columns of their
    own: nothing of a line is lost. Raises Refused: header-row-not-there, file-empty.
    """
    return _shape(text, columns, "stated", header_row)


def shape_as_proposed(text: Text, header_row: int | None, *, asked: bool) -> Shape | None:
    """The shape by what the lines themselves tell; None where they tell nothing.

    `asked`: the steward says that it is a fixed-width file, so one column is an answer too.
    """
    proposal = propose(text.sample, text.limits)
    if proposal is None or not (asked or outweighs(proposal, text.sample, text.limits)):
        if not asked:
            return None
        if not text.lines:
            raise Refused("file-empty", where=Where(file=text.path.name))
        shape = _shape(text, one_column(text.sample), "proposed", header_row)
        return replace(shape, notes=(Note("fixed-breaks-unknown"), *shape.notes))
    refuse_many_columns(len(proposal.columns), text.limits, text.path.name)
    at = (proposal.header_row or 0) if header_row is None else header_row
    shape = _shape(text, proposal.columns, "proposed", at)
    return replace(shape, notes=(_why(proposal), *shape.notes))


def line_end(column: FixedColumn) -> int:
    """The last place (from 1) of a column; of one that runs to the line's end, the one before."""
    return column.start + column.width - 1


def line_length(columns: Sequence[FixedColumn]) -> int:
    """Characters that a whole line of a layout has, or must have at least."""
    return max(map(line_end, columns), default=0)


def _why(proposal: Proposal) -> Note:
    code = "fixed-breaks-by-rule" if proposal.by == "rule" else "fixed-breaks-by-blanks"
    return Note(code, {"columns": len(proposal.columns)})


def _shape(
    text: Text, columns: tuple[FixedColumn, ...], origin: str, header_row: int | None = None
) -> Shape:
    lines, limits = text.lines, text.limits
    if not lines:
        raise Refused("file-empty", where=Where(file=text.path.name))
    at = _header_row(text, columns) if header_row is None else header_row or None
    if at is not None and at > len(text.sample.lines):
        raise Refused("header-row-not-there", where=Where(file=text.path.name, row=at))
    notes: list[Note] = []
    if at is not None and (above := sum(not is_blank([s]) for s in text.sample.lines[: at - 1])):
        notes.append(Note("report-header-skipped", {"lines": above}))
    body = text.sample.lines[at or 0 :]
    if origin == "declared":
        whole = columns
    else:
        whole = _with_gaps(columns, [line.rstrip("\r\n") for line in body])
    if len(whole) > len(columns):
        notes.append(Note("fixed-places-kept", {"count": len(whole) - len(columns)}))
    if _trimmed(whole, [line.rstrip("\r\n") for line in body if line.strip()]):
        notes.append(Note(TRIMMED))
    if origin in ("stated", "remembered"):
        code = "fixed-as-stated" if origin == "stated" else "fixed-as-remembered"
        notes.insert(0, Note(code, {"columns": len(columns)}))
    footer = _footer(text, limits)
    return Shape(
        format="fixed",
        columns=tuple(column.name for column in whole),
        encoding=text.encoding,
        header_row=at,
        fixed=whole,
        layout_from=origin,
        footer_rows=footer.rows,
        footer_total=footer.total,
        footer_sums=footer.sums,
        notes=tuple(notes),
    )


def _footer(text: Text, limits: ReadLimits) -> Footer:
    last = closing_lines(text.path, text.encoding)
    return Closing(limits).footer([[line] for line in last], ())


def _kept(known: Known, lines: Sequence[str], named: bool) -> bool:
    """Whether lines keep a layout: by their length, or where that says nothing by the blanks."""
    width = line_length(known.columns)
    if not known.columns[-1].width:
        long = sum(1 for line in lines if len(line) > width)
        blanks = _blank_before(known.columns, lines)
        return long >= _SAME_LENGTH * len(lines) and blanks >= _BLANK_BEFORE
    alike = sum(1 for line in lines if len(line) == width)
    if known.origin == "remembered":
        sure = _blank_before(known.columns, lines) >= _BLANK_BEFORE
    else:
        sure = named
    longest = max(map(len, lines))
    return alike >= _SAME_LENGTH * len(lines) or (sure and longest == width and _cut_off(lines))


def _cut_by_marks(known: Known, text: Text) -> bool:
    """Whether a remembered layout only happens to be as long as lines with marks between columns.

    A declared layout belongs to its kind; one remembered must not cut an ordinary CSV through.
    """
    return (
        known.origin == "remembered"
        and _blank_before(known.columns, text.lines) < _BLANK_BEFORE
        and by_marks(text.sample, text.limits) is not None
    )


def _blank_before(columns: Sequence[FixedColumn], lines: Sequence[str]) -> float:
    """The share of column starts, over all lines, that have a blank before them."""
    places = [column.start - 2 for column in columns[1:]]
    seen = [line[place : place + 1] in ("", " ") for line in lines for place in places]
    return sum(seen) / len(seen) if seen else 1.0


def _header_row(text: Text, columns: Sequence[FixedColumn]) -> int | None:
    """The line that names the columns: above a rule, or of the layout's names, or like names."""
    lines = [line.rstrip("\r\n") for line in text.sample.lines]
    for place, line in enumerate(lines[1:20], start=1):
        if " " in line.strip() and RULE.fullmatch(line):
            return place
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    starts = [column.start for column in columns]
    rows = [split(line, starts) for _, line in filled]
    names = [column.name.casefold() for column in columns]
    if rows and (
        [cell.casefold() for cell in rows[0]] == names or looks_like_names(rows[0], rows[1:])
    ):
        return filled[0][0]
    return None


def _with_gaps(columns: tuple[FixedColumn, ...], lines: Sequence[str]) -> tuple[FixedColumn, ...]:
    """The columns, and one for each stretch beside them in which lines hold text."""
    usual = usual_length(lines)
    if is_even(lines):  # titles and totals say nothing about the rows
        lines = [line for line in lines if len(line) == usual]
    longest = max(map(len, lines), default=0) if columns[-1].width else 0
    edges = [FixedColumn("", 1, 0), *columns, FixedColumn("", longest + 1, 0)]
    found = list(columns)
    taken = {column.name for column in columns}
    for one, other in pairwise(edges):
        first, last = line_end(one) + 1, other.start - 1
        if first <= last and any(line[first - 1 : last].strip() for line in lines):
            name = unique(f"Places {first} to {last}", taken)
            found.append(FixedColumn(name, first, last - first + 1))
    return tuple(sorted(found, key=lambda column: column.start))


def _trimmed(columns: Sequence[FixedColumn], lines: Sequence[str]) -> bool:
    """Whether an editor has cut the blanks off the ends of lines that this layout has."""
    width = line_length(columns)
    if not lines or not columns[-1].width:
        return False
    alike = sum(1 for line in lines if len(line) == width)
    return alike < _SAME_LENGTH * len(lines) and _cut_off(lines)


def _cut_off(lines: Sequence[str]) -> bool:
    """Whether no line ends in a blank: an editor has cut them off."""
    return not any(line.endswith(" ") for line in lines)
