"""From bits to probability: the prior estimated from the data, and one partner per person.

A death is of one person, and a person dies once: among the candidates of one record the
probabilities must sum to at most one. But one table may hold one person twice (a sole and a joint
account, a renewed badge), and those records are no rivals: all of them are right, or none.
So candidates of one record that *look like the same person* form a group, and only groups
compete: p = odds / (1 + odds + best odds of each other group), the stricter of both sides.

Two records look alike when canonical forename, birth date and either surname or dwelling agree, or
when forename, surname, middle initial and dwelling agree and no two known birth dates contradict.
Father and son at one address without birth dates look alike too: they do not push each other
down to a half, but the adjustment `namesake-at-address` keeps both for review.
A plan that declares a side unique lets every record of it compete.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.matching.score import Scored
from app.matching.sides import Ints, Side, dense
from app.model.plan import MatchPlan, Thresholds

Reals = npt.NDArray[np.float64]

MOST_SHARE = 0.99
"""However alike two tables are, some records have no partner."""
MOST_PARTNERS = 6.0
"""Partners per record within one table that the estimate may reach."""
ROUNDS = 50
SETTLED = 1e-4
WEAK = -10.0
"""Total bits under which a pair is no rival: it adds less than a thousandth to the odds."""
TIE = 2.0
"""Bits within which a rival counts as a tie: such pairs go to review whatever the sum says."""


@dataclass(frozen=True)
class Rivals:
    """Candidates grouped by look: group per pair seen from the right and from the left record."""

    of_right: Ints
    of_left: Ints


def most_prior(left: int, within: bool) -> float:
    """The largest prior (log2 odds) that any estimated share can lead to."""
    return prior_bits(MOST_PARTNERS if within else MOST_SHARE, left, within)


def prior_bits(share: float, left: int, within: bool) -> float:
    """log2 prior odds of one pair, when `share` of the right records have a partner.

    Between tables the competition formula wants odds against "no partner"; within one table a
    pair stands alone.
    """
    if within:
        return float(np.log2(share / max(1, left - 1)))
    return float(np.log2(share / (1.0 - share) / max(1, left)))


def look_alikes(owner: Ints, member: Ints, side: Side, unique: bool) -> Ints:
    """Group number per pair: pairs of one owner whose members look like the same person."""
    if unique or not len(owner):
        return dense(owner, member)
    names = [side[c][member] for c in ("canonical", "surname")]
    born, dwelling = side["birth_date"][member], side["dwelling"][member]
    alone = np.arange(len(owner), dtype=np.int64)
    named = (names[0] >= 0) & (names[1] >= 0)
    by_birth = _groups(named & (born >= 0), alone, owner, *names, born)
    letter = side["middle_letter"][member]
    here = (names[0] >= 0) & (born >= 0) & (dwelling >= 0)
    by_roof = _groups(here, alone, owner, names[0], born, dwelling)
    by_home = _groups(named & (dwelling >= 0), alone, owner, *names, letter, dwelling)
    by_home = _groups(_agreed(by_home, born), alone, by_home)
    labels = alone
    while True:
        merged = labels
        for groups in (by_birth, by_roof, by_home):
            lowest = np.full(int(groups.max()) + 1, len(owner), dtype=np.int64)
            np.minimum.at(lowest, groups, merged)
            merged = lowest[groups]
        if (merged == labels).all():
            return dense(owner, labels)
        labels = merged


def _groups(where: npt.NDArray[np.bool_], alone: Ints, *keys: Ints) -> Ints:
    """Dense groups by keys; where the condition fails each pair is a group of its own."""
    return dense(np.where(where, -1, alone), *(np.where(where, key, -1) for key in keys))


def _agreed(groups: Ints, born: Ints) -> npt.NDArray[np.bool_]:
    """Where all known birth dates of a group are the same."""
    n = int(groups.max()) + 1
    lowest, highest = np.full(n, 2**31, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    known = born >= 0
    np.minimum.at(lowest, groups[known], born[known])
    np.maximum.at(highest, groups[known], born[known])
    result: npt.NDArray[np.bool_] = ((highest < 0) | (lowest == highest))[groups]
    return result


def estimate_share(bits: Reals, scored: Scored, plan: MatchPlan, sizes: tuple[int, int]) -> float:
    """Share of right records with a partner, by expectation maximisation of this number alone.

    m and u stay fixed, so nothing can collapse; the plan's own guess counts as `strength`
    records. Within one table (sizes equal and plan not one-to-one) it is partners per record.
    """
    prior = plan.prior
    left, right = sizes
    likelihood = np.exp2(np.minimum(bits, 900.0))
    sums = np.bincount(scored.right, weights=likelihood, minlength=right) / max(1, left)
    share = prior.share
    for _ in range(ROUNDS):
        found = share * sums / (1.0 - share + share * sums)
        total = float(found.sum())
        new = (total + prior.strength * prior.share) / (right + prior.strength)
        new = min(MOST_SHARE, max(1e-6, new))
        if abs(new - share) < SETTLED * share:
            return new
        share = new
    return share


def estimate_within(bits: Reals, plan: MatchPlan, records: int) -> float:
    """Partners per record within one table, each pair standing alone."""
    prior = plan.prior
    share = prior.share
    for _ in range(ROUNDS):
        odds = np.exp2(np.clip(bits + prior_bits(share, records, True), -900, 900))
        partners = 2.0 * float((odds / (1.0 + odds)).sum())
        new = (partners + prior.strength * prior.share) / (records + prior.strength)
        new = min(MOST_PARTNERS, max(1e-6, new))
        if abs(new - share) < SETTLED * share:
            return new
        share = new
    return share


def probability(total: Reals, scored: Scored, rivals: Rivals | None) -> Reals:
    """Probability per pair from its total bits; plain odds where nothing competes."""
    odds = np.exp2(np.clip(total, -900, 900))
    plain: Reals = odds / (1.0 + odds)
    if rivals is None or not len(total):
        return plain
    strict = plain
    for owner, groups in ((scored.right, rivals.of_right), (scored.left, rivals.of_left)):
        strict = np.minimum(strict, odds / (1.0 + odds + _others(owner, groups, odds)))
    return strict


def _others(owner: Ints, groups: Ints, odds: Reals) -> Reals:
    """Summed best odds of the owner's other groups."""
    best = np.zeros(int(groups.max()) + 1)
    np.maximum.at(best, groups, odds)
    owners = np.zeros(len(best), dtype=np.int64)
    owners[groups] = owner
    totals = np.bincount(owners, weights=best)
    others: Reals = np.maximum(0.0, totals[owner] - best[groups])
    return others


def bands(total: Reals, chance: Reals, scored: Scored, limits: Thresholds) -> Ints:
    """Band numbers (into `BANDS`): by probability, and ties never below `possible`.

    A tie is a pair that alone would be at least probable and whose best rival leads by no more
    than `TIE` bits.
    """
    band = np.zeros(len(total), dtype=np.int8)
    for number, limit in enumerate((limits.possible, limits.probable, limits.certain), start=1):
        band[chance >= limit] = number
    if len(total):
        odds = np.exp2(np.clip(total, -900, 900))
        alone = odds / (1.0 + odds) >= limits.probable
        best = np.minimum(_lead(scored.left, total), _lead(scored.right, total))
        band[alone & (best >= -TIE) & (band == 0)] = 1
    return band


def _lead(owner: Ints, total: Reals) -> Reals:
    """Bits by which a pair trails the best pair of its owner (0 for the best)."""
    best = np.full(int(owner.max()) + 1, -np.inf)
    np.maximum.at(best, owner, total)
    trail: Reals = total - best[owner]
    return trail
