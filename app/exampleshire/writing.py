"""How systems write names, addresses and dates: capitals or not, accents or not, date styles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import numpy as np

from app.exampleshire.dice import Ints, Texts
from app.exampleshire.names import texts

_EPOCH = date(1970, 1, 1)
DAY_FIRST = "%d/%m/%Y"
DIGITS = "%d%m%Y"
ISO = "%Y-%m-%d"


def capitalised(text: str) -> str:
    """Capitals as people write them: Anne-Marie O'Brien, McDonald, St Peter's Road."""
    words = text.lower().split(" ")
    return " ".join("-".join(_word(part) for part in word.split("-")) for word in words)


def _word(word: str) -> str:
    if word.startswith("mc") and len(word) > 3:
        return "Mc" + word[2:].capitalize()
    first, mark, rest = word.partition("'")
    if mark and len(first) == 1 and len(rest) > 1:
        return f"{first.upper()}'{rest.capitalize()}"
    return word.capitalize()


def each(column: Texts, change: Callable[[str], str]) -> Texts:
    """A column changed value by value; every distinct value is changed once."""
    seen: dict[str, str] = {}
    out: list[str] = []
    for value in column.tolist():
        changed = seen.get(value)
        if changed is None:
            changed = seen[value] = change(value)
        out.append(changed)
    return texts(out)


def spelt(column: Texts, spelling: Mapping[str, str]) -> Texts:
    """Names in mixed case, with their accents where the system holds them."""
    return each(column, lambda name: capitalised(spelling.get(name, name)))


def mixed_case(column: Texts) -> Texts:
    """A column in mixed case."""
    return each(column, capitalised)


def dates(days: Ints, style: str) -> Texts:
    """Day numbers as text in a strftime style."""
    if not len(days):
        return texts([])
    first, last = int(days.min()), int(days.max())
    if last - first > 4 * len(days):
        return texts([_date(day, style) for day in days.tolist()])
    table = texts([_date(day, style) for day in range(first, last + 1)])
    found: Texts = table[days - first]
    return found


def _date(day: int, style: str) -> str:
    then = _EPOCH + timedelta(days=day)
    parts = {"%Y": f"{then.year:04}", "%m": f"{then.month:02}", "%d": f"{then.day:02}"}
    for mark, part in parts.items():
        style = style.replace(mark, part)
    return style


def cut(column: Texts, width: int) -> Texts:
    """A column cut at a width, as narrow tables do."""
    return each(column, lambda value: value[:width])


def initials(column: Texts) -> Texts:
    """First letters."""
    return each(column, lambda value: value[:1])


def formatted(pattern: str, numbers: Ints) -> Texts:
    """Numbers written by a format pattern such as `BB{:07d}`."""
    return texts([pattern.format(number) for number in numbers.tolist()])


def blank(count: int) -> Texts:
    """A column of empty cells."""
    return np.full(count, "", dtype=object)


def constant(value: str, count: int) -> Texts:
    """A column of one value."""
    return np.full(count, value, dtype=object)
