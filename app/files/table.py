"""Where a table starts within its file: its header and the names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.base.errors import Refused, Where
from app.model.notes import Note
from app.model.reading import ReadLimits

NumberedRow = tuple[int, Sequence[str]]

_DATA_SHAPES = (
    re.compile(r"-?£?\d[\d,]*(\.\d+)?"),
    re.compile(r"\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}( \d\d:\d\d(:\d\d)?)?"),
    re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}"),
    re.compile(r"[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d]?"),
    re.compile(r"[A-Za-z]{0,4}[-/]?\d{4,}[A-Za-z]?"),
    re.compile(r"[^@ ]+@[^@ ]+\.[^@ ]+"),
)
_TELLING = 3  # values without which a shape they share may be chance
_FEW = 0.6  # different names for each column, up to which a row may name groups
_SURROGATES = re.compile(r"[\ud800-\udfff]")
SHORTEST_RULE = 3
"""Marks that the longest stretch of a line has at least."""
_RULE = re.compile(r"[-=_*]+")


@dataclass(frozen=True)
class Header:
    """The row that names the columns: its index in the sample, or None where none does."""

    index: int | None
    notes: tuple[Note, ...] = ()


def usual_width(rows: Iterable[NumberedRow]) -> int:
    """The width most rows share (the wider on a tie); 0 without rows."""
    counts = Counter(len(cells) for _, cells in rows)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def find_header(rows: Sequence[NumberedRow], width: int) -> Header:
    """The first row of the table's width that is filled like one and does not look like data.

    Where it names groups of columns, with blanks or the same name again, and the row beneath it
    surely names each column, that one is the header.
    """
    usual = [cells for _, cells in rows if len(cells) == width]
    least = max((_reach(cells) for cells in usual), default=0)
    filled = _median([_fill(cells) for cells in usual])
    needed = filled if filled <= 2 else (filled + 1) // 2  # a title fills one cell
    for index, (_, cells) in enumerate(rows):
        fits = len(cells) == width or least <= _reach(cells) <= width
        if fits and _fill(cells) >= max(1, needed):
            if _is_data(cells, [later for _, later in rows[index + 1 :] if len(later) == width]):
                break
            at = index + _names_groups(cells, rows[index + 1 :])
            return Header(at, _skipped(rows[:at]))
    return Header(None, (Note("header-missing", {"columns": width}),))


def _names_groups(cells: Sequence[str], beneath: Sequence[NumberedRow]) -> bool:
    """Whether a row names groups of columns and the row beneath it the columns themselves.

    A row with a blank or a doubled name here and there names columns, however odd the values
    beneath it: a person's row taken for names would be lost.
    """
    names = [cell.strip() for cell in cells]
    alike = [row for _, row in beneath if len(row) == len(names)]
    if len({name for name in names if name}) > _FEW * len(names) or len(alike) <= _TELLING:
        return False
    return len(beneath[0][1]) == len(names) and looks_like_names(alike[0], alike[1:])


def looks_like_names(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a row surely names the columns: every cell filled, no two alike, and none of the
    shape (number, date, postcode ...) that the values beneath it share.

    Without a column whose values share a shape there is no telling, and then it does not.
    """
    names = [cell.strip() for cell in first]
    telling = 0
    for place, name in enumerate(names):
        values = [value for cells in body if (value := cells[place].strip())]
        shape = _common_shape(values) if len(values) >= _TELLING else None
        if shape is not None:
            telling += 1
            if shape.fullmatch(name):
                return False
    return telling > 0 and all(names) and len(set(names)) == len(names)


def has_common_shape(values: Sequence[str]) -> bool:
    """Whether most values share a shape: number, date, postcode, NINO, reference, e-mail."""
    return _common_shape(values) is not None


def name_columns(
    cells: Sequence[str], limits: ReadLimits, file: str
) -> tuple[tuple[str, ...], list[Note]]:
    """Column names as they stand, made unique; nameless columns are called `Column 5`.

    Raises Refused("too-many-columns").
    """
    refuse_many_columns(len(cells), limits, file)
    names: list[str] = []
    taken: set[str] = set()
    doubled: list[str] = []
    nameless = 0
    for place, cell in enumerate(cells, start=1):
        name = " ".join(clean_text(cell).split())
        if not name:
            nameless += 1
            name = f"Column {place}"
        elif name in taken:
            doubled.append(name)
        names.append(unique(name, taken))
    notes = []
    if doubled:
        notes.append(Note("columns-doubled", {"count": len(doubled), "first": doubled[0]}))
    if nameless:
        notes.append(Note("columns-nameless", {"count": nameless}))
    return tuple(names), notes


def clean_text(text: str) -> str:
    """Text that can be written as UTF-8: what could not be decoded shows as U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def refuse_many_columns(found: int, limits: ReadLimits, file: str) -> None:
    """Raise Refused("too-many-columns") above the declared limit."""
    if found > limits.columns:
        raise Refused("too-many-columns", where=Where(file=file), found=found, limit=limits.columns)


def is_rule(cells: Sequence[str]) -> bool:
    """Whether a row is only a line drawn beneath the header.

    A mark or two in each cell is no line: many write nothing so.
    """
    marks = [cell.strip() for cell in cells]
    return all(map(_RULE.fullmatch, marks)) and max(map(len, marks), default=0) >= SHORTEST_RULE


def is_blank(cells: Iterable[str]) -> bool:
    """Whether a row holds nothing but white space."""
    return not any(cell.strip() for cell in cells)


def _skipped(rows: Sequence[NumberedRow]) -> tuple[Note, ...]:
    lines = sum(1 for _, cells in rows if not is_blank(cells))
    return (Note("report-header-skipped", {"lines": lines}),) if lines else ()


def _reach(cells: Sequence[str]) -> int:
    """The place (from 1) of the last cell that holds something."""
    return max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _fill(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _median(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2] if values else 0


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken; it is taken from now on."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name} ({number})"
    taken.add(candidate)
    return candidate


def _is_data(cells: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a first row has the shape of the rows beneath it: no header, but data.

    Only columns whose values share a shape (number, date, postcode, NINO, reference, e-mail)
    can tell; half of them must hold the same shape in the first row.
    """
    telling = alike = 0
    for place, cell in enumerate(cells):
        values = [value for later in body if place < len(later) and (value := later[place].strip())]
        shape = _common_shape(values)
        if shape is not None and cell.strip():
            telling += 1
            alike += bool(shape.fullmatch(cell.strip()))
    return telling > 0 and alike * 2 >= telling


def _common_shape(values: Sequence[str]) -> re.Pattern[str] | None:
    for shape in _DATA_SHAPES if values else ():
        if sum(1 for value in values if shape.fullmatch(value)) >= 0.8 * len(values):
            return shape
    return None
