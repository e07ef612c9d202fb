"""What this engine adds to Splink's additive model, as SQL: the weights, and the family rules.

Splink cannot weigh a value that stands in another column, a crowded dwelling, or a sex that the
forename already tells; and its fields know nothing of households. Reads `predictions` (Splink's),
`sizes` (left_n, right_n, within) and `prior` (one row, column bits).
"""

# ruff: noqa: S608 - every name in a statement comes from the plan's closed vocabularies

from __future__ import annotations

import math
from collections.abc import Callable

from app.matching.export.competition import competition
from app.matching.export.settings import TERM_FREQUENCIES
from app.matching.export.words import at, unknown, view
from app.matching.family import (
    APART,
    CONTACTS,
    DOUBTS,
    EVEN,
    IDENTIFIERS,
    MARGIN,
    NEAR,
    NUMBERS,
    OTHER_NAME,
    PLACED,
    SLIPS,
    TOLD,
    UNRELATED,
)
from app.matching.levels import SAME_DWELLING
from app.matching.weigh import FORENAMES_AGREE, HALF_SWAPPED, OTHER_SEX, SAME_FORENAME
from app.model.plan import Adjustment, MatchPlan
from app.model.runs import Band


def post_steps_sql(plan: MatchPlan) -> str:
    """The corrections as SQL (Spark and DuckDB): views over a table `predictions`.

    `evidence` adds one column per family rule and their sum with the fields' weights, `corrected`
    the caps and the prior; `links` the probability after competition and the band. Statements end
    in semicolons and can be run again, as they must when the prior has been estimated.
    """
    head = (
        f"-- Corrections of the plan {plan.id}, version {plan.version}, digest {plan.digest}\n"
        "-- Run after Splink, on its table `predictions`, with the views `sizes` and `prior`.\n"
    )
    rules = {_name(rule): sql for rule in plan.adjustments if (sql := _bits(plan, rule))}
    steps = [_weighed(plan), _evidence(plan, rules), _corrected(plan)]
    steps += competition(plan, list(rules))
    return head + "\n".join(steps)


def _weighed(plan: MatchPlan) -> str:
    """`weighed`: bits of each field (w_FIELD), in steps of 0.01."""
    special = {
        "forename": _forename,
        "surname": _surname,
        "sex": _sex,
        "place": _place,
    }
    listed = ", ".join(
        f"\n  round({special[f](plan) if f in special else _own(f)}, 2) AS w_{f}"
        for f in plan.fields
    )
    return view("weighed", f"SELECT p.*,{listed}\nFROM predictions p")


def _own(field: str) -> str:
    """Splink's bits of a field, with its term frequency adjustment where it has one."""
    adjusted = any(name == field for name, _ in TERM_FREQUENCIES)
    return f"(mw_{field} + coalesce(mw_tf_adj_{field}, 0.0))" if adjusted else f"mw_{field}"


def _rarity(plan: MatchPlan, field: str, code: str, share: str) -> str:
    """Bits of a level whose shared value has a frequency of its own."""
    return f"log2({plan.m(field, code)} / greatest(coalesce({share}, 0.0), {plan.minimum_tf}))"


def _forename(plan: MatchPlan) -> str:
    at_level = {code: at(plan, "forename", code) for code in ("alias", "middle-used")}
    alias = "CASE WHEN forename_l = alias_forename_r THEN f_forename_l ELSE f_forename_r END"
    middle = (
        "CASE WHEN forename_l = middle_r THEN f_forename_l"
        " WHEN middle_l = forename_r THEN f_forename_r"
        " WHEN canonical_l = middle_r THEN f_middle_as_forename_r ELSE f_middle_as_forename_l END"
    )
    first = "coalesce(forename_l = surname_r, FALSE)"
    second = "coalesce(surname_l = forename_r, FALSE)"
    m = plan.m("forename", "names-swapped")
    turned = (
        f"CASE WHEN {first} AND {second} THEN log2({m}) ELSE log2({m * HALF_SWAPPED}) END"
        f" - CASE WHEN {first} THEN log2(greatest(either_forename_l, {plan.minimum_tf}))"
        " ELSE 0.0 END"
        f" - CASE WHEN {second} THEN log2(greatest(either_surname_l, {plan.minimum_tf}))"
        " ELSE 0.0 END"
    )
    return (
        f"CASE WHEN {at_level['alias']} THEN {_rarity(plan, 'forename', 'alias', alias)}"
        f" WHEN {at_level['middle-used']} THEN {_rarity(plan, 'forename', 'middle-used', middle)}"
        f" WHEN {at(plan, 'forename', 'names-swapped')} THEN {turned}"
        f" ELSE {_own('forename')} END"
    )


