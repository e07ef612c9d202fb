"""Named corrections: what a shared household, a twin or a namesake means for the weight.

Independent weights cannot know that a household shares its surname, or that a father's and a son's
names agree for a reason. Rule sizes are data (the plan's adjustments).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.matching.counts import Counts, Reals
from app.matching.levels import SAME_DWELLING, at_levels, same_dwelling
from app.matching.score import Scored
from app.matching.sides import Flags, Ints, Side, dense
from app.matching.weigh import SAME_FORENAME, Bits
from app.model.plan import Adjustment, MatchPlan
from app.model.runs import Band

CONTACTS = ("phone", "email", "account")
NUMBERS = ("nino", "nhs_number", "other_id")
IDENTIFIERS = ("nino", "nhs_number", "other_id", "phone", "email", "account")
NEAR = (*SAME_DWELLING, "same-postcode-house-unknown")
"""Levels of place that place two records together."""
PLACED = (*NEAR, "same-street", "same-postcode")
"""Levels of place that few others share."""
APART = ("near", "differs", "far")
"""Levels of birth dates that differ by more than a slip of the pen."""
DOUBTS = ("possible-twin", "possible-father-and-son")
"""Corrections by which a pair may be two of one family; so may it under any cap."""
OTHER_NAME = ("middle-used", "alias", "similar")
"""Levels of forenames that agree only if one of two names is taken for the other."""
RELATIVES = frozenset(
    {"household-surname", "household-contact", "possible-twin", "possible-father-and-son"}
    | {"namesake-at-address", "name-only", "contradicted", "nameless", "middle-unmatched"}
    | {"other-sex-name", "other-surname", "undated", "other-forename", "forename-unknown"}
)
"""Guards against two of one family or neighbourhood, which only lists of a real place hold."""
SLIPS = (
    "exact",
    "day-month-swapped",
    "one-part-differs",
    "first-january",
    "partly-known",
    "year-differs",
    "near",
)
"""Levels of birth dates that agree but for a slip, as far as they are known."""
UNRELATED = ("differs", "similar")
"""Levels of names that are two names: twins are often given names that sound alike."""
TOLD = ("exact", "initial")
"""Levels of middle names that agree as far as both records tell."""
IN_FULL = 0.25
"""Share of records with a middle name from which a table is taken to give names in full."""
MARGIN = 0.5
"""Bits by which a total capped at `probable` stays under the threshold of certain."""
EVEN = 0.0
"""Bits of a total capped at `possible`: what evidence there is cannot tell the two cases apart."""


class Family:
    """Applies a plan's adjustments to scored pairs."""

    def __init__(self, plan: MatchPlan, sides: tuple[Side, Side], counts: Counts) -> None:
        self._plan, self._counts = plan, counts
        self.sides = self._left, self._right = sides
        self.within = sides[0] is sides[1]

    def corrections(self, scored: Scored) -> Bits:
        """Bits that need no prior: float32 n x adjustments, caps on the total still 0."""
        bits = np.zeros((len(scored), len(self._plan.adjustments)), dtype=np.float32)
        for k, adjustment in enumerate(self._plan.adjustments):
            if adjustment.code in _CORRECTIONS:
                bits[:, k] = _CORRECTIONS[adjustment.code](self, scored, adjustment)
        return bits

    def cap(self, scored: Scored, corrections: Bits, total: Reals) -> Bits:
        """Corrections with the caps filled in: no capped total reaches the band above its cap.

        Lower caps come first, so that what a cap at `probable` takes off stands by itself.
        """
        bits = corrections.copy()
        total = total.copy()
        for cap in (Band.POSSIBLE, Band.PROBABLE):
            limit = self._limit(cap)
            for k, adjustment in enumerate(self._plan.adjustments):
                if adjustment.cap == cap:
                    where = _CAPS[adjustment.code](self, scored, adjustment) & (total > limit)
                    bits[where, k] = np.round(limit - total[where], 2)
                    total[where] = limit
        return bits

    def held(self, bits: Bits) -> Reals:
        """Bits (0 or less) that caps at `probable` took off each total."""
        kept = [k for k, a in enumerate(self._plan.adjustments) if a.cap == Band.PROBABLE]
        taken: Reals = bits[:, kept].sum(1, dtype=np.float64)
        return taken

    def _limit(self, cap: Band) -> float:
        """Most bits under a cap: just below certain, or even odds where it says `possible`."""
        if cap == Band.POSSIBLE:
            return EVEN
        above = self._plan.thresholds.certain
        return round(float(np.log2(above / (1 - above))) - MARGIN, 2)

    def level(self, scored: Scored, field: str) -> Ints:
        """Level numbers of a field; all missing where the plan does not compare it."""
        if field not in self._plan.fields:
            return np.zeros(len(scored), dtype=np.int8)
        return scored.levels[:, self._plan.fields.index(field)]

    def at(self, scored: Scored, field: str, *codes: str) -> Flags:
        """Where a field stands at one of some levels."""
        return at_levels(self.level(scored, field), field, codes)

    def weight(self, scored: Scored, field: str) -> Bits:
        """Weights of a field; all 0 where the plan does not compare it."""
        if field not in self._plan.fields:
            return np.zeros(len(scored), dtype=np.float32)
        return scored.weights[:, self._plan.fields.index(field)]

    def household(self, scored: Scored) -> Flags:
        """Same dwelling, and not a care home or the like."""
        communal = (self._left["communal"][scored.left] == 1) | (
            self._right["communal"][scored.right] == 1
        )
        shared: Flags = same_dwelling(self.level(scored, "place")) & ~communal
        return shared

    def speaks(self, scored: Scored, fields: tuple[str, ...]) -> Flags:
        """Where one of some identifiers speaks for the pair."""
        found: Flags = np.zeros(len(scored), dtype=np.bool_)
        for field in fields:
            found |= self.weight(scored, field) > 0
        return found

    def unproven(self, scored: Scored) -> Flags:
        """Nothing of the birth date could be compared, and no personal number agrees."""
        undated: Flags = self.level(scored, "birth_date") == 0
        return undated & ~self.speaks(scored, NUMBERS)

    def namesakes(self, scored: Scored, asked: Flags, by: str = "name") -> Ints:
        """Left records at the pair's left dwelling with its surname and canonical forename.

        By `letter` the forename's first letter is enough. The record itself is one of them (and
        within one table so is its partner). Pairs that are not `asked` about stand at 1.
        """
        names = ("dwelling", "canonical" if by == "name" else "forename_letter", "surname")
        columns = [self._left[name] for name in names]
        homes = np.zeros(int(columns[0].max(initial=0)) + 2, dtype=np.bool_)
        homes[columns[0][scored.left[asked]]] = True
        homes[-1] = False  # where a missing dwelling, -1, points to
        rows = np.flatnonzero(homes[columns[0]])
        rows = rows[(columns[1][rows] >= 0) & (columns[2][rows] >= 0)]
        counts = np.ones(self._left.n, dtype=np.int64)
        if len(rows):
            groups = dense(*(column[rows] for column in columns))
            counts[rows] = np.bincount(groups)[groups]
        return np.where(asked, counts[scored.left], 1)

    def unmatched(self, scored: Scored) -> Flags:
        """A middle name that differs, or that a record of a table of full names has not.

        Somebody known by the middle name has dropped the other one from a list, which is no
        gap; a register has dropped none.
        """
        unmatched: Flags = self.at(scored, "middle", "differs")
        mine = self._left["middle"][scored.left] >= 0
        theirs = self._right["middle"][scored.right] >= 0
        known_by = self.at(scored, "forename", "middle-used")
        unmatched &= ~known_by
        if _in_full(self._left):
            unmatched |= theirs & ~mine & ~known_by
        if _in_full(self._right):
            dropped = known_by & (not self._plan.against_register)
            unmatched |= mine & ~theirs & ~dropped
        return unmatched & ~self.at(scored, "forename", "names-swapped")

    def rarity(self, scored: Scored) -> Reals:
        """Expected other left records that share the left record's full name by chance."""
        share = self._share(scored, "forename") * self._share(scored, "surname")
        return share * self._left.n

    def middle_share(self, scored: Scored) -> Reals:
        """Chance of agreeing on the middle name as far as the pair does; 1 where it does not."""
        exact, initial = (self.at(scored, "middle", code) for code in TOLD)
        letter = np.where(initial, self._share(scored, "middle_letter"), 1.0)
        return np.where(exact, self._share(scored, "middle"), letter)

    def _share(self, scored: Scored, column: str) -> Reals:
        """Frequency on the left of the left record's own value; 1 where it has none."""
        codes, table = self._left[column][scored.left], self._counts.tf.get(column)
        if table is None or not len(table):
            return np.ones(len(scored))
        own = table[np.clip(codes, 0, len(table) - 1)]
        share: Reals = np.where(codes >= 0, np.maximum(own, self._plan.minimum_tf), 1.0)
        return share


