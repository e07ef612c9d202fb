"""Files that somebody will sooner or later try to load, each made small."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

HEADER = "id,forename,surname,date of birth,postcode\n"
ROW = "{n},Anna,Carter,03/02/1941,AB1 2CD\n"


def rows(count: int) -> str:
    """Plain rows of the plain kind."""
    return HEADER + "".join(ROW.format(n=n) for n in range(count))


def empty(folder: Path) -> Path:
    return _bytes(folder / "empty.csv", b"")


def header_only(folder: Path) -> Path:
    return _bytes(folder / "header.csv", HEADER.encode())


def junk(folder: Path) -> Path:
    return _bytes(folder / "junk.csv", bytes(range(256)) * 64)


def random_junk(folder: Path) -> Path:
    return _bytes(folder / "random.bin", os.urandom(20_000))


def truncated_workbook(folder: Path) -> Path:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, "<x/>" * 500)
    return _bytes(folder / "cut.xlsx", whole.getvalue()[: len(whole.getvalue()) // 2])


def external_entity(folder: Path) -> Path:
    secret = _bytes(folder / "secret.txt", b"out of the file system")
    text = (
        '<?xml version="1.0"?>\n'
        f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>\n'
        "<deathRegistrations><death><entryId>1</entryId><surname>&e;</surname></death>"
        "</deathRegistrations>\n"
    )
    return _bytes(folder / "entity.xml", text.encode())


def billion_laughs(folder: Path) -> Path:
    laughs = "".join(
        f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">\n' for n in range(1, 10)
    )
    text = (
        f'<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY l0 "ha">\n{laughs}]>\n'
        "<deathRegistrations><death><surname>&l9;</surname></death></deathRegistrations>\n"
    )
    return _bytes(folder / "laughs.xml", text.encode())


def zip_bomb(folder: Path) -> Path:
    """A workbook whose one sheet unpacks to a thousand times its size: 300 MB of spaces."""
    path = folder / "bomb.xlsx"
    block = b" " * (1 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(block)
    return path


def ten_thousand_columns(folder: Path) -> Path:
    header = ",".join(f"c{n}" for n in range(10_000))
    values = ",".join("x" * 10_000)
    return _bytes(folder / "wide.csv", f"{header}\n{values}\n".encode())


def long_line(folder: Path) -> Path:
    return _bytes(folder / "long.csv", HEADER.encode() + b"1,Anna," + b"x" * 20_000_000)


def column_missing(folder: Path) -> Path:
    return _bytes(folder / "no_entry.csv", b"forename,colour\nAnna,blue\nBert,red\n")


def a_folder(folder: Path) -> Path:
    made = folder / "a_folder.csv"
    made.mkdir()
    return made


def a_document(folder: Path) -> Path:
    return _bytes(folder / "letter.pdf", b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n%%EOF\n")


def not_there(folder: Path) -> Path:
    return folder / "nowhere.csv"


REFUSED: dict[str, tuple[Callable[[Path], Path], tuple[str, ...], set[str]]] = {
    "empty": (empty, (), {"file-empty"}),
    "header only": (header_only, (), {"file-header-only"}),
    "a document": (a_document, (), set()),
    "unknown kind": (
        lambda f: _bytes(f / "p.csv", rows(3).encode()),
        ("--kind", "cats"),
        {"kind-unknown"},
    ),
    "junk": (junk, (), set()),
    "random junk": (random_junk, (), set()),
    "truncated workbook": (truncated_workbook, (), {"archive-damaged", "workbook-damaged"}),
    "external entity": (external_entity, (), {"xml-doctype"}),
    "billion laughs": (billion_laughs, (), {"xml-doctype"}),
    "zip bomb": (zip_bomb, (), {"archive-bomb", "archive-too-large"}),
    "ten thousand columns": (ten_thousand_columns, (), {"too-many-columns"}),
    "long line": (long_line, (), {"line-too-long", "nothing-to-load"}),
    "column missing": (column_missing, ("--kind", "deaths"), {"required-column-missing"}),
    "a folder": (a_folder, (), set()),
    "not there": (not_there, (), {"file-not-found"}),
}
"""Name, maker, further options, and the codes it may be refused with (empty: any)."""


def mixed_encodings(folder: Path) -> Path:
    text = HEADER.encode() + "1,Zoë,Carter,03/02/1941,AB1 2CD\n".encode()
    return _bytes(
        folder / "mixed.csv", text + "2,Renée,Carter,03/02/1941,AB1 2CD\n".encode("cp1252")
    )


def formula_cells(folder: Path) -> Path:
    text = HEADER + '1,"=HYPERLINK(""x"")",Carter,03/02/1941,AB1 2CD\n2,+cmd|x,Carter,,AB1 2CD\n'
    return _bytes(folder / "formula.csv", text.encode())


def nul_bytes(folder: Path) -> Path:
    text = HEADER + "1,An\0na,Carter,03/02/1941,AB1 2CD\n2,Bert,Carter,,AB1 2CD\n"
    return _bytes(folder / "nul.csv", text.encode())


def ragged(folder: Path) -> Path:
    text = rows(2) + "7,Too,Many,01/01/1950,AB1 2CD,extra,cells\n8,Few\n" + ROW.format(n=9)
    return _bytes(folder / "ragged.csv", text.encode())


def formula_workbook(folder: Path) -> Path:
    """A workbook whose formulas were never worked out, and a cell that shows an error."""
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append([1, "Anna", "=A1&A2", "03/02/1941", "AB1 2CD"])
    book.active.append([2, "Bert", "#REF!", "03/02/1941", "AB1 2CD"])
    book.active["C3"].data_type = "e"
    book.active.append([3, "Cy", "Carter", "03/02/1941", "AB1 2CD"])
    path = folder / "formula.xlsx"
    book.save(path)
    return path


def wrong_total(folder: Path) -> Path:
    return _bytes(folder / "total.csv", f"{rows(4)}Total records: 5\n".encode())


LOADED: dict[str, Callable[[Path], Path]] = {
    "mixed encodings": mixed_encodings,
    "formula cells": formula_cells,
    "nul bytes": nul_bytes,
    "ragged rows": ragged,
    "formulas in a workbook": formula_workbook,
    "a total that differs": wrong_total,
}


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
