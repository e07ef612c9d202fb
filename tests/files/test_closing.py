"""Closing rows: told from rows of data wherever their figures stand, and what they claim."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from app.catalogue.reading import read_limits
from app.files.closing import Closing, figure
from app.model.loads import ColumnSum

CLOSING = Closing(read_limits())
COLUMNS = ("ref", "surname", "amount")


@pytest.mark.parametrize(
    ("cells", "total", "sums"),
    [
        (["Total", "17", ""], None, [("surname", "17")]),
        (["", "Total", "1,234.50"], None, [("amount", "1,234.50")]),
        (["Grand total:", "17", "£99.00"], None, [("surname", "17"), ("amount", "£99.00")]),
        (["Totals", "", "(12.00)"], None, [("amount", "(12.00)")]),
        (["Total records", "17", ""], 17, []),
        (["Total records: 1", "234", ""], 1234, []),
        (["Count", "17", ""], None, [("surname", "17")]),
        (["Total 17"], None, [("", "17")]),
        (["TOTAL:      17"], None, [("", "17")]),
        (["End of report", "", ""], None, []),
    ],
)
def test_closing_rows_and_what_they_claim(cells, total, sums) -> None:
    assert CLOSING.matches(cells)
    footer = CLOSING.footer([["1", "SMITH", "2.00"], cells], COLUMNS)
    assert (footer.rows, footer.total) == (1, total)
    assert footer.sums == tuple(ColumnSum(*one) for one in sums)


@pytest.mark.parametrize(
    "cells",
    [
        ["17", "TOTAL", "2.00"],
        ["Total", "SMITH", "2.00"],
        ["Total", "", ""],
        ["1", "SMITH", "2.00"],
        ["Totalman", "17", ""],
    ],
)
def test_rows_of_people_are_none(cells) -> None:
    assert not CLOSING.matches(cells)
    assert CLOSING.footer([cells], COLUMNS).rows == 0


def test_figures_as_reports_print_them() -> None:
    assert figure(" £1,234.50 ") == Decimal("1234.50")
    assert figure("(12.00)") == figure("12.00-") == Decimal("-12.00")
    assert figure("12a") is None


@pytest.mark.parametrize(
    ("row", "sums"),
    [
        (["Total", 3, None], [("surname", "3")]),
        ([None, "Total", 60.5], [("amount", "60.5")]),
        (["Total records", 3, None], []),
    ],
)
def test_a_workbooks_closing_row_is_no_person(take, row, sums) -> None:
    book = openpyxl.Workbook()
    for cells in (COLUMNS, ("A1", "SMITH", 10), ("A2", "JONES", 20), ("A3", "BROWN", 30.5), row):
        book.active.append(cells)
    memory = io.BytesIO()
    book.save(memory)
    taken = take(memory.getvalue())
    assert [cells[1] for cells in taken.rows] == ["SMITH", "JONES", "BROWN"]
    assert (taken.shape.footer_rows, taken.rejected) == (1, ())
    assert taken.shape.footer_sums == tuple(ColumnSum(*one) for one in sums)
    assert taken.shape.footer_total == (None if sums else 3)
    assert taken.notes["report-footer-left-out"] == {"rows": 1}


def test_a_delimited_files_bare_total_is_no_person(take) -> None:
    taken = take(b"ref,surname,amount\nA1,SMITH,10.00\nA2,JONES,20.50\nTotal,,30.50\n")
    assert [cells[1] for cells in taken.rows] == ["SMITH", "JONES"]
    assert taken.shape.footer_sums == (ColumnSum("amount", "30.50"),)


def test_a_total_in_the_middle_stays_a_row(take) -> None:
    taken = take(b"ref,surname,amount\nA1,SMITH,10.00\nTotal,,10.00\nA2,JONES,20.50\n")
    assert len(taken.rows) == 3
    assert taken.shape.footer_rows == 0
