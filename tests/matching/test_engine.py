"""The whole matching of two tables: order, sums, counts, repeatability, limits, cancelling."""

from __future__ import annotations

import dataclasses
import time
from itertools import pairwise

import numpy as np
import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.matching.engine import blocked, match
from app.matching.score import Scorer
from app.model.matches import BANDS
from app.model.runs import Band

SLIPS = ("forename", "surname", "house", "postcode")


@pytest.fixture
def case(codes, town):
    """500 residents; 60 deaths of which 40 are residents, a few with a slip."""
    residents = town(500)
    dead = [dict(person) for person in residents[::12][:40]]
    for k, person in enumerate(dead):
        if k % 5 == 0:
            person[SLIPS[k // 5 % 4]] = person[SLIPS[k // 5 % 4]][:-1] + "X"
    strangers = town(20, seed=9)
    for k, person in enumerate(strangers):
        person |= {"postcode": f"ZZ9{k % 10}AA", "street": "ELSEWHERE"}
    truth = {(12 * k, k) for k in range(40)}
    return codes(residents), codes(dead + strangers), truth


def test_deaths_are_found(case, book, plans) -> None:
    left, right, truth = case
    found = match(left, right, book, plans["deaths"])
    sure = {
        (int(a), int(b))
        for a, b, band in zip(found.left, found.right, found.band, strict=True)
        if BANDS[band] in (Band.CERTAIN, Band.PROBABLE)
    }
    assert len(sure & truth) >= 38
    assert sure <= truth


def test_evidence_sums_to_the_weight(case, book, plans) -> None:
    left, right, _truth = case
    found = match(left, right, book, plans["deaths"])
    assert len(found) > 40
    waterfalls = found.evidence(range(len(found)), left, right, book)
    for pair, evidence in enumerate(waterfalls):
        assert evidence[0].field == "prior"
        assert {row.field for row in evidence[1:]} >= set(found.fields)
        assert sum(row.weight for row in evidence) == pytest.approx(found.weight[pair], abs=0.01)


def test_order_and_bands(case, book, plans) -> None:
    left, right, _truth = case
    plan = plans["deaths"]
    found = match(left, right, book, plan)
    order = np.lexsort((found.right, -found.probability, found.left))
    assert (order == np.arange(len(found))).all()
    limits = plan.thresholds
    for pair in range(len(found)):
        if found.probability[pair] >= limits.certain:
            assert found.band_of(pair) is Band.CERTAIN
        elif found.probability[pair] >= limits.probable:
            assert found.band_of(pair) is Band.PROBABLE
    total = dataclasses.asdict(found.bands)
    assert sum(total.values()) == found.candidate_pairs
    stored = np.bincount(found.band, minlength=4)
    assert [total["possible"], total["probable"], total["certain"]] == stored[1:].tolist()


def test_same_input_same_bytes(case, book, plans) -> None:
    left, right, _truth = case
    one, other = (match(left, right, book, plans["deaths"]) for _ in range(2))
    for name in ("left", "right", "levels", "weights", "adjustments", "weight", "probability"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert (one.costs, one.bands, one.prior) == (other.costs, other.bands, other.prior)


def test_little_memory_gives_the_same_answer_slowly(case, book, plans, monkeypatch) -> None:
    left, right, _truth = case
    whole = match(left, right, book, plans["deaths"])
    monkeypatch.setattr("app.matching.budget.MOST_JOINED", 50)
    monkeypatch.setattr("app.matching.budget.MOST_COMPARED", 16)
    parted = match(left, right, book, plans["deaths"])
    assert parted.probability.tobytes() == whole.probability.tobytes()
    assert parted.levels.tobytes() == whole.levels.tobytes()
    assert parted.costs == whole.costs
    assert parted.candidate_pairs == whole.candidate_pairs


def test_within_one_table_pairs_are_ordered_and_single(codes, town, book, plans) -> None:
    people = town(200)
    table = codes([*people, *people[:50]])
    found = match(table, None, book, plans["people"])
    assert (found.left < found.right).all()
    keys = found.left.astype(np.int64) * 1000 + found.right
    assert len(np.unique(keys)) == len(keys)
    sure = {(int(a), int(b)) for a, b in zip(found.left, found.right, strict=True)} & {
        (k, 200 + k) for k in range(50)
    }
    assert len(sure) == 50


@pytest.mark.parametrize("sides", [(0, 0), (5, 0), (0, 5), (1, 1)])
def test_tiny_tables(codes, town, book, plans, sides) -> None:
    left, right = (codes(town(n)) for n in sides)
    found = match(left, right, book, plans["deaths"])
    assert len(found) == min(sides)
    assert match(left, None, book, plans["people"]).candidate_pairs >= 0


def test_nothing_known_about_anybody(codes, book, plans) -> None:
    table = codes([{} for _ in range(20)])
    assert len(match(table, table, book, plans["deaths"])) == 0


def test_too_many_pairs_are_refused_with_the_rule(case, book, plans) -> None:
    left, right, _truth = case
    plan = dataclasses.replace(plans["deaths"], pair_ceiling=50)
    with pytest.raises(Refused) as refusal:
        match(left, right, book, plan)
    assert refusal.value.code == "too-many-pairs"
    assert refusal.value.facts["pairs"] > 50
    assert refusal.value.facts["rule"] in {rule.name for rule in plan.rules}


class StopAt(Counters):
    """Cancels itself when a stage begins."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def stage(self, code: str, total: int | None = None) -> None:
        super().stage(code, total)
        if code == self._code:
            self.cancel()


@pytest.mark.parametrize("stage", ["count", "block", "score", "compete"])
def test_cancel_in_every_stage(case, book, plans, stage: str) -> None:
    left, right, _truth = case
    with pytest.raises(Cancelled):
        match(left, right, book, plans["deaths"], StopAt(stage))


class Listener(Counters):
    """Notes the longest that the work goes on without asking whether to stop, in CPU seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._asked = 0.0, time.thread_time()

    def stage(self, code: str, total: int | None = None) -> None:
        self._hear()
        super().stage(code, total)

    def step(self, units: int = 1) -> None:
        self._hear()
        super().step(units)

    def _hear(self) -> None:
        now = time.thread_time()
        self.longest, self._asked = max(self.longest, now - self._asked), now


def test_the_wish_to_stop_is_asked_for_often(codes, town, book, plans) -> None:
    """Never longer than it takes on the same machine to sort thirty million numbers.

    Seconds would flake where the machine has other work; this is under one where it has none.
    """
    left, right = codes(town(60_000)), codes(town(30_000, seed=2))
    match(codes(town(500)), codes(town(300, seed=2)), book, plans["people"])  # libraries are read
    began = time.thread_time()
    np.sort(np.random.default_rng(1).random(3_000_000))
    unit = time.thread_time() - began
    progress = Listener()
    match(left, right, book, plans["people"], progress)
    assert progress.longest < 10 * unit


def test_between_two_parts_the_wish_to_stop_is_asked_for(
    codes, town, book, plans, monkeypatch
) -> None:
    events: list[str] = []

    class Asked(Counters):
        def step(self, units: int = 1) -> None:
            events.append("asked")
            super().step(units)

    def noted(scorer, *rest):
        events.append("scored")
        return score(scorer, *rest)

    score = Scorer.score
    monkeypatch.setattr(Scorer, "score", noted)
    match(codes(town(60_000)), codes(town(30_000, seed=2)), book, plans["people"], Asked())
    assert events.count("scored") > 1
    assert ("scored", "scored") not in pairwise(events)


def test_blocked_agrees_with_what_was_compared(case, book, plans) -> None:
    left, right, truth = case
    plan = plans["deaths"]
    pairs = np.array([*sorted(truth), (1, 50), (499, 3)])
    proposed = blocked(left, right, book, plan, pairs)
    assert proposed[: len(truth)].mean() > 0.95
    found = match(left, right, book, dataclasses.replace(plan, keep=1e-12))
    stored = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert all(
        yes for pair, yes in zip(pairs.tolist(), proposed, strict=True) if tuple(pair) in stored
    )
