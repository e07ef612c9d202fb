"""Values too frequent for a blocking rule, as SQL: counted and left out as `matching.block` does.

Reads `sizes` and `keyed_left`, `keyed_right`; makes `left_out`, one row a rule's number and value.
`people_left` then says of each record by a column of every rule whether it may be found by it. A
value is its columns' texts in a row. Where of several values with equally many pairs only some must
go, it is the first by text here, and the first by code there.
"""

# ruff: noqa: S608 - every name in a statement comes from the plan's closed vocabularies

from __future__ import annotations

from app.matching import block
from app.matching.export.words import view
from app.model.plan import BlockRule, MatchPlan


def counting(plan: MatchPlan) -> list[str]:
    """Views up to `left_out`."""
    return [*(_valued(plan, side) for side in ("left", "right")), *_yields(plan), _left_out()]


def flags(plan: MatchPlan, side: str) -> tuple[list[str], list[str]]:
    """Columns of one side's records `k`, and the joins that they need.

    The left's values decide; the right has the columns only because both tables must.
    """
    names = [_open(number) for number in _numbered(plan)]
    if side == "right":
        return [f"TRUE AS {name}" for name in names], []
    joins = [
        f"LEFT JOIN left_out {_open(number)} ON {_open(number)}.rule = {number}"
        f" AND {_open(number)}.value = {_value(rule.left, 'k.')}"
        for number, rule in _numbered(plan).items()
    ]
    return [f"{name}.value IS NULL AS {name}" for name in names], joins


def small(plan: MatchPlan) -> str:
    """A hint to Spark, which cannot know that these tables are small; a comment to others."""
    return f"/*+ BROADCAST({', '.join(_open(number) for number in _numbered(plan))}) */"


def blocking(plan: MatchPlan, within: bool) -> list[str]:
    """The plan's rules over `people_left` and `people_right`, without what is left out.

    Within one table a rule of two different sides is tried both ways.
    """
    made = []
    for number, rule in _numbered(plan).items():
        made.append(f"{equal(rule.left, rule.right)} AND l.{_open(number)}")
        if within and rule.left != rule.right:
            made.append(f"{equal(rule.right, rule.left)} AND r.{_open(number)}")
    return made


def equal(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """Condition: some columns of one record equal those of the other."""
    return " AND ".join(f"l.{a} = r.{b}" for a, b in zip(left, right, strict=True))


def _numbered(plan: MatchPlan) -> dict[int, BlockRule]:
    return dict(enumerate(plan.rules, 1))


def _open(number: int) -> str:
    return f"open_{number}"


def _value(columns: tuple[str, ...], of: str = "") -> str:
    return " || '!' || ".join(f"CAST({of}{column} AS string)" for column in columns)


def _valued(plan: MatchPlan, side: str) -> str:
    """`valued_SIDE`: every rule's values with how many records have them."""
    parts = []
    for number, rule in _numbered(plan).items():
        value = _value(rule.left if side == "left" else rule.right)
        parts.append(
            f"SELECT {number} AS rule, {value} AS value, CAST(count(*) AS double) AS n"
            f" FROM keyed_{side} WHERE {value} IS NOT NULL GROUP BY {value}"
        )
    return view(f"valued_{side}", "\nUNION ALL ".join(parts))


def _yields(plan: MatchPlan) -> list[str]:
    """`yields`: the pairs a value makes. `leaving`: how many values of so many pairs must go.

    Those that make more pairs than one may, and then the most frequent ones until the whole of a
    rule is within its cap: `rest` is what values of so many pairs and fewer make together.
    """
    own = [number for number, rule in _numbered(plan).items() if rule.left == rule.right]
    same = f"s.within AND l.rule IN ({', '.join(map(str, own or [0]))})"
    limits = ", ".join(
        f"({number}, CAST({rule.hub} AS double), CAST({rule.cap} AS double))"
        for number, rule in _numbered(plan).items()
    )
    cap = f"greatest({float(block.FLOOR)}, floor(t.cap * (s.left_n + s.right_n)))"
    return [
        view(
            "yields",
            f"SELECT l.rule, l.value, CASE WHEN {same} THEN l.n * (l.n - 1) / 2"
            " ELSE l.n * r.n END AS made FROM valued_left l"
            " JOIN valued_right r ON r.rule = l.rule AND r.value = l.value CROSS JOIN sizes s",
        ),
        view(
            "alike",
            "SELECT *, sum(made * held) OVER (PARTITION BY rule ORDER BY made) AS rest FROM"
            " (SELECT rule, made, count(*) AS held FROM yields GROUP BY rule, made) y",
        ),
        view(
            "leaving",
            "SELECT a.rule, a.made, CASE WHEN a.made > t.hub THEN a.held"
            f" WHEN a.rest > {cap} THEN least(a.held, ceil((a.rest - {cap}) / a.made))"
            f" ELSE 0 END AS going FROM alike a JOIN (VALUES {limits}) AS t(rule, hub, cap)"
            " ON t.rule = a.rule CROSS JOIN sizes s",
        ),
    ]


def _left_out() -> str:
    return view(
        "left_out",
        "SELECT rule, value FROM (SELECT y.rule, y.value, g.going,"
        " row_number() OVER (PARTITION BY y.rule, y.made ORDER BY y.value) AS place"
        " FROM yields y JOIN leaving g ON g.rule = y.rule AND g.made = y.made"
        " WHERE g.going > 0) placed WHERE place <= going",
    )
