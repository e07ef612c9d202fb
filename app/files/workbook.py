"""Reads workbooks (XLSX, XLSM, XLS, ODS): chooses the sheet, finds the table, gives text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from app.base.errors import Fact, Refused, Where
from app.base.progress import Progress
from app.files.batches import batches
from app.files.book import Book, open_book
from app.files.cells import CellWriter
from app.files.closing import CLOSING_ROWS, Closing
from app.files.delimited import clean, soiled
from app.files.gaps import Blocks
from app.files.sheetxml import SheetLook
from app.files.table import (
    find_header,
    is_blank,
    name_columns,
    refuse_many_columns,
)
from app.files.xml import overlong
from app.model.loads import ReadChoices, Rejection, Rows, Shape
from app.model.notes import Note, first_rows
from app.model.reading import ReadLimits

SINCE_1900, SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""What day numbers count from: with day 60 a 29 February 1900 that never was, or from 1904."""
_SAMPLE = 200


@dataclass(frozen=True)
class Table:
    """The table of one sheet: where its header stands and which columns of the sheet it takes.

    `places` count from 0 within the rows the reader gives, `first` is the sheet's column of
    place 0 (from 1).
    """

    sheet: str
    first: int
    header_row: int | None
    places: tuple[int, ...]
    columns: tuple[str, ...]
    zeros: dict[int, int]
    look: SheetLook
    notes: tuple[Note, ...]
    closing: tuple[Sequence[str], ...]
    rows: int


def shape_of_workbook(
    path: Path, choices: ReadChoices, limits: ReadLimits, progress: Progress
) -> Shape:
    """The shape of a workbook: the sheet chosen, or the one with the most table-like data.

    Raises Refused: archive-..., workbook-locked, workbook-damaged, file-not-a-table,
    sheet-not-found, sheet-too-large, too-many-columns, file-header-only, file-empty,
    header-row-not-there.
    """
    with open_book(path, limits, progress) as book:
        sheet, told = _choose_sheet(book, choices.sheet)
        table = _table(book, sheet, choices.header_row)
        names, notes, since_1904 = book.names, [*told, *table.notes], book.since_1904
        if since_1904:
            notes.append(Note("days-since-1904"))
        if book.macros:
            notes.append(Note("macros-ignored"))
    footer = Closing(limits).footer(table.closing, table.columns)
    return Shape(
        format="workbook",
        columns=table.columns,
        header_row=table.header_row,
        sheet=sheet,
        sheets=names,
        footer_rows=footer.rows,
        footer_total=footer.total,
        footer_sums=footer.sums,
        day_zero=(SINCE_1904 if since_1904 else SINCE_1900).isoformat(),
        notes=tuple(notes),
    )


