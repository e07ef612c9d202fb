"""Levels of agreement by integer comparison: who agrees on what, before any string is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.matching.sides import Flags, Ints, Side
from app.model.plan import LEVELS

FUZZY: dict[str, tuple[str, ...]] = {
    "forename": ("close", "similar"),
    "surname": ("close", "similar"),
    "nino": ("close",),
    "email": ("close",),
    "other_id": ("close",),
}
"""Levels that need the texts: until then such a pair stands at `differs` and counts as open."""

SAME_DWELLING = ("same-uprn", "same-address", "same-street")
"""Levels of place that say that both records live under one roof."""

FAR_YEARS = 10
"""Birth years at least this far apart are `far`: a generation rather than a slip."""


@dataclass(frozen=True)
class Level:
    """Levels (int8) of one field for a chunk of pairs.

    `shared` is the code that both sides share, whose own frequency weighs the agreement (-1 where
    none does); `open` marks pairs that only their texts can settle.
    """

    levels: Ints
    shared: Ints
    open: Flags


def number(field: str, code: str) -> int:
    """The number of a level of a field (0 is missing)."""
    return LEVELS[field].index(code) + 1


class Pairs:
    """A chunk of candidate pairs: column access by side, and the field comparisons."""

    def __init__(self, left: Side, right: Side, i: Ints, j: Ints) -> None:
        self.left, self.right, self.i, self.j = left, right, i, j
        self._held: dict[str, tuple[Ints, Ints]] = {}

    def __len__(self) -> int:
        return len(self.i)

    def both(self, column: str) -> tuple[Ints, Ints]:
        """The column's values of the left and of the right record of every pair."""
        if column not in self._held:
            self._held[column] = (self.left[column][self.i], self.right[column][self.j])
        return self._held[column]

    def equal(self, left: str, right: str | None = None) -> Flags:
        """Where the left record's column equals the right's and is known."""
        a, b = self.both(left)[0], self.both(right or left)[1]
        equal: Flags = (a == b) & (a >= 0)
        return equal

    def compare(self, field: str) -> Level:
        """Levels of a field; a new field is a new function here."""
        return _COMPARE.get(field, _identifier)(self, field)


class _Ladder:
    """Levels assigned from the worst to the best: what is assigned later wins."""

    def __init__(self, field: str, n: int) -> None:
        self._field = field
        self.levels = np.full(n, number(field, "differs"), dtype=np.int8)
        self.shared = np.full(n, -1, dtype=np.int64)

    def put(self, code: str, where: Flags, shared: Ints | None = None) -> None:
        self.levels[where] = number(self._field, code)
        if shared is not None:
            self.shared[where] = shared[where]

    def close(self, known: Flags, open_: Flags | None = None) -> Level:
        self.levels[~known] = 0
        differs = self.levels == number(self._field, "differs")
        still = differs if open_ is None else differs & open_
        return Level(self.levels, self.shared, still & known)


def crossings(pairs: Pairs) -> tuple[Flags, Flags]:
    """Where the left forename stands as the right's surname, and the left surname as forename.

    Neither counts where a name also agrees in its own place (Dean Dean, or Thomas James and
    James Thomas's brother James).
    """
    straight = pairs.equal("canonical") | pairs.equal("surname")
    return (
        pairs.equal("forename", "surname") & ~straight,
        pairs.equal("surname", "forename") & ~straight,
    )


def swapped(pairs: Pairs) -> Flags:
    """Where forename and surname have changed places, at least one of them spelt alike."""
    first, second = crossings(pairs)
    return first | second


def _forename(pairs: Pairs, field: str) -> Level:
    a, b = pairs.both("forename")
    lengths = pairs.both("forename_length")
    short = (lengths[0] == 1) | (lengths[1] == 1)
    ladder = _Ladder(field, len(pairs))
    middles = pairs.both("middle")
    for left, right, code in (
        ("middle", "canonical", middles[0]),
        ("canonical", "middle", middles[1]),
        ("middle", "forename", b),
        ("forename", "middle", a),
    ):
        ladder.put("middle-used", pairs.equal(left, right) & ~short, code)
    ladder.put("names-swapped", swapped(pairs), a)
    for left, right, code in (("alias_forename", "forename", b), ("forename", "alias_forename", a)):
        ladder.put("alias", pairs.equal(left, right), code)
    letter = pairs.both("forename_letter")[0]
    ladder.put("initial", short & pairs.equal("forename_letter"), letter)
    ladder.put("nickname", pairs.equal("canonical") & ~short, pairs.both("canonical")[0])
    ladder.put("exact", pairs.equal("forename") & ~short, a)
    return ladder.close((a >= 0) & (b >= 0), ~short)


def _surname(pairs: Pairs, field: str) -> Level:
    a, b = pairs.both("surname")
    middles = pairs.both("middle")
    one_sided = (middles[0] < 0) | (middles[1] < 0)  # Harpreet Kaur, of Harpreet Kaur Dhaliwal
    ladder = _Ladder(field, len(pairs))
    ladder.put("names-swapped", swapped(pairs), a)
    for left in ("surname", "surname_a", "surname_b"):
        for right in ("surname", "surname_a", "surname_b"):
            if (left, right) != ("surname", "surname"):
                ladder.put("half", pairs.equal(left, right), pairs.both(left)[0])
    for left, right, code in (("middle", "surname", b), ("surname", "middle", a)):
        ladder.put("half", pairs.equal(left, right) & one_sided, code)
    for left in ("surname", "birth_surname", "alias_surname"):
        for right in ("surname", "birth_surname", "alias_surname"):
            if (left, right) != ("surname", "surname"):
                ladder.put("former", pairs.equal(left, right), pairs.both(left)[0])
    ladder.put("exact", pairs.equal("surname"), a)
    return ladder.close((a >= 0) & (b >= 0))