def doubted(plan: MatchPlan, bits: Bits) -> Flags:
    """Pairs on which a guard against a false friend has spoken (`bits`: n x adjustments)."""
    guards = [k for k, a in enumerate(plan.adjustments) if a.cap or a.code in DOUBTS]
    spoken: Flags = np.any(bits[:, guards] < 0, axis=1)
    return spoken


def _in_full(side: Side) -> bool:
    """Whether a table seems to give names in full."""
    return bool(side.n) and bool((side["middle"] >= 0).mean() >= IN_FULL)


def _household_surname(family: Family, scored: Scored, rule: Adjustment) -> Bits:
    bits = np.minimum(0, rule.bits - family.weight(scored, "surname"))
    return np.where(family.household(scored), bits, 0).astype(np.float32)


def _household_contact(family: Family, scored: Scored, rule: Adjustment) -> Bits:
    together = sum(
        (family.weight(scored, field) for field in CONTACTS),
        np.zeros(len(scored), dtype=np.float32),
    )
    where = family.household(scored) & _unrelated(family, scored)
    return np.where(where, np.minimum(0, rule.bits - together), 0).astype(np.float32)


def _twin(family: Family, scored: Scored, rule: Adjustment) -> Bits:
    surname = family.at(scored, "surname", "exact", "former", "half")
    where = (
        family.at(scored, "birth_date", "exact")
        & _unrelated(family, scored)
        & (surname | family.household(scored))
        & ~family.at(scored, "middle", "exact")
    )
    return np.where(where, rule.bits, 0).astype(np.float32)


