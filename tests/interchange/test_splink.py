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
from app.services.catalogue import catalogue

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


def without_hubs(name: str) -> MatchPlan:
    """The plan with no value too frequent for a rule: those the engine leaves out, not Splink."""
    plan = catalogue().plans[name]
    return replace(plan, rules=tuple(replace(rule, cap=1e9, hub=10**9) for rule in plan.rules))


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
    book = Codebook()
    tables = [
        None if t is None else book.encode_records(t.drop("unique_id")) for t in (left, right)
    ]
    return match(*tables, book, plan)


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
    plan = without_hubs(name)
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
    plan = without_hubs("people")
    together = pa.concat_tables(council(1_200, 500)).drop("unique_id")
    together = together.append_column("unique_id", pa.array(np.arange(together.num_rows)))
    machine = linked(plan, together, None)
    found = ours(plan, together, None)
    assert found.candidate_pairs == len(machine.rows("SELECT weight FROM lifted"))
    same_links(found, by_pair(machine.rows("SELECT * FROM links")))
    assert found.bands.certain > 5
