"""Chance agreement counted in SQL: the u of every level, as `matching.counts` counts it.

Makes `chances`: one row with a column FIELD__LEVEL (hyphens as underscores) for each level that
carries bits. Nothing is sampled at random; texts that need a similarity are taken at equal steps.
"""

# ruff: noqa: S608 - every name in a statement comes from the plan's closed vocabularies

from __future__ import annotations

from itertools import accumulate

from app.matching.conditions import alike, one_digit_sql
from app.matching.counts import (
    CONDITIONAL,
    CONTACT_BASE,
    DATE_BASE,
    FIRST_YEAR,
    FUZZY_BASE,
    IDENTIFIER_BASE,
    LADDER,
    LAST_YEAR,
    LEAST,
    SAMPLE,
    STEADY,
)
from app.matching.export.words import view
from app.matching.levels import FAR_YEARS, FUZZY
from app.model.plan import LEVELS, UNWEIGHTED, MatchPlan

AGREEING = (
    *((name, name) for name in ("forename", "canonical", "forename_letter", "surname")),
    *((name, name) for name in ("middle", "middle_letter", "street", "sex")),
    ("middle", "forename"),
    ("forename", "middle"),
    ("forename", "surname"),
    ("surname", "forename"),
)
"""Columns of the left and of the right whose chance agreement is counted."""

PLACES = {
    **{code: "_".join(keys) for code, keys in LADDER},
    "same-uprn": "uprn",
    "same-street": "house_street",
    "same-postcode-house-unknown": "postcode",
}
"""Address levels, and the values that agree on each."""


def column(field: str, code: str) -> str:
    """The column of `chances` that holds a level's u."""
    return f"{field}__{code.replace('-', '_')}"


def _share(code: str) -> str:
    return f"s_{code.replace('-', '_')}"


def chances(plan: MatchPlan, dialect: str) -> list[str]:
    """Views up to `chances`."""
    fuzzy = [field for field in plan.fields if field in FUZZY]
    parts = ["sizes", "agreed", "pairs_held", "days", "borne", *(f"alike_{f}" for f in fuzzy)]
    made = [*_agreements(), *_days(), _borne(plan)]
    made += [statement for field in fuzzy for statement in _alike(field, dialect)]
    made.append(view("counted", f"SELECT * FROM {' CROSS JOIN '.join(parts)}"))
    shares = _shares(plan)
    if "place" in plan.fields:
        made.append(_true_pairs(plan))
        made += _places(plan)
        shares["place"] = {code: _share(code) for code in PLACES}
        shares["place"]["same-street-name"] = "a_street_street"
        source = "placed"
    else:
        source = "counted"
    listed = [
        f"{_u(field, code, shares[field])} AS {column(field, code)}"
        for field in plan.fields
        for code in LEVELS[field]
        if (field, code) not in UNWEIGHTED
    ]
    name = "shares" if "place" in plan.fields else "chances"
    made.append(view(name, f"SELECT {', '.join(listed)} FROM {source}"))
    if "place" in plan.fields:
        made.append(_falling(plan))
    return made


def _u(field: str, code: str, shares: dict[str, str]) -> str:
    """u of a level; `differs` takes what is left over."""
    if code in shares:
        return f"greatest({LEAST}, {shares[code]})"
    if code != "differs":
        return str(LEAST)
    counted = " - ".join(sql for name, sql in shares.items() if name not in CONDITIONAL)
    return f"greatest({LEAST}, greatest(0.01, 1.0 - {counted}))"


