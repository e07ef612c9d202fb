"""A match plan for machines larger than one PC: Splink settings, corrections as SQL, a runner.

Splink's model is additive. What this engine adds to it - the family corrections and the
competition of candidates for one person - comes as SQL to run on Splink's predictions. Without
these steps the exported model is a plainer one.
"""

# ruff: noqa: S608 - every name in a statement comes from the plan's closed vocabularies

from __future__ import annotations

from typing import Any

from app.base.places import resource
from app.matching.conditions import conditions, key_columns
from app.matching.counts import Counts
from app.matching.levels import number
from app.matching.weigh import Weigher
from app.model.plan import UNWEIGHTED, Adjustment, BlockRule, MatchPlan
from app.model.records import RECORDS

TERM_FREQUENCIES = frozenset(
    {"forename", "surname", "middle", "birth_date", "nino", "email", "account", "other_id"}
)
"""Fields whose exact level is weighed by the shared value's own frequency."""

UNCOUNTED = 0.5
"""u of levels that carry no bits (m equals u), and of all others until they are counted."""


def splink_settings(
    plan: MatchPlan,
    dialect: str = "spark",
    counts: Counts | None = None,
    prior: float | None = None,
) -> dict[str, Any]:
    """The plan as a Splink settings dictionary (format of Splink 4 and 5).

    `counts` are those of two tables (`matching.counts`); without them u is left out, to be counted
    by the runner on the data it is given. `prior` is the probability that two records match.
    """
    return {
        "link_type": "dedupe_only" if plan.left == plan.right else "link_only",
        "probability_two_random_records_match": prior or 1e-6,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": ["canonical", "communal"],
        "sql_dialect": dialect,
        "em_convergence": 0.0001,
        "max_iterations": 25,
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "match_weight_column_prefix": "mw_",
        "term_frequency_adjustment_column_prefix": "tf_",
        "comparison_vector_value_column_prefix": "gamma_",
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": _blocking(rule), "sql_dialect": dialect} for rule in plan.rules
        ],
        "comparisons": [_comparison(plan, field, dialect, counts) for field in plan.fields],
    }


def _blocking(rule: BlockRule) -> str:
    pairs = zip(rule.left, rule.right, strict=True)
    return " AND ".join(f'l."{a}" = r."{b}"' for a, b in pairs)


def _comparison(plan: MatchPlan, field: str, dialect: str, counts: Counts | None) -> dict[str, Any]:
    return {
        "output_column_name": field,
        "comparison_description": f"{plan.id}: {field}",
        "comparison_levels": [
            _level(plan, (field, code), condition, counts)
            for code, condition in conditions(field, dialect)
        ],
    }


def _level(
    plan: MatchPlan, at: tuple[str, str], condition: str, counts: Counts | None
) -> dict[str, Any]:
    field, code = at
    level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": code}
    if code == "missing":
        return level | {"is_null_level": True}
    if at in UNWEIGHTED:
        return level | {"m_probability": UNCOUNTED, "u_probability": UNCOUNTED} | _FIXED
    level["m_probability"] = plan.m(field, code)
    level["fix_m_probability"] = True
    if counts is not None:
        bits = Weigher(plan, counts).base[field][number(field, code)]
        level["u_probability"] = plan.m(field, code) / float(2.0**bits)
    if code == "exact" and field in TERM_FREQUENCIES:
        level |= {
            "tf_adjustment_column": field,
            "tf_minimum_u_value": plan.minimum_tf,
            "tf_adjustment_weight": 1.0,
        }
    return level


_FIXED = {"fix_m_probability": True, "fix_u_probability": True}


def gamma(field: str, code: str) -> int:
    """The number Splink gives a level of ours: -1 for missing, 0 for the last one."""
    order = [name for name, _ in conditions(field, "spark")]
    return -1 if code == "missing" else len(order) - 1 - order.index(code)


def post_steps_sql(plan: MatchPlan) -> str:
    """The corrections as SQL (Spark and DuckDB): views over a table `predictions`.

    `corrected` adds one column per family rule and their sum to Splink's weight; `links` adds the
    probability after competition and the band. Runs as it stands; statements end in semicolons.
    """
    bits = [(a, _bits(plan, a)) for a in plan.adjustments]
    rules = [(a, sql) for a, sql in bits if sql is not None]
    columns = "".join(f",\n  {sql} AS {_name(a)}" for a, sql in rules)
    total = " + ".join(["p.match_weight", *(_name(a) for a, _ in rules)])
    caps = [f"WHEN {where} THEN least({total}, 0.0)" for where in _caps(plan)]
    capped = f"CASE {' '.join(caps)} ELSE {total} END" if caps else total
    limits = plan.thresholds
    return (
        f"-- Corrections of the plan {plan.id}, version {plan.version}, digest {plan.digest}\n"
        f"CREATE OR REPLACE TEMPORARY VIEW ruled AS\nSELECT p.*{columns}\nFROM predictions p;\n\n"
        f"CREATE OR REPLACE TEMPORARY VIEW corrected AS\nSELECT p.*,\n  {capped} AS weight,\n"
        f"  power(2.0, least({capped}, 500.0)) AS odds\nFROM ruled p;\n\n"
        f"{_competition(plan)}\n\n"
        "CREATE OR REPLACE TEMPORARY VIEW links AS\nSELECT *,\n  CASE"
        f" WHEN probability >= {limits.certain} THEN 'certain'"
        f" WHEN probability >= {limits.probable} THEN 'probable'"
        f" WHEN probability >= {limits.possible} THEN 'possible' ELSE 'unlikely' END AS band\n"
        "FROM competed;\n"
    )


