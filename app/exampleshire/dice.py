"""Seeded chance: one independent stream a purpose, the same numbers on every machine.

Only PCG64's raw 64-bit words are used, and every distribution is made from them by integer or
exactly rounded arithmetic here: NumPy promises the words of a bit generator for ever, but not the
methods of its `Generator`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.model.exampleshire import THOUSAND

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_WORD = 2.0**-53


class Dice:
    """A stream of chance; `child` gives another one that does not disturb this."""

    def __init__(self, seed: int, *path: str) -> None:
        self._seed = seed
        self._path = path
        words = [seed % 2**64, *(zlib.crc32(part.encode()) for part in path)]
        self._bits = np.random.PCG64(np.random.SeedSequence(words))

    def child(self, name: str) -> Dice:
        """The stream for one purpose; asking for other purposes never changes it."""
        return Dice(self._seed, *self._path, name)

    def uniform(self, count: int) -> Floats:
        """Numbers from 0 (included) to 1 (excluded)."""
        words = self._bits.random_raw(count)
        return (np.asarray(words, dtype=np.uint64) >> np.uint64(11)).astype(np.float64) * _WORD

    def below(self, limit: int | Ints, count: int) -> Ints:
        """Whole numbers from 0 to limit - 1."""
        return np.floor(self.uniform(count) * limit).astype(np.int64)

    def between(self, low: int | Ints, high: int | Ints, count: int) -> Ints:
        """Whole numbers from low to high, both included."""
        return low + self.below(np.asarray(high - low + 1, dtype=np.int64), count)

    def chance(self, share: float | Ints | Floats, count: int) -> Flags:
        """True for a share per thousand."""
        return self.uniform(count) * THOUSAND < share

    def pick(self, weights: Sequence[int] | Ints, count: int) -> Ints:
        """Positions drawn by whole-number weights."""
        sums = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(sums, self.below(int(sums[-1]), count), side="right")

    def order(self, count: int) -> Ints:
        """A random order of 0 to count - 1."""
        return np.argsort(self._bits.random_raw(count), kind="stable").astype(np.int64)

    def some(self, count: int, wanted: int) -> Ints:
        """`wanted` different positions out of `count`, ascending."""
        return np.sort(self.order(count)[: max(0, min(wanted, count))])

    def by_weight(self, weights: Ints, wanted: int) -> Ints:
        """`wanted` different positions, ascending, likelier where the weight is larger.

        Systematic sampling in random order: every position is taken as often as its weight says
        while the weight stays under a `wanted`-th of all; what is still wanting is drawn from the
        positions of positive weight that were not taken.
        """
        order = self.order(len(weights))
        sums = np.cumsum(weights[order])
        total = int(sums[-1]) if len(sums) else 0
        wanted = min(wanted, int(np.count_nonzero(weights)))
        if wanted <= 0:
            return np.zeros(0, dtype=np.int64)
        start = int(self.below(total, 1)[0])
        points = (start + np.arange(wanted, dtype=np.int64) * total // wanted) % total
        taken = np.zeros(len(weights), dtype=bool)
        taken[order[np.searchsorted(sums, points, side="right")]] = True
        missing = wanted - int(np.count_nonzero(taken))
        spare = order[(weights[order] > 0) & ~taken[order]]
        taken[spare[:missing]] = True
        return np.flatnonzero(taken)
