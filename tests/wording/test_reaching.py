"""Groups that chance does not explain are named, home before postcode areas, and not for ever."""

from __future__ import annotations

from app.model.profiles import GroupRate, Reach
from app.wording import apart


def rate(by: str, group: str, side: str = "", records: int | None = 50) -> GroupRate:
    share = None if records is None else 0.5
    return GroupRate(by, group, records, records and records // 2, share, apart=side)


def told(*rates: GroupRate) -> str:
    return apart(Reach("R1", "L2", 10, rates))


def test_who_is_found_less_often_and_more_often_is_named() -> None:
    said = told(
        rate("sex", "male", "more"),
        rate("sex", "female", "fewer"),
        rate("age", "65-74"),
        rate("name", "Welsh surnames", "fewer"),
    )
    less, more = said.split(". ", 1)
    assert "sex female; surname Welsh surnames" in less
    assert "less often" in less
    assert more == "Found more often: sex male."
    assert "65-74" not in said


def test_postcode_areas_do_not_push_others_out() -> None:
    areas = [rate("area", f"A{letter}", "fewer") for letter in "BCDEFGHI"]
    said = told(*areas, rate("name", "Welsh surnames", "fewer"))
    assert said.index("Welsh") < said.index("AB")
    assert "2 more" not in said
    assert "AF; 3 more that the table marks." in said
    assert "AG" not in said


def test_that_nobody_differs_is_said_only_where_somebody_was_counted() -> None:
    assert "No group differs" in told(rate("sex", "male"), rate("sex", "unknown", records=None))
    assert told(rate("sex", "male", records=None)) == ""
    assert told() == ""
