"""Workbooks: the right sheet, the values a steward sees, and nothing lost without a word."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from app.base.errors import Refused
from app.base.progress import Counters
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.loads import ReadChoices

LIMITS = read_limits()


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def changed(content: bytes, entry: str, change) -> bytes:
    """An archive with one entry rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == entry else data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_values_as_a_steward_sees_them(take):
    taken = take(
        sheet_of(
            ["Ref", "When", "At", "Flag", "Amount", "Text"],
            [5.0, dt.date(1950, 1, 2), dt.time(13, 5), True, 0.1 + 0.2, "00123"],
            [
                -7,
                dt.datetime.fromisoformat("2020-01-02T03:04:05"),
                dt.timedelta(hours=30),
                False,
                1e-5,
                "1E10",
            ],
        )
    )
    assert taken.rows == (
        ("5", "1950-01-02", "13:05:00", "TRUE", "0.3", "00123"),
        ("-7", "2020-01-02 03:04:05", "30:00:00", "FALSE", "0.00001", "1E10"),
    )
    assert taken.numbers == (2, 3)


def test_the_sheet_with_the_table_is_chosen_under_its_titles(take):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    for line in range(40):
        book.active.append([f"Note {line} about this extract"])
    sheet = book.create_sheet("Tenancies")
    for row in (["Exampleshire Homes"], ["as at 1 October"], ["Ref", "Surname", None, "Town"]):
        sheet.append(row)
    sheet.append([1, "SMITH", None, "EXETER"])
    sheet.append([])
    sheet.append([2, "JONES", None, "EXETER"])
    sheet.append(["Total records: 2"])
    taken = take(saved(book))
    assert taken.shape.sheet == "Tenancies"
    assert taken.shape.sheets == ("Notes", "Tenancies")
    assert (taken.shape.header_row, taken.shape.footer_total) == (3, 2)
    assert taken.shape.columns == ("Ref", "Surname", "Town")
    assert taken.rows == (("1", "SMITH", "EXETER"), ("2", "JONES", "EXETER"))
    assert taken.numbers == (4, 6)
    assert taken.rejected == ()
    assert taken.notes["sheet-chosen"] == {
        "sheet": "Tenancies",
        "others": 1,
        "names": "Notes",
    }
    assert taken.notes["columns-empty-dropped"] == {"count": 1}


def test_two_sheets_that_look_like_tables_are_named_and_a_list_of_codes_is_none(take):
    book = openpyxl.Workbook()
    book.active.title = "North"
    for name in ("South", "Codes", "Empty"):
        book.create_sheet(name)
    for name, rows in (("North", 9), ("South", 30)):
        book[name].append(["Ref", "Surname", "Forename", "Town", "Postcode"])
        for n in range(rows):
            book[name].append([n, "SMITH", "Ann", "EXETER", "EX1 1AA"])
    for n in range(20):
        book["Codes"].append([n, "meaning"])
    content = saved(book)
    undecided = take(content)
    assert undecided.notes["sheets-alike"] == {"sheet": "South", "names": "North, South"}
    assert "sheet-chosen" not in undecided.notes
    decided = take(content, ReadChoices(sheet="North"))
    assert not {"sheets-alike", "sheet-chosen"} & set(decided.notes)
    assert len(decided.rows) == 9


def test_a_table_that_does_not_start_in_the_corner(take):
    book = openpyxl.Workbook()
    for row, values in enumerate([("Ref", "Name"), (1, "A"), (2, "B")], start=4):
        for column, value in enumerate(values, start=3):
            book.active.cell(row, column, value).number_format = "000" if column == 3 else "@"
    taken = take(saved(book))
    assert taken.numbers == (5, 6)
    assert taken.rows == (("001", "A"), ("002", "B"))


def test_the_stewards_sheet_and_header_row(take, refusal):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["c", "d"])
    book.create_sheet("Other").append(["x"])
    content = saved(book)
    bare = take(content, ReadChoices(sheet="Sheet", header_row=0))
    assert bare.rows == (("a", "b"), ("c", "d"))
    assert refusal(content, ReadChoices(sheet="Missing")) == "sheet-not-found"
    assert refusal(content, ReadChoices(header_row=9, sheet="Sheet")) == "header-row-not-there"


