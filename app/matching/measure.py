"""How right a matching is where the truth is known: precision, recall, thresholds, clusters.

Pairs are int64 arrays n x 2 of record ordinals (left, right; within one table the smaller first).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.matching.clusters import cluster
from app.matching.sides import Flags
from app.model.evaluation import Accuracy, ClusterAccuracy
from app.model.matches import Matches

Pairs = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
_SHIFT = 32


@dataclass(frozen=True)
class Measured:
    """A matching held to the truth; `clusters` only where asked for."""

    blocking_recall: float
    at_threshold: Accuracy
    best: Accuracy
    clusters: ClusterAccuracy | None


def measure(
    matches: Matches,
    truth: Collection[tuple[int, int]],
    threshold: float,
    clusters: bool,
    proposed: Flags | None = None,
) -> Measured:
    """Everything `evaluate` reports of one matching.

    `truth` holds (left, right) ordinals, or (lower, higher) within one table; then `clusters` may
    be asked for. `proposed` says for each of `sorted(truth)` whether the rules compared it at all
    (`engine.blocked`); without it blocking recall counts stored pairs only and errs low.
    """
    true = as_pairs(truth)
    found = np.stack([matches.left, matches.right], axis=1).astype(np.int64)
    if proposed is None:
        proposed = np.isin(keys(true), keys(found))
    clustered = None
    if clusters:
        records = 1 + int(max(found.max(initial=0), true.max(initial=0)))
        labels = best_links(found, matches.probability, threshold, (records, None))
        of_clusters = pairs_accuracy(cluster_pairs(labels), true, threshold)
        clustered = ClusterAccuracy(of_clusters.precision, of_clusters.recall, of_clusters.f1)
    return Measured(
        blocking_recall=float(proposed.mean()) if len(true) else 1.0,
        at_threshold=at_threshold(found, matches.probability, true, threshold),
        best=best_threshold(found, matches.probability, true),
        clusters=clustered,
    )


def as_pairs(pairs: Collection[tuple[int, int]]) -> Pairs:
    """Ordinals as an n x 2 array in ascending order."""
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def accuracy(threshold: float, found: int, right: int, true: int) -> Accuracy:
    """Accuracy from counts: pairs found, those of them that are true, and all true pairs.

    Nothing found is precision 1 (no claim was false); nothing true is recall 1.
    """
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    both = precision + recall
    return Accuracy(threshold, precision, recall, 2 * precision * recall / both if both else 0.0)


def keys(pairs: Pairs) -> Pairs:
    """One number per pair."""
    result: Pairs = (pairs[:, 0] << _SHIFT) | pairs[:, 1]
    return result


def pairs_accuracy(predicted: Pairs, truth: Pairs, threshold: float = 0.0) -> Accuracy:
    """Pairwise accuracy of a set of predicted pairs."""
    claimed, true = np.unique(keys(predicted)), np.unique(keys(truth))
    right = int(np.isin(claimed, true, assume_unique=True).sum())
    return accuracy(threshold, len(claimed), right, len(true))


def at_threshold(pairs: Pairs, chance: Reals, truth: Pairs, threshold: float) -> Accuracy:
    """Accuracy of the pairs whose probability is at least the threshold."""
    return pairs_accuracy(pairs[chance >= threshold], truth, threshold)


def best_threshold(pairs: Pairs, chance: Reals, truth: Pairs) -> Accuracy:
    """The threshold with the best F1 over every distinct probability; ties: the highest one."""
    true = np.unique(keys(truth))
    order = np.argsort(-chance, kind="stable")
    right = np.cumsum(np.isin(keys(pairs)[order], true))
    falling = chance[order]
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], len(falling) > 0))
    best = accuracy(1.0, 0, 0, len(true))
    for k in last:
        now = accuracy(float(falling[k]), int(k) + 1, int(right[k]), len(true))
        if now.f1 > best.f1:
            best = now
    return best


def best_links(
    pairs: Pairs, chance: Reals, threshold: float, records: tuple[int, int | None]
) -> npt.NDArray[np.int64]:
    """Cluster number per record by best links: left records first, then right ones.

    `records` are the left and right counts (right None: one table). Pairs are joined from the most
    probable down to the threshold; between two tables a cluster takes at most one record of each.
    """
    left, right = records
    links = pairs[chance >= threshold] + np.array([0, 0 if right is None else left])
    sides = np.repeat(np.array([0, 1], dtype=np.int64), [left, right or 0])
    single = sides if right is not None else np.full(left, -1, dtype=np.int64)
    nobody = np.empty((0, 2), dtype=np.int64)
    return cluster(links, chance[chance >= threshold], single, nobody).labels


def cluster_pairs(labels: npt.NDArray[np.int64]) -> Pairs:
    """Every pair of records (smaller ordinal first) that share a cluster number."""
    order = np.argsort(labels, kind="stable")
    found = []
    bounds = np.flatnonzero(np.diff(labels[order], prepend=-1, append=-2))
    for start, stop in itertools.pairwise(bounds):
        members = np.sort(order[start:stop])
        a, b = np.triu_indices(len(members), 1)
        found.append(np.stack([members[a], members[b]], axis=1))
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
