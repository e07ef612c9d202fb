"""Looks into an OpenDocument spreadsheet: extent, formulas and errors of each sheet."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

from app.files.sheetxml import SheetLook, stream_elements

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def look_at_ods(path: Path) -> dict[str, SheetLook]:
    """Every sheet of the file by name. A repeated row or cell counts as often as it says.

    Raises Refused("workbook-damaged").
    """
    looks: dict[str, SheetLook] = {}
    reached: dict[str, int] = {}
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        for row in stream_elements(stream, f"{_TABLE}table-row", path):
            name = _table_of(row)
            look = looks.setdefault(name, SheetLook())
            first = reached.get(name, 0) + 1
            times = _repeats(row, "rows")
            reached[name] = first + times - 1
            if _look_at_row(look, row, first):
                look.rows = reached[name]
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
    return looks


def _look_at_row(look: SheetLook, row: etree._Element, number: int) -> bool:
    """Look at the cells of a row; whether any holds something."""
    column = 0
    holds = False
    for cell in row.iterchildren(*_CELLS):
        column += _repeats(cell, "columns")
        kind = cell.get(f"{_OFFICE}value-type")
        formula = cell.get(f"{_TABLE}formula") is not None
        look.formulas += formula
        if cell.get(f"{_CALC}value-type") == "error":
            look.fault(number, column, "cell-error", "".join(map(str, cell.itertext())))
        elif formula and kind is None:
            look.fault(number, column, "formula-without-value")
        if kind is not None or len(cell):
            holds = True
            look.columns = max(look.columns, column)
    return holds


def _repeats(element: etree._Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def _table_of(row: etree._Element) -> str:
    for outer in row.iterancestors(f"{_TABLE}table"):
        return str(outer.get(f"{_TABLE}name"))
    return ""
