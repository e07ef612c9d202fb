"""Accuracy against the truth: counted by hand, and clusters that respect their sources."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.matching.measure import (
    as_pairs,
    at_threshold,
    best_links,
    best_threshold,
    cluster_pairs,
    measure,
    pairs_accuracy,
)

PAIR = st.tuples(st.integers(0, 6), st.integers(0, 6))


@given(
    st.dictionaries(PAIR, st.sampled_from([0.1, 0.4, 0.4, 0.7, 0.95]), max_size=20),
    st.sets(PAIR, max_size=10),
)
def test_best_threshold_is_the_best_of_all(found, truth) -> None:
    pairs, chance = as_pairs(found), np.array([found[pair] for pair in sorted(found)])
    true = as_pairs(truth)
    best = best_threshold(pairs, chance, true)
    assert (
        best.f1
        >= max(
            (at_threshold(pairs, chance, true, t).f1 for t in [*set(found.values())]), default=0.0
        )
        - 1e-12
    )
    assert at_threshold(pairs, chance, true, best.threshold).f1 == best.f1


@given(st.sets(PAIR, max_size=20), st.sets(PAIR, max_size=20))
def test_precision_and_recall_as_sets_say(found, truth) -> None:
    got = pairs_accuracy(as_pairs(found), as_pairs(truth))
    both = len(found & truth)
    assert got.precision == (both / len(found) if found else 1.0)
    assert got.recall == (both / len(truth) if truth else 1.0)


def test_clusters_join_from_the_most_probable_down() -> None:
    pairs = np.array([[0, 1], [1, 2], [3, 4]])
    labels = best_links(pairs, np.array([0.99, 0.97, 0.5]), 0.95, (5, None))
    assert labels.tolist() == [0, 0, 0, 3, 4]
    assert cluster_pairs(labels).tolist() == [[0, 1], [0, 2], [1, 2]]


def test_between_two_tables_a_cluster_takes_one_of_each() -> None:
    pairs = np.array([[0, 0], [0, 1], [1, 1]])
    labels = best_links(pairs, np.array([0.99, 0.98, 0.97]), 0.9, (2, 2))
    assert labels.tolist() == [0, 1, 0, 1]


def test_nobody_in_a_cluster_of_one_makes_a_pair() -> None:
    assert cluster_pairs(np.arange(4)).shape == (0, 2)


def test_measure_of_a_whole_matching(codes, town, book, plans) -> None:
    from app.matching.engine import blocked, match

    people = town(120)
    table = codes([*people, *people[:30]])
    truth = {(k, 120 + k) for k in range(30)}
    plan = plans["people"]
    found = match(table, None, book, plan)
    proposed = blocked(table, None, book, plan, as_pairs(truth))
    answer = measure(found, truth, 0.9, clusters=True, proposed=proposed)
    assert answer.blocking_recall == 1.0
    assert answer.at_threshold.recall == 1.0
    assert answer.best.f1 >= answer.at_threshold.f1
    assert answer.clusters is not None
    assert answer.clusters.recall == 1.0
    assert measure(found, truth, 0.9, clusters=False).clusters is None
