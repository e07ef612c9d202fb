from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.model.kinds import ColumnUse, Field, Kind, Mapping
from app.model.loads import Rows
from app.model.meanings import Meaning
from app.model.records import RECORDS
from app.standardise.records import Standardiser, describe

FEBRL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "febrl4" / "febrl4_a.csv"
PERSON = ("reference", "given_names", "surname", "birth_date", "address", "postcode", "sex")


def mapping_of(kind: str, columns: dict[str, str], dates: dict[str, str] | None = None) -> Mapping:
    uses = []
    for column, text in columns.items():
        means, _, party = text.partition("@")
        uses.append(ColumnUse(column, Meaning(means), int(party or 1)))
    return Mapping(kind, tuple(uses), dates or {})


@pytest.fixture
def run(rules, kinds, today):
    """Rows of one batch as RECORDS dictionaries, rejections and notes by code."""

    def standardise(columns, rows, kind="people", dates=None, kinds_used=None):
        chosen = (kinds_used or kinds)[kind]
        mapping = mapping_of(kind, columns, dates)
        worker = Standardiser(chosen, mapping, tuple(columns), rules, today)
        numbers = tuple(range(2, len(rows) + 2))
        table, rejections = worker.batch(Rows(numbers, tuple(tuple(row) for row in rows)))
        assert table.schema == RECORDS
        notes = {note.code: note.facts["count"] for note in worker.notes()}
        return table.to_pylist(), rejections, notes

    return standardise