def _agreements() -> list[str]:
    """`agreed`: chance agreement by columns; `pairs_held`: pairs that agree, and all known."""
    made = []
    for side in ("left", "right"):
        made.append(
            view(
                f"known_{side}",
                f"SELECT name, CAST(sum(n) AS double) AS n FROM held_{side} GROUP BY name",
            )
        )
    pairs = sorted({*AGREEING, *((n, n) for n in (*PLACES.values(), "name_born", "name_home"))})
    wanted = ", ".join(f"('{a}', '{b}')" for a, b in pairs)
    met = (
        "SELECT w.a, w.b, sum(CAST(l.n AS double) * r.n) AS n"
        f" FROM (SELECT * FROM (VALUES {wanted}) AS t(a, b)) w"
        " JOIN held_left l ON l.name = w.a"
        " JOIN held_right r ON r.name = w.b AND r.value = l.value GROUP BY w.a, w.b"
    )
    made.append(
        view(
            "met",
            "SELECT w.a, w.b, coalesce(m.n, 0.0) AS n, coalesce(l.n, 0.0) AS left_known,"
            " coalesce(l.n * r.n, 0.0) AS known FROM"
            f" (SELECT * FROM (VALUES {wanted}) AS t(a, b)) w"
            f" LEFT JOIN ({met}) m ON m.a = w.a AND m.b = w.b"
            " LEFT JOIN known_left l ON l.name = w.a LEFT JOIN known_right r ON r.name = w.b",
        )
    )
    pick = "max(CASE WHEN a = '{a}' AND b = '{b}' THEN {what} END) AS {name}"
    share = f"CASE WHEN known > 0 THEN greatest({LEAST}, n / known) ELSE {LEAST} END"
    made.append(
        view(
            "agreed",
            "SELECT "
            + ", ".join(pick.format(a=a, b=b, what=share, name=f"a_{a}_{b}") for a, b in AGREEING)
            + " FROM met",
        )
    )
    held = [
        pick.format(a=name, b=name, what=what, name=f"{prefix}_{name}")
        for name in sorted({*PLACES.values(), "name_born", "name_home"})
        for prefix, what in (("n", "n"), ("l", "left_known"), ("k", "known"))
    ]
    made.append(view("pairs_held", f"SELECT {', '.join(held)} FROM met"))
    return made


def _days() -> list[str]:
    """`days`: how often two birth dates stand in each inexact relation, from years and days."""
    made = []
    for side in ("left", "right"):
        year = f"greatest({FIRST_YEAR}, least({LAST_YEAR}, CAST(birth_year AS int)))"
        known = "birth_date IS NOT NULL AND birth_month > 0 AND birth_day > 0"
        total = f"(SELECT count(*) FROM keyed_{side} WHERE {known})"
        made.append(
            view(
                f"days_{side}",
                f"SELECT {year} AS y, CAST(birth_month AS int) AS m, CAST(birth_day AS int) AS d,"
                f" CAST(count(*) AS double) / {total} AS p FROM keyed_{side} WHERE {known}"
                " GROUP BY 1, 2, 3",
            )
        )
    whole = _meeting("y, m, d")
    turned = _meeting("y, m, d", "y, d AS m, m AS d")
    double = _meeting("y, m, d", where="WHERE m = d")
    first = "WHERE m = 1 AND d = 1"
    shares = {
        "year": _meeting("y"),
        "same_day": _meeting("m, d"),
        "part": f"{_meeting('y, m')} + {_meeting('y, d')} - 2 * {whole}",
        "turned": f"{turned} - {double}",
        "first": f"{_meeting('y', where_left=first)} + {_meeting('y', where_right=first)}"
        f" - 2 * {_meeting('y', where_left=first, where_right=first)}",
        **{name: f"coalesce((SELECT {name} FROM gaps), 0.0)" for name in GAPS},
    }
    listed = ", ".join(f"{sql} AS d_{name}" for name, sql in shares.items())
    return [*made, _gaps(), view("days", f"SELECT {listed}")]


GAPS = {
    "slip": one_digit_sql("l.y", "r.y") + " AND l.y <> r.y",
    "near": "abs(l.y - r.y) <= 1",
    "far": f"abs(l.y - r.y) >= {FAR_YEARS}",
}
"""Relations of two birth years that are no equality."""


def _gaps() -> str:
    years = "(SELECT y, sum(p) AS p FROM days_{} GROUP BY y)"
    listed = ", ".join(
        f"sum(CASE WHEN {sql} THEN l.p * r.p ELSE 0.0 END) AS {name}" for name, sql in GAPS.items()
    )
    return view(
        "gaps",
        f"SELECT {listed} FROM {years.format('left')} l CROSS JOIN {years.format('right')} r",
    )


