"""Levels of agreement as SQL over standardised text, for engines other than ours.

Columns are those of RECORDS with `_l` and `_r`, and the derived `sector`, `district`, `area`.
Conditions stand in the order in which they must be tried; the last level is `ELSE`. Exact levels
are bare equalities, because Splink knows by that where term frequencies belong.
"""

from __future__ import annotations

from app.matching.postcodes import UK_POSTCODE
from app.matching.sides import FEMININE
from app.matching.similar import CLOSE, PER_SLIP, SIMILAR, SLIP_LENGTH
from app.model.plan import LEVELS

DIALECTS = {
    "duckdb": ("jaro_winkler_similarity", "damerau_levenshtein"),
    "spark": ("jaro_winkler", "damerau_levenshtein"),
}
"""Names of Jaro-Winkler similarity and of Damerau-Levenshtein distance in each dialect."""

_DWELLING = "postcode_l = postcode_r AND house_l = house_r"
_STRAIGHT = "(canonical_l = canonical_r OR surname_l = surname_r)"
_MIDDLE_USED = (
    "(middle_l = forename_r OR forename_l = middle_r"
    " OR middle_l = canonical_r OR canonical_l = middle_r)"
)
_YEARS = "birth_year_l IS NOT NULL AND birth_year_r IS NOT NULL"
_WHOLE = "birth_date_l IS NOT NULL AND birth_date_r IS NOT NULL"
_SAME_MONTH = "birth_month_l = birth_month_r"
_SAME_DAY = "birth_day_l = birth_day_r"
_FIRST = "((birth_month_l = 1 AND birth_day_l = 1) OR (birth_month_r = 1 AND birth_day_r = 1))"


def conditions(field: str, dialect: str) -> list[tuple[str, str]]:
    """(level code, SQL condition) of a field in order, `missing` first and `ELSE` last."""
    near = alike(field, dialect)
    made = {
        "forename": _forename,
        "surname": _surname,
        "middle": _middle,
        "birth_date": _birth_date,
        "place": _place,
    }
    if field in made:
        return made[field](near)
    found = [("missing", f"{field}_l IS NULL OR {field}_r IS NULL")]
    found.append(("exact", f"{field}_l = {field}_r"))
    return [*found, *near.items(), ("differs", "ELSE")]


def alike(field: str, dialect: str) -> dict[str, str]:
    """The levels of a field that need a similarity of texts, as SQL."""
    similar, slips = DIALECTS[dialect]
    a, b = f"{field}_l", f"{field}_r"
    if field in ("forename", "surname"):
        shorter = f"least(length({a}), length({b}))"
        few = f"{slips}({a}, {b}) <= greatest(1, floor({shorter} / {PER_SLIP}))"
        long = f"({shorter} >= {SLIP_LENGTH} OR levenshtein({a}, {b}) = 2)"
        one = f"{slips}({a}, {b}) <= 1 AND {long}"
        return {
            "close": f"({similar}({a}, {b}) >= {CLOSE} AND {few} OR {one})",
            "similar": f"{similar}({a}, {b}) >= {SIMILAR}",
        }
    if "close" in LEVELS[field]:
        allowed = f"greatest(1, floor(least(length({a}), length({b})) / 8))"
        return {"close": f"{slips}({a}, {b}) <= {allowed}"}
    return {}


def key_columns() -> dict[str, str]:
    """Keys that are not columns of RECORDS, as SQL over one record."""
    british = f"WHEN regexp_replace(postcode, '{UK_POSTCODE}', '') = ''"
    return {
        "month_day": "CAST(birth_month AS int) * 32 + birth_day",
        "forename_letter": _letter("forename"),
        "forename_stem": f"regexp_replace(forename, '{FEMININE}', '')",
        "middle_letter": _letter("middle"),
        "name_initials": f"{_letter('forename')} || {_letter('surname')}",
        "sector": f"CASE {british} THEN substr(postcode, 1, length(postcode) - 2) END",
        "district": f"CASE {british} THEN substr(postcode, 1, length(postcode) - 3) END",
        "area": f"CASE {british} THEN regexp_replace(postcode, '[0-9].*$', '') END",
        "dwelling": "CASE WHEN postcode IS NOT NULL AND house IS NOT NULL THEN"
        " postcode || '|' || house ELSE 'UPRN ' || CAST(uprn AS string) END",
    }


def _letter(name: str) -> str:
    first = f"substr({name}, 1, 1)"
    return f"CASE WHEN {first} BETWEEN 'A' AND 'Z' THEN {first} END"


def _forename(near: dict[str, str]) -> list[tuple[str, str]]:
    short = "(length(forename_l) = 1 OR length(forename_r) = 1)"
    crossed = "(forename_l = surname_r OR surname_l = forename_r)"
    return [
        ("missing", "forename_l IS NULL OR forename_r IS NULL"),
        ("initial", f"{short} AND substr(forename_l, 1, 1) = substr(forename_r, 1, 1)"),
        ("exact", "forename_l = forename_r"),
        ("nickname", f"canonical_l = canonical_r AND NOT {short}"),
        ("alias", "alias_forename_l = forename_r OR forename_l = alias_forename_r"),
        ("names-swapped", f"{crossed} AND NOT coalesce({_STRAIGHT}, FALSE)"),
        (
            "middle-used",
            f"{_MIDDLE_USED} AND NOT {short}",
        ),
        *((code, f"{sql} AND NOT {short}") for code, sql in near.items()),
        ("differs", "ELSE"),
    ]


