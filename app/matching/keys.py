"""Equal values in several columns of two tables, found by sorting one number per record.

A record's key is the bits of its columns, or a hash where they are too many, with the record's own
number below: sorting whole numbers is the cheapest thing that can be done to a large table, and
equal keys then stand together. What was hashed is compared again, pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.matching.sides import Flags, Ints, Side, dense

Keys = npt.NDArray[np.uint64]
Columns = tuple[str, ...]
Range = tuple[int, int]
"""Record numbers from the first up to but not the second."""

ALL: Range = (0, -1)

BITS = 64
WIDE = 20_000_000
"""Codes up to which a column is looked through by an array over its codes."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Shape:
    """How keys are made: bits of each column, and of the record's number below them."""

    columns: tuple[int, ...]
    record: int

    @property
    def exact(self) -> bool:
        """Whether all columns fit, so that equal keys are equal values."""
        return sum(self.columns) + self.record <= BITS


@dataclass(frozen=True)
class Equal:
    """Runs of equal keys that both tables have.

    `left` and `right` are record numbers in order of key; run r is the `n[r]` left records from
    `first[r]` on, and the `m[r]` right records from `at[r]` on.
    """

    left: Ints
    right: Ints
    first: Ints
    n: Ints
    at: Ints
    m: Ints
    exact: bool


class Joiner:
    """Finds where columns of two tables agree; within one table both sides are the same."""

    def __init__(self, left: Side, right: Side, among: Flags | None = None) -> None:
        """`among` marks the left records that take part in joins; counts take in all."""
        self.left, self.right = left, right
        self._among = among
        self._shared: dict[tuple[str, str], tuple[Flags, Flags]] = {}

    def equal(self, left: Columns, right: Columns) -> Equal:
        """The runs in which the left columns equal the right ones, all of them known.

        Where `exact` is False, a run may hold a few pairs that only seem equal.
        """
        return self._equal(left, right, self._among)

    def agreeing(self, columns: Columns) -> float:
        """How many pairs of records (i, j), any i and any j, agree on all these columns."""
        sides = (self.left, self.right)
        if len(columns) == 1 and max(side.most(columns[0]) for side in sides) <= WIDE:
            counts = [side.counts(columns[0]).astype(np.float64) for side in sides]
            n = min(map(len, counts))
            return float((counts[0][:n] * counts[1][:n]).sum())
        if not self._shape(columns, columns).exact:
            return self._agreeing_in_groups(columns)
        found = self._equal(columns, columns, None)
        return float((found.n.astype(np.float64) * found.m).sum())

    def _agreeing_in_groups(self, columns: Columns) -> float:
        """The same where a key does not fit: by groups, for the pairs may be too many to make."""
        held = [self._in_both(name, name) for name in columns]
        mine, theirs = (np.logical_and.reduce(flags) for flags in zip(*held, strict=True))
        rows, others = np.flatnonzero(mine), np.flatnonzero(theirs)
        both = (np.concatenate([self.left[c][rows], self.right[c][others]]) for c in columns)
        groups = dense(*both)
        most = int(groups.max(initial=0)) + 1
        counts = (np.bincount(part, minlength=most) for part in np.split(groups, [len(rows)]))
        a, b = (count.astype(np.float64) for count in counts)
        return float((a * b).sum())

    def really(self, left: Columns, right: Columns, i: Ints, j: Ints) -> Flags:
        """Which of the given pairs hold the same known values."""
        same = np.ones(len(i), dtype=np.bool_)
        for a, b in zip(left, right, strict=True):
            values = self.left[a][i]
            same &= (values == self.right[b][j]) & (values >= 0)
        return same

    def _equal(self, left: Columns, right: Columns, among: Flags | None) -> Equal:
        shape = self._shape(left, right)
        held = [self._in_both(a, b) for a, b in zip(left, right, strict=True)]
        mine = [one for one, _ in held] + ([] if among is None else [among])
        a = _packed(self.left, left, shape, mine)
        same = self.left is self.right and left == right and among is None
        b = a if same else _packed(self.right, right, shape, [other for _, other in held])
        return _runs(a, b, shape)

    def _shape(self, left: Columns, right: Columns) -> Shape:
        most = (
            max(self.left.most(a), self.right.most(b)) for a, b in zip(left, right, strict=True)
        )
        record = max(self.left.n, self.right.n, 1).bit_length()
        return Shape(tuple(max(value, 1).bit_length() for value in most), record)

    def _in_both(self, left: str, right: str) -> tuple[Flags, Flags]:
        """Which records of either side have a value that some record of the other has too.

        Of values too wide to count by: which have any.
        """
        if (left, right) not in self._shared:
            self._shared[left, right] = self._look(left, right)
        return self._shared[left, right]

    def _look(self, left: str, right: str) -> tuple[Flags, Flags]:
        a, b = self.left[left], self.right[right]
        if max(self.left.most(left), self.right.most(right)) > WIDE:
            return a >= 0, b >= 0
        counts = self.left.counts(left), self.right.counts(right)
        n = min(map(len, counts))
        both = np.zeros(max(map(len, counts)) + 1, dtype=np.bool_)  # the last one is -1, missing
        both[:n] = (counts[0][:n] > 0) & (counts[1][:n] > 0)
        return both[a], both[b]


