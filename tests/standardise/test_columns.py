from __future__ import annotations

import pyarrow as pa

from app.model.notes import Note
from app.standardise.columns import DateColumn, Distinct, Tally, spread


def test_a_value_is_cleaned_once_and_laid_out_over_the_rows() -> None:
    calls: list[str] = []

    def clean(text: str) -> str:
        calls.append(text)
        return text.upper()

    distinct = Distinct(clean)
    for _ in range(2):
        values, places = distinct(pa.array(["a", "b", "a"]))
        assert spread(values, places, pa.string()).to_pylist() == ["A", "B", "A"]
    assert calls == ["a", "b"]
    forgetful = Distinct(clean, remember=False)
    forgetful(pa.array(["a"]))
    forgetful(pa.array(["a"]))
    assert calls == ["a", "b", "a", "a"]


def test_remarks_are_counted_by_row_not_by_value() -> None:
    tally = Tally()
    values, places = Distinct(lambda t: (t, "odd" if t == "b" else None))(pa.array(list("abbb")))
    tally.begin([2, 3, 5, 8])
    tally.add_distinct([remark for _, remark in values], places, "name")
    tally.add("odd", "age")
    assert tally.notes() == (
        Note("odd", {"column": "age", "count": 1}),
        Note("odd", {"column": "name", "count": 3, "first_rows": "3, 5, 8"}),
    )


def test_rows_are_named_once_and_in_order_whenever_they_are_met() -> None:
    tally = Tally()
    tally.begin([2, 3, 4, 5])
    tally.add_at("odd", "name", [1, 3])
    tally.begin([3, 3, 2])
    tally.add_at("odd", "name", [0, 1, 2])
    (note,) = tally.notes()
    assert note.facts == {"column": "name", "count": 5, "first_rows": "2, 3, 5"}


def test_of_many_rows_the_first_are_named() -> None:
    tally = Tally()
    for batch in range(3):
        tally.begin(range(10 * batch, 10 * batch + 4))
        tally.add_where("odd", "name", pa.array([False, True, None, True]))
    (note,) = tally.notes()
    assert note.facts == {"column": "name", "count": 6, "first_rows": "1, 3, 11, 13, 21"}


def test_the_first_rows_with_dates_settle_a_column(rules) -> None:
    column = DateColumn(None, ("%d/%m/%Y",), rules.dates)
    column.settle(["", " "])
    assert not column.settled
    column.settle(["02/13/1950"])
    assert column.formats[0].text == "%m/%d/%Y"
    column.settle(["13/02/1950"])
    assert column.formats[0].text == "%m/%d/%Y"
    assert column.assumed == 0


def test_a_declared_format_goes_before_evidence(rules) -> None:
    column = DateColumn("%m/%d/%Y", ("%d/%m/%Y",), rules.dates)
    column.settle(["13/02/1950"])
    assert column.formats[0].text == "%m/%d/%Y"


def test_the_order_is_judged_on_dates_from_all_over(kinds, rules, today) -> None:
    from app.standardise.columns import DateColumn

    days = [
        f"{day:02d}/{month:02d}/19{year:02d}"
        for day in range(1, 29)
        for month in range(1, 13)
        for year in range(10, 99)
    ]
    column = DateColumn(None, (), rules.dates)
    column.settle(days)
    assert column.assumed == 0
