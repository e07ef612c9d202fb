"""Writes workbooks with typed cells in memory; the same cells give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.base.progress import SILENT, Progress
from app.files.whole import Target, opened

Cell = str | int | float | date | None
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark in the file, not a moment
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_STEP = 1000


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines above the header, the header (may be empty) and rows of typed cells."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    preamble: Sequence[str] = ()


def write_xlsx(target: Target, sheets: Sequence[Sheet], progress: Progress = SILENT) -> int:
    """Write a workbook and return the rows of its first sheet.

    Text stays text, numbers and dates become typed cells, empty text no cell. Nothing is written
    to temporary files. Raises Refused: disk-full, cannot-write; Cancelled.
    """
    memory = io.BytesIO()
    counts = _build(memory, sheets, progress)
    with opened(target) as stream:
        stream.write(_without_compression(memory))
    return counts[0]


def _build(memory: io.BytesIO, sheets: Sequence[Sheet], progress: Progress) -> list[int]:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        memory,
        {"in_memory": True},
    )
    book.set_properties({"created": _CREATED})
    style = book.add_format({"num_format": "dd/mm/yyyy"})
    counts = []
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for line, text in enumerate(sheet.preamble):
            page.write_string(line, 0, text)
        start = len(sheet.preamble)
        for column, name in enumerate(sheet.header):
            page.write_string(start, column, name)
        first = start + (1 if sheet.header else 0)
        count = 0
        for count, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                _write(page, (first + count - 1, column), cell, style)
            if count % _STEP == 0:
                progress.step(_STEP)
        progress.step(count % _STEP)
        counts.append(count)
    book.close()
    return counts


def _write(page: Any, place: tuple[int, int], cell: Cell, style: Any) -> None:
    if isinstance(cell, str):
        if cell:
            page.write_string(*place, cell)
    elif isinstance(cell, date):
        page.write_datetime(*place, cell, style)
    elif cell is not None:
        page.write_number(*place, cell)


def _without_compression(memory: io.BytesIO) -> bytes:
    """The same parts stored as they are: compressed bytes differ between zlib versions."""
    out = io.BytesIO()
    with zipfile.ZipFile(memory) as packed, zipfile.ZipFile(out, "w") as plain:
        for entry in packed.infolist():
            named = zipfile.ZipInfo(entry.filename, _ZIP_EPOCH)
            named.create_system = 3
            named.external_attr = 0o600 << 16
            plain.writestr(named, packed.read(entry))
    return out.getvalue()