def _name(adjustment: Adjustment) -> str:
    return adjustment.code.replace("-", "_")


def _at(plan: MatchPlan, field: str, *codes: str) -> str:
    if field not in plan.fields:
        return "FALSE"
    return f"gamma_{field} IN ({', '.join(str(gamma(field, code)) for code in codes)})"


def _unknown(plan: MatchPlan, field: str) -> str:
    return f"gamma_{field} = -1" if field in plan.fields else "TRUE"


def _household(plan: MatchPlan) -> str:
    home = _at(plan, "place", "same-uprn", "same-address", "same-street")
    return f"({home} AND NOT coalesce(communal_l OR communal_r, FALSE))"


def _weight(field: str) -> str:
    """Splink's bits of a field, with its term frequency adjustment."""
    return f"(mw_{field} + coalesce(mw_tf_adj_{field}, 0.0))"


def _bits(plan: MatchPlan, rule: Adjustment) -> str | None:
    """One additive correction as an expression; None for those that cap the total."""
    home, unrelated = _household(plan), _at(plan, "forename", "differs")
    if rule.code == "household-surname":
        return f"CASE WHEN {home} THEN least(0.0, {rule.bits} - {_weight('surname')}) ELSE 0.0 END"
    if rule.code == "possible-twin":
        same = _at(plan, "surname", "exact", "former", "half")
        born = _at(plan, "birth_date", "exact")
        where = f"{born} AND {unrelated} AND ({same} OR {home})"
        return f"CASE WHEN {where} THEN {rule.bits} ELSE 0.0 END"
    if rule.code == "possible-father-and-son":
        names = _at(plan, "forename", "exact", "nickname", "initial")
        where = f"{home} AND {_at(plan, 'birth_date', 'far')} AND {names}"
        return f"CASE WHEN {where} THEN {rule.bits} ELSE 0.0 END"
    return None


def _caps(plan: MatchPlan) -> list[str]:
    """Conditions under which the total is held at even odds."""
    agreeing = [
        _at(plan, field, "exact") for field in ("nino", "nhs_number", "other_id", "phone", "email")
    ]
    unproven = f"{_unknown(plan, 'birth_date')} AND NOT ({' OR '.join(agreeing)})"
    near = _at(
        plan,
        "place",
        "same-uprn",
        "same-address",
        "same-street",
        "same-postcode-house-unknown",
        "same-postcode",
    )
    away = f"({_unknown(plan, 'place')} OR {_at(plan, 'place', 'differs')})"
    told = _at(plan, "sex", "exact")
    initial = f"({_unknown(plan, 'forename')} OR {_at(plan, 'forename', 'initial')})"
    where = {
        "initial-only": f"{unproven} AND {initial} AND NOT {told}",
        "name-only": f"{unproven} AND NOT {near}",
        "elsewhere": f"{away} AND NOT {_unknown(plan, 'birth_date')}"
        f" AND NOT {_at(plan, 'middle', 'exact')} AND NOT ({' OR '.join(agreeing)})",
    }
    return [where[a.code] for a in plan.adjustments if a.code in where]


def _competition(plan: MatchPlan) -> str:
    view = "CREATE OR REPLACE TEMPORARY VIEW competed AS\nSELECT p.*,\n  "
    if not plan.one_to_one:
        return f"{view}odds / (1 + odds) AS probability\nFROM corrected p;"
    look = (
        "CASE WHEN canonical_{0} IS NULL OR surname_{0} IS NULL OR birth_date_{0} IS NULL"
        " THEN CAST(unique_id_{0} AS string) ELSE"
        " concat(canonical_{0}, '|', surname_{0}, '|', CAST(birth_date_{0} AS string)) END"
    )
    steps = [
        "CREATE OR REPLACE TEMPORARY VIEW looks AS\nSELECT p.*,\n"
        f"  {look.format('l')} AS look_l,\n  {look.format('r')} AS look_r\nFROM corrected p;"
    ]
    for owner, other in (("r", "l"), ("l", "r")):
        steps.append(
            f"CREATE OR REPLACE TEMPORARY VIEW rivals_{owner} AS\n"
            f"SELECT unique_id_{owner} AS owner, sum(best) AS total FROM (\n"
            f"  SELECT unique_id_{owner}, look_{other}, max(odds) AS best FROM looks\n"
            f"  GROUP BY unique_id_{owner}, look_{other}) GROUP BY unique_id_{owner};"
        )
    least = ", ".join(
        f"odds / (1 + odds + greatest(0.0, rivals_{o}.total"
        f" - max(odds) OVER (PARTITION BY p.unique_id_{o}, p.look_{x})))"
        for o, x in (("r", "l"), ("l", "r"))
    )
    steps.append(
        f"{view}least({least}) AS probability\nFROM looks p\n"
        "JOIN rivals_r ON rivals_r.owner = p.unique_id_r\n"
        "JOIN rivals_l ON rivals_l.owner = p.unique_id_l;"
    )
    return "\n\n".join(steps)


def spark_runner() -> str:
    """A Python program for Splink's Spark backend; it runs outside this product."""
    text = resource("spark", "run_links.py").read_text(encoding="utf-8")
    keys = "".join(f'    "{name}": "{sql}",\n' for name, sql in key_columns().items())
    columns = "".join(f'    "{field.name}",\n' for field in RECORDS)
    text = text.replace('["RECORD COLUMNS"]', f"[\n{columns}]")
    return text.replace('{"KEY": "COLUMNS"}', f"{{\n{keys}}}")
