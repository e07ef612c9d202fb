"""Levels and bits for chunks of candidates: integers first, strings for the few left open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.matching.levels import FUZZY, Level, Pairs
from app.matching.sides import Flags, Ints, Properties, Side
from app.matching.similar import Similarity
from app.matching.weigh import Bits, Weigher, weigh_sex
from app.model.plan import MatchPlan


@dataclass(frozen=True)
class Scored:
    """Pairs that may still matter: ordinals, levels (n x fields) and bits (n x fields)."""

    left: Ints
    right: Ints
    levels: Ints
    weights: Bits

    def __len__(self) -> int:
        return len(self.left)

    def take(self, where: Flags | Ints) -> Scored:
        """A selection of the pairs."""
        return Scored(self.left[where], self.right[where], self.levels[where], self.weights[where])


class Scorer:
    """Scores chunks of pairs of two sides under one plan.

    `floor`: pairs that cannot reach this many bits, whatever their strings say, are dropped.
    """

    def __init__(
        self, sides: tuple[Side, Side], properties: Properties, weigher: Weigher, floor: float
    ) -> None:
        self._left, self._right = sides
        self._similarity = Similarity(properties)
        self._weigher = weigher
        self._floor = floor

    def score(self, plan: MatchPlan, i: Ints, j: Ints) -> Scored:
        """The pairs of one chunk that can reach the floor, with levels and weights."""
        pairs = Pairs(self._left, self._right, i, j)
        levels = {field: pairs.compare(field) for field in plan.fields}
        bits = {field: self._weigher.bits(field, levels[field], pairs) for field in plan.fields}
        most = np.zeros(len(pairs), dtype=np.float32)
        for field in plan.fields:
            if field == "sex":
                most += np.maximum(bits[field], 0)
            else:
                most += self._weigher.most(field, levels[field], bits[field])
        keep = np.flatnonzero(most >= self._floor)
        pairs = Pairs(self._left, self._right, i[keep], j[keep])
        numbers = np.empty((len(keep), len(plan.fields)), dtype=np.int8)
        weights = np.empty((len(keep), len(plan.fields)), dtype=np.float32)
        for k, field in enumerate(plan.fields):
            settled = self._settle(field, levels[field], bits[field], keep, pairs)
            numbers[:, k], weights[:, k] = settled
        _sex(plan, self._weigher, numbers, weights)
        return Scored(pairs.i, pairs.j, numbers, weights)

    def _settle(
        self, field: str, level: Level, bits: Bits, keep: Ints, pairs: Pairs
    ) -> tuple[Ints, Bits]:
        numbers, weights, still = level.levels[keep], bits[keep], level.open[keep]
        if still.any() and field in FUZZY:
            a, b = pairs.both(field)
            numbers[still] = self._similarity.settle(field, a[still], b[still])
            weights[still] = np.round(self._weigher.base[field][numbers[still]], 2)
        return numbers, weights


def _sex(plan: MatchPlan, weigher: Weigher, numbers: Ints, weights: Bits) -> None:
    """Sex is weighed last, because it depends on how the forenames came out."""
    if "sex" not in plan.fields or "forename" not in plan.fields:
        return
    k, forename = plan.fields.index("sex"), plan.fields.index("forename")
    weights[:, k] = weigh_sex(numbers[:, k], numbers[:, forename], weigher.base["sex"])
