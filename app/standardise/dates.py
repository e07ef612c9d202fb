"""Dates read by explicit formats: whole, in part, or not at all, and never guessed in silence."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.model.names import DateRules

MONTHS = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER",
    "OCTOBER", "NOVEMBER", "DECEMBER",
)  # fmt: skip
_MONTH_NUMBERS = {name: n for n, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3]: n for n, name in enumerate(MONTHS, start=1)} | {"SEPT": 9}
_DIRECTIVES = {
    "d": r"(?P<d>\d{1,2})", "m": r"(?P<m>\d{1,2})", "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})",
    "B": r"(?P<B>[A-Z]{3,9})", "b": r"(?P<B>[A-Z]{3,9})",
}  # fmt: skip
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|AM|PM|[+-]\d{2}:?\d{2})?$")
_ORDINAL = re.compile(r"(?<=\d)(?:ST|ND|RD|TH)\b")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SEVEN = re.compile(r"(\d{4})\d{3}")
_SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Parts:
    """A date as far as it is known: unknown parts are None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> date | None:
        """The calendar date, None unless all three parts are known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)


NOTHING = Parts()


class DateFormat:
    """One strptime format (%d %m %Y %y %B %b and plain text) that also tells impossible dates."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.two_digit_year = "%y" in text
        pattern, position = "", 0
        packed = re.search(r"%[dm]%[dmYyB]|%[YyB]%[dm]", text) is not None
        while position < len(text):
            if text[position] == "%":
                part = _DIRECTIVES[text[position + 1]]
                pattern += part.replace("{1,2}", "{2}") if packed else part
                position += 2
            else:
                pattern += re.escape(text[position])
                position += 1
        self._pattern = re.compile(pattern)

    def match(self, text: str, latest: date) -> tuple[int, int | None, int | None] | None:
        """Year, month and day as written (months and days unchecked), None where it differs."""
        found = self._pattern.fullmatch(text)
        if found is None:
            return None
        groups = found.groupdict()
        year = int(groups["Y"]) if groups.get("Y") else pivot(int(groups["y"]), latest)
        month = int(groups["m"]) if groups.get("m") else None
        if groups.get("B"):
            month = _MONTH_NUMBERS.get(groups["B"])
            if month is None:
                return None
        # A part written as 00 is one that is not known; a day without a month says nothing.
        day = int(groups["d"]) if groups.get("d") else None
        return year, month or None, (day or None) if month else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateFormat) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


def pivot(two_digits: int, latest: date) -> int:
    """The year of a two-digit year: the latest one that is not after `latest`."""
    year = latest.year - latest.year % 100 + two_digits
    return year if year <= latest.year else year - 100


def tidy(text: str) -> str:
    """A date as text without its time, ordinal endings and doubled spaces, in upper case."""
    plain = " ".join(text.upper().split())
    if ":" in plain:
        plain = _TIME.sub("", plain)
    if plain.endswith(".0"):
        plain = plain[:-2]
    return _ORDINAL.sub("", plain)


def exists(year: int, month: int | None, day: int | None) -> bool:
    """Whether a date as far as it is given stands in the calendar."""
    if month is None:
        return True
    if not 1 <= month <= 12:
        return False
    return day is None or 1 <= day <= monthrange(year, month)[1]


def day_number(text: str, digits: int, rules: DateRules, latest: date) -> date | None:
    """The day that a spreadsheet's day number of so many digits stands for, time of day aside.

    None where it is no such number, or rather a year.
    """
    found = _SERIAL.fullmatch(tidy(text))
    if found is None or len(found[1]) != digits:
        return None
    number = int(found[1])
    day = rules.day_zero + timedelta(days=number)
    return None if rules.earliest_year <= number <= latest.year or day > latest else day


def read_date(
    text: str,
    formats: Sequence[DateFormat],
    rules: DateRules,
    latest: date,
    *,
    numbered: bool = False,
) -> tuple[Parts, str | None]:
    """One cell as `Parts` and a remark; the first format that gives an existing date wins.

    A day and month that only fit the other way round are read so (`date-swapped`). A date after
    `latest` and the declared stand-ins for "unknown" are missing. What cannot stand
    in the calendar (31/02/1950) keeps the parts that can, with the remark `date-impossible`.
    Day numbers of five digits are read (`date-serial`); those of four, which stand for days
    before 1930 or for anything else, only where the column is known to be `numbered`.
    """
    plain = tidy(text)
    if not plain:
        return NOTHING, None
    impossible: Parts | None = None
    broken: set[str] = set()
    for form in formats:
        found = form.match(plain, latest)
        if found is None or not 1 <= found[0] <= 9999:
            continue
        year, month, day = found
        if exists(year, month, day):
            verdict = _judge(Parts(year, month, day), form, rules, latest)
            if verdict is not None:
                return (verdict[0], "date-swapped") if twin(form.text) in broken else verdict
        elif rules.earliest_year <= year <= latest.year:
            broken.add(form.text)
            impossible = impossible or Parts(year, month if month and month <= 12 else None)
    if impossible is not None:
        return impossible, "date-impossible"
    return _salvage(plain, rules, latest, numbered=numbered)


def twin(form: str) -> str:
    """The format with day and month in each other's place."""
    return form.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")


def _judge(
    parts: Parts, form: DateFormat, rules: DateRules, latest: date
) -> tuple[Parts, str | None] | None:
    """What an existing date is worth; None where its year is so odd that another format may fit."""
    whole, year = parts.whole, parts.year or 0
    if whole is not None and _stands_in(whole, form, rules):
        return NOTHING, "date-placeholder"
    if year < rules.earliest_year or year > latest.year + 200:
        return None
    if (whole or date(year, parts.month or 1, 1)) > latest:
        return NOTHING, "date-future"
    if whole is None:
        return parts, "date-partial"
    return parts, "date-two-digit-year" if form.two_digit_year else None


def _stands_in(whole: date, form: DateFormat, rules: DateRules) -> bool:
    """Whether a date is a declared stand-in, of either century where the year has two digits."""
    if whole in rules.placeholders:
        return True
    leap = (whole.month, whole.day) == (2, 29)
    before = form.two_digit_year and not leap and whole.year > 100
    return before and whole.replace(year=whole.year - 100) in rules.placeholders


def _salvage(
    plain: str, rules: DateRules, latest: date, *, numbered: bool
) -> tuple[Parts, str | None]:
    """What is left when no format fits: a day number, or a year that stands clear."""
    for digits in (5, 4) if numbered else (5,):
        if day := day_number(plain, digits, rules, latest):
            if day in rules.placeholders or int(float(plain)) in rules.unknown_numbers:
                return NOTHING, "date-placeholder"
            return Parts(day.year, day.month, day.day), "date-serial"
    years = {int(year) for year in _YEAR.findall(plain)}
    if seven := _SEVEN.fullmatch(plain):
        years = {int(seven[1])}
    years = {year for year in years if rules.earliest_year <= year <= latest.year}
    if len(years) == 1:
        return Parts(years.pop()), "date-impossible"
    return NOTHING, "date-unreadable"
