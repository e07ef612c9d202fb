"""Levels of agreement: each level by the example that earns it, whichever side is which."""

from __future__ import annotations

import numpy as np
import pytest

from app.matching.levels import FUZZY, Pairs, number
from app.matching.sides import Properties, Side
from app.matching.similar import Similarity
from app.model.plan import LEVELS

JOHN = {"forename": "JOHN", "surname": "SMITH", "born": "1940-05-06"}
HOME = {"postcode": "ES12AB", "house": "4", "street": "MILL LANE"}


def level(codes, book, field, a, b) -> str:
    """The settled level of one pair; the same both ways round."""
    found = {_settled(codes, book, field, a, b), _settled(codes, book, field, b, a)}
    assert len(found) == 1, found
    return found.pop()


def _settled(codes, book, field, a, b) -> str:
    left, right = codes([a]), codes([b])
    properties = Properties(book)
    pairs = Pairs(Side(left, properties), Side(right, properties), np.array([0]), np.array([0]))
    compared = pairs.compare(field)
    k = int(compared.levels[0])
    if compared.open[0] and field in FUZZY:
        one, other = pairs.both(field)
        k = int(Similarity(properties).settle(field, one, other)[0])
    return "missing" if k == 0 else LEVELS[field][k - 1]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"forename": "JOHN"}, {"forename": "JOHN"}, "exact"),
        ({"forename": "JOHN"}, {}, "missing"),
        (
            {"forename": "BILL", "canonical": "WILLIAM"},
            {"forename": "WILL", "canonical": "WILLIAM"},
            "nickname",
        ),
        ({"forename": "MARGARET"}, {"forename": "MARGRET"}, "close"),
        ({"forename": "JOAN"}, {"forename": "JOHN", "alias_forename": "JOAN"}, "alias"),
        ({"forename": "J"}, {"forename": "JOHN"}, "initial"),
        ({"forename": "J"}, {"forename": "J"}, "initial"),
        ({"forename": "J"}, {"forename": "PETER"}, "differs"),
        ({"forename": "ANNE"}, {"forename": "MARY", "middle": "ANNE"}, "middle-used"),
        (
            {"forename": "JAMES", "surname": "DEAN"},
            {"forename": "DEAN", "surname": "JAMES"},
            "names-swapped",
        ),
        (
            {"forename": "JAMES", "surname": "DEAN"},
            {"forename": "DEEN", "surname": "JAMES"},
            "names-swapped",
        ),
        ({"forename": "KATHRYN"}, {"forename": "KATRINE"}, "similar"),
        ({"forename": "ABDUL"}, {"forename": "ABSUL"}, "close"),  # one slip in five letters
        ({"forename": "NICOLA"}, {"forename": "NICHOLAS"}, "similar"),  # two slips in six letters
        ({"forename": "MARTIN"}, {"forename": "MARILYN"}, "similar"),
        ({"forename": "JEAN"}, {"forename": "JOAN"}, "similar"),
        ({"forename": "ROY"}, {"forename": "RAY"}, "differs"),
        ({"forename": "IVY"}, {"forename": "IYV"}, "close"),  # a turn is no other name
        ({"forename": "RAOE"}, {"forename": "RIOE"}, "similar"),  # 0.85 to the last digit
        ({"forename": "MARY"}, {"forename": "PETER"}, "differs"),
    ],
)
def test_forename(codes, book, a, b, expected) -> None:
    assert level(codes, book, "forename", a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"surname": "JONES"}, {"surname": "JONES"}, "exact"),
        ({"surname": "JONES"}, {"surname": "SMITH", "birth_surname": "JONES"}, "former"),
        ({"surname": "JONES"}, {"surname": "SMITH", "alias_surname": "JONES"}, "former"),
        (
            {"surname": "SMITHJONES", "surname_a": "SMITH", "surname_b": "JONES"},
            {"surname": "JONES"},
            "half",
        ),
        ({"surname": "THOMPSON"}, {"surname": "THOMSON"}, "close"),
        ({"surname": "SMITH"}, {"surname": "PATEL"}, "differs"),
        ({"surname": "SMITH"}, {"birth_surname": "SMITH"}, "missing"),
    ],
)
def test_surname(codes, book, a, b, expected) -> None:
    assert level(codes, book, "surname", a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"born": "1940-05-06"}, {"born": "1940-05-06"}, "exact"),
        ({"born": "1940-05-06"}, {"born": "1940-06-05"}, "day-month-swapped"),
        ({"born": "1940-05-06"}, {"born": "1940-05-07"}, "one-part-differs"),
        ({"born": "1940-05-06"}, {"born": "1940-11-06"}, "one-part-differs"),
        ({"born": "1940-05-06"}, {"born": "1940-01-01"}, "first-january"),
        ({"born": "1940-05-06"}, {"birth_year": 1940}, "partly-known"),
        ({"born": "1940-05-06"}, {"birth_year": 1940, "birth_month": 5}, "partly-known"),
        ({"born": "1940-05-06"}, {"birth_year": 1940, "birth_month": 7}, "near"),
        ({"born": "1940-05-06"}, {"born": "1949-05-06"}, "year-differs"),
        ({"born": "1940-05-06"}, {"born": "1904-05-06"}, "year-differs"),
        ({"born": "1919-05-06"}, {"born": "2019-05-06"}, "year-differs"),
        ({"born": "1940-12-31"}, {"born": "1941-01-01"}, "near"),
        ({"born": "1940-05-06"}, {"born": "1945-09-20"}, "differs"),
        ({"born": "1940-05-06"}, {"born": "1970-09-20"}, "far"),
        ({"born": "1940-05-06"}, {"birth_year": 1970}, "far"),
        ({"born": "1940-05-06"}, {}, "missing"),
    ],
)
def test_birth_date(codes, book, a, b, expected) -> None:
    assert level(codes, book, "birth_date", a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (HOME | {"uprn": 77}, {"uprn": 77, "postcode": "ZZ99ZZ"}, "same-uprn"),
        (HOME, HOME, "same-address"),
        (HOME, HOME | {"postcode": "ES12BA"}, "same-street"),
        (HOME, {"postcode": "ES12AB"}, "same-postcode-house-unknown"),
        (HOME, {"postcode": "ES12AB", "house": "9"}, "same-postcode"),
        (HOME, {"postcode": "ES78XX", "house": "9", "street": "MILL LANE"}, "same-street-name"),
        (HOME, {"postcode": "ES12ZZ", "house": "9"}, "same-sector"),
        (HOME, {"postcode": "ES19ZZ", "house": "9"}, "same-district"),
        (HOME, {"postcode": "ES99ZZ", "house": "9"}, "same-area"),
        (HOME, {"postcode": "E99ZZ", "house": "9"}, "differs"),
        (HOME, {"postcode": "ES99ZZ", "communal": True}, "differs-communal"),
        (HOME, {}, "missing"),
    ],
)
def test_place(codes, book, a, b, expected) -> None:
    assert level(codes, book, "place", a, b) == expected


