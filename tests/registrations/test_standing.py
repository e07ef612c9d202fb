"""Amendments replace, withdrawals remove, and either may come a week later."""

from __future__ import annotations

import pytest

from app.base.places import resource
from app.catalogue.governance import read_governance
from app.registrations.standing import Entry, read_entry, standing

STATUSES = read_governance(resource("governance")).statuses
WEEK_1 = [("A1", "new", ""), ("A2", "new", ""), ("A3", "new", "")]
WEEK_2 = [("B1", "amended", "A1"), ("B2", "withdrawn", "A2"), ("B3", "new", "")]


def stand(*rows: tuple[str, str, str]) -> list[str]:
    entries = [read_entry(Entry(*row), STATUSES) for row in rows]
    return [row[0] for row, stays in zip(rows, standing(entries), strict=True) if stays]


def test_a_later_week_overrules_the_earlier_one() -> None:
    assert stand(*WEEK_1, *WEEK_2) == ["A3", "B1", "B3"]


def test_the_order_of_loading_does_not_matter_where_the_entry_is_named() -> None:
    assert sorted(stand(*WEEK_2, *WEEK_1)) == ["A3", "B1", "B3"]


def test_an_amendment_can_be_withdrawn_in_turn() -> None:
    assert stand(*WEEK_1, *WEEK_2, ("C1", "withdrawn", "B1")) == ["A3", "B3"]


def test_withdrawing_the_first_entry_takes_its_amendment_along() -> None:
    assert stand(*WEEK_1, *WEEK_2, ("C1", "withdrawn", "A1")) == ["A3", "B3"]


@pytest.mark.parametrize("status", ["withdrawn ", "WITHDRAWN", " Withdrawn", "cancelled", "D"])
def test_a_withdrawal_is_read_however_it_is_written(status: str) -> None:
    assert stand(("E1", "new", ""), ("E2", status, " e1 ")) == []


def test_a_second_row_of_the_same_entry_overrules_the_first() -> None:
    assert stand(("E1", "new", ""), ("E1", "withdrawn", "")) == []
    assert stand(("E1", "new", ""), ("E1", "amended", "")) == ["E1"]


def test_an_unknown_status_never_stands() -> None:
    assert stand(("E1", "pending review", ""), ("E2", "", "")) == ["E2"]


def test_a_reference_in_a_new_entry_overrules_nothing() -> None:
    assert stand(("A1", "new", ""), ("X", "new", "A1")) == ["A1", "X"]
