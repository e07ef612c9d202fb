"""How the exported SQL is written: views, statements, and levels by the numbers Splink gives."""

from __future__ import annotations

from app.matching.conditions import conditions
from app.model.plan import MatchPlan


def view(name: str, query: str) -> str:
    """One statement of an exported file (Spark and DuckDB)."""
    return f"CREATE OR REPLACE TEMPORARY VIEW {name} AS\n{query};\n"


def gamma(field: str, code: str) -> int:
    """The number Splink gives a level of ours: -1 for missing, 0 for the last one."""
    order = [name for name, _ in conditions(field, "spark")]
    return -1 if code == "missing" else len(order) - 1 - order.index(code)


def at(plan: MatchPlan, field: str, *codes: str) -> str:
    """Condition: a field stands at one of some levels."""
    if field not in plan.fields:
        return "FALSE"
    return f"gamma_{field} IN ({', '.join(str(gamma(field, code)) for code in codes)})"


def unknown(plan: MatchPlan, field: str) -> str:
    """Condition: a field could not be compared."""
    return f"gamma_{field} = -1" if field in plan.fields else "TRUE"
