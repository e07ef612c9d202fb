"""A match plan as Splink settings: levels as SQL, m, and where term frequencies belong."""

from __future__ import annotations

from typing import Any

from app.matching.conditions import conditions
from app.matching.export.frequent import equal
from app.matching.export.people import RETAINED
from app.matching.weigh import FREQUENCIES
from app.model.plan import UNWEIGHTED, MatchPlan

BY_STEPS = frozenset(
    {
        ("forename", "alias"),
        ("forename", "middle-used"),
        ("surname", "former"),
        ("surname", "half"),
    }
)
"""Levels whose shared value stands in different columns: the post-steps weigh it."""

TERM_FREQUENCIES = {at: name for at, name in FREQUENCIES.items() if at not in BY_STEPS}
"""Levels that Splink weighs by the shared value's own frequency, and the column it is of."""

UNCOUNTED = 0.5
"""m and u of levels that carry no bits."""


def splink_settings(plan: MatchPlan, dialect: str = "spark") -> dict[str, Any]:
    """The plan as a Splink settings dictionary (format of Splink 4 and 5).

    u is left out: the runner counts it on the data it is given, as this engine does.
    """
    return {
        "link_type": "dedupe_only" if plan.left == plan.right else "link_only",
        "probability_two_random_records_match": 1e-6,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": list(RETAINED),
        "sql_dialect": dialect,
        "em_convergence": 0.0001,
        "max_iterations": 25,
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "match_weight_column_prefix": "mw_",
        "term_frequency_adjustment_column_prefix": "tf_",
        "comparison_vector_value_column_prefix": "gamma_",
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": sql, "sql_dialect": dialect} for sql in _blocking(plan)
        ],
        "comparisons": [_comparison(plan, field, dialect) for field in plan.fields],
    }


def _blocking(plan: MatchPlan) -> list[str]:
    """Rules as equalities; within one table a rule of two different sides is tried both ways."""
    made = [equal(rule.left, rule.right) for rule in plan.rules]
    if plan.left == plan.right:
        made += [equal(rule.right, rule.left) for rule in plan.rules]
    return list(dict.fromkeys(made))


def _comparison(plan: MatchPlan, field: str, dialect: str) -> dict[str, Any]:
    return {
        "output_column_name": field,
        "comparison_description": f"{plan.id}: {field}",
        "comparison_levels": [
            _level(plan, (field, code), condition) for code, condition in conditions(field, dialect)
        ],
    }


def _level(plan: MatchPlan, at: tuple[str, str], condition: str) -> dict[str, Any]:
    field, code = at
    level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": code}
    if code == "missing":
        return level | {"is_null_level": True}
    if at in UNWEIGHTED:
        return level | {
            "m_probability": UNCOUNTED,
            "u_probability": UNCOUNTED,
            "fix_m_probability": True,
            "fix_u_probability": True,
        }
    level |= {"m_probability": plan.m(field, code), "fix_m_probability": True}
    if at in TERM_FREQUENCIES:
        level |= {
            "tf_adjustment_column": TERM_FREQUENCIES[at],
            "tf_minimum_u_value": plan.minimum_tf,
            "tf_adjustment_weight": 1.0,
            # The level's own u is what the frequency stands in for, whatever its condition says.
            "disable_tf_exact_match_detection": True,
        }
    return level
