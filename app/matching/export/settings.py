"""A match plan as Splink settings: levels as SQL, m and u, and where term frequencies belong."""

from __future__ import annotations

from typing import Any

from app.matching.conditions import conditions
from app.matching.export.counted import BY_STEPS, OWN, Chances, usual
from app.matching.export.frequent import equal
from app.matching.weigh import FREQUENCIES
from app.model.plan import UNWEIGHTED, MatchPlan

TERM_FREQUENCIES = {at: name for at, name in FREQUENCIES.items() if at not in BY_STEPS}
"""Levels that Splink weighs by the shared value's own frequency, and the column it is of."""

UNCOUNTED = 0.5
"""m and u of levels that carry no bits."""


def splink_settings(
    plan: MatchPlan, dialect: str = "spark", chances: Chances | None = None
) -> dict[str, Any]:
    """The plan as a Splink settings dictionary (format of Splink 4 and 5), whole by itself.

    u are those of `chances`, or what was counted on the sample council. The runner counts them on
    the data it is given, as this engine does, and adds what Splink needs more tables for.
    """
    chances = usual(plan) if chances is None else chances
    rules = _blocking(plan, chances.within)
    return {
        "link_type": "dedupe_only" if chances.within else "link_only",
        "probability_two_random_records_match": chances.pair,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": [],
        "sql_dialect": dialect,
        "em_convergence": 0.0001,
        "max_iterations": 25,
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "match_weight_column_prefix": "mw_",
        "term_frequency_adjustment_column_prefix": "tf_",
        "comparison_vector_value_column_prefix": "gamma_",
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": sql, "sql_dialect": dialect} for sql in rules
        ],
        "comparisons": [_comparison(plan, chances, field, dialect) for field in plan.fields],
    }


def _blocking(plan: MatchPlan, within: bool) -> list[str]:
    """Rules as equalities; within one table a rule of two different sides is tried both ways."""
    made = [equal(rule.left, rule.right) for rule in plan.rules]
    if within:
        made += [equal(rule.right, rule.left) for rule in plan.rules]
    return list(dict.fromkeys(made))


def _comparison(plan: MatchPlan, chances: Chances, field: str, dialect: str) -> dict[str, Any]:
    return {
        "output_column_name": field,
        "comparison_description": f"{field}: m of the plan {plan.id}, version {plan.version};"
        f" u counted on {chances.on}",
        "comparison_levels": [
            _level(plan, chances, (field, code), condition)
            for code, condition in conditions(field, dialect)
        ],
    }


def _level(
    plan: MatchPlan, chances: Chances, at: tuple[str, str], condition: str
) -> dict[str, Any]:
    field, code = at
    level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": code}
    if code == "missing":
        return level | {"is_null_level": True}
    m, u = UNCOUNTED, UNCOUNTED
    if at not in UNWEIGHTED:
        m, u = plan.m(field, code), chances.u[field][code]
    level |= {"m_probability": m, "u_probability": u}
    level |= {"fix_m_probability": True, "fix_u_probability": True}
    if at in TERM_FREQUENCIES and at not in OWN:
        level |= {
            "tf_adjustment_column": TERM_FREQUENCIES[at],
            "tf_minimum_u_value": plan.minimum_tf,
            "tf_adjustment_weight": 1.0,
            # The level's own u is what the frequency stands in for, whatever its condition says.
            "disable_tf_exact_match_detection": True,
        }
    return level
