"""Files handed to people: text that no spreadsheet runs, damages or misreads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from app.files.write_workbook import Sheet, write_xlsx
from app.model.cells import guard_row

_BATCH = 2_000
_BOM = "\ufeff".encode()


def safe_csv(
    header: Sequence[str], rows: Iterable[Sequence[str]], marking: Sequence[str] = ()
) -> Iterator[bytes]:
    """A CSV file as pieces: UTF-8 with BOM, CRLF, RFC 4180, cells guarded against formulas.

    The guard is `app.model.cells.guard`: an apostrophe before what a spreadsheet would run.
    `marking` are lines above the header (classification, purpose).
    """
    yield _BOM + _lines([*(guard_row([line]) for line in marking), guard_row(header)])
    batch: list[list[str]] = []
    for row in rows:
        batch.append(guard_row(row))
        if len(batch) == _BATCH:
            yield _lines(batch)
            batch = []
    if batch:
        yield _lines(batch)


def safe_xlsx_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    sheet: str = "Data",
    marking: Sequence[str] = (),
) -> bytes:
    """A workbook of one sheet whose cells are all text, so that nothing runs or is reformatted.

    `marking` are lines above the header (classification, purpose). Made in memory.
    """
    memory = io.BytesIO()
    write_xlsx(memory, [Sheet(sheet, header, rows, marking)])
    return memory.getvalue()


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
