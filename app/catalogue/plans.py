"""Match plans read strictly from `resources/plans/*.toml`."""

from __future__ import annotations

from pathlib import Path

from app.catalogue.strict import Table, read_table
from app.model.kinds import SUBJECTS
from app.model.plan import (
    ADJUSTMENTS,
    KEYS,
    LEVELS,
    MOST_RULES,
    Adjustment,
    BlockRule,
    Comparison,
    Level,
    MatchPlan,
    Prior,
    Thresholds,
)
from app.model.runs import Band

PROVENANCE = ("estimated", "judged", "trained")


def read_plans(folder: Path) -> dict[str, MatchPlan]:
    """Every plan of a folder by id.

    Raises Refused("declaration-invalid" | "declaration-unreadable") naming file and key.
    """
    plans = (read_plan(path) for path in sorted(folder.glob("*.toml")))
    return {plan.id: plan for plan in plans}


def read_plan(path: Path) -> MatchPlan:
    """One plan; its digest covers every value in it, not the file's layout."""
    table = read_table(path)
    plan = MatchPlan(
        id=table.text("id"),
        title=table.text("title"),
        version=table.integer("version"),
        source=table.text("source"),
        left=table.choice("left", SUBJECTS),
        right=table.choice("right", SUBJECTS),
        one_to_one=table.flag("one_to_one"),
        left_unique=table.flag("left_unique", False),
        right_unique=table.flag("right_unique", False),
        prior=_prior(table.table("prior")),
        thresholds=_thresholds(table.table("bands")),
        keep=_probability(table, "keep"),
        minimum_tf=_probability(table, "minimum_tf"),
        pair_ceiling=table.integer("pair_ceiling"),
        comparisons=tuple(_comparison(t) for t in table.tables("comparisons")),
        rules=tuple(_rule(t) for t in table.tables("rules")),
        adjustments=tuple(_adjustment(t) for t in table.tables("adjustments")),
    )
    table.finish()
    _check(table, plan)
    return plan.sealed()


def _check(table: Table, plan: MatchPlan) -> None:
    if not plan.comparisons:
        table.refuse("comparisons", "missing")
    if not plan.rules:
        table.refuse("rules", "missing")
    if len(plan.rules) > MOST_RULES:
        table.refuse("rules", "value", f"at most {MOST_RULES}")
    for key, names in (
        ("comparisons", [c.field for c in plan.comparisons]),
        ("rules", [r.name for r in plan.rules]),
        ("adjustments", [a.code for a in plan.adjustments]),
    ):
        if len(set(names)) < len(names):
            table.refuse(key, "value", "each one once")


def _prior(table: Table) -> Prior:
    prior = Prior(_probability(table, "share"), table.number("strength"))
    table.finish()
    return prior


def _thresholds(table: Table) -> Thresholds:
    bands = Thresholds(
        certain=_probability(table, "certain"),
        probable=_probability(table, "probable"),
        possible=_probability(table, "possible"),
    )
    if not bands.certain > bands.probable > bands.possible:
        table.refuse("probable", "value", "a number between possible and certain")
    table.finish()
    return bands


def _comparison(table: Table) -> Comparison:
    field = table.choice("field", tuple(LEVELS))
    levels = tuple(_level(t) for t in table.tables("levels"))
    table.finish()
    if tuple(level.code for level in levels) != LEVELS[field]:
        table.refuse("levels", "value", ", ".join(LEVELS[field]))
    return Comparison(field, levels)


def _level(table: Table) -> Level:
    level = Level(
        table.text("level"), _probability(table, "m"), table.choice("provenance", PROVENANCE)
    )
    table.finish()
    return level


def _rule(table: Table) -> BlockRule:
    left = table.texts("keys")
    rule = BlockRule(
        name=table.text("name"),
        left=left,
        right=table.texts("right", left),
        cap=table.number("cap"),
        hub=table.integer("hub"),
    )
    if not left or len(rule.right) != len(left):
        table.refuse("right", "value", "as many keys as on the left")
    for key in (*rule.left, *rule.right):
        if key not in KEYS:
            table.refuse("keys", "value", ", ".join(sorted(KEYS)))
    table.finish()
    return rule


def _adjustment(table: Table) -> Adjustment:
    cap = table.optional_text("cap")
    if cap is not None and cap not in (Band.PROBABLE, Band.POSSIBLE):
        table.refuse("cap", "value", "probable, possible")
    adjustment = Adjustment(
        code=table.choice("rule", ADJUSTMENTS),
        provenance=table.choice("provenance", PROVENANCE),
        because=table.text("because"),
        bits=table.number("bits", 0.0),
        cap=None if cap is None else Band(cap),
        rare=table.number("rare", 0.0),
        middle=table.flag("middle", False),
    )
    table.finish()
    return adjustment


def _probability(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0.0 < value < 1.0:
        table.refuse(key, "value", "a number between 0 and 1")
    return value
