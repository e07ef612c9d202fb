"""The sample of a run's pairs that is read to tell how right its lines are.

Review goes by weight, the heaviest first: whoever stops half way has seen the easy ones. So of
each band a fixed number is drawn by chance, and only these count, once they are all decided.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from app.matching.sampled import drawn
from app.matching.sides import Ints
from app.model.runs import WORTH_REVIEW, Band
from app.stores import runs as stored
from app.stores.sqlcipher import Reader


@dataclass(frozen=True)
class Draw:
    """A sample: so many of each band, their numbers in the order in which they are read.

    Bands stand mixed, so that the place of a pair says nothing of it. `rests` has for each band
    that holds pairs the numbers an estimate rests on, none where its first sample is not decided.
    """

    size: int
    numbers: tuple[int, ...]
    rests: dict[Band, frozenset[int]]


def draw(reader: Reader, run: str, first: int, decided: Collection[int]) -> Draw:
    """The sample to read next: `first` of each band, and twice as many whenever it is decided.

    `decided` are the numbers of the pairs that stand decided, unsure ones too.
    """
    orders = _orders(reader, run)
    size = first
    while any(len(order) > size for order in orders.values()) and all(
        _whole(order[:size], decided) for order in orders.values()
    ):
        size *= 2
    numbers = [order[:size] for order in orders.values()]
    mixed = drawn(run, np.concatenate([np.empty(0, np.int64), *numbers]))
    rests = {band: _rests(order, first, decided) for band, order in orders.items()}
    return Draw(size, tuple(mixed.tolist()), rests)


def _orders(reader: Reader, run: str) -> dict[Band, Ints]:
    """The numbers of each band worth a look in the order they are drawn."""
    held: dict[Band, list[int]] = {}
    for number, band, _ in stored.chances(reader, run):
        if band in WORTH_REVIEW:
            held.setdefault(band, []).append(number)
    return {band: drawn(run, np.array(numbers)) for band, numbers in held.items()}


def _rests(order: Ints, first: int, decided: Collection[int]) -> frozenset[int]:
    """The largest sample of a band that is decided throughout."""
    size, rests = first, frozenset[int]()
    while _whole(order[:size], decided):
        rests = frozenset(order[:size].tolist())
        if size >= len(order):
            break
        size *= 2
    return rests


def _whole(numbers: Ints, decided: Collection[int]) -> bool:
    return all(number in decided for number in numbers.tolist())
