"""Every slip changes something and stays what it was: a name, a date, a postcode."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from app.exampleshire.slips import (
    day_beside,
    digit_wrong,
    postcode_typo,
    swapped,
    typo,
    unhyphened,
    unquoted,
)

NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14)
DRAWS = st.integers(0, 2**31 - 1)
DAYS = st.integers(-25_000, 20_000)
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
POSTCODES = st.builds(
    lambda district, digit, first, second: f"ES{district} {digit}{first}{second}",
    st.integers(1, 99),
    st.integers(0, 9),
    st.sampled_from(LETTERS),
    st.sampled_from(LETTERS),
)


@given(NAMES, DRAWS)
def test_a_typo_leaves_a_name_and_its_first_letter(name: str, draw: int) -> None:
    wrong = typo(name, draw)
    assert wrong
    assert wrong[0] == name[0]
    assert abs(len(wrong) - len(name)) <= 1


def test_most_typos_change_the_name() -> None:
    changed = sum(typo("ROBINSON", draw * 7919) != "ROBINSON" for draw in range(1000))
    assert changed > 950


@given(POSTCODES, DRAWS)
def test_a_wrong_postcode_still_looks_like_one_and_differs(postcode: str, draw: int) -> None:
    wrong = postcode_typo(postcode, draw)
    assert re.fullmatch(rf"ES\d\d? \d[{LETTERS}]{{2}}", wrong)
    assert wrong != postcode


@given(DAYS, DRAWS)
def test_a_wrong_digit_gives_another_day(day: int, draw: int) -> None:
    assert digit_wrong(day, draw) != day


@given(DAYS, DRAWS)
def test_the_day_beside_is_one_away(day: int, draw: int) -> None:
    assert abs(day_beside(day, draw) - day) == 1


@given(DAYS)
def test_day_and_month_swap_back(day: int) -> None:
    assert swapped(swapped(day)) == day


@given(DRAWS)
def test_hyphens_and_apostrophes_go(draw: int) -> None:
    assert unhyphened("SMITH-JONES", draw) in {"SMITH JONES", "SMITHJONES", "JONES", "SMITH"}
    assert unquoted("O'BRIEN", draw) in {"OBRIEN", "O BRIEN"}
