"""What a steward would say of a pair: which fields agree and which differ, as codes."""

from __future__ import annotations

from collections.abc import Sequence

from app.model.notes import Note
from app.model.runs import Evidence

_NAME = frozenset({"exact"})
_DATE_DIFFERS = {
    "day-month-swapped": "birth-day-and-month-swapped",
    "one-part-differs": "birth-date-one-part-differs",
    "first-january": "birth-date-first-january",
    "partly-known": "birth-date-partly-known",
    "year-differs": "birth-year-differs",
    "near": "birth-date-near",
    "differs": "birth-date-differs",
    "far": "birth-date-far",
    "missing": "birth-date-missing",
}
_FORENAME = {
    "nickname": "forename-nickname",
    "close": "forename-spelling",
    "similar": "forename-similar",
    "alias": "forename-alias",
    "initial": "forename-initial",
    "middle-used": "forename-middle-used",
    "names-swapped": "names-swapped",
    "differs": "forename-differs",
    "missing": "forename-missing",
}
_SURNAME = {
    "former": "surname-former",
    "half": "surname-half",
    "close": "surname-spelling",
    "similar": "surname-similar",
    "differs": "surname-differs",
    "missing": "surname-missing",
}
_PLACE = {
    "same-street": "postcode-differs",
    "same-postcode-house-unknown": "same-postcode",
    "same-postcode": "house-differs",
    "same-street-name": "address-differs-same-street",
    "same-sector": "address-differs-nearby",
    "same-district": "address-differs-nearby",
    "same-area": "address-differs",
    "differs": "address-differs",
    "differs-communal": "address-differs-care-home",
    "missing": "address-missing",
}
_NUMBERS = ("nino", "nhs_number", "other_id", "phone", "email", "account")
_SAME_HOME = frozenset({"same-uprn", "same-address"})


def reasons(evidence: Sequence[Evidence]) -> tuple[Note, ...]:
    """Notes in the order a steward reads them: what agrees, what differs, what to beware of.

    Works from the evidence rows alone (`Matches.evidence`); facts are empty, since the rows hold
    the values.
    """
    levels = {row.field: row.level for row in evidence}
    applied = [row.field for row in evidence if row.level == "applied"]
    codes = [*_agreeing(levels), *_differing(levels), *applied]
    return tuple(Note(code) for code in codes)


def _agreeing(levels: dict[str, str]) -> list[str]:
    name = levels.get("forename") in _NAME and levels.get("surname") in _NAME
    date = levels.get("birth_date") == "exact"
    home = levels.get("place") in _SAME_HOME
    parts = [p for p, same in (("name", name), ("birth-date", date), ("address", home)) if same]
    codes = ["same-" + "-and-".join(parts)] if parts else []
    if not name:
        codes += [f"same-{f}" for f in ("forename", "surname") if levels.get(f) in _NAME]
    codes += [f"same-{_hyphens(f)}" for f in _NUMBERS if levels.get(f) == "exact"]
    return codes


def _differing(levels: dict[str, str]) -> list[str]:
    codes = []
    for field, table in (
        ("forename", _FORENAME),
        ("surname", _SURNAME),
        ("birth_date", _DATE_DIFFERS),
        ("place", _PLACE),
    ):
        code = table.get(levels.get(field, ""))
        if code is not None:
            codes.append(code)
    if levels.get("middle") == "differs":
        codes.append("middle-differs")
    if levels.get("sex") == "differs":
        codes.append("sex-differs")
    for field in _NUMBERS:
        if levels.get(field) in ("differs", "close"):
            codes.append(f"{_hyphens(field)}-{levels[field]}")
    return codes


def _hyphens(field: str) -> str:
    return field.replace("_", "-")
