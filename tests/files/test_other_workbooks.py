"""Workbooks that are not Excel's own of today: OpenDocument spreadsheets and old .xls files."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from app.base.errors import Refused
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.loads import ReadChoices

LIMITS = read_limits()
ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>"
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
GHOST_ROWS = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def ods(*tables: str, manifest: str = "<manifest/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS_HEAD + "".join(tables) + ODS_TAIL)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def ods_table(name: str, rows: list[list[str]], more: str = "") -> str:
    cells = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{cells}{more}</table:table>'


def words(*texts: str) -> list[str]:
    return [
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    ]


def test_ods(take):
    flag = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    date = '<table:table-cell office:value-type="date" office:date-value="1950-01-02"/>'
    number = '<table:table-cell office:value-type="float" office:value="5"/>'
    error = (
        '<table:table-cell office:value-type="string" office:string-value=""'
        ' calcext:value-type="error" table:formula="of:=1/0"><text:p>#DIV/0!</text:p>'
        "</table:table-cell>"
    )
    ghost = ['<table:table-cell table:number-columns-repeated="16380"/>']
    table = ods_table(
        "Data",
        [
            words("Ref", "Born", "Flag", "Name") + ghost,
            [number, date, flag, *words("SMITH"), *ghost],
            [number, date, flag, error],
            [number, date, flag, *words("JONES")],
        ],
        GHOST_ROWS,
    )
    taken = take(ods(table))
    assert taken.rows == (
        ("5", "1950-01-02", "TRUE", "SMITH"),
        ("5", "1950-01-02", "TRUE", "JONES"),
    )
    assert taken.numbers == (2, 4)
    assert taken.codes == {3: "cell-error"}
    assert taken.notes["formula-cells"] == {"count": 1}
    assert "number-formats-unseen" in taken.notes


@pytest.mark.parametrize(
    "more",
    [
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
        "</table:table-row>",
        GHOST_ROWS
        + '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>'
        + "".join(words("x"))
        + "</table:table-row>",
    ],
)
def test_ods_that_repeats_itself_into_billions_of_cells(refusal, more):
    table = ods_table("Data", [words("Ref", "Name"), words("1", "A")], more)
    assert refusal(ods(table)) == "sheet-too-large"


def test_ods_damaged_in_a_way_that_never_ends(refusal):
    table = ods_table("Data", [words("Ref", "Name"), words("1", "A")])
    assert refusal(ods(table.replace("</table:table>", "</oops>"))) == "workbook-damaged"


def test_ods_without_its_content(refusal):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(out.getvalue()) == "workbook-damaged"


def test_ods_under_a_password(refusal):
    manifest = "<manifest><encryption-data/></manifest>"
    locked = ods(ods_table("Data", [words("Ref")]), manifest=manifest)
    assert refusal(locked) == "workbook-locked"


def test_xls(take, old_workbook):
    taken = take(
        old_workbook(
            [
                ["Ref", "Surname", "Flag", "Sum"],
                [5.0, "Zoë", True, "=7"],
                [6.0, "SMITH", False, 1.5],
                [7.0, "!17", True, 2.0],
            ]
        )
    )
    assert taken.rows == (("5", "Zoë", "TRUE", "7"), ("6", "SMITH", "FALSE", "1.5"))
    assert taken.codes == {4: "cell-error"}
    assert taken.rejected[0].facts == {"error": "#REF!"}
    assert taken.notes["formula-cells"] == {"count": 1}
    assert "number-formats-unseen" in taken.notes


def test_xls_under_a_password(refusal, old_workbook, compound):
    filepass = b"\x2f\x00\x06\x00" + bytes(6)
    assert refusal(old_workbook([["Ref"], [1.0]], filepass)) == "workbook-locked"
    assert refusal(compound({"EncryptedPackage": b"x" * 5000})) == "workbook-locked"


def test_mutations_of_an_old_workbook_give_rows_or_a_refusal(tmp_path, old_workbook):
    rows = [["Ref", "Name", "Flag"], *([float(n), f"NAME{n}", bool(n % 2)] for n in range(25))]
    content = old_workbook(rows)
    path = tmp_path / "x.xls"
    outcomes = set()
    for seed in range(200):
        chance = random.Random(seed)
        data = bytearray(content)
        for _ in range(chance.choice((1, 2, 5))):  # the part in use, not the padding
            data[chance.randrange(512, 2200)] = chance.randrange(256)
        path.write_bytes(bytes(data))
        try:
            shape = sniff(path, ReadChoices(), {}, LIMITS)
            list(read(path, shape, lambda _: None, LIMITS))
            outcomes.add("rows")
        except Refused as refused:
            outcomes.add(refused.code)
    assert "rows" in outcomes
    assert len(outcomes) > 1


def test_another_office_document_in_the_old_container(refusal, compound):
    assert refusal(compound({"WordDocument": b"x" * 5000})) == "file-not-a-table"


def test_xls_that_claims_more_than_it_holds(refusal, old_workbook):
    wide = old_workbook([["Ref"], [1.0]], more=b"\x00\x02\x0e\x00" + b"\xff" * 14)
    assert refusal(wide) == "sheet-too-large"
    strings = b"\xfc\x00\x08\x00" + b"\xff\xff\xff\x7f" * 2
    assert refusal(old_workbook([["Ref"], [1.0]], strings)) == "workbook-damaged"
