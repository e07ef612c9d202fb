"""A blocking key's value as people write it: the engine knows it as a number."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np

from app.matching.postcodes import INWARD, SECTOR
from app.matching.sides import DAY_SHIFT, DERIVED, Properties
from app.model.records import DOMAINS

EPOCH = datetime.date(1970, 1, 1)
PLACES = ("sector", "district", "area")
SEXES = {1: "M", 2: "F"}
MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def key_text(key: str, value: int, properties: Properties) -> str:
    """The text of a known value of a column that a rule may join on.

    Dictionaries give their own text; dates are ISO, `month_day` reads `1 January`, initials
    `J S` and a sector `ES1 9`; what is a number to people too stays one.
    """
    if key in DOMAINS:
        return str(properties.texts(DOMAINS[key])[value].as_py())
    if key in PLACES:
        return _place(key, value, properties)
    told = _TOLD.get(key)
    return str(value) if told is None else told(value)


def _date(value: int) -> str:
    return (EPOCH + datetime.timedelta(days=value - DAY_SHIFT)).isoformat()


def _month_day(value: int) -> str:
    month, day = _apart(value)
    return f"{day} {MONTHS[month]}"


def _initials(value: int) -> str:
    return " ".join(chr(ord("A") + letter) for letter in _apart(value))


def _sex(value: int) -> str:
    return SEXES.get(value, str(value))


def _apart(value: int) -> tuple[int, int]:
    """The two numbers that a side keeps as one."""
    return value >> 5, value & 31


def _place(key: str, value: int, properties: Properties) -> str:
    """Part of a postcode, read off the first one that has it."""
    column, kind = DERIVED[key]
    code = int(np.argmax(properties.of(column, kind) == value))
    postcode = str(properties.texts(DOMAINS[column])[code].as_py())
    outward = postcode[:-INWARD]
    if key == "sector":
        return f"{outward} {postcode[-INWARD:-SECTOR]}"
    if key == "district":
        return outward
    letters = 2 if outward[1].isalpha() else 1
    return outward[:letters]


_TOLD: dict[str, Callable[[int], str]] = {
    "birth_date": _date,
    "death_date": _date,
    "month_day": _month_day,
    "name_initials": _initials,
    "sex": _sex,
}
