"""Odd reports: two rows of names, sub-totals, trailers, values between apostrophes."""

from __future__ import annotations

import openpyxl
import pytest

HEADER = ("Ref", "Surname", "Forename", "Born", "Amount")
PEOPLE = [("Smith", "Ann"), ("O'Neill", "Cy"), ("Jones", "Bo, the elder")]
ROWS = [(f"{n:06d}", *PEOPLE[n % 3], f"{n % 28 + 1:02d}/02/1950", f"{n}.50") for n in range(1, 13)]


def quoted(cell: str, mark: str = '"') -> str:
    return f"{mark}{cell.replace(mark, mark * 2)}{mark}"


def text(*rows: tuple[str, ...], mark: str = '"') -> bytes:
    return "".join(",".join(quoted(cell, mark) for cell in row) + "\n" for row in rows).encode()


@pytest.mark.parametrize(
    "groups",
    [
        ("Account", "Person", "Person", "Person", "Money"),
        ("Account", "Person", "", "", "Money"),
    ],
)
def test_of_two_rows_of_names_the_lower_names_the_columns(take, groups) -> None:
    taken = take(text(groups, HEADER, *ROWS))
    assert (taken.shape.columns, taken.shape.header_row) == (HEADER, 2)
    assert taken.rows == tuple(ROWS)
    assert taken.notes["report-header-skipped"] == {"lines": 1}


def test_two_rows_of_names_in_a_workbook(take, tmp_path) -> None:
    book = openpyxl.Workbook()
    for row in (("Account", "Person", None, None, "Money"), HEADER, *ROWS):
        book.active.append(list(row))
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert (take(path).shape.columns, take(path).shape.header_row) == (HEADER, 2)


@pytest.mark.parametrize(
    "first",
    [
        ROWS[0],
        ("TEST", "Test", "Test", "01/01/1950", "0.00"),
        ("000001", "", "", "", ""),
    ],
)
def test_a_row_of_data_beneath_doubled_names_is_none_of_names(take, first) -> None:
    header = ("Ref", "Name", "Name", "Born", "Amount")
    taken = take(text(header, first, *ROWS[1:]))
    assert taken.shape.header_row == 1
    assert len(taken.rows) == len(ROWS)


@pytest.mark.parametrize(
    ("header", "first"),
    [
        (
            ("Account", "Name", "Address", "Address", "Address", "Postcode", "DOB"),
            (
                "PENDING",
                "MRS ANN SMITH",
                "The Lodge",
                "Mill Lane",
                "Exeter",
                "unknown",
                "not known",
            ),
        ),
        (
            ("Account", "Name", "Address", "", "", "Postcode", "DOB"),
            (
                "PENDING",
                "MRS ANN SMITH",
                "The Lodge",
                "Mill Lane",
                "Exeter",
                "unknown",
                "not known",
            ),
        ),
    ],
)
def test_a_person_whose_values_are_stand_ins_is_no_row_of_names(take, header, first) -> None:
    rest = [
        (f"{n:06d}", "MR JOHN JONES", f"{n} High St", "Topsham", "Exeter", "EX3 0AB", "01/02/1950")
        for n in range(1, 13)
    ]
    taken = take(text(header, first, *rest))
    assert taken.shape.header_row == 1
    assert taken.rows == (first, *rest)


def test_sub_totals_at_the_end_are_no_rows_and_the_last_total_decides(take) -> None:
    total = ("", "", "", f"{sum(range(1, 13)) + 6}.00")
    taken = take(text(HEADER, *ROWS, ("Sub total", *total), ("Grand total", *total)))
    assert taken.rows == tuple(ROWS)
    assert taken.shape.footer_rows == 2
    (claim,) = taken.shape.footer_sums
    assert (claim.column, claim.total) == ("Amount", "84.00")


def test_a_trailer_with_the_number_of_rows_is_no_row(take) -> None:
    lines = "\n".join("|".join(row) for row in (HEADER, *ROWS)) + "\nTRAILER|12|\n"
    taken = take(lines.encode())
    assert (len(taken.rows), taken.rejected) == (12, ())
    (claim,) = taken.shape.footer_sums
    assert claim.total == "12"


def test_values_between_apostrophes(take) -> None:
    taken = take(text(HEADER, *ROWS, mark="'"))
    assert taken.shape.columns == HEADER
    assert taken.rows == tuple(ROWS)
    assert "quotes-apostrophes" in taken.notes


def test_an_apostrophe_within_names_is_a_letter(take) -> None:
    names = ["O'Neill", "'t Hooft", "D'Arcy'", "Smith"]
    lines = ["surname,ref", *(f"{name},{n}" for n, name in enumerate(names * 3))]
    taken = take("\n".join(lines).encode())
    assert [row[0] for row in taken.rows] == names * 3


LONG = (
    "Reference number of the account held",
    "Surname of the person named first on the account",
    "Forename of the person named first on the account",
    "Date of birth of the person as recorded",
    "Amount that is owed on the account at the end of the month",
)


@pytest.mark.parametrize("number", [8, 12])
def test_long_names_of_columns_are_no_columns_at_fixed_places(take, number) -> None:
    lines = [",".join(LONG), *(",".join(row).replace(", ", " ") for row in ROWS[:number])]
    taken = take("\n".join(lines).encode())
    assert (taken.shape.format, taken.shape.columns) == ("csv", LONG)
    assert len(taken.rows) == number


def test_a_name_of_a_column_that_cannot_be_decoded_can_be_kept(take) -> None:
    lines = b"ref,sur\x81name,forename\n" + b"".join(b"%d,M\xfcller,Ann\n" % n for n in range(9))
    taken = take(lines)
    assert taken.shape.columns[1].encode("utf-8").decode("utf-8") == "sur\ufffdname"
    assert len(taken.rows) == 9


@pytest.mark.parametrize("always", [True, False])
def test_blanks_between_mark_and_quote_belong_to_neither(take, always) -> None:
    def cell(value: str) -> str:
        return quoted(value) if always or "," in value else value

    lines = [", ".join(map(cell, row)) for row in (HEADER, *ROWS)]
    taken = take(("\n".join(lines) + "\nTotal records: 12\n").encode())
    assert taken.shape.columns == HEADER
    assert taken.rows == tuple(ROWS)
    assert taken.shape.footer_total == 12


def test_blanks_and_quotes_within_quoted_values_stay(take) -> None:
    rows = [(str(n), 'Ann, "Nan"', " 2 High St") for n in range(9)]
    taken = take(text(("ref", "name", "address"), *rows))
    assert taken.rows == tuple(rows)
