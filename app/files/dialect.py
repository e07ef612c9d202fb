"""Finds out how a delimited file is written: delimiter, quoting, header, closing lines."""

from __future__ import annotations

import codecs
import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from app.base.errors import Refused, Where
from app.files.access import refuse_other
from app.files.closing import CLOSING_ROWS, Closing, Footer
from app.files.encoding import decoder
from app.files.lines import Lines, LineTooLong
from app.files.table import (
    Header,
    find_header,
    is_blank,
    name_columns,
    refuse_many_columns,
    usual_width,
)
from app.model.loads import ReadChoices, Shape
from app.model.notes import Note
from app.model.reading import ReadLimits

QUOTE, APOSTROPHE = '"', "'"


class Reader(Protocol):
    """What the standard library's reader gives: rows, and how many lines it has taken."""

    @property
    def line_num(self) -> int:
        """Lines taken so far."""

    def __iter__(self) -> Iterator[list[str]]:
        """The rows."""

    def __next__(self) -> list[str]:
        """The next row."""


_TAIL_BYTES = 65536
_MARKS = " \t,;|~^"  # a line of nothing but these is blank
_LITERAL_QUOTES = 3  # rows that quoting spoils before quotes are taken for ordinary letters
_TABLE_SHARE = 0.4  # rows of one width without which a text is no table
_PROSE_WORDS = 8
_ENCLOSED = 0.9  # share of lines between apostrophes that makes them quotes


@dataclass(frozen=True)
class Written:
    """One way a sample may be written, with its rows read so and how well they agree (0-1)."""

    way: Way
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    width: int
    agreement: float
    spoilt: int

    @property
    def score(self) -> float:
        """Agreement, weighed by the width agreed on: many equal wide rows are no accident."""
        return self.agreement * math.log2(self.width + 1)


@dataclass(frozen=True)
class Sample:
    """The first lines of a text file with their ends, and whether they are all of it."""

    lines: tuple[str, ...]
    whole: bool


def sample_lines(path: Path, encoding: str, limits: ReadLimits) -> Sample:
    """The first lines of a text file; an overlong line ends the sample.

    Raises Refused("line-too-long") when the very first line is beyond the limit.
    """
    lines = Lines(path, encoding, limits)
    held: list[str] = []
    characters = 0
    try:
        for line in lines.feed(1):
            held.append(line)
            lines.needed += 1
            characters += len(line)
            if len(held) == limits.sample_lines or characters > limits.line_characters:
                return Sample(tuple(held), whole=False)
    except LineTooLong:
        if is_blank(held):
            where = Where(file=path.name, row=len(held) + 1)
            raise Refused("line-too-long", where=where, limit=limits.line_characters) from None
        return Sample(tuple(held), whole=False)
    finally:
        lines.close()
    return Sample(tuple(held), whole=True)


def shape_of_delimited(
    path: Path, encoding: str, choices: ReadChoices, sample: Sample, limits: ReadLimits
) -> Shape:
    """The shape of a delimited file from its first lines.

    Raises Refused: file-empty, too-many-columns, header-row-not-there, file-header-only,
    file-not-a-table.
    """
    if is_blank(sample.lines) and sample.whole:
        raise Refused("file-empty", where=Where(file=path.name))
    start = choices.header_row or 1
    if not 1 <= start <= len(sample.lines):
        raise Refused("header-row-not-there", where=Where(file=path.name, row=start))
    written = _choose(replace(sample, lines=sample.lines[start - 1 :]), choices.delimiter, limits)
    _refuse_no_table(written, path, guessed=choices.delimiter is None)
    header = _header(written, choices)
    rows = written.rows[0 if header.index is None else header.index + 1 :]
    columns, notes = _columns(written, header, limits, path.name)
    at = None if header.index is None else written.rows[header.index][0] + start - 1
    closing = Closing(limits)
    if sample.whole and not written.spoilt and all(closing.matches(cells) for _, cells in rows):
        raise Refused("file-header-only", where=Where(file=path.name, row=at))
    if len(columns) == 1 and choices.delimiter is None:
        notes.append(Note("one-column"))
    footer = _footer(closing_lines(path, encoding), written, columns, limits)
    return Shape(
        format="csv",
        columns=columns,
        encoding=encoding,
        delimiter=written.way.delimiter,
        quote=written.way.quote,
        spaced=written.way.spaced,
        header_row=at,
        footer_rows=footer.rows,
        footer_total=footer.total,
        footer_sums=footer.sums,
        notes=(*header.notes, *notes, *_how_quoted(written)),
    )