def _meeting(
    keys: str, right: str = "", where: str = "", where_left: str = "", where_right: str = ""
) -> str:
    """Chance that two birth dates agree on some parts, as a scalar subquery."""
    names = [key.strip() for key in keys.split(",")]
    taken = [
        f"(SELECT {chosen}, p FROM days_{side} {condition})"
        for side, chosen, condition in (
            ("left", keys, where_left or where),
            ("right", right or keys, where_right or where),
        )
    ]
    grouped = [f"(SELECT {keys}, sum(p) AS p FROM {table} x GROUP BY {keys})" for table in taken]
    return (
        f"coalesce((SELECT sum(l.p * r.p) FROM {grouped[0]} l"
        f" JOIN {grouped[1]} r ON {' AND '.join(f'l.{n} = r.{n}' for n in names)}), 0.0)"
    )


def _borne(plan: MatchPlan) -> str:
    """`borne`: for identifiers, chance that two different bearers on the left agree."""
    fields = [f for f in plan.fields if f not in SHAPED] or ["nino"]
    made = []
    for field in fields:
        base = IDENTIFIER_BASE.get(field, CONTACT_BASE)
        n = f"CASE WHEN name = '{field}' THEN CAST(n AS double) ELSE 0.0 END"
        total = f"sum({n})"
        made.append(
            f"(coalesce(sum({n} * ({n} - 1)), 0.0) + 1.0) / (coalesce({total}"
            f" * greatest(0.0, {total} - 1), 0.0) + {1.0 / base}) AS b_{field}"
        )
    return view("borne", f"SELECT {', '.join(made)} FROM bearers")


SHAPED = frozenset({"forename", "surname", "middle", "birth_date", "place", "sex"})
"""Fields with levels of their own; every other field is an identifier."""


def _alike(field: str, dialect: str) -> list[str]:
    """`alike_FIELD`: how often values at equal steps of both sides reach each fuzzy level."""
    made = []
    for side in ("left", "right"):
        made.append(
            view(
                f"steps_{field}_{side}",
                f"SELECT value, n, sum(n) OVER (ORDER BY value) AS stop,"
                f" sum(n) OVER () AS total FROM (SELECT {field} AS value, count(*) AS n"
                f" FROM keyed_{side} WHERE {field} IS NOT NULL GROUP BY {field}) held",
            )
        )
        place = f"ceil(CAST({SAMPLE} AS double) * {{}} / total - 0.5)"
        made.append(
            view(
                f"spread_{field}_{side}",
                f"SELECT * FROM (SELECT value, CASE WHEN total <= {SAMPLE} THEN CAST(n AS double)"
                f" ELSE {place.format('stop')} - {place.format('(stop - n)')} END AS n"
                f" FROM steps_{field}_{side}) spread WHERE n > 0",
            )
        )
    near = alike(field, dialect)
    cases = " ".join(f"WHEN {sql} THEN '{code}'" for code, sql in near.items())
    met = (
        f"SELECT a.n * b.n AS n, CASE WHEN {field}_l = {field}_r THEN 'exact' {cases}"
        " ELSE 'differs' END AS level"
        f" FROM (SELECT value AS {field}_l, n FROM spread_{field}_left) a"
        f" CROSS JOIN (SELECT value AS {field}_r, n FROM spread_{field}_right) b"
    )
    listed = ", ".join(
        f"{_steadied(code, FUZZY_BASE[field, code])} AS f_{column(field, code)}" for code in near
    )
    return [*made, view(f"alike_{field}", f"SELECT {listed} FROM ({met}) met")]


def _steadied(code: str, base: float) -> str:
    """A share of pairs drawn towards `base`, as `matching.counts` does it."""
    hits = f"coalesce(sum(CASE WHEN level = '{code}' THEN n ELSE 0.0 END), 0.0)"
    met = "coalesce(sum(n), 0.0)"
    return (
        f"greatest(({hits} + 1.0) / ({met} + {1.0 / base}),"
        f" ({hits} + {STEADY * base}) / ({met} + {STEADY}))"
    )


