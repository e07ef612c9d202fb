"""Looks into a workbook's XML for what the fast reader does not tell: formulas, errors, formats.

openpyxl reads number formats too, but it refuses whole workbooks for a colour or a border that it
does not know, and takes ten times as long over many styles: it serves the tests as another reader.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lxml import etree

from app.base.errors import Refused, Where
from app.files.sheetscan import column_number
from app.files.xmlstream import local

_LETTERS = re.compile(r"[A-Z]{1,3}")
_ZEROS = re.compile(r"(0{2,})(?:;.*)?")
_ZEROS_AMONG_OTHERS = re.compile(r'(?:"[^"]*"|\\.|[^0#?.;])*0[- /\\"]*0(?!.*\.0)')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass
class SheetLook:
    """What a look into one sheet found. Rows and columns count from 1.

    `faults` holds the first cell of a row that has no value to trust: column, code, and the
    error shown. `formats` holds for a column the number formats of its numbers: the count of
    zeros of a format such as 00000, 0 for any other format, -1 for zeros among other signs.
    `since_1904` says that the workbook numbers its days from 1904 and not from 1900.
    """

    rows: int = 0
    columns: int = 0
    formulas: int = 0
    without_value: int = 0
    errors: int = 0
    since_1904: bool = False
    faults: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    formats: dict[int, set[int]] = field(default_factory=dict)

    def fault(self, row: int, column: int, code: str, shown: str = "") -> None:
        """Count a cell without a value to trust; the first of a row speaks for the row."""
        if code == "cell-error":
            self.errors += 1
        else:
            self.without_value += 1
        self.faults.setdefault(row, (column, code, shown))


def sheet_parts(path: Path) -> dict[str, str]:
    """Sheet names with the archive entry that holds each, as the workbook lists them."""
    with zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        targets = {
            str(link.get("Id")): str(link.get("Target", ""))
            for link in _root(archive, names.get("xl/_rels/workbook.xml.rels"), path)
        }
        parts = {}
        for sheet in _root(archive, names.get("xl/workbook.xml"), path).iter("{*}sheet"):
            target = targets.get(str(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part.casefold() in names:
                parts[str(sheet.get("name"))] = names[part.casefold()]
        return parts


def counts_from_1904(path: Path) -> bool:
    """Whether an XLSX workbook says that its day numbers count from 1904."""
    with zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        root = _root(archive, names.get("xl/workbook.xml"), path)
        said = (one.get("date1904", "0").casefold() for one in root.iterchildren("{*}workbookPr"))
        return any(one in ("1", "true", "on") for one in said)


def look_at_sheet(path: Path, part: str, last_row: int | None) -> SheetLook:
    """Extent, formulas, errors and number formats of a sheet, down to a row or to its end.

    Raises Refused("workbook-damaged").
    """
    look = SheetLook()
    with zipfile.ZipFile(path) as archive:
        zeros = _zero_formats(archive, path)
        with archive.open(part) as stream:
            number = 0
            for row in _rows(stream, path):
                placed = row.get("r") or ""
                number = int(placed) if placed.isascii() and placed.isdigit() else number + 1
                if last_row is not None and number > last_row:
                    break
                _look_at_row(look, row, number, zeros)
    return look


def _look_at_row(look: SheetLook, row: etree._Element, number: int, zeros: dict[str, int]) -> None:
    column = 0
    for cell in row.iterchildren("{*}c"):
        placed = _LETTERS.match(cell.get("r") or "")
        column = column_number(placed[0]) if placed else column + 1
        parts = {local(str(part.tag)): part.text for part in cell}
        kind, value = cell.get("t", "n"), parts.get("v")
        if "f" in parts:
            look.formulas += 1
            if not value and kind != "str":
                look.fault(number, column, "formula-without-value")
        if kind == "e":
            look.fault(number, column, "cell-error", value or "")
        elif kind == "n" and value:
            look.formats.setdefault(column, set()).add(zeros.get(cell.get("s", "0"), 0))
        if value or parts:
            look.columns = max(look.columns, column)
            look.rows = max(look.rows, number)


def _zero_formats(archive: zipfile.ZipFile, path: Path) -> dict[str, int]:
    """Cell styles whose number format begins with zeros, by style number."""
    name = next((n for n in archive.namelist() if n.casefold() == "xl/styles.xml"), None)
    if name is None:
        return {}
    root = _root(archive, name, path)
    codes = {f.get("numFmtId"): f.get("formatCode") or "" for f in root.iter("{*}numFmt")}
    styles = root.find("{*}cellXfs")
    found = {}
    for place, style in enumerate(styles if styles is not None else ()):
        code = codes.get(style.get("numFmtId"), "")
        if plain := _ZEROS.fullmatch(code):
            found[str(place)] = len(plain[1])
        elif _ZEROS_AMONG_OTHERS.match(code):
            found[str(place)] = -1
    return found


def _root(archive: zipfile.ZipFile, name: str | None, path: Path) -> etree._Element:
    if name is None:
        raise Refused("workbook-damaged", where=Where(file=path.name))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(archive.read(name), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("workbook-damaged", where=Where(file=path.name)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("workbook-damaged", where=Where(file=path.name))
    return root


def _rows(stream: IO[bytes], path: Path) -> Iterator[etree._Element]:
    """Rows of a sheet part, each let go when the next is asked for; cells stand in rows only."""
    for row in stream_elements(stream, ("{*}row", "{*}c"), path):
        parent = row.getparent()
        if local(row.tag) == "c":
            if parent is None or local(parent.tag) != "row":
                raise Refused("workbook-damaged", where=Where(file=path.name))
            continue
        yield row
        row.clear()
        while parent is not None and row.getprevious() is not None:
            del parent[0]


def stream_elements(stream: IO[bytes], tag: str | tuple[str, ...], path: Path) -> Iterator[Any]:
    """Elements of some tags of a part as they end; a DOCTYPE or damage is refused."""
    try:
        for _, element in etree.iterparse(
            stream,
            events=("end",),
            tag=tag,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        ):
            if element.getroottree().docinfo.internalDTD is not None:
                raise Refused("workbook-damaged", where=Where(file=path.name))
            yield element
    except (etree.XMLSyntaxError, ValueError, OverflowError):
        raise Refused("workbook-damaged", where=Where(file=path.name)) from None
