"""What decided pairs tell: intervals that hold what they promise, and silence where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from app.matching.sampled import Stratum, drawn, precision, recall, wilson


@pytest.mark.parametrize(
    ("same", "decided", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17: 857-872, table I (Wilson without continuity).
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_small_part_of_a_whole_has_the_published_wilson_limits(same, decided, low, high) -> None:
    found = wilson(Stratum(10**9, decided, same))
    assert found.estimate == same / decided
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_what_is_decided_throughout_is_known() -> None:
    found = wilson(Stratum(40, 40, 39))
    assert (found.low, found.estimate, found.high) == (39 / 40,) * 3
    half = wilson(Stratum(40, 20, 19))
    part = wilson(Stratum(4_000, 20, 19))
    assert part.high - part.low > half.high - half.low


def test_strata_count_by_their_pairs_and_not_by_what_was_decided() -> None:
    found = precision([Stratum(900, 10, 10), Stratum(100, 90, 0)])
    assert found is not None
    assert found.estimate == pytest.approx(0.9)
    assert found.low < 0.9


def test_without_a_decision_in_every_band_nothing_is_said() -> None:
    assert precision([]) is None
    assert precision([Stratum(10, 5, 5), Stratum(1, 0, 0)]) is None
    assert precision([Stratum(10, 5, 5), Stratum(0, 0, 0)]) is not None
    assert recall([Stratum(10, 5, 5)], [Stratum(8, 0, 0)]) is None
    assert recall([Stratum(10, 5, 0)], [Stratum(8, 5, 0)]) is None


def test_recall_is_the_part_of_the_true_pairs_above_the_line() -> None:
    found = recall([Stratum(90, 90, 80)], [Stratum(50, 50, 20)])
    assert found is not None
    assert (found.low, found.estimate, found.high) == (0.8, 0.8, 0.8)
    sampled = recall([Stratum(900, 90, 80)], [Stratum(500, 50, 20)])
    assert sampled is not None
    assert sampled.low < sampled.estimate < sampled.high


def test_the_intervals_hold_the_truth_about_as_often_as_they_promise() -> None:
    """Three bands of 600 pairs, a tenth of each drawn: 95 % of 1,500 draws, give or take 2.5."""
    draw = np.random.default_rng(7)
    truth = [(400, 0.99), (120, 0.9), (80, 0.4)]
    worlds = [draw.permutation(np.arange(n) < round(n * share)) for n, share in truth]
    whole = sum(int(w.sum()) for w in worlds)
    held = {"precision": 0, "recall": 0}
    for _ in range(1_500):
        strata = []
        for world in worlds:
            drawn = draw.choice(world, size=max(8, len(world) // 10), replace=False)
            strata.append(Stratum(len(world), len(drawn), int(drawn.sum())))
        right = sum(int(w.sum()) for w in worlds[:2])
        shares = {
            "precision": (precision(strata[:2]), right / 520),
            "recall": (recall(strata[:2], strata[2:]), right / whole),
        }
        for name, (share, true) in shares.items():
            assert share is not None
            held[name] += share.low <= true <= share.high
    assert 0.925 <= held["precision"] / 1_500 <= 1
    assert 0.95 <= held["recall"] / 1_500 <= 1


def test_who_was_unsure_counts_against_below_and_for_above() -> None:
    sure, found = wilson(Stratum(1000, 30, 27)), wilson(Stratum(1000, 30, 27, 3))
    assert found.estimate == 1
    assert found.low == sure.low
    assert found.high == pytest.approx(1)
    assert wilson(Stratum(3, 3, 1, 1)).low == pytest.approx(1 / 3)
    assert wilson(Stratum(3, 3, 1, 1)).high == pytest.approx(2 / 3)


def test_a_part_that_the_sample_missed_may_be_anything() -> None:
    found = precision([Stratum(900, 30, 30), Stratum(100, 0, 0, 0, 0.8)])
    assert found is not None
    assert found.estimate == pytest.approx(0.98)
    assert found.low < 0.9
    assert precision([Stratum(900, 30, 30), Stratum(100, 0, 0)]) is None


def test_numbers_are_drawn_alike_everywhere_and_evenly() -> None:
    numbers = np.arange(1, 1_001)
    order = drawn("R1", numbers)
    assert order[:5].tolist() == drawn("R1", numbers[::-1])[:5].tolist()
    assert sorted(order.tolist()) == numbers.tolist()
    assert order.tolist() != drawn("R2", numbers).tolist()
    firsts = np.array([drawn(f"R{run}", numbers)[:30].mean() for run in range(400)])
    assert abs(firsts.mean() - 500.5) < 8


def test_the_draw_covers_the_truth_though_weight_and_truth_go_together() -> None:
    """Pairs are numbered from the likeliest, and the likelier are the truer: 95 % of 1,000 runs."""
    draw = np.random.default_rng(3)
    world = draw.random(2_000) < np.linspace(1, 0.6, 2_000)
    held = 0
    for run in range(1_000):
        taken = drawn(f"R{run}", np.arange(2_000))[:60]
        found = precision([Stratum(2_000, 60, int(world[taken].sum()))])
        assert found is not None
        held += found.low <= world.mean() <= found.high
    assert 0.93 <= held / 1_000 <= 0.98