def _shares(plan: MatchPlan) -> dict[str, dict[str, str]]:
    """Counted shares of every field but place, as expressions over `counted`."""
    least = f"greatest({LEAST}, {{}})"
    exact = "a_forename_forename"
    made: dict[str, dict[str, str]] = {
        "forename": {
            "exact": exact,
            "nickname": least.format(f"a_canonical_canonical - {exact}"),
            "initial": "a_forename_letter_forename_letter",
            "middle-used": "(a_middle_forename + a_forename_middle)",
            "alias": exact,
            "names-swapped": "a_forename_surname * a_surname_forename",
        },
        "surname": dict.fromkeys(("exact", "former", "half"), "a_surname_surname"),
        "middle": {"exact": "a_middle_middle", "initial": "a_middle_letter_middle_letter"},
        "birth_date": {
            code: least.format(sql)
            for code, sql in {
                "exact": "CASE WHEN d_year * d_same_day > 0 THEN d_year * d_same_day"
                f" ELSE {DATE_BASE} END",
                "day-month-swapped": "d_turned",
                "one-part-differs": "d_part",
                "first-january": "d_first",
                "partly-known": "d_year",
                "year-differs": "d_slip * d_same_day",
                "near": "d_near * 0.75",
                "far": "d_far",
            }.items()
        },
        "sex": {"exact": "a_sex_sex"},
    }
    for field in plan.fields:
        if field not in SHAPED:
            made[field] = {"exact": f"b_{field}"}
        if field in FUZZY:
            most = f"({made[field]['exact']}) / {plan.m(field, 'exact')}"
            made[field] |= {
                code: f"greatest(f_{column(field, code)}, {most} * {plan.m(field, code)})"
                for code in FUZZY[field]
            }
    return made


def _true_pairs(plan: MatchPlan) -> str:
    """`guessed`: how many true pairs there are, from exact agreement on whole records."""
    likely = 1.0
    for field in ("forename", "surname", "birth_date"):
        if field in plan.fields:
            likely *= plan.m(field, "exact")
    pairs = "greatest(n_name_born, n_name_home)"
    return view(
        "guessed",
        f"SELECT *, CASE WHEN within THEN greatest(0.0, ({pairs} - left_n) / 2 / {likely})"
        f" ELSE least({pairs} / {likely}, left_n, right_n) END AS true_pairs FROM counted",
    )


def _places(plan: MatchPlan) -> list[str]:
    """`placed`: each rung of the address ladder is what it holds beyond the rungs above it."""
    m = {code: plan.m("place", code) for code in PLACES}
    rungs = [code for code, _ in LADDER]
    m |= dict(zip(rungs, accumulate(m[code] for code in rungs), strict=True))
    whole = {code: f"w_{code.replace('-', '_')}" for code in PLACES}
    made = []
    for code, name in PLACES.items():
        pairs = f"(n_{name} - CASE WHEN within THEN l_{name} ELSE 0.0 END)"
        twice = "CASE WHEN within THEN 2.0 ELSE 1.0 END"
        true = f"true_pairs * {twice} * {m[code]} * k_{name} / (left_n * right_n)"
        made.append(
            f"CASE WHEN k_{name} > 0 THEN greatest({pairs} - {true}, 0.05 * {pairs}, 0.5)"
            f" / k_{name} END AS {whole[code]}"
        )
    listed, above = [], "0.0"
    for code, _ in LADDER:
        share = f"coalesce(greatest({LEAST}, {whole[code]} - {above}), 0.0)"
        listed.append(f"{share} AS {_share(code)}")
        above = f"coalesce({whole[code]}, {above})"
    listed += [
        f"coalesce({whole[code]}, {LEAST}) AS {_share(code)}"
        for code in PLACES
        if code not in dict(LADDER)
    ]
    return [
        view("wholes", f"SELECT *, {', '.join(made)} FROM guessed"),
        view("placed", f"SELECT *, {', '.join(listed)} FROM wholes"),
    ]


def _falling(plan: MatchPlan) -> str:
    """`chances`: a wider address level never weighs more than a closer one."""
    start = LEVELS["place"].index("same-postcode")
    falling = LEVELS["place"][start : LEVELS["place"].index("differs") + 1]
    listed, ratios = [], []
    for field in plan.fields:
        for code in LEVELS[field]:
            if (field, code) in UNWEIGHTED:
                continue
            name = column(field, code)
            if field == "place" and code in falling:
                ratios.append(f"{plan.m(field, code)} / s.{name}")
                least = f"least({', '.join(ratios)})" if len(ratios) > 1 else f"({ratios[0]})"
                listed.append(f"{plan.m(field, code)} / {least} AS {name}")
            else:
                listed.append(name)
    return view("chances", f"SELECT {', '.join(listed)} FROM shares s")
