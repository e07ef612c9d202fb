"""One partner per person, as SQL: who looks like the same person, and who competes."""

# ruff: noqa: S608 - every name in a statement comes from the plan's closed vocabularies

from __future__ import annotations

from app.matching.compete import TIE, WEAK
from app.matching.export.words import view
from app.matching.third import CROWD, MOST, STRONG
from app.model.plan import MatchPlan

ROUNDS = 3
"""How often groups that share a member are merged; the engine merges until nothing moves."""
TOP = 900.0
"""Bits beyond which no power is taken."""
LOOKS = {
    "by_birth": ("canonical", "surname", "birth_date"),
    "by_roof": ("canonical", "birth_date", "dwelling"),
    "by_home": ("canonical", "surname", "middle_letter", "dwelling"),
}
"""Columns that agree on two records that look like the same person (see `matching.compete`)."""


def competition(plan: MatchPlan, rules: list[str]) -> list[str]:
    """Views from `corrected` to `links`, which shows the columns `rules` of the family rules."""
    if plan.adjustment("shared-partner") is None:
        made = [view("lifted", "SELECT *, total AS weight FROM corrected")]
    else:
        made = [*_support(), _lifted(plan)]
    made.append(
        view(
            "rivals",
            "SELECT *, apart - max(apart) OVER (PARTITION BY unique_id_l) AS lead_l,"
            " apart - max(apart) OVER (PARTITION BY unique_id_r) AS lead_r FROM"
            f" (SELECT *, weight - held AS apart, {_odds('weight - held')} AS odds,"
            f" {_alone('weight')} AS alone FROM lifted WHERE weight >= {WEAK}) strong",
        )
    )
    if plan.one_to_one:
        made.append(_looks("r", "l", plan.left_unique, "rivals", "looked_r"))
        made.append(_looks("l", "r", plan.right_unique, "looked_r", "looked"))
        made += [_groups("r"), _groups("l"), _competed()]
    else:
        made.append(view("competed", "SELECT *, alone AS probability FROM rivals"))
    return [*made, _links(plan, rules)]


def _odds(bits: str) -> str:
    return f"power(2.0, greatest(-{TOP}, least({TOP}, {bits})))"


def _alone(bits: str) -> str:
    return f"{_odds(bits)} / (1 + {_odds(bits)})"


def _support() -> list[str]:
    """`supported`: the largest p + q - 1 over records that match both sides with p and q."""
    p = _alone("total")
    strong = f"FROM corrected WHERE {p} >= {STRONG}"
    few = f"(SELECT a FROM ends GROUP BY a HAVING count(*) <= {CROWD})"
    return [
        view(
            "ends",
            f"SELECT unique_id_l AS a, unique_id_r AS b, {p} AS p {strong}"
            f" UNION ALL SELECT unique_id_r, unique_id_l, {p} {strong}",
        ),
        view(
            "supported",
            "SELECT x.a, y.b, max(x.p + y.p - 1.0) AS p FROM ends x JOIN ends y ON x.b = y.a"
            f" JOIN {few} f ON f.a = x.a JOIN {few} g ON g.a = x.b"
            " WHERE (SELECT within FROM sizes) GROUP BY x.a, y.b",
        ),
    ]


def _lifted(plan: MatchPlan) -> str:
    """`lifted`: a pair that a third record supports reaches its bound."""
    rule = plan.adjustment("shared-partner")
    least = rule.bits if rule is not None else TOP
    bound = f"least({MOST}, greatest(1e-9, s.p))"
    wanted = f"round(log2({bound} / (1.0 - {bound})), 2)"
    return view(
        "lifted",
        "SELECT c.*, CASE WHEN s.p > 0 AND NOT doubted"
        f" AND c.total >= {least} AND {wanted} > c.total"
        f" THEN {wanted} ELSE c.total END AS weight FROM corrected c"
        " LEFT JOIN supported s ON s.a = c.unique_id_l AND s.b = c.unique_id_r",
    )


