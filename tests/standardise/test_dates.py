from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standardise.columns import infer_date_formats, order_is_assumed
from app.standardise.dates import DateFormat, Parts, pivot, read_date


def read(text, rules, today, *formats):
    forms = tuple(DateFormat(form) for form in formats or rules.dates.formats)
    return read_date(text, forms, rules.dates, today)


@pytest.mark.parametrize(
    "text",
    [
        "05/03/1948",
        "5/3/1948",
        "1948-03-05",
        "19480305",
        "05031948",
        "5 March 1948",
        "5th Mar 1948",
        "05-MAR-1948",
        "05.03.1948",
        "1948-03-05 00:00:00",
        "1948-03-05T00:00:00",
        "05/03/48",
        "050348",
        "17597",
    ],
)
def test_one_day_in_many_forms(rules, today, text) -> None:
    assert read(text, rules, today)[0] == Parts(1948, 3, 5)


@pytest.mark.parametrize(
    ("text", "parts", "remark"),
    [
        ("31/02/1950", Parts(1950, 2), "date-impossible"),
        ("2009029", Parts(2009), "date-impossible"),
        ("00/00/1931", Parts(1931), "date-partial"),
        ("1931", Parts(1931), "date-partial"),
        ("1931-07", Parts(1931, 7), "date-partial"),
        ("29/02/1901", Parts(1901, 2), "date-impossible"),
        ("01/01/1900", Parts(), "date-placeholder"),
        ("11/11/1911", Parts(), "date-placeholder"),
        ("31/12/9999", Parts(), "date-placeholder"),
        ("05/03/2048", Parts(), "date-future"),
        ("about 1920", Parts(1920), "date-impossible"),
        ("not known", Parts(), "date-unreadable"),
        ("12/25/1950", Parts(1950, 12, 25), "date-swapped"),
        ("05/03/48", Parts(1948, 3, 5), "date-two-digit-year"),
        ("", Parts(), None),
    ],
)
def test_what_is_odd_is_remarked_and_what_can_be_is_kept(rules, today, text, parts, remark) -> None:
    assert read(text, rules, today) == (parts, remark)


def test_formats_that_the_kind_accepts_decide_between_readings(rules, today) -> None:
    assert read("20122001", rules, today, "%d%m%Y", "%Y%m%d")[0] == Parts(2001, 12, 20)
    assert read("20011220", rules, today, "%d%m%Y", "%Y%m%d")[0] == Parts(2001, 12, 20)


@given(st.integers(0, 99), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_two_digit_year_is_never_in_the_future(two_digits, latest) -> None:
    year = pivot(two_digits, latest)
    assert year % 100 == two_digits
    assert latest.year - 99 <= year <= latest.year


@given(st.integers(0, 60_000), st.sampled_from(("%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%d %B %Y")))
def test_what_a_format_writes_it_reads(rules, today, days, form) -> None:
    day = date(1880, 1, 1) + timedelta(days=days)
    parts, remark = read(day.strftime(form), rules, today, form)
    if day in rules.dates.placeholders or day > today:
        assert parts == Parts()
    else:
        assert (parts.whole, remark) == (day, None)


@given(st.text(max_size=20))
def test_any_text_gives_parts_that_exist(rules, today, text) -> None:
    parts, _ = read(text, rules, today)
    assert parts.month is None or parts.year is not None
    assert parts.day is None or parts.month is not None
    assert parts.whole is None or parts.whole <= today


def test_one_value_beyond_twelve_settles_the_order() -> None:
    accepts = ("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d")
    assert infer_date_formats(["01/02/1950", "13/02/1950"], accepts)[0] == "%d/%m/%Y"
    assert infer_date_formats(["01/02/1950", "02/13/1950"], accepts)[0] == "%m/%d/%Y"
    assert infer_date_formats(["01/02/1950"], accepts)[0] == "%d/%m/%Y"
    assert infer_date_formats(["1950-02-01"], accepts)[0] == "%Y-%m-%d"
    assert set(infer_date_formats(["x"], accepts)) == set(accepts)


def test_an_order_nothing_settles_is_said_to_be_assumed() -> None:
    accepts = ("%d/%m/%Y", "%m/%d/%Y")
    assert order_is_assumed(["01/02/1950", "03/03/1950"], accepts) == 1
    assert order_is_assumed(["01/02/1950", "13/02/1950"], accepts) == 0
    assert order_is_assumed(["1950-02-01"], ("%Y-%m-%d",)) == 0


@pytest.mark.parametrize("text", ["1/1/00", "01/01/00", "11/11/11", "01-01-01"])
def test_a_stand_in_of_two_digits_is_one_of_either_century(rules, today, text) -> None:
    assert read(text, rules, today) == (Parts(), "date-placeholder")


def test_a_leap_day_of_two_digits_is_a_day(rules, today) -> None:
    assert read("29/02/00", rules, today)[0] == Parts(2000, 2, 29)
