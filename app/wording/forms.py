"""How dates, moments, numbers and sizes are written for people: British, short, plain."""

from __future__ import annotations

import re
from datetime import date, datetime

from app.base.errors import Fact

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_ENGLISH_MONTHS = """
January February March April May June July August September October November December
"""
_MONTHS = tuple(_ENGLISH_MONTHS.split())  # not the machine's language


def day(value: date) -> str:
    """`22 August 2026`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def day_of(iso: str) -> str:
    """`2026-08-22` or `2026-08-22T14:05:00Z` as `22 August 2026`; other text as it is."""
    try:
        return day(date.fromisoformat(iso[:10]))
    except ValueError:
        return iso


def moment_of(iso: str) -> str:
    """`2026-08-22T14:05:00Z` as local `22 August 2026, 15:05`; other text as it is."""
    try:
        local = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{day(local.date())}, {local:%H:%M}"


def months() -> dict[str, str]:
    """The months by their two digits."""
    return {f"{at:02}": month for at, month in enumerate(_MONTHS, start=1)}


def number(value: float) -> str:
    """`12,345`, `0.95`: thousands in commas, no needless digits."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{int(value):,}"


def size(octets: int) -> str:
    """`340 bytes`, `12 KB`, `1.4 GB`."""
    units = ("KB", "MB", "GB", "TB")
    if octets < 1000:
        return counted(octets, "byte")
    value = float(octets)
    for unit in units:
        value /= 1000
        if value < 1000 or unit == units[-1]:
            break
    return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """`1 row`, `12,345 rows`."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def percent(share: float) -> str:
    """A share from 0 to 1 as `99.2%`; never rounded up to a whole that it is not."""
    text = f"{share * 100:.1f}"
    if text == "100.0" and share < 1:
        text = "99.9"
    return text.removesuffix(".0") + "%"


def between(low: float | None, high: float | None) -> str:
    """Two shares from 0 to 1 as `98.1% to 99.2%`; empty where they are not known."""
    return "" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def say(fact: Fact) -> str:
    """A fact as it stands in a sentence."""
    if fact is None:
        return "not given"
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, int | float):
        return number(fact)
    if _DAY.fullmatch(fact):
        return day_of(fact)
    if _MOMENT.fullmatch(fact):
        return moment_of(fact)
    return fact