@pytest.mark.parametrize(
    ("field", "a", "b", "expected"),
    [
        ("nino", "AB123456C", "AB123456C", "exact"),
        ("nino", "AB123456C", "AB124356C", "close"),
        ("nino", "AB123456C", "ZZ987654A", "differs"),
        ("nino", "AB123456C", None, "missing"),
        ("email", "A.B@EXAMPLE.ORG", "A.B@EXAMPEL.ORG", "close"),
        ("phone", 447700900001, 447700900001, "exact"),
        ("phone", 447700900001, 447700900002, "differs"),
        ("sex", 1, 1, "exact"),
        ("sex", 1, 2, "differs"),
        ("middle", "ANN", "ANN", "exact"),
        ("middle", "ANN", "A", "initial"),
        ("middle", "ANN", "JANE", "differs"),
    ],
)
def test_other_fields(codes, book, field, a, b, expected) -> None:
    assert level(codes, book, field, {field: a}, {field: b}) == expected


def test_a_middle_name_used_as_forename_is_scored_once(codes, book) -> None:
    a = {"forename": "MARY", "middle": "ANN"}
    b = {"forename": "ANN", "middle": "LOUISE"}
    assert level(codes, book, "forename", a, b) == "middle-used"
    assert level(codes, book, "middle", a, b) == "used-as-forename"


def test_a_name_in_its_own_place_is_no_swap(codes, book) -> None:
    a = {"forename": "JAMES", "surname": "JAMES"}
    b = {"forename": "PETER", "surname": "JAMES"}
    assert level(codes, book, "forename", a, b) == "differs"


def test_numbers_count_from_the_best_level() -> None:
    assert number("sex", "exact") == 1
    assert number("place", "differs-communal") == len(LEVELS["place"])