def test_leading_zeros_that_the_sheet_shows_are_put_back(take):
    book = openpyxl.Workbook()
    book.active.append(["Ref", "Mixed", "Sort code"])
    for number in range(1, 4):
        book.active.append([number, number, 112233])
        book.active.cell(number + 1, 1).number_format = "00000"
        book.active.cell(number + 1, 3).number_format = "00-00-00"
    book.active.cell(2, 2).number_format = "000"
    taken = take(saved(book))
    assert [row[0] for row in taken.rows] == ["00001", "00002", "00003"]
    assert [row[1] for row in taken.rows] == ["1", "2", "3"]
    assert taken.notes["leading-zeros-restored"] == {"count": 1, "first": "Ref"}
    assert taken.notes["leading-zeros-format"] == {"count": 2, "first": "Mixed"}


@pytest.mark.parametrize("style", ["0.00", "General", "#,##0", "dd/mm/yyyy", "0", "0%"])
def test_ordinary_formats_bring_no_warning(take, style):
    book = openpyxl.Workbook()
    book.active.append(["Ref", "x"])
    book.active.append([5, "a"])
    book.active.cell(2, 1).number_format = style
    assert not {"leading-zeros-restored", "leading-zeros-format"} & set(take(saved(book)).notes)


def test_numbers_beyond_fifteen_digits_are_rejected(take):
    taken = take(
        sheet_of(
            ["Ref", "Card"],
            [1, 123456789012345],
            [2, 1234567890123456],
            [3, "1234567890123456"],
            [4, 1.00023456789e17],
        )
    )
    assert taken.codes == {3: "digits-lost", 5: "digits-lost"}
    assert taken.rejected[0].column == "Card"
    assert [row[1] for row in taken.rows] == ["123456789012345", "1234567890123456"]


def test_formulas_are_read_by_their_saved_result(take, tmp_path):
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Ref", "Sum", "Text"])
    sheet.write_row(1, 0, [1])
    sheet.write_formula(1, 1, "=A2+1", None, 2)
    sheet.write_formula(1, 2, '=""', None, "text")
    book.close()
    empty = changed(
        path.read_bytes(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v>text</v>", b"<v></v>"),
    )
    taken = take(empty)
    assert taken.rows == (("1", "2", ""),)
    assert taken.notes["formula-cells"] == {"count": 2}
    assert "formula-cells-without-value" not in taken.notes


def test_a_formula_never_calculated_costs_its_row(take):
    taken = take(sheet_of(["Ref", "Sum"], [1, "=A2+1"], [2, 5]))
    assert taken.codes == {2: "formula-without-value"}
    assert taken.rejected[0].column == "Sum"
    assert taken.rejected[0].cells == ("1", "")
    assert taken.notes["formula-cells-without-value"] == {"count": 1, "first_rows": "2"}
    assert taken.rows == (("2", "5"),)


def test_error_cells_are_not_blanks(take):
    book = openpyxl.Workbook()
    for row in (["Ref", "Town"], [1, "#REF!"], [2, "EXETER"], [3, "#N/A text"]):
        book.active.append(row)
    book.active.cell(2, 2).data_type = "e"
    taken = take(saved(book))
    assert taken.codes == {2: "cell-error"}
    assert taken.rejected[0].facts == {"error": "#REF!"}
    assert taken.notes["error-cells"] == {"count": 1, "first_rows": "2"}


def test_merged_cells_are_told(take):
    book = openpyxl.Workbook()
    for row in (["Title", None], ["Ref", "Town"], [1, "EXETER"], [2, None], [3, "X"]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("B3:B4")
    assert take(saved(book)).notes["merged-cells"] == {"count": 1, "first_rows": "3"}


def test_hidden_sheets_are_not_chosen_but_can_be_asked_for(take):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["c", "d"])
    hidden = book.create_sheet("Old")
    for n in range(50):
        hidden.append([f"x{n}", "y", "z"])
    hidden.sheet_state = "hidden"
    content = saved(book)
    assert take(content).shape.sheet == "Sheet"
    assert take(content, ReadChoices(sheet="Old")).shape.columns == ("x0", "y", "z")


def test_macros_are_told_and_left_alone(take):
    content = sheet_of(["Ref", "x"], [1, "a"])
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert "macros-ignored" in take(out.getvalue()).notes


def test_control_characters_in_cells(take):
    content = sheet_of(["Ref", "Name"], [1, "AB"], [2, "C"])
    spoilt = changed(
        content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b">AB<", b">A&#127;B<")
    )
    assert take(spoilt).codes == {2: "control-character"}


