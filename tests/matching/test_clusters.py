"""Clusters hold at most one record of a single source, never two people, and lose no link."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.clusters import Refusal, cluster

Link = tuple[int, int, float]


def as_pairs(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def clustered(links: list[Link], single: list[int], cuts: list[tuple[int, int]]):
    pairs = as_pairs([link[:2] for link in links])
    strength = np.array([link[2] for link in links], dtype=np.float64)
    return cluster(pairs, strength, np.array(single, dtype=np.int64), as_pairs(cuts))


def slowly(
    links: list[Link], single: list[int], cuts: list[tuple[int, int]]
) -> tuple[list[int], dict[int, Refusal]]:
    """The rule written down as it is said, with sets of records and no shortcut."""
    groups = [{record} for record in range(len(single))]
    apart = {frozenset(cut) for cut in cuts}
    refused = {}
    for n in sorted(range(len(links)), key=lambda n: (-links[n][2], *links[n][:2])):
        one, other = (next(g for g in groups if record in g) for record in links[n][:2])
        if one is other:
            continue
        if any(frozenset((a, b)) in apart for a in one for b in other):
            refused[n] = Refusal.DIFFERENT_PEOPLE
        elif {single[r] for r in one} & {single[r] for r in other} - {-1}:
            refused[n] = Refusal.ONE_A_SOURCE
        else:
            groups.remove(other)
            one |= other
    labels = [next(min(g) for g in groups if record in g) for record in range(len(single))]
    return labels, refused


RECORDS = 9
PLACE = st.integers(0, RECORDS - 1)
PAIR = st.tuples(PLACE, PLACE).filter(lambda pair: pair[0] < pair[1])
LINK = st.tuples(PAIR, st.sampled_from([0.9, 0.95, 1.0])).map(lambda both: (*both[0], both[1]))


@settings(max_examples=500, deadline=None)
@given(
    st.lists(LINK, max_size=14, unique_by=lambda link: link[:2]),
    st.lists(st.integers(-1, 2), min_size=RECORDS, max_size=RECORDS),
    st.lists(PAIR, max_size=4),
)
def test_against_the_rule_written_out(links, single, cuts) -> None:
    found = clustered(links, single, cuts)
    labels, refused = slowly(links, single, cuts)
    assert found.labels.tolist() == labels
    assert found.refused == refused


def test_a_chain_of_records_is_one_person() -> None:
    found = clustered([(0, 3, 0.99), (3, 5, 0.97), (1, 2, 0.99)], [-1] * 6, [])
    assert found.labels.tolist() == [0, 1, 1, 0, 4, 0]
    assert found.refused == {}


def test_the_weaker_of_two_records_of_a_single_source_stays_outside() -> None:
    found = clustered([(0, 1, 0.96), (0, 2, 0.99)], [-1, 7, 7], [])
    assert found.labels.tolist() == [0, 1, 0]
    assert found.refused == {0: Refusal.ONE_A_SOURCE}


def test_what_was_judged_different_stays_apart_through_third_records() -> None:
    found = clustered([(0, 1, 0.99), (1, 2, 0.98), (2, 3, 0.97)], [-1] * 4, [(0, 2)])
    assert found.labels.tolist() == [0, 0, 2, 2]
    assert found.refused == {1: Refusal.DIFFERENT_PEOPLE}


def test_nothing_linked() -> None:
    found = clustered([], [-1, -1], [(0, 1)])
    assert found.labels.tolist() == [0, 1]
