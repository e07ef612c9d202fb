"""Within one table: two records that both match a third are one person too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.matching.score import Scored
from app.matching.sides import Ints

Reals = npt.NDArray[np.float64]

STRONG = 0.9
"""Probability from which a pair can lend support."""
MOST = 0.9999
CROWD = 200
"""Partners beyond which a record lends no support: it is a placeholder, not a person."""


def support(scored: Scored, chance: Reals) -> Reals:
    """For each pair the largest p + q - 1 over records that match both sides with p and q.

    This is the lower bound that holds however the two events hang together (Fréchet); 0 where
    no third record supports the pair.
    """
    best = np.zeros(len(scored))
    strong = np.flatnonzero(chance >= STRONG)
    if not len(strong):
        return best
    a = np.concatenate([scored.left[strong], scored.right[strong]])
    b = np.concatenate([scored.right[strong], scored.left[strong]])
    p = np.concatenate([chance[strong], chance[strong]])
    records = int(max(a.max(), scored.right.max(), scored.left.max())) + 1
    order = np.argsort(a * records + b, kind="stable")
    a, b, p = a[order], b[order], p[order]
    degree = np.bincount(a, minlength=records)
    start = np.concatenate([[0], np.cumsum(degree)])
    pairs, edges = _expanded(scored.left, degree, start)
    third, other = b[edges], scored.right[pairs]
    place = np.minimum(np.searchsorted(a * records + b, third * records + other), len(a) - 1)
    met = (a[place] == third) & (b[place] == other)
    met &= (degree[third] <= CROWD) & (degree[scored.left[pairs]] <= CROWD)
    np.maximum.at(best, pairs[met], p[edges[met]] + p[place[met]] - 1.0)
    return best


def _expanded(left: Ints, degree: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Every pair beside every strong edge of its left record: pair and edge numbers."""
    counts = np.minimum(degree[left], CROWD + 1)
    pairs = np.repeat(np.arange(len(left)), counts)
    within = np.arange(len(pairs)) - np.repeat(np.cumsum(counts) - counts, counts)
    return pairs, start[left][pairs] + within


def lift(total: Reals, supported: Reals, least: float) -> npt.NDArray[np.float32]:
    """Bits to add so that a supported pair reaches its bound; 0 for totals under `least`."""
    bound = np.clip(supported, 1e-9, MOST)
    wanted = np.round(np.log2(bound / (1.0 - bound)), 2)
    where = (supported > 0) & (total >= least) & (wanted > total)
    return np.where(where, wanted - total, 0.0).astype(np.float32)