def by_marks(sample: Sample, limits: ReadLimits) -> Written | None:
    """How marks part the rows of a sample into a table; None where none does."""
    written = _choose(sample, None, limits)
    return written if written.width > 1 and written.agreement >= _TABLE_SHARE else None


def closing_lines(path: Path, encoding: str) -> list[str]:
    """The last few lines that are not blank, read from the file's end."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _TAIL_BYTES) & ~1)
        tail = stream.read()
    if encoding == "utf-16":
        encoding = _byte_order(path)
    text = decoder(encoding).decode(tail)
    held = [line.strip("\x1a\ufeff") for line in text.splitlines()]
    return [line for line in held if line.strip(_MARKS)][-CLOSING_ROWS:]


def _footer(
    lines: Sequence[str], written: Written, columns: Sequence[str], limits: ReadLimits
) -> Footer:
    """What the closing lines claim, each taken apart as the file's rows are."""
    rows = []
    for line in lines:
        try:
            rows.append(next(parser(iter([line]), written.way, limits), []))
        except csv.Error:  # no closing line: one that stands open, or without end
            rows.append([line])
    return Closing(limits).footer(rows, columns)


def _byte_order(path: Path) -> str:
    """UTF-16 with the byte order of the file's mark, for reading from the middle."""
    with path.open("rb") as stream:
        return "utf-16-be" if stream.read(2) == codecs.BOM_UTF16_BE else "utf-16-le"


@dataclass(frozen=True)
class Way:
    """How the rows of a text are taken apart; with `spaced`, blanks before a value are no part."""

    delimiter: str
    quote: str | None = QUOTE
    spaced: bool = False


def way_of(shape: Shape) -> Way:
    """How the rows of a file of this shape are taken apart."""
    return Way(shape.delimiter or ",", shape.quote, shape.spaced)


def parser(lines: Iterator[str], way: Way, limits: ReadLimits) -> Reader:
    """The standard library's parser, strict: a quote that is not closed is an error."""
    csv.field_size_limit(limits.field_characters)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if way.quote is not None else csv.QUOTE_NONE
    return csv.reader(
        lines,
        delimiter=way.delimiter,
        quotechar=way.quote,
        quoting=quoting,
        skipinitialspace=way.spaced,
        strict=True,
    )


def _choose(sample: Sample, delimiter: str | None, limits: ReadLimits) -> Written:
    delimiters = (delimiter,) if delimiter else limits.delimiters
    ways = [Way(mark) for mark in delimiters]
    if _in_apostrophes(sample.lines):
        ways = [*(Way(mark, APOSTROPHE) for mark in delimiters), *ways]
    ways = [*(replace(way, spaced=True) for way in ways if _spaced(way, sample.lines)), *ways]
    quoted = [_read_as(sample, way, limits) for way in ways]
    if not any(QUOTE in line for line in sample.lines):
        return max(quoted, key=lambda reading: reading.score)
    literal = [
        plain
        for reading in quoted
        if reading.spoilt >= _LITERAL_QUOTES
        and (plain := _read_as(sample, replace(reading.way, quote=None), limits)).agreement
        > reading.agreement
    ]
    return max(quoted + literal, key=lambda reading: reading.score)


