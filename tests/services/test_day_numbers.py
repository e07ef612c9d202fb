"""Days that a workbook holds as bare numbers: which are read, from which day they count."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from app.model.loads import LoadWishes, ReadChoices
from app.services import intake
from app.services.reading import mapping_from

HEADER = ["ref", "surname", "forename", "date of birth"]
JANUARY_1926 = 9500  # 3 January 1926
Cell = int | float | str | date


def workbook(path: Path, born: list[Cell], *, since_1904: bool = False) -> Path:
    """A workbook of people; numbers have no format, dates the ordinary one."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "date_1904": since_1904}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, HEADER)
        for row, birth in enumerate(born, 1):
            sheet.write_row(row, 0, [row, "Smith", "Ann"])
            if isinstance(birth, date):
                sheet.write_datetime(row, 3, datetime.combine(birth, datetime.min.time()), day)
            else:
                sheet.write(row, 3, birth)
    path.write_bytes(made.getvalue())
    return path


def saved_as_csv(path: Path, born: list[Cell]) -> Path:
    """The same saved from the spreadsheet as CSV: numbers as they show, dates as formatted."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for row, birth in enumerate(born, 1):
        shown = birth.strftime("%d/%m/%Y") if isinstance(birth, date) else str(birth)
        rows.writerow([row, "Smith", "Ann", shown])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def births(workspace, path: Path) -> list[str | None]:
    """Dates of birth as they are kept, by way of the file's own mapping."""
    offer = intake.inspect(workspace, path, ReadChoices(kind="people"))
    shown = intake.preview(workspace, offer, mapping_from(offer, offer.guesses[0]))
    loaded = intake.load_file(workspace, path, LoadWishes(kind="people"))
    assert loaded.rows_loaded == len(shown.after)
    return [record.get("birth_date") for record in shown.after]


@pytest.mark.parametrize("save", [workbook, saved_as_csv])
def test_a_birth_before_may_1927_among_day_numbers(workspace, tmp_path, save) -> None:
    found = births(workspace, save(tmp_path / "people.dat", [JANUARY_1926, 17597, 9998, 20001.75]))
    assert found == ["1926-01-03", "1948-03-05", "1927-05-16", "1954-10-04"]


@pytest.mark.parametrize("save", [workbook, saved_as_csv])
def test_what_is_typed_for_unknown_is_no_day(workspace, tmp_path, save) -> None:
    path = save(tmp_path / "people.dat", [JANUARY_1926, 17597, 9999, 25569, 4333])
    assert births(workspace, path) == ["1926-01-03", "1948-03-05", None, None, None]


def test_a_bare_number_among_the_dates_of_a_workbook(workspace, tmp_path) -> None:
    path = workbook(tmp_path / "people.xlsx", [date(1948, 3, 5), JANUARY_1926])
    assert births(workspace, path) == ["1948-03-05", "1926-01-03"]


def test_a_bare_number_among_typed_dates_stays_unread(workspace, tmp_path) -> None:
    path = saved_as_csv(tmp_path / "people.csv", [date(1948, 3, 5), JANUARY_1926])
    assert births(workspace, path) == ["1948-03-05", None]


@pytest.mark.parametrize("save", [workbook, saved_as_csv])
def test_plain_small_numbers_are_no_days(workspace, tmp_path, save) -> None:
    path = save(tmp_path / "people.dat", [JANUARY_1926, 4000, 12, 9999])
    assert births(workspace, path) == [None] * 4


@pytest.mark.parametrize("year", [1931, 1931.5])
def test_a_year_among_day_numbers_stays_a_year(workspace, tmp_path, year) -> None:
    path = workbook(tmp_path / "people.xlsx", [17597, year])
    assert births(workspace, path) == ["1948-03-05", "1931"]


def test_days_that_count_from_1904(workspace, tmp_path) -> None:
    shift = 1462  # days between the two beginnings
    numbers: list[Cell] = [17597 - shift, JANUARY_1926 - shift, date(1948, 3, 5)]
    path = workbook(tmp_path / "people.xlsx", numbers, since_1904=True)
    assert "days-since-1904" in {note.code for note in intake.inspect(workspace, path).shape.notes}
    assert births(workspace, path) == ["1948-03-05", "1926-01-03", "1948-03-05"]
