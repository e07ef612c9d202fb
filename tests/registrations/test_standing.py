"""Amendments replace, withdrawals remove, and either may come a week later."""

from app.registrations.standing import Entry, overruled, standing

WEEK_1 = [Entry("A1", "new", ""), Entry("A2", "new", ""), Entry("A3", "new", "")]
WEEK_2 = [Entry("B1", "amended", "A1"), Entry("B2", "withdrawn", "A2"), Entry("B3", "new", "")]


def test_later_week_overrules_the_earlier_one() -> None:
    gone = overruled([*WEEK_1, *WEEK_2])
    assert standing(WEEK_1, gone) == [False, False, True]
    assert standing(WEEK_2, gone) == [True, False, True]


def test_an_amendment_can_be_withdrawn_in_turn() -> None:
    entries = [*WEEK_1, *WEEK_2, Entry("C1", "Withdrawn", "B1")]
    gone = overruled(entries)
    assert standing(entries, gone) == [False, False, True, False, False, True, False]


def test_a_reference_in_a_new_entry_overrules_nothing() -> None:
    assert overruled([Entry("X", "new", "A1")]) == frozenset()
