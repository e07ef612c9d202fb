"""Blocking: the joins find what a double loop finds, hubs are left out and listed, costs add up."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import replace

import numpy as np
import pytest

from app.base.errors import Refused
from app.base.progress import SILENT
from app.matching.block import Blocker
from app.matching.budget import share
from app.matching.engine import Limits, cost, match
from app.matching.sides import Properties, Side
from app.model.plan import BlockRule

RULES = (
    BlockRule("date", ("birth_date",), ("birth_date",), 1.0, 1000),
    BlockRule("name", ("forename", "surname"), ("forename", "surname"), 1.0, 1000),
    BlockRule("former", ("forename", "surname"), ("forename", "birth_surname"), 1.0, 1000),
    BlockRule("home", ("postcode", "house"), ("postcode", "house"), 1.0, 1000),
)


@pytest.fixture
def people(town):
    found = town(160)
    for k in range(0, 160, 9):
        found[k] |= {"birth_surname": found[(k * 3) % 160]["surname"]}
        found[(k + 4) % 160].pop("born", None)
    return found


def found_by_hand(left: Side, right: Side, rules, within: bool) -> dict[tuple[int, int], int]:
    pairs: dict[tuple[int, int], int] = {}
    for n, rule in enumerate(rules):
        for i, j in itertools.product(range(left.n), range(right.n)):
            if within and i == j:
                continue
            same = all(
                left[a][i] == right[b][j] >= 0 for a, b in zip(rule.left, rule.right, strict=True)
            )
            if same:
                pairs.setdefault((min(i, j), max(i, j)) if within else (i, j), n)
    return pairs


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("part", [25, 4_000_000])
def test_joins_find_what_a_double_loop_finds(codes, town, people, book, within, part) -> None:
    properties = Properties(book)
    left = Side(codes(people), properties)
    right = left if within else Side(codes(people[40:90] + town(60, seed=4)), properties)
    budget = replace(share(500, 0), joined=part)
    blocker = Blocker(left, None if within else right, RULES, budget)
    estimates = [blocker.estimate(rule, SILENT) for rule in RULES]
    found = {}
    yields, sizes = np.zeros(len(RULES), dtype=np.int64), []
    for i, j, rules, raw in blocker.parts(estimates, SILENT):
        yields += raw
        chunk = dict(zip(zip(i.tolist(), j.tolist(), strict=True), rules.tolist(), strict=True))
        assert not chunk.keys() & found.keys()
        found |= chunk
        sizes.append(len(i))
    assert found == found_by_hand(left, right, RULES, within)
    assert part > len(found) or max(sizes) < 2 * part
    if not within:
        assert yields.tolist() == [estimate.pairs for estimate in estimates]


@pytest.mark.parametrize("within", [False, True])
def test_rules_joined_at_once_find_the_same(codes, town, people, book, within) -> None:
    properties = Properties(book)
    left = Side(codes(people), properties)
    right = left if within else Side(codes(people[40:90] + town(60, seed=4)), properties)
    blocker = Blocker(left, None if within else right, RULES, share(500, 0))
    joined = blocker.join(SILENT)
    pairs, rules = joined.distinct()
    assert (np.diff(pairs) > 0).all()
    found = {(p // right.n, p % right.n): r for p, r in zip(pairs.tolist(), rules, strict=True)}
    assert found == found_by_hand(left, right, RULES, within)
    if not within:
        expected = [blocker.estimate(rule, SILENT).pairs for rule in RULES]
        assert joined.yields().tolist() == [e.pairs for e in joined.estimates] == expected


def test_what_does_not_fit_is_not_joined_at_once(codes, people, book, plans, monkeypatch) -> None:
    table = codes(people)
    at_once = match(table, codes(people[40:]), book, plans["deaths"])
    monkeypatch.setattr("app.matching.budget.MOST_JOINED", 25)
    side = Side(table, Properties(book))
    blocker = Blocker(side, side, RULES, share(500, 0))
    assert blocker.join(SILENT) is None
    in_parts = match(table, codes(people[40:]), book, plans["deaths"])
    assert in_parts.candidate_pairs == at_once.candidate_pairs
    for column in ("left", "right", "weights", "adjustments", "probability", "band"):
        assert np.array_equal(getattr(in_parts, column), getattr(at_once, column))
    assert in_parts.costs == at_once.costs


def test_a_rule_that_left_values_out_counts_nothing(codes, town, book) -> None:
    people = [person | {"born": "1950-01-01"} for person in town(60)]
    side = Side(codes(people), Properties(book))
    rule = BlockRule("date", ("birth_date",), ("birth_date",), 1.0, 100)
    blocker = Blocker(side, side, (rule,), share(500, 0))
    joined = blocker.join(SILENT)
    assert joined.estimates[0].pairs == 0
    assert len(joined.estimates[0].hubs.pairs) == 1
    assert blocker.joiner.agreeing(("birth_date",)) == 60 * 60


def test_hub_values_are_left_out_and_listed(codes, town, book, plans) -> None:
    people = town(300)
    for person in people[:80]:
        person["born"] = "1900-01-01"
    rules = (BlockRule("date", ("birth_date",), ("birth_date",), 1.0, 500), *RULES[1:])
    plan = dataclasses.replace(plans["deaths"], rules=rules)
    found = match(codes(people), codes(people[:100]), book, plan)
    assert [(hub.rule, hub.pairs) for hub in found.hubs] == [("date", 80 * 80)]
    assert found.costs[0].pairs < 500
    assert sum(cost.new_pairs for cost in found.costs) == found.candidate_pairs


def test_a_rule_beyond_its_cap_loses_its_most_frequent_values(codes, book, plans, monkeypatch):
    monkeypatch.setattr("app.matching.block.FLOOR", 10)
    people = [
        {"forename": "JOHN", "surname": f"S{k}", "born": "1950-01-01" if k < 20 else "1951-02-02"}
        for k in range(25)
    ]
    rules = (BlockRule("date", ("birth_date",), ("birth_date",), 0.6, 10_000),)
    plan = dataclasses.replace(plans["deaths"], rules=rules)
    found = match(codes(people), codes(people), book, plan)
    assert [hub.pairs for hub in found.hubs] == [400]
    assert found.candidate_pairs == 25


@pytest.mark.parametrize(("within", "pairs"), [(True, 12 * 11 // 2), (False, 12 * 12)])
def test_a_value_that_makes_just_as_many_pairs_as_it_may_stays(
    codes, town, book, within, pairs
) -> None:
    people = [person | {"born": "1950-01-01"} for person in town(12)]
    side = Side(codes(people), Properties(book))
    for hub, kept in ((pairs, pairs), (pairs - 1, 0)):
        rule = BlockRule("date", ("birth_date",), ("birth_date",), 1.0, hub)
        blocker = Blocker(side, None if within else side, (rule,), share(500, 0))
        assert blocker.estimate(rule, SILENT).pairs == kept
        assert len(blocker.join(SILENT).found[0]) == kept


def test_hubs_count_as_not_proposed(codes, town, book) -> None:
    people = [person | {"born": "1950-01-01"} for person in town(60)]
    side = Side(codes(people), Properties(book))
    rule = BlockRule("date", ("birth_date",), ("birth_date",), 1.0, 100)
    blocker = Blocker(side, side, (rule,), share(500, 0))
    estimates = [blocker.estimate(rule, SILENT)]
    pair = np.array([0])
    assert estimates[0].pairs == 0
    assert not blocker.covered(estimates, pair, pair).any()


def test_memory_too_small_for_the_smallest_part_is_refused(codes, town, book, plans) -> None:
    people = codes(town(3_000))
    with pytest.raises(Refused) as refusal:
        match(people, people, book, plans["people"], limits=Limits(1))
    assert refusal.value.code == "not-enough-memory"


def test_running_out_of_memory_is_told_as_that(codes, people, book, plans, monkeypatch) -> None:
    table = codes(people)

    def too_much(*_):
        raise MemoryError

    monkeypatch.setattr("app.matching.keys._packed", too_much)
    for act in (match, cost):
        with pytest.raises(Refused, match="memory-ran-out") as refusal:
            act(table, table, book, plans["deaths"])
        assert refusal.value.facts == {"memory_mb": 1500}
