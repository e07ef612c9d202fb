"""Finds where the columns of a fixed-width text begin: by a rule drawn, else by their blanks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.files.closing import Closing
from app.files.dialect import Sample, by_marks
from app.files.table import clean_text, has_common_shape, looks_like_names, unique
from app.model.kinds import FixedColumn
from app.model.reading import ReadLimits

_RULE = re.compile(r" *[-=_]{2,}(?: +[-=_]+)+ *")
_BENEATH = 0.9  # share of lines with a mark at the same places that makes it part them
_BESIDE = 5  # lines of titles above a table, or of totals beneath it
_NAMES_WITHIN = 5  # lines in which names are looked for
_PARTS = 5  # parts that blanks may split one value into: a NINO has so many
_STRAY = 0.02  # share of lines that may write into a gap: titles, broken lines
_REACHED = 0.5  # share of all columns in all lines that lines must be long enough for
_EVEN_LINES = 3  # lines without which blanks under each other say nothing
_RAGGED_LINES = 8
_HEADER_WITHIN = 20  # lines in which a rule beneath the names is looked for


@dataclass(frozen=True)
class Proposal:
    """Columns a text may have, the line (from 1) that names them, and what tells it.

    `even` says that the lines are of one length, `by` is `rule` or `blanks`.
    """

    columns: tuple[FixedColumn, ...]
    header_row: int | None
    even: bool
    by: str


def propose(sample: Sample, limits: ReadLimits) -> Proposal | None:
    """Where columns stand in a text that no mark parts; None where nothing tells of any."""
    lines = [line.rstrip("\r\n\x1a\x0c") for line in sample.lines]
    if not any("\t" in line for line in lines):
        return _by_rule(lines) or _by_blanks(lines, Closing(limits))
    return None


def outweighs(proposal: Proposal, sample: Sample, limits: ReadLimits) -> bool:
    """Whether a text is rather of fixed width than parted by marks.

    A mark in every line, but never beneath itself where columns are, belongs to the text: the
    comma of `SMITH, JOHN`. Columns that most lines are too short for are words of a long header.
    """
    written = by_marks(sample, limits)
    if written is None:
        return True
    if written.width >= len(proposal.columns):
        return False
    lines = [line for line in sample.lines if line.strip()]
    starts = [column.start for column in proposal.columns]
    reached = sum(len(line.rstrip()) >= start for line in lines for start in starts)
    if reached < _REACHED * len(lines) * len(starts):
        return False
    mark = written.way.delimiter
    beneath = Counter(tuple(n for n, at in enumerate(line) if at == mark) for line in lines)
    return max(beneath.values()) < _BENEATH * len(lines)


def one_column(sample: Sample) -> tuple[FixedColumn, ...]:
    """The whole line as one column, to begin with where nothing tells of more."""
    lines = [line.rstrip("\r\n\x1a\x0c") for line in sample.lines]
    return _columns([1], usual_length(lines), even=is_even(lines), names=())


def _by_rule(lines: Sequence[str]) -> Proposal | None:
    """Columns as a line of dashes beneath the names draws them."""
    for place, line in enumerate(lines[:_HEADER_WITHIN]):
        if not place or not _RULE.fullmatch(line):
            continue
        starts = [run.start() + 1 for run in re.finditer(r"[-=_]+", line)]
        body = [one for one in lines[place + 1 :] if one.strip()]
        even = is_even(body)
        columns = _columns(starts, usual_length([line, *body]), even, (lines[place - 1],))
        return Proposal(columns, place, even, "rule")
    return None


def _by_blanks(lines: Sequence[str], closing: Closing) -> Proposal | None:
    """Columns between places that are blank in every line."""
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    even = is_even([line for _, line in filled])
    usual = usual_length([line for _, line in filled])
    text = [line for _, line in filled if not even or len(line) == usual]
    if not even:
        text = text[: len(text) - closing.count([[line] for line in text])]
    if len(text) < (_EVEN_LINES if even else _RAGGED_LINES):
        return None
    starts = _starts(text)
    if len(starts) < 2:
        return None
    length = max(map(len, text))
    for number, line in filled[:_NAMES_WITHIN]:
        named = _beneath_names(line, starts)
        rows = [split(one, named) for one in text if one is not line]
        if len(named) > 1 and looks_like_names(split(line, named), rows):
            return Proposal(_columns(named, length, even, (line,)), number, even, "blanks")
    return Proposal(_columns(starts, length, even, ()), None, even, "blanks")


def _beneath_names(line: str, starts: Sequence[int]) -> list[int]:
    """The starts that a line of names leaves standing: a word of it begins in each column."""
    ends = [*starts[1:], len(line) + 1]
    begun = [
        any(
            line[place - 1] != " " and line[place - 2 : place - 1] in ("", " ")
            for place in range(start, min(end, len(line) + 1))
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    across = [start > 1 and " " not in line[start - 2 : start].ljust(2) for start in starts]
    kept = zip(starts, begun, across, strict=True)
    return [start for start, word, cut in kept if start == 1 or (word and not cut)]


def split(line: str, starts: Sequence[int]) -> list[str]:
    """The cells of a line whose columns begin at these places (from 1)."""
    ends = [*(start - 1 for start in starts[1:]), None]
    return [line[a - 1 : b].strip() for a, b in zip(starts, ends, strict=True)]


def _starts(lines: Sequence[str]) -> list[int]:
    """Places (from 1) where columns begin: after places that hold nothing in any line."""
    letters: Counter[int] = Counter()
    for line in lines:
        letters.update(place for place, letter in enumerate(line, start=1) if letter != " ")
    stray = int(_STRAY * len(lines))
    held = sorted(place for place, number in letters.items() if number > stray)
    starts = [1, *(place for before, place in pairwise(held) if place != before + 1)]
    return _with_room(lines, held, _joined(lines, held, starts))


def _joined(lines: Sequence[str], held: Sequence[int], starts: list[int]) -> list[int]:
    """The same starts without those that one blank makes within a value: a postcode, a date."""
    parted = set(held)
    kept, at = [], 0
    while at < len(starts):
        kept.append(starts[at])
        whole = 1
        for last in range(min(at + _PARTS, len(starts)), at + 1, -1):
            inner = starts[at + 1 : last]
            if all(start - 2 in parted for start in inner):
                end = starts[last] - 1 if last < len(starts) else None
                cells = [cell for line in lines if (cell := line[starts[at] - 1 : end].strip())]
                if has_common_shape([cell for cell in cells if " " in cell]):
                    whole = last - at
                    break
        at += whole
    return kept


def _with_room(lines: Sequence[str], held: Sequence[int], starts: list[int]) -> list[int]:
    """The same starts, but figures that end beneath each other get the blanks before them."""
    roomy = starts[:1]
    for start, following in pairwise([*starts[1:], held[-1] + 2] if held else []):
        before = max(place for place in held if place < start)
        last = max(place for place in held if place < following)
        cells = [cell for line in lines if (cell := line[start - 1 : last]).strip()]
        ends_alike = all(len(cell) == last - start + 1 and cell[-1] != " " for cell in cells)
        roomy.append(before + 2 if ends_alike and any(c[0] == " " for c in cells) else start)
    return roomy


def _columns(
    starts: Sequence[int], length: int, even: bool, names: Sequence[str]
) -> tuple[FixedColumn, ...]:
    """Columns from start to start; the last runs to the end of lines that are not even."""
    named = split(names[0], starts) if names else [""] * len(starts)
    ends = [*starts[1:], length + 1 if even else starts[-1]]
    taken: set[str] = set()
    columns = []
    for number, (name, start, end) in enumerate(zip(named, starts, ends, strict=True), start=1):
        own = unique(" ".join(clean_text(name).split()) or f"Column {number}", taken)
        columns.append(FixedColumn(own, start, max(0, end - start)))
    return tuple(columns)


def is_even(lines: Sequence[str]) -> bool:
    """Whether nearly all lines are of one length, but for the first and last few."""
    held = [line for line in lines if line.strip()]
    usual = usual_length(held)
    first = next((at for at, line in enumerate(held) if len(line) == usual), 0)
    last = next((at for at, line in enumerate(reversed(held)) if len(line) == usual), 0)
    body = held[min(first, _BESIDE) : len(held) - min(last, _BESIDE)]
    alike = sum(1 for line in body if len(line) == usual)
    return bool(body) and alike >= (1 - _STRAY) * len(body)


def usual_length(lines: Sequence[str]) -> int:
    """The length most lines have, the greater on a tie."""
    counts = Counter(len(line) for line in lines if line.strip())
    return max(counts, key=lambda length: (counts[length], length), default=0)
