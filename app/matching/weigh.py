"""Bits of evidence: log2(m/u) of each level, with the shared value's own frequency."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.matching.counts import Counts, Reals
from app.matching.levels import FUZZY, Level, Pairs, at_levels, crossings, number
from app.matching.sides import DAY_SHIFT, Ints
from app.model.plan import LEVELS, UNWEIGHTED, MatchPlan

Bits = npt.NDArray[np.float32]

FREQUENCIES: dict[tuple[str, str], str] = {
    ("forename", "exact"): "forename",
    ("forename", "nickname"): "canonical",
    ("forename", "alias"): "forename",
    ("forename", "initial"): "forename_letter",
    ("forename", "middle-used"): "forename",
    ("surname", "exact"): "surname",
    ("surname", "former"): "surname",
    ("surname", "half"): "surname",
    ("middle", "exact"): "middle",
    ("middle", "initial"): "middle_letter",
    ("birth_date", "exact"): "birth_date",
    ("nino", "exact"): "nino",
    ("nhs_number", "exact"): "nhs_number",
    ("phone", "exact"): "phone",
    ("email", "exact"): "email",
    ("account", "exact"): "account",
    ("other_id", "exact"): "other_id",
}
"""Levels whose u is the shared value's own frequency on the left, and which frequency that is."""

COMMON_DATE = 4.0
"""1 January and dates like it: an exact date counts at most m / (4u)."""
HALF_SWAPPED = 0.25
"""Share of swapped names of which one is misspelt as well."""
FORENAMES_AGREE = ("exact", "nickname", "close", "alias", "middle-used", "names-swapped")
SAME_FORENAME = tuple(code for code in FORENAMES_AGREE if code != "close")
OTHER_SEX = -2.0
"""Bits where the forename is the same and the sexes recorded are not: one of them is a slip.

Paul and Paula are close, and two people; agreeing sexes say nothing where forenames agree."""


class Weigher:
    """Weights of one plan under the counts of one pair of tables, in steps of 0.01 bits."""

    def __init__(self, plan: MatchPlan, counts: Counts) -> None:
        self._plan, self._counts = plan, counts
        self.base = {field: self._base(field) for field in plan.fields}

    def _base(self, field: str) -> Reals:
        """Bits by level number; 0 for `missing` and for levels that carry none."""
        bits = np.zeros(len(LEVELS[field]) + 1)
        for position, code in enumerate(LEVELS[field]):
            if (field, code) not in UNWEIGHTED:
                m, u = self._plan.m(field, code), self._counts.u[field][position]
                bits[position + 1] = np.log2(m / u)
        if field == "place":
            start = number("place", "same-postcode")
            stop = number("place", "differs") + 1
            bits[start:stop] = np.minimum.accumulate(bits[start:stop])
        return bits

    def most(self, field: str, level: Level, bits: Bits) -> Bits:
        """The most that a chunk's pairs can still weigh once open ones are settled."""
        if field not in FUZZY:
            return bits
        best = max(self.base[field][number(field, code)] for code in FUZZY[field])
        return np.where(level.open, np.maximum(bits, best), bits).astype(np.float32)

    def bits(self, field: str, level: Level, pairs: Pairs) -> Bits:
        """Weights of one field for a chunk of pairs."""
        bits = self.base[field][level.levels]
        for code in LEVELS[field]:
            if (field, code) in FREQUENCIES:
                where = (level.levels == number(field, code)) & (level.shared >= 0)
                bits[where] = self.value_bits(field, code, level.shared[where])
        if field == "forename":
            self._swapped(bits, level, pairs)
        if field == "place":
            self._dwellings(bits, level)
        return np.round(bits, 2).astype(np.float32)

    def value_bits(self, field: str, code: str, shared: Ints) -> Reals:
        """log2(m / frequency) of values (codes, or shifted days) shared at a level."""
        frequency = self._own(FREQUENCIES[field, code], shared)
        if field == "birth_date":
            u = self._counts.u[field][0]
            frequency = np.where(
                is_first_january(shared), np.maximum(frequency, COMMON_DATE * u), frequency
            )
        weights: Reals = np.log2(self._plan.m(field, code) / frequency)
        return weights

    def _own(self, name: str, codes: Ints) -> Reals:
        """Frequencies of values, no lower than the plan's least."""
        table = self._counts.tf.get(name)
        if name in self._counts.wide:
            values, table = self._counts.wide[name]
            codes = np.searchsorted(values, codes)
        if table is None or not len(table):
            return np.full(len(codes), self._plan.minimum_tf)
        found = np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], 0.0)
        return np.maximum(found, self._plan.minimum_tf)

    def _swapped(self, bits: Reals, level: Level, pairs: Pairs) -> None:
        """Names that changed places: rarity of each name that really stands on the other side.

        Where only one of the two does, the other being misspelt, m is a quarter.
        """
        where = level.levels == number("forename", "names-swapped")
        if not where.any():
            return
        first, second = (crossing[where] for crossing in crossings(pairs))
        forename, surname = pairs.both("forename")[0][where], pairs.both("surname")[0][where]
        m = self._plan.m("forename", "names-swapped") * np.where(first & second, 1.0, HALF_SWAPPED)
        bits[where] = (
            np.log2(m)
            - np.where(first, np.log2(self._either(forename)), 0.0)
            - np.where(second, np.log2(self._either(surname)), 0.0)
        )

    def _either(self, codes: Ints) -> Reals:
        """A name's frequency as forename or surname, whichever is larger."""
        return np.maximum(self._own("forename", codes), self._own("surname", codes))

    def _dwellings(self, bits: Reals, level: Level) -> None:
        """A dwelling of many people says less: its size against the mean of a random resident."""
        sizes = self._counts.sizes.astype(np.float64)
        total = sizes.sum()
        if not total:
            return
        mean = (sizes * sizes).sum() / total
        where = level.shared >= 0
        own = sizes[np.minimum(level.shared[where], len(sizes) - 1)]
        bits[where] += np.minimum(1.0, np.log2(mean / np.maximum(own, 1.0)))


def weigh_sex(levels: Ints, forename: Ints, base: Reals) -> Bits:
    """Sex counts in full only where forenames do not already tell it."""
    agree = at_levels(forename, "forename", FORENAMES_AGREE)
    bits = base[levels]
    bits[agree & (levels == number("sex", "exact"))] = 0.0
    same = at_levels(forename, "forename", SAME_FORENAME)
    differs = same & (levels == number("sex", "differs"))
    bits[differs] = np.maximum(bits[differs], OTHER_SEX)
    return np.round(bits, 2).astype(np.float32)


def is_first_january(shifted: Ints) -> npt.NDArray[np.bool_]:
    """Which shifted day numbers are a first of January."""
    days = (shifted.astype(np.int64) - DAY_SHIFT).astype("datetime64[D]")
    result: npt.NDArray[np.bool_] = days == days.astype("datetime64[Y]").astype("datetime64[D]")
    return result