def _looks(owner: str, member: str, unique: bool, source: str, target: str) -> str:
    """A column look_OWNER: equal where two members of one owner look like the same person."""
    look, own = f"look_{owner}", f"CAST(unique_id_{member} AS string)"
    if unique:
        return view(target, f"SELECT *, {own} AS {look} FROM {source}")
    keys = []
    for key, names in LOOKS.items():
        columns = [f"{name}_{member}" for name in names]
        where = " AND ".join(f"{c} IS NOT NULL" for c in columns if "letter" not in c)
        text = " || '|' || ".join(f"coalesce(CAST({c} AS string), '')" for c in columns)
        keys.append(f"CASE WHEN {where} THEN {text} END AS {key}_{owner}")
    home, born = f"by_home_{owner}", f"birth_date_{member}"
    over = f"OVER (PARTITION BY unique_id_{owner}, {home})"
    one_birth = f"coalesce(min({born}) {over} = max({born}) {over}, TRUE)"
    query = f"SELECT *, {own} AS {look}_0, {', '.join(keys)} FROM {source}"
    query = f"SELECT *, CASE WHEN {one_birth} THEN {home} END AS at_home_{owner} FROM ({query}) q"
    merging = [f"by_birth_{owner}", f"by_roof_{owner}", f"at_home_{owner}"] * ROUNDS
    for number, key in enumerate(merging):
        before, after = f"{look}_{number}", f"{look}_{number + 1}"
        if number + 1 == len(merging):
            after = look
        query = (
            f"SELECT *, CASE WHEN {key} IS NULL THEN {before} ELSE min({before}) OVER"
            f" (PARTITION BY unique_id_{owner}, {key}) END AS {after} FROM ({query}) q"
        )
    return view(target, query)


def _groups(owner: str) -> str:
    """Each owner's rivals: the best odds of each group of look-alikes, summed."""
    return view(
        f"owned_{owner}",
        "SELECT owner, sum(best) AS total FROM"
        f" (SELECT unique_id_{owner} AS owner, look_{owner}, max(odds) AS best FROM looked"
        f" GROUP BY unique_id_{owner}, look_{owner}) best GROUP BY owner",
    )


def _competed() -> str:
    """`competed`: odds against no partner and every other group, the stricter of both sides.

    A cap at probable holds the pair itself, not what it competes with. Within one table a pair
    stands alone.
    """
    chances = ", ".join(
        f"odds / (1 + odds + greatest(0.0, owned_{o}.total"
        f" - max(odds) OVER (PARTITION BY p.unique_id_{o}, p.look_{o})))"
        for o in "rl"
    )
    return view(
        "competed",
        "SELECT p.*, CASE WHEN (SELECT within FROM sizes) THEN alone"
        f" ELSE least(alone, {chances}) END AS probability FROM looked p"
        " JOIN owned_r ON owned_r.owner = p.unique_id_r"
        " JOIN owned_l ON owned_l.owner = p.unique_id_l",
    )


def _links(plan: MatchPlan, rules: list[str]) -> str:
    """`links`: the stored pairs with weight, probability and band."""
    limits = plan.thresholds
    tie = f"odds / (1 + odds) >= {limits.probable} AND least(lead_l, lead_r) >= {-TIE}"
    band = (
        f"CASE WHEN probability >= {limits.certain} THEN 'certain'"
        f" WHEN probability >= {limits.probable} THEN 'probable'"
        f" WHEN probability >= {limits.possible} OR ({tie}) THEN 'possible' ELSE 'unlikely' END"
    )
    shown = [*(f"w_{field}" for field in plan.fields), *rules]
    return view(
        "links",
        f"SELECT unique_id_l, unique_id_r, {', '.join(shown)}, weight, probability, band\n"
        f"FROM (SELECT *, {band} AS band FROM competed) banded\n"
        f"WHERE alone >= {plan.keep} OR band <> 'unlikely'",
    )
