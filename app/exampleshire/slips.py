"""Mistakes of clerks and systems: typing errors, short names, wrong and missing dates."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from app.exampleshire.dice import Dice, Flags, Floats, Ints, Texts
from app.exampleshire.people import january_first, year_of
from app.model.exampleshire import THOUSAND, Errors

EXACT, MISSING, YEAR_ONLY = range(3)

Change = Callable[[str, int], str]
"""A changed text, by a drawn number."""

_EPOCH = date(1970, 1, 1)
_NEAR = {
    "A": "SQ", "B": "VN", "C": "XV", "D": "SF", "E": "RW", "F": "DG", "G": "FH", "H": "GJ",
    "I": "UO", "J": "HK", "K": "JL", "L": "KI", "M": "N", "N": "MB", "O": "IP", "P": "O",
    "Q": "W", "R": "ET", "S": "AD", "T": "RY", "U": "YI", "V": "CB", "W": "QE", "X": "ZC",
    "Y": "TU", "Z": "X",
}  # fmt: skip
_SOUNDS = (
    ("PH", "F"), ("F", "PH"), ("IE", "EI"), ("EI", "IE"), ("CK", "K"), ("EY", "Y"), ("Y", "EY"),
    ("S", "Z"), ("EA", "EE"), ("OU", "OW"), ("MB", "M"), ("KN", "N"), ("C", "K"), ("A", "E"),
)  # fmt: skip


@dataclass
class Shown:
    """How one system shows some people, one entry each; capitals without diacritics.

    `spare` is the maiden name ("" without); `birth` a day number whose `birth_note` says whether
    it is known.
    """

    forename: Texts
    middle: Texts
    surname: Texts
    spare: Texts
    sex: Ints
    birth: Ints
    birth_note: Ints
    postcode: Texts


class Slips:
    """Makes mistakes in what is shown, at a side's part of the declared rates.

    `scale` multiplies every rate; `extract` says whose part of the rates it is.
    """

    def __init__(
        self,
        dice: Dice,
        errors: Errors,
        known_as: Mapping[str, tuple[str, ...]],
        scale: float,
        extract: bool,
    ) -> None:
        self._dice = dice
        self._errors = errors
        self._part = _part(errors.in_extract, extract) * scale
        self._habits = _part(errors.habits_in_extract, extract) * scale
        self._known_as = known_as

    def make(self, shown: Shown) -> Shown:
        """Make every kind of mistake once, in place, and return the same object."""
        self._surnames(shown)
        self._forenames(shown)
        self._births(shown)
        errors = self._errors
        where = self._hit(errors.postcode_typo, shown.postcode != "")
        self._change(shown.postcode, where, postcode_typo)
        shown.postcode[self._hit(errors.postcode_missing, shown.postcode != "")] = ""
        wrong = self._hit(errors.sex, shown.sex > 0)
        shown.sex[wrong] = 3 - shown.sex[wrong]
        return shown

    def _surnames(self, shown: Shown) -> None:
        errors = self._errors
        maiden = self._hit(errors.maiden, shown.spare != "")
        shown.surname[maiden] = shown.spare[maiden]
        hyphened = np.array(["-" in name for name in shown.surname], dtype=bool)
        self._change(shown.surname, self._hit_of(errors.hyphen, hyphened), unhyphened)
        quoted = np.array(["'" in name for name in shown.surname], dtype=bool)
        self._change(shown.surname, self._hit_of(errors.apostrophe, quoted), unquoted)
        self._change(shown.surname, self._hit(errors.surname_typo, shown.surname != ""), typo)

    def _forenames(self, shown: Shown) -> None:
        """At most one of these befalls a first name: clerks have one bad habit at a time."""
        errors, habits = self._errors, self._habits
        known = shown.forename != ""
        kinds = (
            (errors.nickname * habits, np.array([f in self._known_as for f in shown.forename])),
            (errors.forename_typo * self._part, known),
            (errors.middle_used * habits, shown.middle != ""),
            (errors.initial * habits, known),
            (errors.names_swapped * habits, known & (shown.surname != "")),
        )
        short, mistyped, used, initial, swap = self._one_of(len(known), kinds)
        self._change(shown.forename, short, self._short)
        self._change(shown.forename, mistyped, typo)
        shown.forename[used], shown.middle[used] = shown.middle[used], ""
        for column in (shown.forename, shown.middle):
            column[initial] = [name[:1] for name in column[initial]]
        surnames = shown.surname[swap]
        shown.surname[swap] = shown.forename[swap]
        shown.forename[swap] = surnames

    def _one_of(self, count: int, kinds: Sequence[tuple[float, Flags]]) -> list[Ints]:
        """Positions hit by each kind, no position twice; rates are of all rows."""
        chances = self._dice.uniform(count) * THOUSAND
        start, hit = np.zeros(count), []
        for rate, can in kinds:
            end = start + can * (rate * count / max(1, int(np.count_nonzero(can))))
            hit.append(np.flatnonzero((chances >= start) & (chances < end)))
            start = end
        return hit

    def _births(self, shown: Shown) -> None:
        errors = self._errors
        known = shown.birth_note == EXACT
        for rate, change in (
            (errors.birth_digit, digit_wrong),
            (errors.birth_next_day, day_beside),
        ):
            where = self._hit(rate, known)
            draws = self._dice.below(2**31, len(where)).tolist()
            days = zip(shown.birth[where].tolist(), draws, strict=True)
            shown.birth[where] = [change(day, draw) for day, draw in days]
        day, month = _day_and_month(shown.birth)
        swappable = known & (day <= 12) & (day != month)
        where = self._hit(errors.birth_swapped, swappable)
        shown.birth[where] = [swapped(day) for day in shown.birth[where].tolist()]
        first = self._hit(errors.birth_first_of_january, known)
        shown.birth[first] = january_first(year_of(shown.birth[first]))
        shown.birth_note[self._hit(errors.birth_year_only, known)] = YEAR_ONLY
        shown.birth_note[self._hit(errors.birth_missing, known)] = MISSING

    def _short(self, name: str, draw: int) -> str:
        forms = self._known_as[name]
        return forms[draw % len(forms)]

    def _hit(self, rate: int, can: Flags) -> Ints:
        """Positions hit, at a rate of all rows, among those that can be."""
        able = int(np.count_nonzero(can))
        return self._hit_of(rate * len(can) / able if able else 0.0, can)

    def _hit_of(self, rate: float, can: Flags) -> Ints:
        """Positions hit, at a rate of those that can be."""
        chances: Floats = self._dice.uniform(len(can))
        return np.flatnonzero(can & (chances * THOUSAND < rate * self._part))

    def _change(self, column: Texts, where: Ints, how: Change) -> None:
        draws = self._dice.below(2**31, len(where)).tolist()
        column[where] = [how(v, d) for v, d in zip(column[where], draws, strict=True)]


def _part(in_extract: int, extract: bool) -> float:
    return (in_extract if extract else THOUSAND - in_extract) / THOUSAND


def typo(name: str, draw: int) -> str:
    """One slip of the finger or ear in a name of two letters or more."""
    kind, draw = draw % 10, draw // 10
    if len(name) < 3:
        return name + name[-1:]
    at = 1 + draw % (len(name) - 1)
    letter = name[at]
    if kind < 3:
        near = _NEAR.get(letter, "E")
        letter = near[draw // 64 % len(near)]
    elif kind < 5:
        letter = ""
    elif kind < 7 and at + 1 < len(name):
        return name[:at] + name[at + 1] + letter + name[at + 2 :]
    elif kind == 7:
        letter += letter
    else:
        return _by_ear(name, draw)
    return name[:at] + letter + name[at + 1 :]


def _by_ear(name: str, draw: int) -> str:
    """A name as somebody heard it: one sound written otherwise, or the last letter doubled."""
    for turn in range(len(_SOUNDS)):
        old, new = _SOUNDS[(draw + turn) % len(_SOUNDS)]
        if old in name[1:]:
            return name[:1] + name[1:].replace(old, new, 1)
    return name + name[-1]


def unhyphened(name: str, draw: int) -> str:
    """A hyphened name with a space, run together, or only one half of it."""
    first, _, last = name.partition("-")
    return (f"{first} {last}", f"{first}{last}", last, first)[draw % 4]


def unquoted(name: str, draw: int) -> str:
    """A name without its apostrophe."""
    return name.replace("'", " " if draw % 3 == 0 else "")


def postcode_typo(postcode: str, draw: int) -> str:
    """One character of the inward half wrong, or its letters turned about."""
    if len(postcode) < 5:
        return postcode
    kind, draw = draw % 3, draw // 3
    if kind == 0:
        return f"{postcode[:-3]}{(int(postcode[-3]) + 1 + draw % 9) % 10}{postcode[-2:]}"
    if kind == 1 and postcode[-1] != postcode[-2]:
        return f"{postcode[:-2]}{postcode[-1]}{postcode[-2]}"
    letters = "ABDEFGHJLNPQRSTUWXYZ".replace(postcode[-1], "")
    return postcode[:-1] + letters[draw % len(letters)]


def digit_wrong(day: int, draw: int) -> int:
    """One digit of a date written wrong, still a date."""
    then = _EPOCH + timedelta(days=day)
    kind, step = draw % 4, 1 + draw // 4 % 8
    if kind == 0:
        number = then.day // 10 * 10 + (then.day % 10 + step) % 10
        last = calendar.monthrange(then.year, then.month)[1]
        return _number(then.replace(day=number)) if 1 <= number <= last else day + 10
    if kind == 1:
        month = (then.month + step - 1) % 12 + 1
        return _number(then.replace(month=month, day=min(then.day, 28)))
    year = then.year // 10 * 10 + (then.year % 10 + step) % 10 if kind == 2 else then.year - 10
    return _number(then.replace(year=year, day=min(then.day, 28)))


def day_beside(day: int, draw: int) -> int:
    """The day before or after."""
    return day + 1 if draw % 2 else day - 1


def swapped(day: int) -> int:
    """Day and month exchanged where that is a date, otherwise the same day."""
    then = _EPOCH + timedelta(days=day)
    return _number(then.replace(day=then.month, month=then.day)) if then.day <= 12 else day


def _day_and_month(days: Ints) -> tuple[Ints, Ints]:
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return (dates - months).astype(np.int64) + 1, months.astype(np.int64) % 12 + 1


def _number(day: date) -> int:
    return (day - _EPOCH).days