def _father_and_son(family: Family, scored: Scored, rule: Adjustment) -> Bits:
    where = (
        family.household(scored)
        & family.at(scored, "birth_date", "far")
        & family.at(scored, "forename", "exact", "nickname", "initial")
    )
    return np.where(where, rule.bits, 0).astype(np.float32)


def _chance_namesake(family: Family, scored: Scored, rule: Adjustment) -> Bits:
    apart = ~family.at(scored, "place", *PLACED) & family.at(scored, "birth_date", *SLIPS)
    apart &= (family.level(scored, "forename") > 0) & ~family.at(scored, "forename", "differs")
    return np.where(apart, rule.bits, 0).astype(np.float32)


def _unrelated(family: Family, scored: Scored) -> Flags:
    return family.at(scored, "forename", *UNRELATED)


def _namesake(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    asked = family.unproven(scored) & family.household(scored)
    several: Flags = family.namesakes(scored, asked) > (2 if family.within else 1)
    return several


def _initial_only(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    unproven = family.unproven(scored)
    nameless: Flags = family.level(scored, "forename") == 0
    initial = unproven & family.at(scored, "forename", "initial")
    # a second initial tells nothing: a widow was listed under both of her husband's
    told_apart = family.at(scored, "sex", "exact")
    told_apart &= family.namesakes(scored, initial, "letter") == 1
    return (unproven & nameless) | (initial & ~told_apart)


def _name_only(family: Family, scored: Scored, rule: Adjustment) -> Flags:
    alone: Flags = family.unproven(scored) & ~family.at(scored, "place", *NEAR)
    alone &= ~family.speaks(scored, IDENTIFIERS)
    expected = family.rarity(scored)
    if rule.middle:
        expected = expected * family.middle_share(scored)
    common: Flags = expected > rule.rare
    if rule.middle:
        common |= ~family.at(scored, "middle", *TOLD)
    return alone & (common | family.at(scored, "place", "differs"))


def _elsewhere(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    away: Flags = family.at(scored, "place", "differs") | (family.level(scored, "place") == 0)
    away &= ~family.at(scored, "middle", "exact") & (family.level(scored, "birth_date") > 0)
    return away & ~family.speaks(scored, IDENTIFIERS)


def _contradicted(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    apart: Flags = family.at(scored, "birth_date", *APART)
    elsewhere = ~same_dwelling(family.level(scored, "place"))
    apart &= elsewhere | family.at(scored, "forename", *OTHER_NAME)
    apart &= ~family.speaks(scored, IDENTIFIERS)
    generation = family.at(scored, "birth_date", "far") & family.household(scored)
    return apart | (generation & ~family.speaks(scored, NUMBERS))


def _nameless(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    unnamed: Flags = family.level(scored, "forename") == 0
    unnamed &= family.level(scored, "surname") == 0
    return unnamed


def _middle_unmatched(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    return family.unproven(scored) & family.unmatched(scored)


def _other_sex_name(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    left, right = (side["forename_stem"] for side in family.sides)
    paired: Flags = family.at(scored, "forename", "close", "similar")
    paired &= left[scored.left] == right[scored.right]
    paired &= ~family.at(scored, "sex", "exact")
    undated: Flags = family.level(scored, "birth_date") == 0
    other = undated | ~family.at(scored, "forename", *SAME_FORENAME)
    other &= family.at(scored, "sex", "differs")
    return (paired | other) & ~family.speaks(scored, NUMBERS)


def _other_forename(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    return _unrelated(family, scored) & ~family.speaks(scored, NUMBERS)


def _forename_unknown(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    unknown: Flags = family.level(scored, "forename") == 0
    return unknown & ~family.speaks(scored, NUMBERS)


def _number_contradicts(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    found: Flags = family.at(scored, "nino", "differs")
    return found | family.at(scored, "nhs_number", "differs")


def _other_surname(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    other: Flags = family.at(scored, "surname", *UNRELATED)
    return other & family.unproven(scored)


def _undated(family: Family, scored: Scored, _rule: Adjustment) -> Flags:
    return family.unproven(scored) & ~family.at(scored, "middle", *TOLD)


_CORRECTIONS: dict[str, Callable[[Family, Scored, Adjustment], Bits]] = {
    "household-surname": _household_surname,
    "household-contact": _household_contact,
    "possible-twin": _twin,
    "possible-father-and-son": _father_and_son,
    "chance-namesake": _chance_namesake,
}
_CAPS: dict[str, Callable[[Family, Scored, Adjustment], Flags]] = {
    "namesake-at-address": _namesake,
    "initial-only": _initial_only,
    "name-only": _name_only,
    "elsewhere": _elsewhere,
    "contradicted": _contradicted,
    "nameless": _nameless,
    "middle-unmatched": _middle_unmatched,
    "other-sex-name": _other_sex_name,
    "other-surname": _other_surname,
    "undated": _undated,
    "other-forename": _other_forename,
    "forename-unknown": _forename_unknown,
    "number-contradicts": _number_contradicts,
}
