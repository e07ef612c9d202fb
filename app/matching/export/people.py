"""The records as SQL: blocking keys, and what the left table tells about each record's values.

Reads `given_left` and `given_right` (within one table the same records), columns of RECORDS and
`unique_id`. Makes `people_left` and `people_right`, and a table `tf_NAME` of every value frequency
that Splink weighs by.
"""

# ruff: noqa: S608 - every name in a statement comes from the plan's closed vocabularies

from __future__ import annotations

from app.matching.conditions import key_columns
from app.matching.counts import CONTACT_BASE, IDENTIFIER_BASE, STEADY_DATES
from app.matching.export.frequent import counting, flags, small
from app.matching.export.words import view
from app.matching.family import IN_FULL
from app.matching.weigh import COMMON_DATE
from app.model.plan import MatchPlan
from app.model.records import DOMAINS

SHARES = ("forename", "canonical", "forename_letter", "surname", "middle", "middle_letter")
"""Columns whose value frequencies are plain shares of the left's known values."""

BORNE = ("nino", "nhs_number", "other_id", "phone", "email", "account")
"""Fields counted once per person who seems to bear the value."""

HELD = {
    **{name: name for name in SHARES},
    **{name: name for name in ("postcode", "sector", "district", "area", "street")},
    "sex": "CAST(sex AS string)",
    "uprn": "CAST(uprn AS string)",
    "postcode_house": "postcode || '|' || house",
    "house_street": "house || '|' || street",
    "name_born": "forename || '|' || surname || '|' || CAST(birth_date AS string)",
    "name_home": "forename || '|' || surname || '|' || postcode || '|' || house",
}
"""What is counted on both sides by value."""

RETAINED = (
    "forename",
    "canonical",
    "middle",
    "surname",
    "birth_surname",
    "alias_surname",
    "surname_a",
    "surname_b",
    "alias_forename",
    "birth_date",
    "communal",
    "dwelling",
    "forename_stem",
    "middle_letter",
    "f_forename",
    "f_surname",
    "f_surname_a",
    "f_surname_b",
    "f_birth_surname",
    "f_alias_surname",
    "f_middle",
    "f_middle_letter",
    "f_middle_as_forename",
    "in_full",
    "either_forename",
    "either_surname",
    "dwelling_bits",
    "namesakes",
    "namesakes_letter",
    "rarity",
)
"""Columns that the post-steps read beside Splink's own."""


def keyed(plan: MatchPlan) -> list[str]:
    """Views with the derived keys, and each side's values with their counts."""
    keys = ", ".join(f"{sql} AS {name}" for name, sql in key_columns().items())
    made = []
    for side in ("left", "right"):
        made.append(view(f"keyed_{side}", f"SELECT *, {keys} FROM given_{side}"))
        made.append(
            view(
                f"held_{side}",
                "\nUNION ALL ".join(
                    f"SELECT '{name}' AS name, {sql} AS value, count(*) AS n"
                    f" FROM keyed_{side} WHERE {sql} IS NOT NULL GROUP BY {sql}"
                    for name, sql in HELD.items()
                ),
            )
        )
    made.append(view("bearers", "\nUNION ALL ".join(_bearers(name) for name in (*BORNE, "born"))))
    return made


def _bearers(name: str) -> str:
    column = "birth_date" if name == "born" else name
    return (
        f"SELECT '{name}' AS name, value, count(*) AS n FROM (SELECT DISTINCT"
        f" CAST({column} AS string) AS value, name_initials FROM keyed_left"
        f" WHERE {column} IS NOT NULL) {name} GROUP BY value"
    )


def frequencies(plan: MatchPlan) -> list[str]:
    """Value frequencies on the left, after `chances` were counted."""
    totals = "SELECT name, sum(n) AS n FROM {} GROUP BY name"
    shares = ", ".join(f"'{name}'" for name in SHARES)
    bases = " ".join(
        f"WHEN '{name}' THEN {IDENTIFIER_BASE.get(name, CONTACT_BASE)}" for name in BORNE
    )
    base = f"CASE b.name {bases} ELSE (SELECT birth_date__exact FROM chances) END"
    steady = f"CASE b.name WHEN 'born' THEN {float(STEADY_DATES)} ELSE 1.0 END"
    plain = (
        "SELECT h.name, h.value, CAST(h.n AS double) / t.n AS share FROM held_left h"
        f" JOIN ({totals.format('held_left')}) t ON t.name = h.name WHERE h.name IN ({shares})"
    )
    own = (
        f"SELECT b.name, b.value, (b.n - 1 + {steady}) / (t.n + {steady} / {base}) AS share"
        f" FROM bearers b JOIN ({totals.format('bearers')}) t ON t.name = b.name"
    )
    made = [view("frequencies", f"{plain}\nUNION ALL {own}")]
    for column in (*SHARES, *BORNE):
        whole = column in BORNE and column not in DOMAINS
        value = "CAST(value AS bigint)" if whole else "value"
        made.append(
            view(
                f"tf_{column}",
                f"SELECT {value} AS {column}, share AS tf_{column} FROM frequencies"
                f" WHERE name = '{column}'",
            )
        )
    days = "SELECT DISTINCT birth_date, birth_month, birth_day FROM keyed_left"
    common = f"{COMMON_DATE} * (SELECT birth_date__exact FROM chances)"
    return [
        *made,
        view(
            "tf_birth_date",
            "SELECT d.birth_date, CASE WHEN d.birth_month = 1 AND d.birth_day = 1"
            f" THEN greatest(f.share, {common}) ELSE f.share END AS tf_birth_date FROM ({days}) d"
            " JOIN frequencies f ON f.name = 'born' AND f.value = CAST(d.birth_date AS string)",
        ),
    ]