def _surname(near: dict[str, str]) -> list[tuple[str, str]]:
    def any_equal(names: tuple[str, ...]) -> str:
        pairs = [(a, b) for a in names for b in names if (a, b) != ("surname", "surname")]
        return " OR ".join(f"{a}_l = {b}_r" for a, b in pairs)

    crossed = "(forename_l = surname_r OR surname_l = forename_r)"
    dropped = (
        "(middle_l IS NULL AND surname_l = middle_r OR middle_r IS NULL AND middle_l = surname_r)"
    )
    return [
        ("missing", "surname_l IS NULL OR surname_r IS NULL"),
        ("exact", "surname_l = surname_r"),
        ("former", any_equal(("surname", "birth_surname", "alias_surname"))),
        ("half", f"{any_equal(('surname', 'surname_a', 'surname_b'))} OR {dropped}"),
        ("names-swapped", f"{crossed} AND NOT coalesce({_STRAIGHT}, FALSE)"),
        *near.items(),
        ("differs", "ELSE"),
    ]


def _middle(_near: dict[str, str]) -> list[tuple[str, str]]:
    short = "(length(middle_l) = 1 OR length(middle_r) = 1)"
    used = _MIDDLE_USED
    return [
        ("missing", "middle_l IS NULL OR middle_r IS NULL"),
        ("used-as-forename", f"{used} AND NOT coalesce(canonical_l = canonical_r, FALSE)"),
        ("initial", f"{short} AND substr(middle_l, 1, 1) = substr(middle_r, 1, 1)"),
        ("exact", "middle_l = middle_r"),
        ("differs", "ELSE"),
    ]


def _birth_date(_near: dict[str, str]) -> list[tuple[str, str]]:
    same_year = "birth_year_l = birth_year_r"
    apart = "abs(birth_year_l - birth_year_r)"
    known = "(birth_month_l IS NULL OR birth_month_r IS NULL OR birth_month_l = birth_month_r)"
    turned = "birth_month_l = birth_day_r AND birth_day_l = birth_month_r"
    slip = one_digit_sql("birth_year_l", "birth_year_r")
    near = f"CASE WHEN {_WHOLE} THEN abs(birth_date_l - birth_date_r) <= 366 ELSE {apart} <= 1 END"
    return [
        ("missing", f"NOT ({_YEARS})"),
        ("exact", "birth_date_l = birth_date_r"),
        ("day-month-swapped", f"{_WHOLE} AND {same_year} AND {turned}"),
        (
            "one-part-differs",
            f"{_WHOLE} AND {same_year} AND NOT {_FIRST} AND ({_SAME_MONTH}) <> ({_SAME_DAY})",
        ),
        ("first-january", f"{_WHOLE} AND {same_year} AND {_FIRST}"),
        ("partly-known", f"{same_year} AND NOT ({_WHOLE}) AND {known}"),
        ("year-differs", f"{_WHOLE} AND {_SAME_MONTH} AND {_SAME_DAY} AND {slip}"),
        ("near", near),
        ("far", f"{apart} >= 10"),
        ("differs", "ELSE"),
    ]


def one_digit_sql(a: str, b: str) -> str:
    """Where two different years differ by one digit, or by their last two changing places."""
    century, decade = (f"floor({{0}} / {n})" for n in (100, 10))
    same_century = f"{century.format(a)} = {century.format(b)}"
    units = f"{decade.format(a)} = {decade.format(b)}"
    tens = f"({a} % 10 = {b} % 10 AND {same_century})"
    hundreds = f"{a} % 100 = {b} % 100"
    turned = (
        f"({same_century} AND {a} % 10 = {decade.format(b)} % 10"
        f" AND {b} % 10 = {decade.format(a)} % 10)"
    )
    return f"({units} OR {tens} OR {hundreds} OR {turned})"


def _place(_near: dict[str, str]) -> list[tuple[str, str]]:
    comparable = (
        "(postcode_l IS NOT NULL AND postcode_r IS NOT NULL) OR street_l = street_r"
        " OR uprn_l = uprn_r"
    )
    return [
        ("missing", f"NOT coalesce({comparable}, FALSE)"),
        ("same-uprn", "uprn_l = uprn_r"),
        ("same-address", _DWELLING),
        ("same-street", "house_l = house_r AND street_l = street_r"),
        (
            "same-postcode-house-unknown",
            "postcode_l = postcode_r AND (house_l IS NULL OR house_r IS NULL)",
        ),
        ("same-postcode", "postcode_l = postcode_r"),
        ("same-street-name", "street_l = street_r"),
        ("differs-communal", "communal_l OR communal_r"),
        ("same-sector", "sector_l = sector_r"),
        ("same-district", "district_l = district_r"),
        ("same-area", "area_l = area_r"),
        ("differs", "ELSE"),
    ]