def _middle(pairs: Pairs, field: str) -> Level:
    a, b = pairs.both("middle")
    lengths = pairs.both("middle_length")
    short = (lengths[0] == 1) | (lengths[1] == 1)
    ladder = _Ladder(field, len(pairs))
    ladder.put("initial", short & pairs.equal("middle_letter"), pairs.both("middle_letter")[0])
    ladder.put("exact", pairs.equal("middle") & ~short, a)
    used = np.zeros(len(pairs), dtype=np.bool_)
    for name in ("forename", "canonical"):
        used |= pairs.equal("middle", name) | pairs.equal(name, "middle")
    ladder.put("used-as-forename", used & ~pairs.equal("canonical"))
    return ladder.close((a >= 0) & (b >= 0))


def _birth_date(pairs: Pairs, field: str) -> Level:
    a, b = pairs.both("birth_date")
    y, m, d = (pairs.both(column) for column in ("birth_year", "birth_month", "birth_day"))
    whole = (a >= 0) & (b >= 0)
    years = (y[0] >= 0) & (y[1] >= 0)
    gap = np.abs(y[0].astype(np.int32) - y[1])
    same_year, same_month, same_day = years & (gap == 0), m[0] == m[1], d[0] == d[1]
    ladder = _Ladder(field, len(pairs))
    ladder.put("far", gap >= FAR_YEARS)
    days = np.abs(a.astype(np.int64) - b)
    ladder.put("near", np.where(whole, days <= 366, gap <= 1))
    ladder.put("year-differs", whole & same_month & same_day & one_digit(y[0], y[1]))
    ladder.put("partly-known", same_year & ~whole & (same_month | (m[0] < 0) | (m[1] < 0)))
    first = ((m[0] == 1) & (d[0] == 1)) | ((m[1] == 1) & (d[1] == 1))
    ladder.put("first-january", whole & same_year & first)
    ladder.put("one-part-differs", whole & same_year & ~first & (same_month ^ same_day))
    ladder.put("day-month-swapped", whole & same_year & (m[0] == d[1]) & (d[0] == m[1]))
    ladder.put("exact", whole & (a == b), a)
    return ladder.close(years, np.zeros(len(pairs), dtype=np.bool_))


def one_digit(a: Ints, b: Ints) -> Flags:
    """Where two years differ by one digit, or by their last two digits changing places."""
    units = a // 10 == b // 10
    tens = (a % 10 == b % 10) & (a // 100 == b // 100)
    century = a % 100 == b % 100
    turned = (a // 100 == b // 100) & (a % 10 == b // 10 % 10) & (b % 10 == a // 10 % 10)
    result: Flags = (units | tens | century | turned) & (a != b)
    return result


def _place(pairs: Pairs, field: str) -> Level:
    a, b = pairs.both("postcode")
    house = pairs.both("house")
    ladder = _Ladder(field, len(pairs))
    for key in ("area", "district", "sector"):
        ladder.put(f"same-{key}", pairs.equal(key))
    communal = (pairs.both("communal")[0] == 1) | (pairs.both("communal")[1] == 1)
    ladder.put("differs-communal", communal)
    postcode, same_house = pairs.equal("postcode"), pairs.equal("house")
    ladder.put("same-street-name", pairs.equal("street"))
    ladder.put("same-postcode", postcode)
    ladder.put("same-postcode-house-unknown", postcode & ((house[0] < 0) | (house[1] < 0)))
    street, dwelling = same_house & pairs.equal("street"), pairs.left["dwelling"][pairs.i]
    ladder.put("same-street", street)
    ladder.put("same-address", postcode & same_house, dwelling)
    uprn = pairs.equal("uprn")
    ladder.put("same-uprn", uprn, dwelling)
    return ladder.close(((a >= 0) & (b >= 0)) | pairs.equal("street") | uprn)


def _identifier(pairs: Pairs, field: str) -> Level:
    a, b = pairs.both(field)
    ladder = _Ladder(field, len(pairs))
    ladder.put("exact", a == b, a)
    return ladder.close((a >= 0) & (b >= 0))


_COMPARE: dict[str, Callable[[Pairs, str], Level]] = {
    "forename": _forename,
    "surname": _surname,
    "middle": _middle,
    "birth_date": _birth_date,
    "place": _place,
}


def same_dwelling(place: Ints) -> Flags:
    """Where place levels say that both records live under one roof."""
    return at_levels(place, "place", SAME_DWELLING)


def at_levels(levels: Ints, field: str, codes: tuple[str, ...]) -> Flags:
    """Where a field's levels are among some."""
    among = np.zeros(len(LEVELS[field]) + 1, dtype=np.bool_)
    among[[number(field, code) for code in codes]] = True
    found: Flags = among[levels]
    return found
