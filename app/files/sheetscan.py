"""Scans a workbook's raw parts as they unpack: how far each sheet reaches, what needs a look.

The fast reader sets up a table of the whole used area before it reads a cell, so one stray cell
in the last corner of a sheet would take all memory and end the process. Nothing goes to it
before this scan has passed it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACED_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_CELLS = (b"<c ", b"<c>", b"<c/", b"<c\n", b"<c\r", b"<c\t", b":c ", b":c>", b":c/")
_ROWS = (b"<row ", b"<row>", b"<row/", b"<row\n", b"<row\r", b"<row\t", b":row ", b":row>")
_FORMULAS = (b"<f>", b"<f ", b"<f/")
_LONGEST_TAG = 65536
_BOM = b"\xef\xbb\xbf"
_ERROR = b't="e"'
_SHEET = re.compile(r"xl/(?:worksheets|chartsheets|dialogsheets|macrosheets)/[^/]+\.xml", re.I)


@dataclass
class SheetScan:
    """One sheet part: the last row and column that hold a cell, and what is in it.

    `plain` is False where cells are written in a way this scan does not follow; then only a
    real parse can tell the extent.
    """

    rows: int = 0
    columns: int = 0
    formulas: bool = False
    errors: bool = False
    plain: bool = True

    @property
    def cells(self) -> int:
        """Cells of the used area."""
        return self.rows * self.columns


class Scanner:
    """Watches the entries of an archive go by, block by block."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.names: list[str] = []
        self._tail = b""

    def __call__(self, name: str, block: bytes) -> None:
        """Take in one block of one entry; a tag cut by the block's end waits for the next."""
        if not self.names or self.names[-1] != name:
            self.names.append(name)
            self._tail = b""
        if not _SHEET.fullmatch(name):
            return
        scan = self.sheets.setdefault(name, SheetScan(plain=block.lstrip(_BOM)[:1] == b"<"))
        text = self._tail + block
        cut = text.rfind(b"<")
        if len(text) - cut > _LONGEST_TAG:  # no tag of a cell is that long: let it be parsed
            scan.plain = scan.plain and b">" in text[cut:]
            cut = len(text)
        self._tail = text[cut:]
        _look(scan, text[:cut])


def column_number(letters: bytes | str) -> int:
    """The number (from 1) of a column called A, B ... XFD."""
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode("ascii", "replace"):
        number = number * 26 + letter - 64
    return number


def _look(scan: SheetScan, text: bytes) -> None:
    placed = _PLACED_CELL.findall(text)
    scan.plain = (
        scan.plain
        and len(placed) == sum(map(text.count, _CELLS))
        and text.count(b'<row r="') == sum(map(text.count, _ROWS))
    )
    if placed:
        columns, rows = zip(*placed, strict=True)
        scan.columns = max(scan.columns, *map(column_number, set(columns)))
        scan.rows = max(scan.rows, *map(int, set(rows)))
    scan.formulas = scan.formulas or any(mark in text for mark in _FORMULAS)
    scan.errors = scan.errors or _ERROR in text
