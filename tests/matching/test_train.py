"""Learning m: towards the truth, without collapse, and with provenance."""

from __future__ import annotations

import dataclasses
import random

import pytest

from app.matching.train import train


@pytest.fixture
def slips(codes, town):
    """Two lists of 400 people, of whom 300 are the same; one surname in three is misspelt."""
    people, dice = town(400), random.Random(3)
    others = [dict(person) for person in people[:300]]
    for person in others:
        if dice.random() < 1 / 3:
            person["surname"] = person["surname"][:-1] + "XQ"
    strangers = [p | {"postcode": f"ZZ{1 + k % 9}1AA"} for k, p in enumerate(town(100, seed=8))]
    return codes(people), codes(others + strangers)


def m_of(plan, field: str, level: str) -> float:
    return plan.m(field, level)


def test_m_moves_towards_the_truth(slips, book, plans) -> None:
    plan = plans["people"]
    learnt = train(*slips, book, plan)
    assert m_of(plan, "surname", "exact") == pytest.approx(0.85)
    assert m_of(learnt, "surname", "exact") == pytest.approx(0.72, abs=0.06)
    assert m_of(learnt, "birth_date", "exact") > m_of(plan, "birth_date", "exact")


def test_what_is_learnt_says_so_and_the_rest_stays(slips, book, plans) -> None:
    plan = plans["people"]
    learnt = train(*slips, book, plan)
    assert learnt.digest != plan.digest
    levels = {x.code: x for c in learnt.comparisons if c.field == "surname" for x in c.levels}
    assert levels["exact"].provenance == "trained"
    assert levels["former"].provenance == "judged"
    assert (learnt.rules, learnt.adjustments) == (plan.rules, plan.adjustments)
    assert train(*slips, book, plan) == learnt


def test_where_nobody_matches_nothing_collapses(codes, town, book, plans) -> None:
    """Plain expectation maximisation would make matches out of neighbours here."""
    left = codes(town(300))
    right = codes([p | {"postcode": "ZZ11AA"} for p in town(300, seed=17)])
    plan = plans["people"]
    learnt = train(left, right, book, plan)
    for comparison in plan.comparisons:
        for level in comparison.levels:
            if level.m > 0.05:
                assert learnt.m(comparison.field, level.code) == pytest.approx(level.m, rel=0.1)


def test_every_m_stays_a_probability(slips, book, plans) -> None:
    learnt = train(*slips, book, dataclasses.replace(plans["deaths"]))
    for comparison in learnt.comparisons:
        assert all(0.0 < level.m < 1.0 for level in comparison.levels)
