"""What a sample of decided pairs tells of a run: precision and recall, each with its interval.

Pairs fall into strata (their band, on one side of the line). Of each band a sample is drawn by
number alone, so that neither weight nor whoever reviews has a say in it; once it is decided
throughout it stands for the band. Its share of true pairs has the Wilson interval, with the
correction for a sample that is a good part of the whole (a stratum that is decided throughout is
known). Strata are added up by the method of variance estimates recovery (Zou and Donner 2008,
Statistics in Medicine 27: 1693-1702; Newcombe's way with Wilson limits).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from app.matching.sides import Ints
from app.model.thresholds import Share

NORMAL = 1.959964
"""Standard normal deviate of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Stratum:
    """Pairs in it, of which so many were drawn and decided, of which so many are of one person.

    Of `unsure` ones nobody could say: they widen the interval to both sides. Where none was drawn
    `share` is what is known of the band as a whole, and anything may be.
    """

    pairs: int
    decided: int
    same: int
    unsure: int = 0
    share: float | None = None


def drawn(run: str, numbers: Ints) -> Ints:
    """The numbers of some pairs of a run in the order in which they are drawn.

    The same on every machine; a larger sample holds the smaller. Source: SplitMix64, Steele, Lea
    and Flood 2014, Fast splittable pseudorandom number generators, OOPSLA.
    """
    seed = np.uint64(int.from_bytes(blake2b(run.encode("utf-8"), digest_size=8).digest(), "big"))
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + seed
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    order: Ints = numbers[np.argsort(mixed ^ (mixed >> np.uint64(31)), kind="stable")]
    return order


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
    """The share of true pairs of one stratum; without one decided it may be anything."""
    decided, told = stratum.decided, stratum.decided - stratum.unsure
    if not decided:
        return Share(0.5 if stratum.share is None else stratum.share, 0.0, 1.0)
    least, most = stratum.same / decided, (stratum.same + stratum.unsure) / decided
    share = stratum.same / told if told else 0.5
    rest = stratum.pairs - decided
    if rest <= 0:
        return Share(share, least, most)
    size = decided * (stratum.pairs - 1) / rest
    return Share(share, _limits(least, size).low, _limits(most, size).high)


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
    """How many true pairs the strata hold; None where nothing is known of one that has pairs."""
    held = [stratum for stratum in strata if stratum.pairs]
    if any(not stratum.decided and stratum.share is None for stratum in held):
        return None
    shares = [(stratum.pairs, wilson(stratum)) for stratum in held]
    total = sum(pairs * share.estimate for pairs, share in shares)
    below = math.hypot(*(pairs * (share.estimate - share.low) for pairs, share in shares))
    above = math.hypot(*(pairs * (share.high - share.estimate) for pairs, share in shares))
    return Share(total, max(0.0, total - below), total + above)


def _over(true: Share, pairs: int) -> Share:
    return Share(true.estimate / pairs, true.low / pairs, min(1.0, true.high / pairs))
