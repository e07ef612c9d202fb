"""A third record both match lends support: the bound, who may lend it, and how far it lifts."""

from __future__ import annotations

import numpy as np
import pytest

from app.matching import third
from app.matching.engine import match
from app.matching.score import Scored


def scored(pairs: list[tuple[int, int]]) -> Scored:
    left, right = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
    empty = np.empty((len(pairs), 0))
    return Scored(left, right, empty.astype(np.int8), empty.astype(np.float32))


def test_support_is_the_best_bound_over_third_records() -> None:
    pairs = scored([(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)])
    chance = np.array([0.2, 0.99, 0.95, 0.97, 0.91])
    found = third.support(pairs, chance)
    assert found[0] == pytest.approx(0.99 + 0.97 - 1)
    assert found[1] == pytest.approx(0.95 + 0.91 - 1)


def test_weak_pairs_lend_nothing() -> None:
    pairs = scored([(0, 1), (0, 2), (1, 2)])
    assert third.support(pairs, np.array([0.2, 0.89, 0.99])).max() == 0


def test_a_record_that_matches_a_crowd_lends_nothing() -> None:
    crowd = third.CROWD + 5
    pairs = scored([(0, k) for k in range(1, crowd)] + [(1, 2)])
    chance = np.array([0.99] * (crowd - 1) + [0.1])
    assert third.support(pairs, chance)[-1] == 0


def test_lift_raises_to_the_bound_but_not_what_speaks_against() -> None:
    lifted = third.lift(np.array([-2.0, -20.0, 9.0]), np.array([0.96, 0.96, 0.96]), -6.0)
    assert lifted[0] == pytest.approx(np.log2(0.96 / 0.04) + 2.0, abs=0.01)
    assert lifted[1:].tolist() == [0.0, 0.0]


def test_two_poor_copies_are_joined_by_the_good_one(codes, town, book, plans) -> None:
    people = town(200)
    good = people[10] | {"middle": "ELSPETH", "nino": "AB123456C", "email": "E@EXAMPLE.ORG"}
    poor = {k: good[k] for k in ("surname", "forename", "nino", "middle")}
    poorer = {k: good[k] for k in ("surname", "forename", "born", "email")}
    table = codes([*people[:10], *people[11:], good, poor, poorer])
    found = match(table, None, book, plans["people"])
    rows = {
        (int(a), int(b)): n for n, (a, b) in enumerate(zip(found.left, found.right, strict=True))
    }
    joined = rows[200, 201]
    k = found.adjustment_codes.index("shared-partner")
    assert found.adjustments[joined, k] > 0
    assert found.probability[joined] >= 0.9
