"""Memory is shared out so that less of it means smaller parts, and too little says how much."""

from __future__ import annotations

import itertools

import pytest

from app.base.errors import Refused
from app.matching.budget import MOST_COMPARED, MOST_JOINED, share


def test_more_memory_never_makes_a_part_smaller() -> None:
    budgets = [share(mb, 500_000) for mb in range(300, 6000, 100)]
    for less, more in itertools.pairwise(budgets):
        assert less.joined <= more.joined
        assert less.compared <= more.compared
    assert (budgets[-1].joined, budgets[-1].compared) == (MOST_JOINED, MOST_COMPARED)
    assert budgets[0].joined < MOST_JOINED
    assert budgets[0].compared < MOST_COMPARED


def test_what_was_shared_out_is_not_more_than_there_is() -> None:
    for mb in (300, 600, 1500):
        budget = share(mb, 500_000)
        parts = (budget.joined * 60 + budget.compared * 900) / 1e6
        assert parts + 500_000 * 220 / 1e6 <= mb


def test_too_little_says_how_much_would_do() -> None:
    with pytest.raises(Refused, match="not-enough-memory") as refusal:
        share(200, 1_000_000)
    needed = refusal.value.facts["needed_mb"]
    assert share(int(needed), 1_000_000).memory_mb == needed
