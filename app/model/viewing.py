"""A record laid out for reading: raw text beside its standardised form, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map

from app.model.kinds import Mapping
from app.model.meanings import Meaning
from app.model.runs import FieldView

_NAMES = (Meaning.GIVEN_NAMES, Meaning.MIDDLE_NAMES)
_BIRTH = (Meaning.BIRTH_DATE, Meaning.BIRTH_DAY, Meaning.BIRTH_MONTH, Meaning.BIRTH_YEAR)

LINES: tuple[tuple[str, tuple[Meaning, ...], tuple[str, ...]], ...] = (
    ("reference", (Meaning.REFERENCE,), ("reference",)),
    ("other_id", (Meaning.OTHER_ID,), ("other_id",)),
    ("title", (Meaning.TITLE,), ()),
    ("full_name", (Meaning.FULL_NAME,), ()),
    ("given_names", _NAMES, ("forename", "middle")),
    ("surname", (Meaning.SURNAME,), ("surname",)),
    ("birth_surname", (Meaning.BIRTH_SURNAME,), ("birth_surname",)),
    ("alias_given_names", (Meaning.ALIAS_GIVEN_NAMES,), ("alias_forename",)),
    ("alias_surname", (Meaning.ALIAS_SURNAME,), ("alias_surname",)),
    ("birth_date", _BIRTH, ("birth_date",)),
    ("birth_place", (Meaning.BIRTH_PLACE,), ()),
    ("sex", (Meaning.SEX,), ("sex",)),
    ("death_date", (Meaning.DEATH_DATE,), ("death_date",)),
    ("registered_date", (Meaning.REGISTERED_DATE,), ()),
    ("event_status", (Meaning.EVENT_STATUS,), ()),
    ("amends", (Meaning.AMENDS,), ()),
    (
        "address",
        (Meaning.HOUSE_NUMBER, Meaning.ADDRESS, Meaning.TOWN),
        ("house", "street"),
    ),
    ("postcode", (Meaning.POSTCODE,), ("postcode",)),
    ("uprn", (Meaning.UPRN,), ("uprn",)),
    ("nino", (Meaning.NINO,), ("nino",)),
    ("nhs_number", (Meaning.NHS_NUMBER,), ("nhs_number",)),
    ("phone", (Meaning.PHONE,), ("phone",)),
    ("email", (Meaning.EMAIL,), ("email",)),
    ("account", (Meaning.SORT_CODE, Meaning.ACCOUNT_NUMBER), ("account",)),
    ("occupation", (Meaning.OCCUPATION,), ()),
    ("start_date", (Meaning.START_DATE,), ()),
    ("end_date", (Meaning.END_DATE,), ()),
    ("amount", (Meaning.AMOUNT,), ()),
)
"""Reading order: the line's name, the meanings whose raw text it shows, the standardised columns.

Two records side by side align by line name, whatever columns their suppliers used.
"""


def raw_by_meaning(
    columns_of: Map[Meaning, Sequence[str]], raw: Map[str, str]
) -> dict[Meaning, str]:
    """The raw text of one row by meaning (`columns_by_meaning`), joined by a space."""
    found: dict[Meaning, str] = {}
    for means, columns in columns_of.items():
        said = _join([raw.get(column, "").strip() for column in columns])
        if said:
            found[means] = said
    return found


def columns_by_meaning(mapping: Mapping, party: int) -> dict[Meaning, tuple[str, ...]]:
    """The source columns that speak of one party of a row, by meaning.

    A second party's row falls back on the shared columns (its address is the first party's).
    """
    columns: dict[Meaning, list[str]] = {}
    own = {use.means for use in mapping.columns if use.party == party}
    # Where several people stand in the name columns themselves, their text is all there is.
    joint = not any(u.means is Meaning.FULL_NAME or u.party == party for u in mapping.columns)
    personal = _PERSONAL - {*_NAMES, Meaning.SURNAME} if joint else _PERSONAL
    for use in mapping.columns:
        if use.means is None or (use.party != party and (use.party != 1 or use.means in own)):
            continue
        if party != 1 and use.party == 1 and use.means in personal:
            continue
        columns.setdefault(use.means, []).append(use.column)
    return {means: tuple(names) for means, names in columns.items()}


def layout(raw: Map[Meaning, str], standard: Map[str, str]) -> tuple[FieldView, ...]:
    """The lines of one record that hold anything, in reading order."""
    lines = []
    spoken, known = raw.keys(), standard.keys()
    for name, meanings, columns in LINES:
        said = kept = ""
        if not spoken.isdisjoint(meanings):
            said = _join([raw.get(meaning, "") for meaning in meanings])
        if not known.isdisjoint(columns):
            kept = _join([standard.get(column, "") for column in columns])
        if said or kept:
            lines.append(FieldView(name, said, kept))
    return tuple(lines)


def fields_in(mapping: Mapping) -> Sequence[Meaning]:
    """The meanings a mapping fills, in the vocabulary's order."""
    held = {use.means for use in mapping.columns}
    return [meaning for meaning in Meaning if meaning in held]


def _join(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


_PERSONAL = frozenset(
    {
        Meaning.TITLE,
        Meaning.GIVEN_NAMES,
        Meaning.MIDDLE_NAMES,
        Meaning.SURNAME,
        Meaning.SEX,
        Meaning.NINO,
        Meaning.NHS_NUMBER,
        Meaning.ALIAS_GIVEN_NAMES,
        Meaning.ALIAS_SURNAME,
        Meaning.BIRTH_SURNAME,
        *_BIRTH,
    }
)
"""What belongs to one person only: a second party never borrows it from the first."""
