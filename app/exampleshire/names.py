"""Names as codes into two word lists, drawn by community, sex and year of birth."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from app.exampleshire.dice import Dice, Ints, Texts
from app.model.exampleshire import (
    THOUSAND,
    Community,
    ComposedNames,
    ExampleshireProfile,
    NameLists,
)

MALE, FEMALE = 1, 2
NONE = -1
_UNFOLDED = str.maketrans("ŁØĐ", "LOD")


def fold(name: str) -> str:
    """A name in capitals without diacritics, as old systems hold it."""
    apart = unicodedata.normalize("NFD", name.upper().translate(_UNFOLDED))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def texts(values: Sequence[str]) -> Texts:
    """A column of text."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


class Words:
    """A list of distinct names in capitals; the code of a name is its position."""

    def __init__(self) -> None:
        self._spelt: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, name: str) -> int:
        """The code of a name, new if it was not known (compared without diacritics)."""
        key = fold(name)
        if key not in self._codes:
            self._codes[key] = len(self._spelt)
            self._spelt.append(name)
        return self._codes[key]

    def codes(self, names: Iterable[str]) -> Ints:
        """Codes of several names."""
        return np.array([self.code(name) for name in names], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._spelt)

    def folded(self) -> Texts:
        """All names by code, in capitals without diacritics; the last one is empty (NONE)."""
        return texts([*self._codes, ""])

    def spelling(self) -> dict[str, str]:
        """Names whose spelling needs diacritics, by their folded form."""
        pairs = zip(self._codes, self._spelt, strict=True)
        return {key: spelt for key, spelt in pairs if key != spelt}


class NameBook:
    """Draws surnames, forenames and middle names of every community of a place of some size."""

    def __init__(self, profile: ExampleshireProfile, people: int) -> None:
        self.surnames = Words()
        self.forenames = Words()
        self._communities = profile.communities
        lists = profile.names
        tails = {
            tail: _tail(self.surnames, lists.composed[tail])
            for tail in dict.fromkeys(c.tail_of for c in profile.communities)
        }
        rare = math.isqrt(min(THOUSAND**2, people * THOUSAND**2 // lists.composed_whole_from))
        self._surnames = [
            _surname_table(self.surnames, community, lists, (tails[community.tail_of], rare))
            for community in profile.communities
        ]
        self._women = [self.surnames.codes(c.women) for c in profile.communities]
        self._cohorts = [self._forename_tables(c.id, lists) for c in profile.communities]
        self.singh, self.kaur = self.surnames.code("SINGH"), self.surnames.code("KAUR")
        self.middle_singh = self.forenames.code("SINGH")
        self.middle_kaur = self.forenames.code("KAUR")

    def draw_surnames(self, dice: Dice, community: Ints) -> Ints:
        """A family name for each community code given."""
        out = np.full(len(community), NONE, dtype=np.int64)
        for number, (codes, weights) in enumerate(self._surnames):
            where = np.flatnonzero(community == number)
            if len(where):
                out[where] = codes[dice.pick(weights, len(where))]
        return out

    def draw_womens(self, dice: Dice, community: int, count: int) -> Ints:
        """Last names that only women of a community bear, the first ones likelier."""
        codes = self._women[community]
        weights = [60 // (rank + 1) ** 2 + 1 for rank in range(len(codes))]
        return codes[dice.pick(weights, count)]

    def draw_forenames(self, dice: Dice, community: Ints, sex: Ints, year: Ints) -> Ints:
        """A first name for each community code, sex and year of birth."""
        out = np.full(len(community), NONE, dtype=np.int64)
        for number, tables in enumerate(self._cohorts):
            ours = community == number
            for (wanted, first, last), (codes, weights) in tables.items():
                fits = ours & (sex == wanted) & (year >= first) & (year < last)
                where = np.flatnonzero(fits)
                if len(where):
                    out[where] = codes[dice.pick(weights, len(where))]
        return out

    def _forename_tables(
        self, community: str, lists: NameLists
    ) -> dict[tuple[int, int, int], tuple[Ints, Ints]]:
        tables = {}
        for sex in (MALE, FEMALE):
            starts = sorted(c for name, s, c in lists.forenames if (name, s) == (community, sex))
            for place, start in enumerate(starts):
                last = starts[place + 1] if place + 1 < len(starts) else 9999
                names = lists.forenames[community, sex, start]
                ranks = np.arange(1, len(names) + 1, dtype=np.int64)
                weights = lists.rank_top // (ranks + lists.rank_offset)
                first = 0 if place == 0 else start
                tables[sex, first, last] = (self.forenames.codes(names), weights)
        return tables


def _tail(words: Words, parts: ComposedNames) -> Ints:
    """Codes of all composed names, in an order that mixes their parts."""
    names = dict.fromkeys(
        (first + last).replace(" ", "") for first in parts.first for last in parts.last
    )
    fresh = list(names)
    step = _stride(len(fresh))
    return words.codes(fresh[(place * step) % len(fresh)] for place in range(len(fresh)))


def _stride(count: int) -> int:
    """A step that visits every position of a list of `count` once."""
    step = int(count * 0.618) | 1
    while np.gcd(step, count) != 1:
        step += 2
    return step


def _surname_table(
    words: Words, community: Community, lists: NameLists, rare: tuple[Ints, int]
) -> tuple[Ints, Ints]:
    """Codes and whole-number weights: the listed names, then the tail by falling rank.

    `rare` are the codes of the tail and how much of its share is borne, per thousand.
    """
    tail, borne = rare
    listed = lists.surnames[community.id]
    codes = words.codes(name for name, _ in listed)
    weights = np.array([weight for _, weight in listed], dtype=np.int64) * 1000
    share = community.tail * borne // THOUSAND
    ranks = np.arange(1, len(tail) + 1, dtype=np.int64)
    falling = 10**9 // (ranks + lists.composed_offset)
    wanted = int(weights.sum()) * share // (1000 - share)
    scaled = falling * wanted // int(falling.sum())
    return np.concatenate([codes, tail]), np.concatenate([weights, scaled])
