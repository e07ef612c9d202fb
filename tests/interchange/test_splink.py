"""The exported model under Splink on DuckDB: this engine's weights, probabilities and links.

The runner is the very program that `model export` writes; only the machine beneath differs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from app.matching.engine import match
from app.matching.export.runner import spark_runner
from app.matching.export.settings import splink_settings
from app.matching.export.steps import post_steps_sql
from app.model.codebook import Codebook
from app.model.matches import BANDS, Matches
from app.model.plan import LEVELS, MatchPlan
from app.model.records import RECORDS
from app.services.catalogue import catalogue
from tests.interchange.conftest import born, called, identified

STEP = 0.0051
"""Both round a field's bits to 0.01; where a half stands between them they may part by a step."""


class Duck:
    """DuckDB in the place of Spark."""

    def __init__(self) -> None:
        from splink import DuckDBAPI

        self._connection = duckdb.connect()
        self.api = DuckDBAPI(connection=self._connection)

    def give(self, view: str, table: pa.Table) -> None:
        self._connection.register(f"{view}_table", table)
        self.run(f"CREATE TEMPORARY VIEW {view} AS SELECT * FROM {view}_table")

    def run(self, statement: str) -> None:
        self._connection.execute(statement)

    def rows(self, query: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._connection.sql(query).to_arrow_table().to_pylist()
        return rows

    def keep(self, view: str) -> None:
        self.run(f"CREATE TABLE kept_{view} AS SELECT * FROM {view}")
        self.run(f"CREATE OR REPLACE TEMPORARY VIEW {view} AS SELECT * FROM kept_{view}")


def program(plan: MatchPlan) -> ModuleType:
    module = ModuleType("run_links")
    exec(compile(spark_runner(plan, "duckdb"), "run_links.py", "exec"), module.__dict__)
    return module


def linked(plan: MatchPlan, left: pa.Table, right: pa.Table | None) -> Duck:
    machine = Duck()
    machine.give("given_left", left)
    if right is not None:
        machine.give("given_right", right)
    settings = json.loads(json.dumps(splink_settings(plan, "duckdb")))
    program(plan).link(machine, settings, post_steps_sql(plan), within=right is None)
    return machine


def ours(plan: MatchPlan, left: pa.Table, right: pa.Table | None) -> Matches:
    book = ordered(left, right)
    tables = [
        None if t is None else book.encode_records(t.drop("unique_id")) for t in (left, right)
    ]
    return match(*tables, book, plan)


def ordered(left: pa.Table, right: pa.Table | None) -> Codebook:
    """A codebook in order of texts, by which both sides choose among equally frequent values."""
    book = Codebook()
    for names in (("surname", "canonical", "forename"), ("postcode",)):
        held = {v for t in (left, right) if t for n in names for v in t.column(n).to_pylist()}
        rows = [{names[0]: text} for text in sorted(held - {None})]
        book.encode_records(pa.Table.from_pylist(rows, schema=RECORDS))
    return book


def by_pair(rows: list[dict[str, Any]]) -> dict[tuple[int, int], dict[str, Any]]:
    return {(row["unique_id_l"], row["unique_id_r"]): row for row in rows}


def seen(found: Matches) -> set[tuple[str, str]]:
    return {
        (field, ("missing", *LEVELS[field])[number])
        for k, field in enumerate(found.fields)
        for number in set(found.levels[:, k].tolist())
    }


def same_weights(found: Matches, evidence: dict[tuple[int, int], dict[str, Any]]) -> None:
    """Every field and rule of every pair that both hold, in bits."""
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert set(pairs) <= set(evidence)
    for k, field in enumerate(found.fields):
        theirs = np.array([evidence[pair][f"w_{field}"] for pair in pairs])
        assert np.abs(theirs - found.weights[:, k]).max() < 2 * STEP, field
    for k, code in enumerate(found.adjustment_codes):
        name = code.replace("-", "_")
        if name in evidence[pairs[0]]:
            theirs = np.array([evidence[pair][name] for pair in pairs])
            assert np.abs(theirs - found.adjustments[:, k]).max() < 2 * STEP, code


def same_links(found: Matches, links: dict[tuple[int, int], dict[str, Any]]) -> None:
    """The same pairs with the same weight, probability and band, neither more nor fewer."""
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert set(pairs) == set(links)
    for k, pair in enumerate(pairs):
        theirs = links[pair]
        assert theirs["weight"] == pytest.approx(found.weight[k], abs=2 * STEP), pair
        chance = found.probability[k]
        # two steps of weight move a chance by as much, and a rival at the rim counts 3e-4
        slack = 3e-4 + 2 * STEP * math.log(2) * chance * (1 - chance)
        assert theirs["probability"] == pytest.approx(chance, abs=slack), pair
        assert theirs["band"] == BANDS[found.band[k]].value, pair


SLOWER = [pytest.param(name, marks=pytest.mark.release) for name in ("births", "marriages")]


@pytest.mark.parametrize("name", ["deaths", "people", *SLOWER])
def test_two_tables_give_our_weights_and_our_links(
    council: Callable[[int, int], tuple[pa.Table, pa.Table]], name: str
) -> None:
    plan = catalogue().plans[name]
    left, right = council(2_000, 600)
    machine = linked(plan, left, right)
    whole = ours(replace(plan, keep=1e-9), left, right)
    same_weights(whole, by_pair(machine.rows("SELECT * FROM evidence")))
    found = ours(plan, left, right)
    same_links(found, by_pair(machine.rows("SELECT * FROM links")))
    applied = {c for k, c in enumerate(whole.adjustment_codes) if whole.adjustments[:, k].any()}
    assert {"household-surname", "possible-twin", "possible-father-and-son"} <= applied
    assert name != "deaths" or "chance-namesake" in applied
    assert {c.code for c in plan.adjustments if c.cap is not None} <= applied
    rare = ("alias", "middle-used", "names-swapped", "initial", "nickname")
    wanted = {("forename", code) for code in rare} | {("surname", "former"), ("surname", "half")}
    assert wanted <= seen(whole)


def test_one_table_gives_our_links(
    council: Callable[[int, int], tuple[pa.Table, pa.Table]],
) -> None:
    plan = catalogue().plans["people"]
    together = pa.concat_tables(council(1_200, 500)).drop("unique_id")
    together = together.append_column("unique_id", pa.array(np.arange(together.num_rows)))
    machine = linked(plan, together, None)
    found = ours(plan, together, None)
    assert found.candidate_pairs == len(machine.rows("SELECT weight FROM lifted"))
    same_links(found, by_pair(machine.rows("SELECT * FROM links")))
    assert found.bands.certain > 5


CROWDED = 40
"""Records of one birth date on each side of a table with a hub."""


def crowded(table: pa.Table) -> pa.Table:
    """The table with a date that forty records share, and three that some do."""
    records = table.to_pylist()
    for number in range(200, 232):
        called(records[number], "JO", "BLOGGS" if number < 216 else "BLOGGSPIKE")
        records[number] |= born(-15_000) | {"middle": None}
        if number >= 216:
            records[number] |= {"surname_a": "BLOGGS", "surname_b": "PIKE"}
    for number in range(CROWDED + 45):
        day = -25_567 if number < CROWDED else -20_000 + (number - CROWDED) // 15
        records[number] |= born(day) | {"canonical": "JO", "surname": "BLOGGS"}
    return identified(records)


def cut(plan: MatchPlan) -> MatchPlan:
    """The plan with a hub limit that one date is beyond, and caps that some names are."""
    limits = {"surname and birth date": (1e9, 700), "full name": (0.05, 10**9)}
    limits |= {"surname and postcode": (0.02, 10**9), "forename and birth date": (0.1, 230)}
    for side in ("left", "right"):
        limits[f"first half of the {side} record's surname"] = (1e9, 200)
    rules = []
    for rule in plan.rules:
        cap, hub = limits.get(rule.name, (1e9, 10**9))
        rules.append(replace(rule, cap=cap, hub=hub))
    return replace(plan, rules=tuple(r for r in rules if r.name in limits or r.left != r.right))


@pytest.mark.parametrize("within", [False, True])
def test_values_too_frequent_for_a_rule_are_left_out_alike(
    council: Callable[[int, int], tuple[pa.Table, pa.Table]],
    monkeypatch: pytest.MonkeyPatch,
    within: bool,
) -> None:
    monkeypatch.setattr("app.matching.block.FLOOR", 10)
    plan = cut(catalogue().plans["people"])
    left, right = map(crowded, council(1_200, 500))
    other = None if within else right
    machine = linked(plan, left, other)
    found = ours(plan, left, other)
    gone = machine.rows("SELECT rule, count(*) AS n FROM left_out GROUP BY rule")
    assert {plan.rules[row["rule"] - 1].name: row["n"] for row in gone} == {
        cost.rule: cost.values_left_out for cost in found.costs if cost.values_left_out
    }
    assert {cost.rule for cost in found.costs if cost.values_left_out} >= {
        *("surname and birth date", "full name", "surname and postcode", "forename and birth date")
    }
    assert len(machine.rows("SELECT unique_id_l FROM predictions")) == found.candidate_pairs
    same_links(found, by_pair(machine.rows("SELECT * FROM links")))
    assert found.bands.certain > 5
