"""What a match would compare is told before it is run, and the memory it may use is kept to."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.runs import MatchRequest
from app.services import matching, trail

ASKED = MatchRequest("L1", "L2", purpose="stop-mail")


def test_the_cost_is_what_the_rules_then_yield(loaded) -> None:
    before = len(trail.entries(loaded))
    cost = matching.cost(loaded, ASKED)
    assert len(trail.entries(loaded)) == before
    assert matching.runs(loaded) == ()
    assert cost.most == 15
    assert cost.pairs >= matching.run(loaded, ASKED).candidate_pairs > 0
    assert all(rule.pairs <= cost.most for rule in cost.rules)
    assert [rule.hubs for rule in cost.rules] == [()] * len(cost.rules)


def test_within_one_load_a_pair_counts_once(loaded) -> None:
    assert matching.cost(loaded, MatchRequest("L1", purpose="stop-mail")).most == 10


@pytest.mark.parametrize("act", [matching.cost, matching.run])
def test_too_little_memory_is_refused_with_what_would_do(loaded, act) -> None:
    asked = MatchRequest("L1", "L2", purpose="stop-mail", memory_mb=50)
    with pytest.raises(Refused, match="not-enough-memory") as refusal:
        act(loaded, asked)
    assert refusal.value.facts["memory_mb"] == 50
    enough = int(refusal.value.facts["needed_mb"])
    act(loaded, MatchRequest("L1", "L2", purpose="stop-mail", memory_mb=enough))


def test_a_purpose_that_may_not_be_is_not_even_estimated(loaded) -> None:
    with pytest.raises(Refused, match="purpose-unknown"):
        matching.cost(loaded, MatchRequest("L1", "L2", purpose="curiosity"))
