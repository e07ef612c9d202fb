"""An opened workbook: proved harmless first, then handed to the fast reader."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.base.errors import Refused, Where
from app.base.progress import Progress
from app.files.access import head_of, refuse_other
from app.files.biff import look_at_xls
from app.files.odsxml import look_at_ods
from app.files.sheetscan import Scanner, SheetScan
from app.files.sheetxml import SheetLook, counts_from_1904, look_at_sheet, sheet_parts
from app.files.zipguard import guard
from app.model.reading import ReadLimits

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OTHERS = (
    ("word/", "document"),
    ("ppt/", "document"),
    ("xl/workbook.bin", "binary-workbook"),
    ("content.xml", "document"),
)


@dataclass(frozen=True)
class Seen:
    """What was seen of a workbook before the fast reader: scans of parts, or looks at sheets.

    `parts` are the archive entries of the sheets (XLSX, XLSM); `looks` are by sheet (XLS, ODS).
    """

    parts: dict[str, str] = field(default_factory=dict)
    scans: dict[str, SheetScan] = field(default_factory=dict)
    looks: dict[str, SheetLook] = field(default_factory=dict)
    macros: bool = False
    formats: bool = False
    since_1904: bool = False


class Book:
    """One workbook. Sheets are loaded when first asked for; only the latest is held."""

    def __init__(self, path: Path, book: CalamineWorkbook, seen: Seen, limits: ReadLimits) -> None:
        self.path = path
        self.limits = limits
        self.macros = seen.macros
        self.formats = seen.formats
        self.since_1904 = seen.since_1904
        self._book = book
        self._parts = seen.parts
        self._scans = seen.scans
        self._looks = dict(seen.looks)
        self._loaded: tuple[str, CalamineSheet] | None = None
        sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        self.names = tuple(one.name for one in sheets)
        self.visible = tuple(one.name for one in sheets if one.visible == SheetVisibleEnum.Visible)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Any]]]:
        """Rows of a sheet with their numbers, from sheet row 1, empty ones too.

        Raises Refused: sheet-too-large, workbook-damaged.
        """
        with _reader_errors(self.path):
            yield from enumerate(self._sheet(sheet).iter_rows(), start=1)

    def height(self, sheet: str) -> int:
        """Rows down to the last in use."""
        return int(self._sheet(sheet).total_height)

    def first_column(self, sheet: str) -> int:
        """The sheet's column (from 1) of the first cell the rows give."""
        start = self._sheet(sheet).start
        return 1 if start is None else start[1] + 1

    def merged(self, sheet: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Merged ranges as corners (row, column) counted from 0; none where not known."""
        return self._sheet(sheet).merged_cell_ranges or []

    def look(self, sheet: str, last_row: int) -> SheetLook:
        """What the fast reader does not tell; formats are looked at down to `last_row`."""
        if sheet in self._parts:
            scan = self._scans.get(self._parts[sheet])
            whole = scan is None or scan.formulas or scan.errors or not scan.plain
            return look_at_sheet(self.path, self._parts[sheet], None if whole else last_row)
        return self._looks.get(sheet, SheetLook())

    def too_large(self, sheet: str) -> bool:
        """Whether a sheet's used area is beyond what the fast reader may be given."""
        return self._extent(sheet) > self.limits.sheet_cells

    def _extent(self, sheet: str) -> int:
        if sheet not in self._parts:
            look = self._looks.get(sheet, SheetLook())
            return look.rows * look.columns
        scan = self._scans.get(self._parts[sheet])
        if scan is not None and scan.plain:
            return scan.cells
        if sheet not in self._looks:
            self._looks[sheet] = look_at_sheet(self.path, self._parts[sheet], None)
        return self._looks[sheet].rows * self._looks[sheet].columns

    def _sheet(self, name: str) -> CalamineSheet:
        if self._loaded is None or self._loaded[0] != name:
            if name not in self.names:
                raise Refused("file-changed", where=Where(file=self.path.name))
            if self.too_large(name):
                _refuse_large(self.path, name, self._extent(name), self.limits)
            with _reader_errors(self.path):
                self._loaded = (name, self._book.get_sheet_by_name(name))
        return self._loaded[1]


@contextlib.contextmanager
def open_book(path: Path, limits: ReadLimits, progress: Progress) -> Iterator[Book]:
    """Open a workbook after guarding against bombs, locks and what is no workbook.

    Raises Refused: archive-..., workbook-locked, workbook-damaged, file-not-a-table.
    """
    seen = _look_first(path, limits, progress)
    with _reader_errors(path):
        workbook = CalamineWorkbook.from_path(path)
    try:
        yield Book(path, workbook, seen, limits)
    finally:
        workbook.close()


def _look_first(path: Path, limits: ReadLimits, progress: Progress) -> Seen:
    """Prove a workbook harmless. The fast reader never ends on some damaged ODS files, and ends
    the process on sheets that reach too far, so it gets nothing that has not passed here.
    """
    if not head_of(path).startswith(b"PK"):
        looks = _not_too_large(look_at_xls(path), path, limits)
        return Seen(looks=looks, since_1904=any(look.since_1904 for look in looks.values()))
    scanner = Scanner()
    guard(path, limits, scanner, progress)
    _refuse_other_archives(path, scanner.names)
    names = [name.casefold() for name in scanner.names]
    if "xl/workbook.xml" not in names:
        return Seen(looks=_not_too_large(look_at_ods(path), path, limits))
    macros = any(name.endswith("vbaproject.bin") for name in names)
    since_1904 = counts_from_1904(path)
    return Seen(
        sheet_parts(path), scanner.sheets, macros=macros, formats=True, since_1904=since_1904
    )


def _not_too_large(
    looks: dict[str, SheetLook], path: Path, limits: ReadLimits
) -> dict[str, SheetLook]:
    """The looks themselves, if all sheets together may go to the reader: it loads them at once."""
    cells = {name: look.rows * look.columns for name, look in looks.items()}
    if sum(cells.values()) > limits.sheet_cells:
        largest = max(cells, key=lambda name: cells[name])
        _refuse_large(path, largest, cells[largest], limits)
    return looks


def _refuse_large(path: Path, sheet: str, cells: int, limits: ReadLimits) -> NoReturn:
    where = Where(file=path.name)
    raise Refused(
        "sheet-too-large", where=where, sheet=sheet, cells=cells, limit=limits.sheet_cells
    )


def _refuse_other_archives(path: Path, names: list[str]) -> None:
    where = Where(file=path.name)
    held = [name.casefold() for name in names]
    if "xl/workbook.xml" in held:
        return
    with zipfile.ZipFile(path) as archive:
        if "mimetype" in names and archive.read("mimetype").startswith(_ODS):
            manifest = "META-INF/manifest.xml"
            if manifest in names and b"encryption-data" in archive.read(manifest):
                raise Refused("workbook-locked", where=where)
            if "content.xml" not in names:
                raise Refused("workbook-damaged", where=where)
            return
    for start, found in _OTHERS:
        if any(name.startswith(start) for name in held):
            refuse_other(path, found)
    refuse_other(path, "zip")


@contextlib.contextmanager
def _reader_errors(path: Path) -> Iterator[None]:
    """Turn what the fast reader raises into refusals; its panics are not even Exceptions."""
    try:
        yield
    except PasswordError:
        raise Refused("workbook-locked", where=Where(file=path.name)) from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise Refused("workbook-damaged", where=Where(file=path.name)) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Refused("workbook-damaged", where=Where(file=path.name)) from None
        raise
