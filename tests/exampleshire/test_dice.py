"""The same numbers everywhere, streams that do not disturb each other, draws in their bounds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.exampleshire.dice import Dice

PINNED_WORDS = [519267849, 444499632, 659276303, 34601081, 535671538]
PINNED_ORDER = [6, 1, 4, 5, 7, 3, 0, 2]


def test_numbers_are_those_of_pcg64_for_ever() -> None:
    dice = Dice(20261001).child("pinned")
    assert dice.below(10**9, 5).tolist() == PINNED_WORDS
    assert Dice(1).child("order").order(8).tolist() == PINNED_ORDER


def test_another_purpose_does_not_disturb_a_stream() -> None:
    alone = Dice(5).child("a").uniform(4)
    dice = Dice(5)
    dice.child("b").uniform(1000)
    assert np.array_equal(dice.child("a").uniform(4), alone)


def test_streams_differ_by_seed_and_by_purpose() -> None:
    streams = [Dice(1).child("a"), Dice(2).child("a"), Dice(1).child("b"), Dice(1)]
    firsts = {tuple(stream.below(2**31, 4).tolist()) for stream in streams}
    assert len(firsts) == len(streams)


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any),
    st.integers(0, 60),
    st.integers(0, 2**32),
)
def test_a_weighted_sample_has_the_asked_size_and_no_one_of_weight_nothing(
    weights: list[int], wanted: int, seed: int
) -> None:
    held = np.array(weights, dtype=np.int64)
    taken = Dice(seed).by_weight(held, wanted)
    assert len(taken) == len(set(taken.tolist())) == min(wanted, int(np.count_nonzero(held)))
    assert (held[taken] > 0).all()


@given(st.integers(1, 10**6), st.integers(0, 2**32))
def test_draws_stay_below_their_limit(limit: int, seed: int) -> None:
    drawn = Dice(seed).below(limit, 50)
    assert drawn.min() >= 0
    assert drawn.max() < limit


def test_picks_follow_their_weights() -> None:
    picked = np.bincount(Dice(9).pick([1, 0, 3], 40_000), minlength=3)
    assert picked[1] == 0
    assert abs(picked[2] / picked[0] - 3) < 0.15


def test_likelier_positions_are_taken_more_often() -> None:
    weights = np.array([1] * 500 + [9] * 500, dtype=np.int64)
    taken = Dice(4).by_weight(weights, 100)
    assert 80 <= np.count_nonzero(taken >= 500) <= 100
