"""A second table beneath the first of a sheet is told, and nothing else is."""

from __future__ import annotations

import io

import openpyxl
import pytest

HEADER = ["Ref", "Surname", "Forename", "Born", "Address", "Postcode"]
ROWS = [[n, "Smith", "Ann", "01/02/1950", "1 High St", "EX1 1AA"] for n in range(10)]
CODES = [["Code", "Meaning"], ["A", "Active"], ["C", "Closed"]]


def sheet(*rows: list[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("gap", [1, 3])
def test_a_list_of_codes_beneath_the_table_is_told(take, gap) -> None:
    taken = take(sheet(HEADER, *ROWS, *[[]] * gap, *CODES))
    assert taken.notes["rows-beneath-gap"] == {"count": 3, "first_rows": str(12 + gap)}
    assert len(taken.rows) == 13


def test_two_lists_beneath_it_are_told_from_the_first_on(take) -> None:
    taken = take(sheet(HEADER, *ROWS, [], *CODES, [], *CODES[:2]))
    assert taken.notes["rows-beneath-gap"] == {"count": 5, "first_rows": "13"}


@pytest.mark.parametrize(
    "rows",
    [
        [*ROWS],
        [*ROWS[:5], [], *ROWS[5:]],
        [row for one in ROWS for row in (one, [])],
        [*ROWS, [], ["Total records: 10"], ["End of report"]],
        [*ROWS[:5], [], [5, "Jones", "Bo", "", "2 Mill Lane"], [], *ROWS[5:]],
        [*ROWS[:5], [], ["x"], [], *ROWS[5:]],
    ],
)
def test_gaps_within_a_table_and_closing_rows_are_none(take, rows) -> None:
    assert "rows-beneath-gap" not in take(sheet(HEADER, *rows)).notes