def test_a_stray_cell_in_the_last_corner_is_refused_not_allocated(refusal, take):
    book = openpyxl.Workbook()
    book.active["A1"], book.active.title = "Ref", "Big"
    book.active.cell(1048576, 16384, "x")
    assert refusal(saved(book)) == "sheet-too-large"
    other = book.create_sheet("Good")
    other.append(["Ref", "Name"])
    other.append([1, "A"])
    assert take(saved(book)).shape.sheet == "Good"


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'<c r="XFD1048576"', b'<c\n r="XFD1048576"'),
        lambda xml: xml.replace(b'<c r="XFD1048576"', b"<c t='n' r='XFD1048576'"),
        lambda xml: xml.replace(b"<row", b"<x:row", 1).replace(b"<worksheet", b"<worksheet", 1),
    ],
)
def test_a_far_cell_cannot_be_hidden_by_its_spelling(refusal, change):
    book = openpyxl.Workbook()
    book.active["A1"] = "Ref"
    book.active.cell(1048576, 16384, 1)
    content = changed(saved(book), "xl/worksheets/sheet1.xml", change)
    assert refusal(content) in {"sheet-too-large", "workbook-damaged"}


def test_cells_outside_rows_are_damage(refusal):
    content = changed(
        sheet_of(["Ref"], [1]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b"<y><c  r='XFD1048576'><v>1</v></c></y></sheetData>"
        ),
    )
    assert refusal(content) == "workbook-damaged"


def test_a_truncated_workbook(refusal):
    content = sheet_of(["Ref", "Name"], *([n, "x"] for n in range(500)))
    for share in (0.3, 0.6, 0.95, 0.999):
        assert refusal(content[: int(len(content) * share)]) == "archive-damaged"


def test_a_workbook_with_a_sheet_cut_short(refusal):
    content = sheet_of(["Ref", "Name"], *([n, "x"] for n in range(50)))
    cut = changed(content, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert refusal(cut) == "workbook-damaged"


def test_entities_in_a_workbook_are_damage(refusal):
    content = changed(
        sheet_of(["Ref", "Name"], [1, "=A2"]),
        "xl/worksheets/sheet1.xml",
        lambda xml: b'<!DOCTYPE w [<!ENTITY a "aaaa">]>' + xml,
    )
    assert refusal(content) == "workbook-damaged"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml"])
def test_a_document_type_in_any_part_is_refused(refusal, part) -> None:
    def declared(xml: bytes) -> bytes:
        return b'<!DOCTYPE w [<!ENTITY a "aaaa">]>' + xml.removeprefix(
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        )

    content = changed(sheet_of(["Ref", "Name"], [1, "Ann"]), part, declared)
    assert refusal(content) == "workbook-damaged"


def test_empty_workbooks(refusal):
    assert refusal(sheet_of()) == "file-empty"
    assert refusal(sheet_of(["Ref", "Name"])) == "file-header-only"
    assert refusal(sheet_of(["Ref", "Name"], ["Total records: 0"])) == "file-header-only"


def test_other_archives(refusal):
    def archive(name: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as new:
            new.writestr(name, "x")
        return out.getvalue()

    assert refusal(archive("word/document.xml")) == "file-not-a-table"
    assert refusal(archive("data.csv")) == "file-is-zip"
    assert refusal(archive("xl/workbook.bin")) == "file-is-binary-workbook"


def test_too_many_columns(refusal):
    few = replace(LIMITS, columns=50)
    assert refusal(sheet_of([f"c{n}" for n in range(51)], [1] * 51), limits=few) == (
        "too-many-columns"
    )


def test_a_workbook_that_changes_between_looking_and_reading(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(sheet_of(["Ref", "Name"], [1, "A"]))
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    path.write_bytes(sheet_of(["Ref", "Surname"], [1, "A"]))
    with pytest.raises(Refused, match="file-changed"):
        list(read(path, shape, lambda _: None, LIMITS))


def test_progress_counts_bytes(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(sheet_of(["Ref", "Name"], *([n, "A"] for n in range(9000))))
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    progress = Counters()
    sizes = [len(batch.cells) for batch in read(path, shape, lambda _: None, LIMITS, progress)]
    assert sizes == [8192, 808]
    assert progress.read().code == "read"
    assert progress.read().total == path.stat().st_size
    assert 0 < progress.read().done <= path.stat().st_size
