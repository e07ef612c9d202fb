"""Reasons: what a steward would say of a pair."""

from __future__ import annotations

from app.matching.reasons import reasons
from app.model.plan import ADJUSTMENTS, LEVELS
from app.model.runs import Evidence
from app.wording.book import book


def rows(**levels: str) -> list[Evidence]:
    return [Evidence(field, "a", "b", level, 1.0) for field, level in levels.items()]


def codes(**levels: str) -> list[str]:
    return [note.code for note in reasons(rows(**levels))]


def test_care_home_is_named() -> None:
    found = codes(forename="exact", surname="exact", birth_date="exact", place="differs-communal")
    assert found == ["same-name-and-birth-date", "address-differs-care-home"]


def test_what_differs_follows_what_agrees() -> None:
    found = codes(
        forename="nickname", surname="exact", birth_date="one-part-differs", place="same-address"
    )
    assert found == [
        "same-address",
        "same-surname",
        "forename-nickname",
        "birth-date-one-part-differs",
    ]


def test_a_correction_that_applied_is_said_last() -> None:
    evidence = [*rows(forename="differs", surname="exact", birth_date="exact")]
    evidence.append(Evidence("possible-twin", None, None, "applied", -12.0))
    assert [note.code for note in reasons(evidence)][-1] == "possible-twin"


def test_a_field_the_plan_does_not_compare_is_not_mentioned() -> None:
    assert codes(forename="exact", surname="exact") == ["same-name"]


def test_every_possible_reason_and_level_has_its_sentence() -> None:
    notes, levels, fields = (
        {code for family, code in book() if family == wanted}
        for wanted in ("note", "level", "field")
    )
    for field, names in LEVELS.items():
        for level in (*names, "missing"):
            assert level in levels
            for partner in ("exact", "differs"):
                other = {"forename": "surname", "surname": "forename"}.get(field, "forename")
                found = codes(**{field: level, other: partner})
                assert set(found) <= notes, (field, level)
    for combination in range(8):
        home, date, name = (combination & 1, combination & 2, combination & 4)
        found = codes(
            forename="exact" if name else "differs",
            surname="exact" if name else "differs",
            birth_date="exact" if date else "far",
            place="same-address" if home else "differs",
        )
        assert set(found) <= notes
    assert set(ADJUSTMENTS) <= notes
    assert {*ADJUSTMENTS, *LEVELS, "prior"} <= fields