def read_workbook(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress,
) -> Iterator[Rows]:
    """Batches of one sheet; a row's number is the sheet's. The whole sheet is held meanwhile.

    Raises Refused as `shape_of_workbook` does, and file-changed.
    """
    size = path.stat().st_size
    with open_book(path, limits, progress) as book:
        table = _table(book, shape.sheet or "", shape.header_row or 0)
        if table.columns != shape.columns:
            raise Refused("file-changed", where=Where(file=path.name))
        progress.stage("read", size)
        for batch in batches(_rows(book, table, reject), Closing(limits)):
            progress.step(size * len(batch.cells) // max(1, table.rows))
            yield batch


def _rows(
    book: Book, table: Table, reject: Callable[[Rejection], None]
) -> Iterator[tuple[int, Sequence[str]]]:
    writer = CellWriter(book.limits.number_digits, table.zeros)
    places, faults = table.places, table.look.faults
    for number, raw in islice(book.rows(table.sheet), table.header_row or 0, None):
        cells = writer.row([raw[place] for place in places])
        fault = faults.get(number)
        if fault is None and is_blank(cells):
            continue
        if rejection := _fault(book, table, number, cells, writer.lost):
            reject(rejection)
        else:
            yield number, cells


def _fault(
    book: Book, table: Table, number: int, cells: Sequence[str], lost: int | None
) -> Rejection | None:
    """Why a row cannot be taken as it stands, or None."""
    if number in table.look.faults:
        column, code, shown = table.look.faults[number]
        place = column - table.first
        if place in table.places:
            name = table.columns[table.places.index(place)]
            facts: dict[str, Fact] = {"error": shown} if shown else {}
            return Rejection(number, name, code, facts, clean(cells))
    if lost is not None:
        facts = {"digits": book.limits.number_digits}
        return Rejection(number, table.columns[lost], "digits-lost", facts, clean(cells))
    return overlong(cells, table.columns, number, book.limits) or soiled(
        cells, number, table.columns
    )


def _choose_sheet(book: Book, wanted: str | None) -> tuple[str, list[Note]]:
    """The sheet asked for, or the visible one with the most cells in rows like a table's.

    Where other visible sheets look like tables too, the note says that nobody has chosen yet.
    """
    where = Where(file=book.path.name)
    if wanted is not None:
        if wanted not in book.names:
            sheets = ", ".join(book.names)
            raise Refused("sheet-not-found", where=where, sheet=wanted, sheets=sheets)
        return wanted, []
    offered = book.visible or book.names
    if not offered:
        raise Refused("file-empty", where=where)
    if len(book.names) == 1:
        return offered[0], []
    rows = {name: _broad_rows(book, name) for name in offered}
    sheet = max(offered, key=lambda name: rows[name].weight)
    alike = [name for name in offered if name == sheet or rows[name].like(rows[sheet])]
    others = [name for name in book.names if name != sheet]
    facts: dict[str, Fact] = {"sheet": sheet, "others": len(others), "names": ", ".join(others)}
    if len(alike) > 1:
        return sheet, [Note("sheets-alike", {"sheet": sheet, "names": ", ".join(alike)})]
    return sheet, [Note("sheet-chosen", facts)]


@dataclass(frozen=True)
class _Broad:
    """The first rows of a sheet that fill cells beside each other; notes and titles have none."""

    weight: float
    rows: int
    width: int

    def like(self, other: _Broad) -> bool:
        """Whether this is a table beside the other, and not its cover sheet or a list of codes."""
        return self.rows > 1 and 2 * self.width >= other.width


def _broad_rows(book: Book, sheet: str) -> _Broad:
    if book.too_large(sheet):
        return _Broad(0.0, 0, 0)
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in _sample(book, sheet)]
    broad = sorted(n for n in filled if n > 1)
    usual = broad[len(broad) // 2] if broad else 0
    weight = book.height(sheet) * sum(broad) / max(1, len(filled))
    return _Broad(weight, len(broad), usual)


def _sample(book: Book, sheet: str) -> list[tuple[int, list[str]]]:
    writer = CellWriter(book.limits.number_digits)
    texts = ((number, writer.row(raw)) for number, raw in book.rows(sheet))
    return list(islice(((n, cells) for n, cells in texts if not is_blank(cells)), _SAMPLE))


def _table(book: Book, sheet: str, header_row: int | None) -> Table:
    """Find header and columns of a sheet; `header_row` 0 says that no row names them."""
    sample = _sample(book, sheet)
    if not sample:
        raise Refused("file-empty", where=Where(file=book.path.name))
    width = max(len(cells) for _, cells in sample)
    at, notes = _header(book, sample, width, header_row)
    names = next((cells for number, cells in sample if number == at), [""] * width)
    used, closing, blocks = _survey(book, sheet, names, at or 0)
    rows = blocks.rows
    if all(map(Closing(book.limits).matches, closing)) and rows <= len(closing):
        raise Refused("file-header-only", where=Where(file=book.path.name, row=at))
    places = tuple(place for place in range(width) if names[place].strip() or place in used)
    if at is None:
        refuse_many_columns(len(places), book.limits, book.path.name)
        columns = tuple(f"Column {place}" for place in range(1, len(places) + 1))
    else:
        columns, named = name_columns([names[p] for p in places], book.limits, book.path.name)
        notes += named
    first = book.first_column(sheet)
    look = book.look(sheet, (at or 0) + book.limits.format_rows)
    shown, warned = _zeros(look, first, places, columns)
    if len(places) < width:
        notes.append(Note("columns-empty-dropped", {"count": width - len(places)}))
    notes += [*_what_was_seen(look), *warned, *_merged(book, sheet, at or 0)]
    beneath = blocks.beneath()
    if beneath is not None and beneath.rows > Closing(book.limits).count(closing):
        facts: dict[str, Fact] = {"count": beneath.rows, **first_rows([beneath.first])}
        notes.append(Note("rows-beneath-gap", facts))
    if not book.formats and rows:
        notes.append(Note("number-formats-unseen"))
    last = tuple([cells[place] for place in places] for cells in closing)
    return Table(sheet, first, at, places, columns, shown, look, tuple(notes), last, rows)


def _header(
    book: Book, sample: list[tuple[int, list[str]]], width: int, wanted: int | None
) -> tuple[int | None, list[Note]]:
    """The sheet row of the header, and what there is to say about it."""
    if wanted is None:
        header = find_header(sample, width)
        at = None if header.index is None else sample[header.index][0]
        return at, list(header.notes)
    if wanted and wanted not in {number for number, _ in sample}:
        raise Refused("header-row-not-there", where=Where(file=book.path.name, row=wanted))
    return wanted or None, []


def _survey(
    book: Book, sheet: str, names: Sequence[str], header_row: int
) -> tuple[set[int], list[Sequence[str]], Blocks]:
    """Nameless columns that hold something, the last rows as text, and the blocks of rows."""
    nameless = {place for place, name in enumerate(names) if not name.strip()}
    used: set[int] = set()
    last: deque[list[Any]] = deque(maxlen=CLOSING_ROWS)
    blocks = Blocks()
    for number, raw in islice(book.rows(sheet), header_row, None):
        filled = len(raw) - raw.count("")
        blocks.add(number, filled)
        if filled:
            last.append(raw)
        if nameless:
            used |= {place for place in nameless if raw[place] != ""}
            nameless -= used
    writer = CellWriter(book.limits.number_digits)
    return used, [writer.row(raw) for raw in last], blocks


def _zeros(
    look: SheetLook, first: int, places: Sequence[int], columns: Sequence[str]
) -> tuple[dict[int, int], list[Note]]:
    """Columns whose numbers are all shown with leading zeros, and warnings about mixed ones."""
    shown: dict[int, int] = {}
    doubtful = []
    for index, place in enumerate(places):
        formats = look.formats.get(first + place, set())
        if len(formats) == 1 and (zeros := next(iter(formats))) > 0:
            shown[index] = zeros
        elif formats - {0}:
            doubtful.append(columns[index])
    notes = []
    if shown:
        first_name = columns[min(shown)]
        notes.append(Note("leading-zeros-restored", {"count": len(shown), "first": first_name}))
    if doubtful:
        facts: dict[str, Fact] = {"count": len(doubtful), "first": doubtful[0]}
        notes.append(Note("leading-zeros-format", facts))
    return shown, notes


def _what_was_seen(look: SheetLook) -> Iterator[Note]:
    if look.formulas:
        yield Note("formula-cells", {"count": look.formulas})
    if look.without_value:
        rows = _rows_with(look, "formula-without-value")
        yield Note("formula-cells-without-value", {"count": look.without_value, **rows})
    if look.errors:
        yield Note("error-cells", {"count": look.errors, **_rows_with(look, "cell-error")})


def _rows_with(look: SheetLook, code: str) -> dict[str, Fact]:
    """The first rows that a fault stands in."""
    return first_rows(row for row, (_, fault, _) in sorted(look.faults.items()) if fault == code)


def _merged(book: Book, sheet: str, header_row: int) -> list[Note]:
    """Cells merged below the header: only the first of them holds the value."""
    rows = sorted(first + 1 for (first, _), (last, _) in book.merged(sheet) if last >= header_row)
    return [Note("merged-cells", {"count": len(rows), **first_rows(rows)})] if rows else []