def _surname(plan: MatchPlan) -> str:
    def shared(*names: str) -> str:
        """Frequency of the left name that stands among the right's, the last one first."""
        tried = []
        for name in reversed(names):
            equal = " OR ".join(
                f"coalesce({name}_l = {other}_r, FALSE)"
                for other in names
                if (name, other) != ("surname", "surname")
            )
            tried.append(f"WHEN {equal} THEN f_{name}_l")
        return f"CASE {' '.join(tried)} END"

    dropped = (
        "WHEN surname_l = middle_r AND middle_l IS NULL THEN f_surname_l"
        " WHEN middle_l = surname_r AND middle_r IS NULL THEN f_surname_r"
    )
    former = shared("surname", "birth_surname", "alias_surname")
    half = shared("surname", "surname_a", "surname_b").replace("CASE", f"CASE {dropped}", 1)
    return (
        f"CASE WHEN {at(plan, 'surname', 'former')} THEN"
        f" {_rarity(plan, 'surname', 'former', former)}"
        f" WHEN {at(plan, 'surname', 'half')} THEN {_rarity(plan, 'surname', 'half', half)}"
        f" ELSE {_own('surname')} END"
    )


def _sex(plan: MatchPlan) -> str:
    """Sex counts in full only where forenames do not already tell it."""
    told = at(plan, "forename", *FORENAMES_AGREE)
    same = at(plan, "forename", *SAME_FORENAME)
    return (
        f"CASE WHEN {told} AND {at(plan, 'sex', 'exact')} THEN 0.0"
        f" WHEN {same} AND {at(plan, 'sex', 'differs')} THEN greatest(mw_sex, {OTHER_SEX})"
        " ELSE mw_sex END"
    )


def _place(plan: MatchPlan) -> str:
    """A dwelling of many people says less."""
    shared = at(plan, "place", "same-address", "same-uprn")
    return f"mw_place + CASE WHEN {shared} THEN coalesce(dwelling_bits_l, 0.0) ELSE 0.0 END"


def _name(rule: Adjustment) -> str:
    """The column of a family rule."""
    return rule.code.replace("-", "_")


def _evidence(plan: MatchPlan, rules: dict[str, str]) -> str:
    """`evidence`: one column per family rule, and all bits but the prior."""
    columns = "".join(f",\n  CAST({sql} AS double) AS {name}" for name, sql in rules.items())
    total = " + ".join([*(f"w_{field}" for field in plan.fields), *rules])
    return view(
        "evidence", f"SELECT *, {total} AS bits FROM\n(SELECT p.*{columns}\nFROM weighed p) p"
    )


def _household(plan: MatchPlan) -> str:
    home = _same_dwelling(plan)
    return f"({home} AND NOT coalesce(communal_l, FALSE) AND NOT coalesce(communal_r, FALSE))"


def _same_dwelling(plan: MatchPlan) -> str:
    return at(plan, "place", *SAME_DWELLING)


