"""Values that a rule left out are listed as people write them, whatever the key."""

from __future__ import annotations

import dataclasses

import pytest

from app.matching.engine import match
from app.matching.keytext import key_text
from app.matching.sides import Properties, Side
from app.model.plan import KEYS, BlockRule
from app.model.records import CODES

ONE = {
    "forename": "JOHN",
    "surname": "SMITH",
    "sex": 2,
    "born": "1931-03-04",
    "postcode": "ES19ZZ",
    "uprn": 10_012_345,
}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("birth_date", "1931-03-04"),
        ("death_date", "1969-12-31"),
        ("month_day", "4 March"),
        ("name_initials", "J S"),
        ("sector", "ES1 9"),
        ("district", "ES1"),
        ("area", "ES"),
        ("sex", "F"),
        ("surname", "SMITH"),
        ("postcode", "ES19ZZ"),
        ("birth_year", "1931"),
        ("uprn", "10012345"),
    ],
)
def test_a_key_reads_as_people_write_it(codes, book, key, text) -> None:
    others = [{"forename": "ANNE", "postcode": p} for p in ("E14 9AB", "ELSEWHERE", "E149AB")]
    table = codes([*others, ONE | {"death_date": -1}])
    properties = Properties(book)
    value = int(Side(table, properties)[key][3])
    assert value >= 0
    assert key_text(key, value, properties) == text


def test_parts_of_short_and_long_postcodes(codes, book) -> None:
    table = codes([{"postcode": p} for p in ("E149AB", "M11AA", "SW1A2AA", "EC1A1BB")])
    properties = Properties(book)
    side = Side(table, properties)
    told = {
        key: [key_text(key, int(v), properties) for v in side[key]]
        for key in ("sector", "district", "area")
    }
    assert told == {
        "sector": ["E14 9", "M1 1", "SW1A 2", "EC1A 1"],
        "district": ["E14", "M1", "SW1A", "EC1A"],
        "area": ["E", "M", "SW", "EC"],
    }


def test_every_key_is_one_this_knows() -> None:
    """A key that is no column of its own has a number that only the engine knows."""
    own = {"month_day", "name_initials", "sector", "district"}
    assert {key for key in KEYS if key not in CODES.names} == own


def test_hubs_are_listed_with_their_dates(codes, town, book, plans) -> None:
    people = [person | {"born": "1900-01-01"} for person in town(60)]
    rules = tuple(
        BlockRule(key, (key, "sex"), (key, "sex"), 1.0, 100) for key in ("birth_date", "month_day")
    )
    plan = dataclasses.replace(plans["deaths"], rules=rules)
    found = match(codes(people), codes(people), book, plan)
    assert {hub.values for hub in found.hubs} == {
        (day, sex) for day in ("1900-01-01", "1 January") for sex in "MF"
    }