def _in_apostrophes(lines: Sequence[str]) -> bool:
    """Whether lines begin and end with an apostrophe, as where each value stands between two."""
    filled = [bare for line in lines if len(bare := line.strip()) > 1]
    enclosed = sum(1 for line in filled if line[0] == line[-1] == APOSTROPHE)
    return enclosed > 1 and enclosed >= _ENCLOSED * len(filled)


def _spaced(way: Way, lines: Sequence[str]) -> bool:
    """Whether a blank stands between the mark and the quote that opens a value."""
    tight, apart = f"{way.delimiter}{way.quote}", f"{way.delimiter} {way.quote}"
    return any(apart in line for line in lines) and not any(tight in line for line in lines)


def _read_as(sample: Sample, way: Way, limits: ReadLimits) -> Written:
    parsed = tuple(_parse(sample, way, limits))
    rows = tuple(row for row in parsed if not is_blank(row[1]))
    spoilt = sum(1 for _, cells in parsed if not cells)
    width = usual_width(rows)
    if width == 1:  # lines of a report's head may outnumber the rows of a short table
        wider = usual_width([row for row in rows if len(row[1]) > 1])
        share = sum(1 for _, cells in rows if len(cells) == wider)
        width = wider if share >= max(2, _TABLE_SHARE * len(rows)) else 1
    matching = sum(1 for _, cells in rows if len(cells) == width)
    agreement = matching / max(1, len(rows) + spoilt)
    return Written(way, rows, width, agreement, spoilt)


def _parse(sample: Sample, way: Way, limits: ReadLimits) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows of a sample with their line numbers; a line that cannot be parsed gives no cells."""
    start = 1
    while start <= len(sample.lines):
        reader = parser(iter(sample.lines[start - 1 :]), way, limits)
        base = start - 1
        try:
            for cells in reader:
                if cells:
                    yield start, tuple(cells)
                start = base + reader.line_num + 1
        except csv.Error:
            if base + reader.line_num >= len(sample.lines) and not sample.whole:
                return  # the sample ends within a record
            yield start, ()
            start += 1
        else:
            return


def _refuse_no_table(written: Written, path: Path, guessed: bool) -> None:
    """Refuse what has no rows, or reads like prose: one column of long sentences."""
    if not written.rows:
        raise Refused("file-empty", where=Where(file=path.name))
    words = [len(cells[0].split()) for _, cells in written.rows]
    prose = written.width == 1 and sum(words) > _PROSE_WORDS * len(words)
    if guessed and (prose or written.agreement < _TABLE_SHARE):
        refuse_other(path, "text")


def _header(written: Written, choices: ReadChoices) -> Header:
    if choices.header_row is None:
        return find_header(written.rows, written.width)
    if choices.header_row == 0:
        return Header(None)
    return Header(0)


def _columns(
    written: Written, header: Header, limits: ReadLimits, file: str
) -> tuple[tuple[str, ...], list[Note]]:
    """Column names; nameless last columns that hold nothing are let go with a note."""
    if header.index is None:
        refuse_many_columns(written.width, limits, file)
        return tuple(f"Column {place}" for place in range(1, written.width + 1)), []
    names = written.rows[header.index][1]
    body = [cells for _, cells in written.rows[header.index + 1 :] if len(cells) <= len(names)]
    used = max((place for cells in (names, *body) for place in _filled(cells)), default=0)
    columns, notes = name_columns(names[:used], limits, file)
    if used < len(names):
        notes.append(Note("columns-empty-dropped", {"count": len(names) - used}))
    return columns, notes


def _filled(cells: Sequence[str]) -> Iterator[int]:
    """Places (from 1) of the cells that hold something."""
    return (place for place, cell in enumerate(cells, start=1) if cell.strip())


def _how_quoted(written: Written) -> tuple[Note, ...]:
    codes = {None: "quotes-literal", APOSTROPHE: "quotes-apostrophes"}
    return (Note(codes[written.way.quote]),) if written.way.quote in codes else ()