def _bits(plan: MatchPlan, rule: Adjustment) -> str | None:
    """One additive correction as an expression; None for those that cap or lift the total."""
    home, unrelated = _household(plan), at(plan, "forename", *UNRELATED)
    if rule.code == "household-surname":
        return f"CASE WHEN {home} THEN least(0.0, {rule.bits} - w_surname) ELSE 0.0 END"
    if rule.code == "household-contact":
        together = " + ".join(f"w_{f}" for f in CONTACTS if f in plan.fields) or "0.0"
        where = f"{home} AND {unrelated}"
        return f"CASE WHEN {where} THEN least(0.0, {rule.bits} - ({together})) ELSE 0.0 END"
    if rule.code == "possible-twin":
        same = at(plan, "surname", "exact", "former", "half")
        born = at(plan, "birth_date", "exact")
        other = f"NOT {at(plan, 'middle', 'exact')}"
        where = f"{born} AND {unrelated} AND ({same} OR {home}) AND {other}"
        return f"CASE WHEN {where} THEN {rule.bits} ELSE 0.0 END"
    if rule.code == "possible-father-and-son":
        names = at(plan, "forename", "exact", "nickname", "initial")
        where = f"{home} AND {at(plan, 'birth_date', 'far')} AND {names}"
        return f"CASE WHEN {where} THEN {rule.bits} ELSE 0.0 END"
    if rule.code == "chance-namesake":
        placed, born = at(plan, "place", *PLACED), at(plan, "birth_date", *SLIPS)
        other = f"({unknown(plan, 'forename')} OR {at(plan, 'forename', 'differs')})"
        where = f"NOT {placed} AND {born} AND NOT {other}"
        return f"CASE WHEN {where} THEN {rule.bits} ELSE 0.0 END"
    return None


def _corrected(plan: MatchPlan) -> str:
    """`corrected`: prior added, no capped total above its limit, lower caps first.

    `held` is what caps at probable took off.
    """
    totals = "round(prior.bits + p.bits, 2)"
    source = f"SELECT p.*, {totals} AS uncapped FROM evidence p CROSS JOIN prior"
    for cap, before, after in (
        (Band.POSSIBLE, "uncapped", "free"),
        (Band.PROBABLE, "free", "total"),
    ):
        where = [_capped(plan, a) for a in plan.adjustments if a.cap == cap]
        held = f"least({before}, {_limit(plan, cap)})"
        total = f"CASE WHEN {' OR '.join(f'({w})' for w in where)} THEN {held} ELSE {before} END"
        source = f"SELECT p.*, {total if where else before} AS {after} FROM ({source}) p"
    spoken = [f"{_name(a)} < 0" for a in plan.adjustments if a.code in DOUBTS]
    doubted = " OR ".join(["total < uncapped", *spoken])
    return view(
        "corrected", f"SELECT *, total - free AS held, ({doubted}) AS doubted FROM ({source}) p"
    )


def _limit(plan: MatchPlan, cap: Band) -> float:
    if cap == Band.POSSIBLE:
        return EVEN
    above = plan.thresholds.certain
    return round(math.log2(above / (1 - above)) - MARGIN, 2)


def _positive(plan: MatchPlan, fields: tuple[str, ...]) -> str:
    """Condition: some identifier speaks for the pair."""
    found = [f"w_{field} > 0" for field in fields if field in plan.fields]
    return f"({' OR '.join(found)})" if found else "FALSE"


def _capped(plan: MatchPlan, rule: Adjustment) -> str:
    """Where a rule holds the total down."""
    return _CAPS[rule.code](plan, rule)


def _unproven(plan: MatchPlan) -> str:
    """Nothing of the birth date could be compared, and no personal number agrees."""
    return f"({unknown(plan, 'birth_date')} AND NOT {_positive(plan, NUMBERS)})"


def _unidentified(plan: MatchPlan) -> str:
    return f"NOT {_positive(plan, IDENTIFIERS)}"


def _unnumbered(plan: MatchPlan) -> str:
    return f"NOT {_positive(plan, NUMBERS)}"


def _namesake(plan: MatchPlan, _rule: Adjustment) -> str:
    itself = "CASE WHEN (SELECT within FROM sizes) THEN 2 ELSE 1 END"
    return f"{_unproven(plan)} AND {_household(plan)} AND namesakes_l > {itself}"


def _initial_only(plan: MatchPlan, _rule: Adjustment) -> str:
    told = f"namesakes_letter_l = 1 AND {at(plan, 'sex', 'exact')}"
    initial = f"{at(plan, 'forename', 'initial')} AND NOT ({told})"
    return f"{_unproven(plan)} AND ({unknown(plan, 'forename')} OR ({initial}))"


def _name_only(plan: MatchPlan, rule: Adjustment) -> str:
    near = at(plan, "place", *NEAR)
    common = f"({_common(plan, rule)} OR {at(plan, 'place', 'differs')})"
    return f"{_unproven(plan)} AND NOT {near} AND {_unidentified(plan)} AND {common}"