def as_columns(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def test_a_plain_row(run) -> None:
    row = ("7", "Mr Bill J", "O'Neill", "05/03/1948", "Flat 2, 14 High St", "ls1 1aa", "M")
    (record,), rejections, _ = run(as_columns(*PERSON), [row])
    expected = {
        "row": 2, "part": 1, "reference": "7", "forename": "BILL", "canonical": "WILLIAM",
        "middle": "J", "initials": "BJ", "surname": "ONEILL", "sex": 1,
        "birth_date": (date(1948, 3, 5) - date(1970, 1, 1)).days, "birth_year": 1948,
        "birth_month": 3, "birth_day": 5, "postcode": "LS11AA", "house": "2/14",
        "street": "HIGH STREET", "communal": False,
    }  # fmt: skip
    assert {name: value for name, value in record.items() if value is not None} == expected
    assert not rejections


def test_middle_names_and_several_address_columns(run) -> None:
    columns = {"f": "given_names", "m": "middle_names", "s": "surname"}
    columns |= {"a1": "address", "a2": "address", "p": "phone", "p2": "phone"}
    (record,), _, _ = run(
        columns, [("Ann", "Mary", "Lee", "Flat 2", "9 Low Rd", "", "0113 4960000")]
    )
    assert (record["forename"], record["middle"]) == ("ANN", "MARY")
    assert (record["house"], record["street"]) == ("2/9", "LOW ROAD")
    assert record["phone"] == 1134960000


def test_a_joint_council_tax_row_gives_two_records_whoever_leads(run) -> None:
    columns = {
        "account_ref": "reference", "name": "full_name", "t": "title", "f": "given_names",
        "s": "surname", "addr1": "address", "uprn": "uprn",
    }  # fmt: skip
    rows = [
        ("1", "MR J SMITH & MRS A SMITH", "MR", "JOHN", "SMITH", "1 HIGH ST", "10023"),
        ("2", "SMITH/JOHN MR & ANN MRS", "MRS", "ANN", "SMITH", "2 HIGH ST", "10024"),
        ("3", "EXORS OF J SMITH (DEC'D)", "", "J", "SMITH", "3 HIGH ST", ""),
        ("4", "THE OCCUPIER", "", "", "", "4 HIGH ST", ""),
        ("5", "JONES/PAT MISS", "", "", "", "5 HIGH ST", "1.0E+11"),
    ]
    records, rejections, notes = run(columns, rows, "council-tax")
    found = [(r["reference"], r["part"], r["forename"], r["surname"], r["uprn"]) for r in records]
    assert found == [
        ("1", 1, "JOHN", "SMITH", 10023),
        ("1", 2, "A", "SMITH", 10023),
        ("2", 1, "ANN", "SMITH", 10024),
        ("2", 2, "JOHN", "SMITH", 10024),
        ("3", 1, "J", "SMITH", None),
        ("4", 1, None, None, None),
        ("5", 1, "PAT", "JONES", None),
    ]
    assert not rejections
    assert notes["name-joint"] == 2
    assert notes["name-executors"] == 1
    assert notes["uprn-rounded"] == 1
    assert notes["row-without-name"] == 1


def test_columns_of_a_second_person_give_a_record_of_their_own(run) -> None:
    columns = {
        "ref": "reference", "f": "given_names", "s": "surname", "dob": "birth_date",
        "f2": "given_names@2", "s2": "surname@2", "dob2": "birth_date@2", "a": "address",
    }  # fmt: skip
    rows = [
        ("1", "John", "Smith", "01/02/1950", "Ann", "Smith", "03/04/1955", "1 High St"),
        ("2", "Jo", "Brown", "", "", "", "", "2 High St"),
    ]
    records, _, _ = run(columns, rows)
    assert [(r["part"], r["forename"], r["birth_year"], r["house"]) for r in records] == [
        (1, "JOHN", 1950, "1"),
        (2, "ANN", 1955, "1"),
        (1, "JO", None, "2"),
    ]


def test_a_couple_in_split_columns(run) -> None:
    records, _, notes = run(as_columns("given_names", "surname"), [("John & Ann", "Smith")])
    assert [(r["part"], r["forename"], r["surname"]) for r in records] == [
        (1, "JOHN", "SMITH"),
        (2, "ANN", "SMITH"),
    ]
    assert notes["name-joint"] == 1


def test_a_person_named_twice_is_one_record(run) -> None:
    columns = {"n": "full_name", "f": "given_names", "s": "surname", "f2": "given_names@2"}
    columns |= {"s2": "surname@2"}
    rows = [("MR J SMITH & MRS A SMITH", "John", "Smith", "Ann", "Smith")]
    records, _, _ = run(columns, rows)
    assert [(r["part"], r["forename"]) for r in records] == [(1, "JOHN"), (2, "ANN")]


def test_birth_dates_in_three_columns_and_partial_ones(run) -> None:
    columns = as_columns("birth_day", "birth_month", "birth_year", "surname")
    rows = [("5", "March", "1948", "A"), ("", "", "1931", "B"), ("31", "2", "1950", "C")]
    records, _, notes = run(columns, rows)
    parts = [(r["birth_year"], r["birth_month"], r["birth_day"]) for r in records]
    assert parts == [(1948, 3, 5), (1931, None, None), (1950, 2, None)]
    assert [r["birth_date"] is not None for r in records] == [True, False, False]
    assert notes["date-impossible"] == 1
    assert notes["date-partial"] == 1


def test_month_first_files_are_seen_and_a_declared_format_wins(run) -> None:
    rows = [("01/02/1950", "A"), ("02/13/1950", "B")]
    american, _, told = run(as_columns("birth_date", "surname"), rows)
    assert [r["birth_month"] for r in american] == [1, 2]
    assert told["date-order-month-first"] == 1
    _, _, british = run(
        as_columns("birth_date", "surname"), [("01/02/1950", "A"), ("13/02/1950", "B")]
    )
    assert "date-order-month-first" not in british
    declared, _, notes = run(
        as_columns("birth_date", "surname"), rows, dates={"birth_date": "%d/%m/%Y"}
    )
    assert [r["birth_month"] for r in declared] == [2, 2]
    assert notes["date-swapped"] == 1
    _, _, assumed = run(as_columns("birth_date", "surname"), rows[:1])
    assert assumed["date-order-assumed"] == 1


def test_a_name_cell_gives_the_half_that_has_no_column_or_is_blank(run) -> None:
    columns = {"full": "full_name", "given": "given_names"}
    rows = [("Dr Aroha Poutama", "Aroha"), ("MR J SMITH", ""), ("", "Ann")]
    records, _, _ = run(columns, rows)
    assert [(r["forename"], r["surname"]) for r in records] == [
        ("AROHA", "POUTAMA"),
        ("J", "SMITH"),
        ("ANN", None),
    ]
    columns = {"full": "full_name", "given": "given_names", "last": "surname"}
    records, _, _ = run(columns, [("MR JOHN SMITH", "", "SMYTHE"), ("JOHN SMITH", "JACK", "SMITH")])
    assert [(r["forename"], r["surname"]) for r in records] == [
        ("JOHN", "SMYTHE"),
        ("JACK", "SMITH"),
    ]


def test_a_required_field_that_is_empty_refuses_the_row_and_only_it(run) -> None:
    rows = [("1", "Ann", "Lee"), ("2", "Bob", " "), ("", "Cy", "Low")]
    columns = {"ref": "reference", "f": "given_names", "s": "surname"}
    records, rejections, _ = run(columns, rows, "blue-badges")
    assert [r["reference"] for r in records] == ["1"]
    assert [(r.row, r.column, r.code, r.cells) for r in rejections] == [
        (3, "s", "required-missing", rows[1]),
        (4, "ref", "required-missing", rows[2]),
    ]


def test_a_required_date_must_be_readable(run) -> None:
    kind = Kind(
        "dated", "Dated", 1, "person", "", (Field("dob", Meaning.BIRTH_DATE, required=True),)
    )
    rows = [("1950-02-03", "A"), ("soon", "B"), ("1931", "C")]
    records, rejections, _ = run(
        as_columns("birth_date", "surname"), rows, "dated", kinds_used={"dated": kind}
    )
    assert [r["surname"] for r in records] == ["A", "C"]
    assert [(r.row, r.code) for r in rejections] == [(3, "date-unreadable")]


def test_a_full_name_fulfils_a_required_surname(run) -> None:
    columns = {"ref": "reference", "n": "full_name"}
    records, rejections, _ = run(columns, [("1", "Mr J Smith")], "blue-badges")
    assert not rejections
    assert records[0]["surname"] == "SMITH"


def test_a_mapping_of_another_file_is_refused(rules, kinds, today) -> None:
    with pytest.raises(Refused) as refused:
        Standardiser(kinds["people"], mapping_of("people", {"x": "surname"}), ("y",), rules, today)
    assert refused.value.code == "mapping-column-unknown"


def test_a_postcode_in_the_address_serves_where_its_own_column_is_empty(run) -> None:
    rows = [("A", "1 High St", "Leeds LS1 1AA", ""), ("B", "1 High St", "", "LS2 2BB")]
    columns = {"s": "surname", "a": "address", "b": "address", "p": "postcode"}
    records, _, _ = run(columns, rows)
    assert [r["postcode"] for r in records] == ["LS11AA", "LS22BB"]


def test_communal_addresses(run) -> None:
    rows = [("A", "Oak Nursing Home", "1 High St"), ("B", "1 High St", "")]
    records, _, _ = run({"s": "surname", "a": "address", "b": "address"}, rows)
    assert [r["communal"] for r in records] == [True, False]


def test_batches_of_any_size_give_the_same_records(rules, kinds, today) -> None:
    rows = [
        (str(n), f"{'John & Ann' if n % 5 == 0 else 'Mary'}", f"Smith{'abc'[n % 3]}", "13/02/1950")
        for n in range(60)
    ]
    columns = {"r": "reference", "f": "given_names", "s": "surname", "d": "birth_date"}
    tables = []
    for size in (7, 60):
        worker = Standardiser(
            kinds["people"], mapping_of("people", columns), tuple(columns), rules, today
        )
        records = []
        for start in range(0, 60, size):
            part = tuple(rows[start : start + size])
            numbers = tuple(range(start, start + len(part)))
            records += worker.batch(Rows(numbers, part))[0].to_pylist()
        tables.append((records, worker.notes()))
    assert tables[0] == tables[1]


def test_notes_name_the_rows_of_the_file(rules, kinds, today) -> None:
    rows = (("John & Ann", "Smith"), ("", ""), ("Mary", "Jones"), ("", ""), ("Al & Bo & Cy", "Oak"))
    mapping = mapping_of("people", {"f": "given_names", "s": "surname"})
    worker = Standardiser(kinds["people"], mapping, ("f", "s"), rules, today)
    worker.batch(Rows((2, 3, 4, 5, 9), rows))
    told = {note.code: note.facts.get("first_rows") for note in worker.notes()}
    assert (told["row-without-name"], told["name-joint"]) == ("3, 5", "2, 9")


def test_an_empty_batch(rules, kinds, today) -> None:
    worker = Standardiser(kinds["people"], mapping_of("people", {}), ("x",), rules, today)
    table, rejections = worker.batch(Rows((), ()))
    assert table.num_rows == 0
    assert not rejections


@given(st.lists(st.tuples(*[st.text(max_size=14)] * 8), min_size=1, max_size=6))
def test_no_text_breaks_it_and_no_row_is_lost(rules, kinds, today, cells) -> None:
    names = ("reference", "full_name", "given_names", "surname", "birth_date", "address")
    columns = as_columns(*names, "postcode", "phone")
    worker = Standardiser(
        kinds["council-tax"], mapping_of("council-tax", columns), tuple(columns), rules, today
    )
    numbers = tuple(range(1, len(cells) + 1))
    table, rejections = worker.batch(Rows(numbers, tuple(cells)))
    kept = set(table["row"].to_pylist())
    refused = {rejection.row for rejection in rejections}
    assert kept | refused == set(numbers)
    assert not kept & refused
    for _, group in itertools.groupby(
        table.select(["row", "part"]).to_pylist(), lambda r: r["row"]
    ):
        assert [r["part"] for r in group][:1] == [1]


@pytest.mark.skipif(not FEBRL.exists(), reason="the FEBRL set is not beside this checkout")
def test_a_published_set_goes_through_whole(run) -> None:
    with FEBRL.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    columns = {
        "rec_id": "reference", "given_name": "given_names", "surname": "surname",
        "street_number": "house_number", "address_1": "address", "address_2": "address",
        "suburb": "town", "postcode": "postcode", "date_of_birth": "birth_date",
        "soc_sec_id": "other_id",
    }  # fmt: skip
    kept = [(*row[:8], row[9], row[10]) for row in rows]
    records, rejections, _ = run(columns, kept)
    assert len(records) == 5000
    assert not rejections
    with_date = sum(r["birth_date"] is not None for r in records)
    assert with_date > 0.97 * sum(bool(row[8].strip()) for row in kept)
    assert sum(r["postcode"] is not None for r in records) > 4900


def test_describe_is_for_reading() -> None:
    record = {
        "row": 4, "part": 1, "sex": 2, "birth_date": -7000, "death_date": None, "communal": True,
        "birth_year": 1950, "nhs_number": 9434765919, "postcode": "LS11AA", "phone": 7700900123,
        "account": "12345601234567", "forename": "ANN", "surname": None,
    }  # fmt: skip
    said = describe(record)
    assert said["birth_date"] == "1950-11-02"
    assert said["sex"] == "F"
    assert said["nhs_number"] == "943 476 5919"
    assert said["postcode"] == "LS1 1AA"
    assert said["phone"] == "07700900123"
    assert said["account"] == "12-34-56 01234567"
    assert said["communal"] == "yes"
    assert "surname" not in said
    assert describe({"birth_date": None, "birth_year": 1950, "birth_month": 3})["birth_date"] == (
        "1950-03"
    )
    assert describe({"postcode": "4223"})["postcode"] == "4223"


def test_kinds_are_untouched_by_use(kinds) -> None:
    kind = kinds["people"]
    assert replace(kind) == kind


def test_a_cell_of_two_hundred_names_gives_no_more_records_than_a_household_holds(
    run, rules
) -> None:
    crowd = " & ".join(f"Mr A{chr(65 + n % 26)}b Smith" for n in range(200))
    records, rejections, notes = run({"full_name": "full_name"}, [(crowd,)])
    assert [record["part"] for record in records] == list(range(1, rules.most_people + 1))
    assert notes["name-crowded"] == 200 - rules.most_people
    assert not rejections
