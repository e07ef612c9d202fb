"""What decided pairs tell of a run: precision and recall at a line, each with its interval.

Pairs fall into strata (their band, on one side of the line). Of each stratum the decided pairs
count as a sample drawn at random. Its share of true pairs has the Wilson interval, with the
correction for a sample that is a good part of the whole (a stratum that is decided throughout is
known). Strata are added up by the method of variance estimates recovery (Zou and Donner 2008,
Statistics in Medicine 27: 1693-1702; Newcombe's way with Wilson limits).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.model.thresholds import Share

NORMAL = 1.959964
"""Standard normal deviate of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Stratum:
    """Pairs in it, of which so many were decided, of which so many are of one person."""

    pairs: int
    decided: int
    same: int


def precision(above: Sequence[Stratum]) -> Share | None:
    """Share of the pairs above the line that are of one person; None where it cannot be told."""
    true, pairs = _true(above), sum(stratum.pairs for stratum in above)
    return None if true is None or not pairs else _over(true, pairs)


def recall(above: Sequence[Stratum], below: Sequence[Stratum]) -> Share | None:
    """Share of all true pairs of the strata that lie above the line; None where untold.

    The interval takes the limits of both sides at their worst, so it is wide rather than narrow.
    """
    high, low = _true(above), _true(below)
    if high is None or low is None or not high.estimate + low.estimate:
        return None
    return Share(
        high.estimate / (high.estimate + low.estimate),
        high.low / (high.low + low.high) if high.low + low.high else 0.0,
        high.high / (high.high + low.low),
    )


def wilson(stratum: Stratum) -> Share:
    """The share of true pairs of one stratum. `decided` must be at least 1."""
    share = stratum.same / stratum.decided
    rest = stratum.pairs - stratum.decided
    if rest <= 0:
        return Share(share, share, share)
    return _limits(share, stratum.decided * (stratum.pairs - 1) / rest)


def rate(successes: int, trials: int) -> Share:
    """A share of so many trials, seen as draws from many more, with its Wilson interval (95 %)."""
    return _limits(successes / trials, trials) if trials else Share(0.0, 0.0, 1.0)


def _limits(share: float, size: float) -> Share:
    square = NORMAL * NORMAL
    middle = (share + square / (2 * size)) / (1 + square / size)
    half = math.sqrt(share * (1 - share) / size + square / (4 * size * size))
    half *= NORMAL / (1 + square / size)
    return Share(share, max(0.0, middle - half), min(1.0, middle + half))


def _true(strata: Sequence[Stratum]) -> Share | None:
    """How many true pairs the strata hold; None where one of them has pairs and no decision."""
    held = [stratum for stratum in strata if stratum.pairs]
    if any(not stratum.decided for stratum in held):
        return None
    shares = [(stratum.pairs, wilson(stratum)) for stratum in held]
    total = sum(pairs * share.estimate for pairs, share in shares)
    below = math.hypot(*(pairs * (share.estimate - share.low) for pairs, share in shares))
    above = math.hypot(*(pairs * (share.high - share.estimate) for pairs, share in shares))
    return Share(total, max(0.0, total - below), total + above)


def _over(true: Share, pairs: int) -> Share:
    return Share(true.estimate / pairs, true.low / pairs, min(1.0, true.high / pairs))
