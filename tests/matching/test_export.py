"""The exported model: its SQL sees the levels we see, its corrections give the weights we give."""

from __future__ import annotations

import json
import re

import numpy as np
import pyarrow as pa
import pytest

from app.analysis import duck
from app.matching.conditions import conditions, key_columns
from app.matching.export.runner import spark_runner
from app.matching.export.settings import splink_settings
from app.matching.sides import Properties, Side
from app.model.codebook import Codebook
from app.model.plan import LEVELS
from app.model.records import CODES, DOMAINS, RECORDS


@pytest.fixture
def people(town):
    """Residents with every sort of slip beside their own originals."""
    found = [dict(p) for p in town(60)]
    slips: list[dict] = [
        {"forename": "JHON"}, {"forename": "J"}, {"middle": "ANN", "forename": "ANNE"},
        {"surname": "SMIHT"}, {"birth_surname": "JONES"}, {"alias_surname": "KHAN"},
        {"surname_a": "JONES", "surname_b": "KHAN", "surname": "JONESKHAN"},
        {"postcode": "ES19ZZ"}, {"postcode": None}, {"house": None}, {"communal": True},
        {"born": "1950-01-01"}, {"uprn": 5}, {"nino": "AB123456C"}, {"nino": "AB123465C"},
        {"alias_forename": "MARY"}, {"middle": "J"}, {"middle": "JANE"}, {"street": "MILL LANE"},
    ]  # fmt: skip
    for k, slip in enumerate(slips):
        found.append(found[k % 7] | slip)
        found[20 + k] |= {"middle": ["ANN", "JANE", "MARY", "J"][k % 4]}
    for k, birth in enumerate(
        ["1941-05-06", "1941-06-05", "1941-05-07", "1914-05-06", "1942-01-02"]
    ):
        found[k] |= {"born": birth}
    found[6].pop("born")
    found[6] |= {"birth_year": 1941}
    found[7] |= {"forename": found[8]["surname"], "surname": found[8]["forename"]}
    return found


def decoded(table: pa.Table, book: Codebook) -> pa.Table:
    """CODES back to standardised text, with a unique id."""
    columns = {
        name: pa.array(
            [book.text(DOMAINS[name], c) for c in table.column(name).to_pylist()], "string"
        )
        if name in DOMAINS
        else table.column(name)
        for name in CODES.names
    }
    return pa.table({"unique_id": np.arange(table.num_rows), **columns})


def sides(connection, table: pa.Table, **names: str) -> None:
    keys = ", ".join(f"{sql} AS {name}" for name, sql in key_columns().items())
    connection.register("given", table)
    for name, suffix in names.items():
        connection.execute(f"CREATE TABLE whole AS SELECT *, {keys} FROM given")
        columns = [row[0] for row in connection.sql("DESCRIBE whole").fetchall()]
        renamed = ", ".join(f"{column} AS {column}_{suffix}" for column in columns)
        connection.execute(f"CREATE TABLE {name} AS SELECT {renamed} FROM whole")
        connection.execute("DROP TABLE whole")


def test_conditions_see_the_levels_we_see(codes, people, book, plans) -> None:
    from app.matching.levels import FUZZY, Pairs
    from app.matching.similar import Similarity

    table = codes(people)
    connection = duck.connect(200, 2)
    sides(connection, decoded(table, book), a="l", b="r")
    properties = Properties(book)
    side = Side(table, properties)
    i, j = (grid.ravel() for grid in np.meshgrid(*[np.arange(len(people))] * 2, indexing="ij"))
    pairs = Pairs(side, side, i, j)
    for field in plans["people"].fields:
        level = pairs.compare(field)
        ours = level.levels.copy()
        if field in FUZZY and level.open.any():
            one, other = (side[field][k[level.open]] for k in (i, j))
            ours[level.open] = Similarity(properties).settle(field, one, other)
        tried = conditions(field, "duckdb")
        cases = " ".join(f"WHEN {sql} THEN '{code}'" for code, sql in tried[:-1])
        theirs = duck.run(
            connection,
            f"SELECT CASE {cases} ELSE '{tried[-1][0]}' END AS level FROM a, b"
            " ORDER BY unique_id_l, unique_id_r",
        )["level"].to_pylist()
        names = ["missing", *LEVELS[field]]
        wrong = [
            (people[a], people[b], names[k], code)
            for a, b, k, code in zip(i, j, ours, theirs, strict=True)
            if names[k] != code
        ]
        assert not wrong, (field, wrong[:3])
        seen = {names[k] for k in ours}
        if field in ("forename", "surname", "birth_date", "place"):
            assert len(seen) >= 6, (field, seen)


@pytest.mark.parametrize("name", ["deaths", "births", "marriages", "people"])
def test_settings_are_whole(plans, name) -> None:
    plan = plans[name]
    settings = json.loads(json.dumps(splink_settings(plan)))
    assert [c["output_column_name"] for c in settings["comparisons"]] == list(plan.fields)
    rules = settings["blocking_rules_to_generate_predictions"]
    assert len(rules) >= len(plan.rules)
    for comparison in settings["comparisons"]:
        levels = comparison["comparison_levels"]
        assert levels[0]["is_null_level"]
        assert levels[-1]["sql_condition"] == "ELSE"
        for level in levels[1:]:
            assert 0 < level["m_probability"] <= 1
            assert 0 < level["u_probability"] <= 1
            assert level["fix_m_probability"]
            assert level["fix_u_probability"]
    assert 0 < settings["probability_two_random_records_match"] < 1e-4


@pytest.mark.parametrize("name", ["deaths", "births", "marriages", "people"])
def test_settings_ask_for_no_column_that_only_the_runner_makes(plans, name) -> None:
    text = json.dumps(splink_settings(plans[name]))
    known = {field.name for field in RECORDS} | key_columns().keys()
    named = set(re.findall(r"\b(\w+)_[lr]\b", text)) | set(re.findall(r"\b[lr]\.(\w+)", text))
    named |= set(re.findall(r'"tf_adjustment_column": "(\w+)"', text))
    assert "sector" in named
    assert named <= known
    assert splink_settings(plans[name])["additional_columns_to_retain"] == []


def test_within_one_table_a_rule_of_two_sides_is_tried_both_ways(plans) -> None:
    rules = splink_settings(plans["people"])["blocking_rules_to_generate_predictions"]
    written = {rule["blocking_rule"] for rule in rules}
    assert len(written) == len(rules)
    for rule in plans["people"].rules:
        for one, other in ((rule.left, rule.right), (rule.right, rule.left)):
            pairs = zip(one, other, strict=True)
            assert " AND ".join(f"l.{a} = r.{b}" for a, b in pairs) in written


@pytest.mark.parametrize("name", ["deaths", "births", "marriages", "people"])
def test_the_runner_is_a_program_with_every_column(plans, name) -> None:
    program = spark_runner(plans[name])
    compile(program, "run_links.py", "exec")
    assert "= ..." not in program
    assert all(f'"{field.name}"' in program for field in RECORDS)
    assert all(f" AS {name}" in program for name in key_columns())