def _packed(side: Side, columns: Columns, shape: Shape, flags: list[Flags]) -> Keys:
    """Keys of the records that all flags mark, each with its record's number, in order."""
    where = flags[0]
    for other in flags[1:]:
        where = where & other
    rows = np.flatnonzero(where)
    key = np.zeros(len(rows), dtype=np.uint64)
    for name, bits in zip(columns, shape.columns, strict=True):
        values = side[name][rows].astype(np.uint64)
        if shape.exact:
            key = (key << np.uint64(bits)) | values
        else:
            key = (key ^ (key >> _HALF)) * _MIX + values
    if not shape.exact:
        key = ((key ^ (key >> _HALF)) * _MIX) >> np.uint64(shape.record)
    key <<= np.uint64(shape.record)
    key |= rows.astype(np.uint64)
    key.sort()
    return key


def _runs(a: Keys, b: Keys, shape: Shape) -> Equal:
    """The runs that two ordered lists of keys have in common."""
    low = np.uint64(shape.record)
    mine, theirs = a >> low, b >> low
    at = np.flatnonzero(np.append(theirs[:1] == theirs[:1], theirs[1:] != theirs[:-1]))
    keys = theirs[at]
    first = np.searchsorted(mine, keys)
    found = np.flatnonzero(first < len(mine))
    found = found[mine[first[found]] == keys[found]]
    last = np.searchsorted(mine, keys[found], side="right")
    lengths = np.diff(np.append(at, len(b)))[found]
    own = np.uint64((1 << shape.record) - 1)
    rows = (a & own).astype(np.int32)
    others = rows if a is b else (b & own).astype(np.int32)
    first = first[found]
    return Equal(rows, others, first, last - first, at[found], lengths, shape.exact)


def every(found: Equal, runs: Ints, among: Range = ALL) -> tuple[Ints, Ints]:
    """All pairs of some runs, by key: left and right record numbers, the right ones in a range."""
    places, run = _places(found, runs, among)
    n = found.n[run]
    return found.left[spread(found.first[run], n)], np.repeat(found.right[places], n)


def earlier(found: Equal, runs: Ints, among: Range = ALL) -> tuple[Ints, Ints]:
    """All pairs of two records of some runs within one table, the smaller number left."""
    places, run = _places(found, runs, among)
    n = places - found.at[run]
    return found.left[spread(found.at[run], n)], np.repeat(found.right[places], n)


def _places(found: Equal, runs: Ints, among: Range) -> tuple[Ints, Ints]:
    """Places in `right` of some runs' records in a range, and the run of each."""
    places = spread(found.at[runs], found.m[runs])
    run = np.repeat(runs, found.m[runs])
    if among == ALL:
        return places, run
    rows = found.right[places]
    inside = (rows >= among[0]) & (rows < among[1])
    return places[inside], run[inside]


def spread(first: Ints, n: Ints) -> Ints:
    """first[0], first[0] + 1, ... n[0] of them, then those of first[1], and so on."""
    ends = np.cumsum(n)
    total = int(ends[-1]) if len(ends) else 0
    places: Ints = np.arange(total) + np.repeat(first - (ends - n), n)
    return places
