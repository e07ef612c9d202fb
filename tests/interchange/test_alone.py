"""The settings of `model export` by themselves: Splink weighs with them as this engine does.

No runner and no post-steps: Splink has the records, the keys the settings name, and the settings.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from app.base.places import resource
from app.exampleshire.council import generate
from app.matching.conditions import key_columns
from app.matching.engine import match
from app.matching.export.counted import BY_STEPS, OWN, SWAPPED, counted, usual
from app.matching.export.settings import TERM_FREQUENCIES, splink_settings
from app.model.codebook import Codebook
from app.model.matches import BANDS, Matches
from app.model.plan import LEVELS
from app.model.runs import Band
from app.services.catalogue import catalogue

ROUNDING = 0.0051
"""Ours are in steps of 0.01 bits."""
CORRECTED = {
    ("sex", "exact"),
    ("sex", "differs"),
    ("place", "same-address"),
    ("place", "same-uprn"),
}
"""Levels whose bits the post-steps change: a sex the forename tells, a crowded dwelling."""


def weighed(settings: dict[str, Any], *tables: pa.Table) -> dict[tuple[int, int], dict[str, Any]]:
    """What Splink says of every pair it finds with these settings."""
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect()
    api = DuckDBAPI(connection=connection)
    keys = ", ".join(f"{sql} AS {name}" for name, sql in key_columns().items())
    given = []
    for name, table in zip(("one", "two"), tables, strict=False):
        connection.register(f"{name}_table", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT *, {keys} FROM {name}_table")
        given.append(api.register(name, dataset_display_name=name))
    found = Linker(given, settings).inference.predict().physical_name
    rows = connection.sql(f"SELECT * FROM {found}").to_arrow_table().to_pylist()
    return {(row["unique_id_l"], row["unique_id_r"]): row for row in rows}


def differences(
    found: Matches, theirs: dict[tuple[int, int], dict[str, Any]]
) -> dict[tuple[str, str], np.ndarray]:
    """Splink's bits less ours by field and level, over all pairs that we keep."""
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert set(pairs) <= set(theirs)
    made = {}
    for k, field in enumerate(found.fields):
        adjusted = f"mw_tf_adj_{field}"
        bits = np.array([theirs[p][f"mw_{field}"] + theirs[p].get(adjusted, 0.0) for p in pairs])
        for number, code in enumerate(("missing", *LEVELS[field])):
            at = found.levels[:, k] == number
            if at.any():
                made[field, code] = bits[at] - found.weights[at, k]
    return made


@pytest.mark.parametrize("within", [False, True])
def test_splink_weighs_as_we_do_with_the_settings_alone(
    council: Callable[[int, int], tuple[pa.Table, pa.Table]], within: bool
) -> None:
    plan = catalogue().plans["people"]
    tables = council(2_000, 600)[: 1 if within else 2]
    book = Codebook()
    left, right = (*(book.encode_records(t.drop("unique_id")) for t in tables), None)[:2]
    settings = splink_settings(plan, "duckdb", counted((left, right), book, plan, "them"))
    theirs = weighed(settings, *tables)
    found = match(left, right, book, replace(plan, keep=1e-9))
    parted = differences(found, theirs)
    approximate = TERM_FREQUENCIES.keys() | OWN.keys() | BY_STEPS | CORRECTED | {SWAPPED}
    plain = {at: apart for at, apart in parted.items() if at not in approximate}
    assert len(plain) > 30
    for at, apart in plain.items():
        assert np.abs(apart).max() < ROUNDING, at
    # Splink takes a name's frequency from both tables; a date has the mean of all dates' weights.
    for at in TERM_FREQUENCIES.keys() & parted.keys():
        assert np.abs(parted[at].mean()) < (2.0 if at in OWN else 0.6), at
    assert np.abs(parted[SWAPPED].mean()) < 6.0
    certain = np.flatnonzero(found.band == BANDS.index(Band.CERTAIN))
    told = [theirs[found.left[k], found.right[k]]["match_probability"] for k in certain.tolist()]
    assert len(told) > 20
    assert min(told) > 0.95


def test_the_usual_chances_are_those_of_the_sample_council(bench: ModuleType) -> None:
    council = generate(100_000, 50_000, 42, catalogue().exampleshire)
    book = Codebook()
    people = bench.codes(council.residents(), "people", bench.RESIDENTS, book)
    deaths = bench.codes(council.deaths(), "deaths", bench.DEATHS, book)
    stated = tomllib.loads(resource("spark", "chances.toml").read_text(encoding="utf-8"))
    assert {one["plan"] for one in stated["counted"]} == set(catalogue().plans)
    for plan in catalogue().plans.values():
        other = deaths if plan.id == "deaths" else None
        again = counted((people, other), book, plan, "")
        for field, levels in usual(plan).u.items():
            assert levels == pytest.approx(again.u[field], rel=0.1), (plan.id, field)


def test_the_settings_say_what_was_counted() -> None:
    plan = catalogue().plans["deaths"]
    settings = splink_settings(plan)
    for comparison in settings["comparisons"]:
        said = comparison["comparison_description"]
        assert f"plan {plan.id}, version {plan.version}" in said
        assert said.endswith("residents and 50,000 deaths of the sample council")
