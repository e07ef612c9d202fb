"""Small tables about data, against counts made by hand."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from app.model.profiles import BandShare, ColumnProfile, GroupRate, NameGroup
from app.model.runs import Bands
from app.reports.summary import bands_summary, column_profile, match_rates

AGES = (18, 25, 35, 45, 55, 65, 75, 85)
EPOCH = date(1970, 1, 1)
DAY = (date(2026, 8, 22) - EPOCH).days


def born(year: int, month: int = 1, day: int = 1) -> int:
    return (date(year, month, day) - EPOCH).days


def records(*rows) -> pa.Table:
    return pa.table(
        {
            "sex": pa.array([row[0] for row in rows], pa.int8()),
            "birth_date": pa.array([row[1] for row in rows], pa.int32()),
            "postcode": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def test_bands_have_shares_of_all_pairs() -> None:
    found = bands_summary(Bands(certain=6, probable=2, possible=2))
    assert found[0] == BandShare("certain", 6, 0.6)
    assert [band.band for band in found] == ["certain", "probable", "possible", "unlikely"]
    assert sum(band.share for band in found) == pytest.approx(1)
    assert all(band.share == 0 for band in bands_summary(Bands()))


def test_blanks_and_nothing_are_not_filled() -> None:
    table = pa.table({"a": ["x", " ", "", None, "x", "y "], "b": pa.array([None] * 6, pa.string())})
    assert column_profile("a", table.column("a")) == ColumnProfile("a", 3, 0.5, 2)
    assert column_profile("b", table.column("b")) == ColumnProfile("b", 0, 0.0, 0)


def test_a_column_without_rows_has_a_profile() -> None:
    cells = pa.table({"a": pa.array([], pa.string())}).column("a")
    assert column_profile("a", cells) == ColumnProfile("a", 0, 0.0, 0)


def test_rates_by_sex_age_and_area() -> None:
    rows = (
        [(1, born(1950), "LS11AA")] * 4 + [(2, born(2000), "S11AA")] * 6 + [(None, None, None)] * 5
    )
    found = {(r.by, r.group): r for r in match_rates(records(*rows), [0, 1, 4], DAY, 2, AGES)}
    assert found["sex", "male"] == GroupRate("sex", "male", 4, 2, 0.5)
    assert found["sex", "female"] == GroupRate("sex", "female", 6, 1, 1 / 6)
    assert found["sex", "unknown"] == GroupRate("sex", "unknown", 5, 0, 0.0)
    assert found["age", "75-84"].records == 4
    assert found["age", "25-34"].records == 6
    assert found["area", "LS"].matched == 2
    assert found["area", "S"].records == 6
    assert found["area", "unknown"].records == 5


@pytest.mark.parametrize("others", [[], [(1, None, "LS11AA")] * 3])
def test_a_postcode_of_elsewhere_has_no_area(others) -> None:
    """Australian ones are four digits; where all are, no text matches at all."""
    rows = [(1, None, "2204")] * 4 + [(1, None, None)] * 2 + others
    found = {r.group: r for r in match_rates(records(*rows), [], DAY, 1, AGES) if r.by == "area"}
    assert found["unknown"].records == 6
    assert len(found) == 1 + bool(others)


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        (born(2026, 8, 22), "0-17"),
        (born(2008, 8, 23), "0-17"),
        (born(2008, 8, 22), "18-24"),
        (born(1952, 2, 29), "65-74"),
        (born(1930), "85+"),
        (born(2026, 8, 23), "unknown"),
        (born(1800), "unknown"),
    ],
)
def test_ages_are_counted_on_the_day(birth, band) -> None:
    rates = match_rates(records((1, birth, "LS11AA")), [], DAY, 1, AGES)
    assert [rate.group for rate in rates if rate.by == "age"] == [band]


def test_small_groups_are_hidden_and_cannot_be_worked_out() -> None:
    """Three groups, one small: a second is hidden too, or the total would tell the first."""
    rows = [(1, None, "A11AA")] * 20 + [(2, None, "B11AA")] * 12 + [(2, None, "C11AA")] * 3
    found = {
        r.group: r for r in match_rates(records(*rows), range(35), DAY, 10, AGES) if r.by == "area"
    }
    assert found["C"] == GroupRate("area", "C", None, None, None)
    assert found["B"] == GroupRate("area", "B", None, None, None)
    assert found["A"].records == 20


def test_no_records_have_no_rates() -> None:
    assert match_rates(records(), [], DAY, 10, AGES) == ()


GROUPS = (
    NameGroup("Welsh", frozenset({"JONES", "MACH"})),
    NameGroup("Gaelic", frozenset({"KELLY"}), ("MC", "MAC"), ()),
    NameGroup("Polish", frozenset({"NOWAK"}), (), ("SKI", "SKA")),
)


def test_surnames_are_counted_by_group() -> None:
    names = ["JONES", "MCKAY", "KELLY", "MACH", "NOWAK", "KOWALSKA", "SMITH", None]
    table = records(*[(1, None, None)] * len(names)).append_column(
        "surname", pa.array(names, pa.string())
    )
    found = match_rates(table, [0, 1, 5], DAY, 1, AGES, GROUPS)
    counted = {r.group: (r.records, r.matched) for r in found if r.by == "name"}
    assert counted == {
        "Welsh": (2, 1),
        "Gaelic": (2, 1),
        "Polish": (2, 1),
        "other": (1, 0),
        "unknown": (1, 0),
    }
