"""One partner per person: sums, groups, ties and the estimated share."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.matching import compete
from app.matching.score import Scored
from app.model.plan import Thresholds

LIMITS = Thresholds(certain=0.99, probable=0.9, possible=0.1)


def scored(pairs: list[tuple[int, int]]) -> Scored:
    left, right = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
    empty = np.empty((len(pairs), 0))
    return Scored(left, right, empty.astype(np.int8), empty.astype(np.float32))


def rivals(pairs: Scored, groups: list[int] | None = None) -> compete.Rivals:
    own = np.arange(len(pairs)) if groups is None else np.array(groups)
    return compete.Rivals(of_right=own, of_left=np.arange(len(pairs)))


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(-30, 60)),
        min_size=1,
        max_size=25,
        unique_by=lambda pair: pair[:2],
    )
)
def test_probabilities_of_one_record_sum_to_at_most_one(found) -> None:
    pairs = scored([(a, b) for a, b, _ in found])
    total = np.array([bits for *_, bits in found])
    chance = compete.probability(total, pairs, rivals(pairs))
    for owner in (pairs.left, pairs.right):
        assert (np.bincount(owner, weights=chance) <= 1.0 + 1e-9).all()
    plain = compete.probability(total, pairs, None)
    assert (chance <= plain + 1e-12).all()


def test_look_alikes_do_not_take_from_each_other() -> None:
    pairs = scored([(0, 0), (1, 0), (2, 0)])
    total = np.array([6.0, 6.0, 6.0])
    apart = compete.probability(total, pairs, rivals(pairs))
    alike = compete.probability(total, pairs, rivals(pairs, [0, 0, 1]))
    assert np.allclose(apart, 64 / 193)
    assert np.allclose(alike[:2], 64 / 129)
    assert np.allclose(compete.probability(total, pairs, rivals(pairs, [0, 0, 0])), 64 / 65)


def test_a_tie_goes_to_review_and_a_beaten_rival_does_not() -> None:
    many = scored([(k, 0) for k in range(12)])
    total = np.full(12, 9.0)
    chance = compete.probability(total, many, rivals(many))
    assert (chance < LIMITS.possible).all()
    assert (compete.bands(total, chance, many, LIMITS) == 1).all()
    total = np.array([20.0] + [9.0] * 11)
    chance = compete.probability(total, many, rivals(many))
    assert compete.bands(total, chance, many, LIMITS)[1:].max() == 0


def test_share_is_found_from_clear_evidence(plans) -> None:
    pairs = scored([(k, k) for k in range(300)])
    bits = np.full(300, 40.0)
    share = compete.estimate_share(bits, pairs, plans["deaths"], (10_000, 1_000))
    assert 0.28 < share < 0.31
    none = compete.estimate_share(np.full(300, -20.0), pairs, plans["deaths"], (10_000, 1_000))
    assert none < 0.01


def test_grouping_needs_a_name_and_a_tie_between_the_records(codes, book) -> None:
    from app.matching.sides import Properties, Side

    base = {"forename": "EDWIN", "surname": "HARGREAVES"}
    home = {"postcode": "ES12AB", "house": "4"}
    side = Side(
        codes(
            [
                base | {"born": "1940-05-06"},
                base | {"born": "1940-05-06"} | home,
                base | home,
                base | {"born": "1968-02-01"},
                {"forename": "HERBERT", "surname": "HARGREAVES", "born": "1940-05-06"} | home,
                {},
            ]
        ),
        Properties(book),
    )
    members = np.arange(6)
    groups = compete.look_alikes(np.zeros(6, dtype=np.int64), members, side, unique=False)
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups.tolist())) == 4
    alone = compete.look_alikes(np.zeros(6, dtype=np.int64), members, side, unique=True)
    assert len(set(alone.tolist())) == 6