def _elsewhere(plan: MatchPlan, _rule: Adjustment) -> str:
    away = f"({at(plan, 'place', 'differs')} OR {unknown(plan, 'place')})"
    born = f"NOT {unknown(plan, 'birth_date')} AND NOT {at(plan, 'middle', 'exact')}"
    return f"{away} AND {born} AND {_unidentified(plan)}"


def _contradicted(plan: MatchPlan, _rule: Adjustment) -> str:
    apart = at(plan, "birth_date", *APART)
    other = f"(NOT {_same_dwelling(plan)} OR {at(plan, 'forename', *OTHER_NAME)})"
    generation = f"{at(plan, 'birth_date', 'far')} AND {_household(plan)} AND {_unnumbered(plan)}"
    return f"({apart} AND {other} AND {_unidentified(plan)}) OR ({generation})"


def _nameless(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{unknown(plan, 'forename')} AND {unknown(plan, 'surname')}"


def _middle_unmatched(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{_unproven(plan)} AND {_unmatched(plan)}"


def _other_sex_name(plan: MatchPlan, _rule: Adjustment) -> str:
    near = at(plan, "forename", "close", "similar")
    paired = f"{near} AND forename_stem_l = forename_stem_r AND NOT {at(plan, 'sex', 'exact')}"
    same = at(plan, "forename", *SAME_FORENAME)
    other = f"({unknown(plan, 'birth_date')} OR NOT {same}) AND {at(plan, 'sex', 'differs')}"
    return f"(({paired}) OR ({other})) AND {_unnumbered(plan)}"


def _other_forename(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{at(plan, 'forename', *UNRELATED)} AND {_unnumbered(plan)}"


def _forename_unknown(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{unknown(plan, 'forename')} AND {_unnumbered(plan)}"


def _number_contradicts(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{at(plan, 'nino', 'differs')} OR {at(plan, 'nhs_number', 'differs')}"


def _other_surname(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{_unproven(plan)} AND {at(plan, 'surname', *UNRELATED)}"


def _undated(plan: MatchPlan, _rule: Adjustment) -> str:
    return f"{_unproven(plan)} AND NOT {at(plan, 'middle', *TOLD)}"


def _common(plan: MatchPlan, rule: Adjustment) -> str:
    """Where others may well bear the full name, with the middle name where the rule asks it."""
    if not rule.middle:
        return f"rarity_l > {rule.rare}"
    exact, initial = (at(plan, "middle", code) for code in TOLD)
    share = (
        f"CASE WHEN {exact} THEN greatest(coalesce(f_middle_l, 0.0), {plan.minimum_tf})"
        f" WHEN {initial} THEN greatest(coalesce(f_middle_letter_l, 0.0), {plan.minimum_tf})"
        " ELSE 1.0 END"
    )
    return f"(rarity_l * {share} > {rule.rare} OR NOT ({exact} OR {initial}))"


def _unmatched(plan: MatchPlan) -> str:
    """Where a middle name differs, or a record of a table of full names has not the other's."""
    known_by = at(plan, "forename", "middle-used")
    dropped = "FALSE" if plan.against_register else known_by
    differs = f"({at(plan, 'middle', 'differs')} AND NOT {known_by})"
    gaps = " OR ".join(
        f"(in_full_{a} AND middle_{a} IS NULL AND middle_{b} IS NOT NULL AND NOT {lost})"
        for a, b, lost in (("r", "l", dropped), ("l", "r", known_by))
    )
    return f"({differs} OR {gaps}) AND NOT {at(plan, 'forename', 'names-swapped')}"


_CAPS: dict[str, Callable[[MatchPlan, Adjustment], str]] = {
    "namesake-at-address": _namesake,
    "initial-only": _initial_only,
    "name-only": _name_only,
    "elsewhere": _elsewhere,
    "contradicted": _contradicted,
    "nameless": _nameless,
    "middle-unmatched": _middle_unmatched,
    "other-sex-name": _other_sex_name,
    "other-surname": _other_surname,
    "undated": _undated,
    "other-forename": _other_forename,
    "forename-unknown": _forename_unknown,
    "number-contradicts": _number_contradicts,
}