def people(plan: MatchPlan) -> list[str]:
    """The records of both sides with what the left table tells about their values."""
    made = [
        view(
            "dwellings",
            "SELECT dwelling, count(*) AS n FROM keyed_left WHERE dwelling IS NOT NULL"
            " GROUP BY dwelling",
        )
    ]
    for name, key in (("namesakes", "canonical"), ("namesakes_letter", "forename_letter")):
        known = " AND ".join(f"{column} IS NOT NULL" for column in ("dwelling", key, "surname"))
        made.append(
            view(
                f"same_{name}",
                f"SELECT dwelling, {key} AS called, surname, count(*) AS n FROM keyed_left"
                f" WHERE {known} GROUP BY dwelling, {key}, surname",
            )
        )
    made += counting(plan)
    return [*made, *(view(f"people_{side}", _enriched(plan, side)) for side in ("left", "right"))]


def _enriched(plan: MatchPlan, side: str) -> str:
    joined = {
        "f_forename": ("forename", "forename"),
        "f_surname": ("surname", "surname"),
        "f_surname_a": ("surname", "surname_a"),
        "f_surname_b": ("surname", "surname_b"),
        "f_birth_surname": ("surname", "birth_surname"),
        "f_alias_surname": ("surname", "alias_surname"),
        "f_middle": ("middle", "middle"),
        "f_middle_letter": ("middle_letter", "middle_letter"),
        "f_middle_as_forename": ("forename", "middle"),
        "as_surname": ("surname", "forename"),
        "as_forename": ("forename", "surname"),
    }
    shares = ", ".join(
        f"{name}.share AS {name}" for name in joined if name not in ("as_surname", "as_forename")
    )
    joins = "\n".join(
        f"LEFT JOIN frequencies {name} ON {name}.name = '{of}' AND {name}.value = k.{column}"
        for name, (of, column) in joined.items()
    )
    mean = "(SELECT sum(CAST(n AS double) * n) / sum(n) FROM dwellings)"
    rare = " * ".join(
        f"CASE WHEN k.{name} IS NULL THEN 1.0 ELSE"
        f" greatest(coalesce(f_{name}.share, 0.0), {plan.minimum_tf}) END"
        for name in ("forename", "surname")
    )
    same = "\n".join(
        f"LEFT JOIN same_{name} {name} ON {name}.dwelling = k.dwelling"
        f" AND {name}.called = k.{key} AND {name}.surname = k.surname"
        for name, key in (("namesakes", "canonical"), ("namesakes_letter", "forename_letter"))
    )
    found_by, left_out = flags(plan, side)
    return (
        f"SELECT {small(plan) if left_out else ''} k.*, {shares},\n"
        "  greatest(coalesce(f_forename.share, 0.0), coalesce(as_surname.share, 0.0))"
        " AS either_forename,\n"
        "  greatest(coalesce(f_surname.share, 0.0), coalesce(as_forename.share, 0.0))"
        " AS either_surname,\n"
        f"  least(1.0, log2({mean} / dwellings.n)) AS dwelling_bits,\n"
        "  coalesce(namesakes.n, 1) AS namesakes,\n"
        "  coalesce(namesakes_letter.n, 1) AS namesakes_letter,\n"
        f"  (SELECT left_n FROM sizes) * {rare} AS rarity,\n"
        f"  (SELECT count(middle) >= {IN_FULL} * count(*) FROM given_{side}) AS in_full,\n"
        f"  {', '.join(found_by)}\n"
        f"FROM keyed_{side} k\n{joins}\n"
        f"LEFT JOIN dwellings ON dwellings.dwelling = k.dwelling\n{same}\n" + "\n".join(left_out)
    )
