"""Clusters of records that are one person: best links first, at most one record a single source.

A link joins the clusters of its two records unless that would put two records of one source
without duplicates into one cluster, or two records that were judged to be of different people:
such a link is refused, with the reason, whatever its probability. Stronger links come first, so
what is refused is always the weaker claim (best-links clustering as in Splink PR #2578, with ties
settled by the order of the records instead of at random).

Where no source and no judgement is violated the clusters are the connected components, and these
are found by whole columns; only components with a conflict are gone through link by link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from app.matching.sides import Flags, Ints, distinct

Reals = npt.NDArray[np.float64]


class Refusal(StrEnum):
    """Why a link joined nothing."""

    ONE_A_SOURCE = "one-a-source"
    DIFFERENT_PEOPLE = "different-people"


@dataclass(frozen=True)
class Clusters:
    """`labels`: per record the lowest record of its cluster; `refused`: reason by link."""

    labels: Ints
    refused: dict[int, Refusal]


def cluster(links: Ints, strength: Reals, single: Ints, cuts: Ints) -> Clusters:
    """Clusters of records 0 to n-1.

    `links` is m x 2, `strength` of length m (the higher the better). `single` has one number per
    record: its source where that holds every person once at most, else -1. `cuts` is k x 2:
    records of different people. Deterministic: equal strengths are taken by record order.
    """
    labels = components(links, len(single))
    odd = _in_conflict(labels, single, cuts)
    if not odd.any():
        return Clusters(labels, {})
    careful = np.flatnonzero(odd[links[:, 0]])
    order = careful[np.lexsort((links[careful, 1], links[careful, 0], -strength[careful]))]
    groups = _Groups(np.flatnonzero(odd), single, cuts[odd[cuts[:, 0]] & odd[cuts[:, 1]]])
    refused = {}
    for link, (a, b) in zip(order.tolist(), links[order].tolist(), strict=True):
        if reason := groups.join(a, b):
            refused[link] = reason
    for members in groups.members():
        labels[list(members)] = min(members)
    return Clusters(labels, refused)


def components(links: Ints, records: int) -> Ints:
    """Connected components: per record the lowest record it hangs together with."""
    labels = np.arange(records, dtype=np.int64)
    a, b = links[:, 0], links[:, 1]
    while True:
        one, other = labels[a], labels[b]
        apart = one != other
        if not apart.any():
            return labels
        # A root is hung below the lowest root it is linked to, then all hang from the roots.
        np.minimum.at(
            labels,
            np.maximum(one[apart], other[apart]),
            np.minimum(one[apart], other[apart]),
        )
        while True:
            higher = labels[labels]
            if (higher == labels).all():
                break
            labels = higher


def _in_conflict(labels: Ints, single: Ints, cuts: Ints) -> Flags:
    """Records of components that hold two of a single source, or both sides of a cut."""
    odd = np.zeros(len(labels), dtype=np.bool_)
    held = np.flatnonzero(single >= 0)
    keys = labels[held] * (int(single.max(initial=0)) + 1) + single[held]
    ordered = np.sort(keys)
    twice = distinct(ordered[1:][ordered[1:] == ordered[:-1]])
    odd[labels[held[np.isin(keys, twice)]]] = True
    odd[labels[cuts[:, 0][labels[cuts[:, 0]] == labels[cuts[:, 1]]]]] = True
    return odd[labels]


class _Groups:
    """Records joined one link at a time: members, sources and enemies of each group."""

    def __init__(self, records: Ints, single: Ints, cuts: Ints) -> None:
        self._parent = {record: record for record in records.tolist()}
        self._members = {record: {record} for record in self._parent}
        self._sources = {record: {int(single[record])} - {-1} for record in self._parent}
        self._enemies: dict[int, set[int]] = {record: set() for record in self._parent}
        for a, b in cuts.tolist():
            self._enemies[a].add(b)
            self._enemies[b].add(a)

    def members(self) -> Iterable[set[int]]:
        """The records of each group."""
        return self._members.values()

    def _root(self, record: int) -> int:
        while self._parent[record] != record:
            self._parent[record] = self._parent[self._parent[record]]
            record = self._parent[record]
        return record

    def join(self, a: int, b: int) -> Refusal | None:
        """Make two records' groups one, or say why not."""
        large, small = self._root(a), self._root(b)
        if large == small:
            return None
        if not self._enemies[large].isdisjoint(self._members[small]):
            return Refusal.DIFFERENT_PEOPLE
        if not self._sources[large].isdisjoint(self._sources[small]):
            return Refusal.ONE_A_SOURCE
        if len(self._members[large]) < len(self._members[small]):
            large, small = small, large
        # The smaller joins the larger: else a long chain is copied whole for each of its links.
        self._parent[small] = large
        for held in (self._members, self._sources, self._enemies):
            held[large] |= held.pop(small)
        return None
