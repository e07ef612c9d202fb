"""How dates, numbers and sizes are written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wording import counted, day, day_of, moment_of, number, percent, say, size


def test_a_day_is_written_the_british_way() -> None:
    assert day(date(2026, 8, 22)) == "22 August 2026"
    assert day_of("2026-08-01T10:00:00Z") == "1 August 2026"
    assert day_of("unknown") == "unknown"


def test_a_moment_has_day_and_time() -> None:
    assert moment_of("2026-01-05T23:10:00Z").startswith(("5 January 2026, ", "6 January 2026, "))
    assert moment_of("never") == "never"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,234,567"), (0.95, "0.95"), (2.0, "2"), (-1500, "-1,500")],
)
def test_numbers_carry_commas_and_no_needless_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [(1, "1 byte"), (999, "999 bytes"), (1500, "1.5 KB"), (25_000_000, "25 MB")],
)
def test_sizes(octets: int, text: str) -> None:
    assert size(octets) == text


def test_counts_agree_with_their_noun() -> None:
    assert counted(1, "row") == "1 row"
    assert counted(2000, "entry", "entries") == "2,000 entries"


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_a_share_below_one_is_never_told_as_all(share: float) -> None:
    assert percent(share) != "100%"


def test_facts_are_spoken_plainly() -> None:
    assert say(None) == "not given"
    assert say(True) == "yes"
    assert say(12000) == "12,000"
    assert say("2026-08-22") == "22 August 2026"
    assert say("council-tax") == "council-tax"
