"""Finding one person in the window, and the month's report of who searched."""

from __future__ import annotations

import pytest

from app.gui.forms import LineBox
from app.services import review, trail


@pytest.fixture
def part(hand, desk):
    """The persons of the matching page, for the purpose of stopping mail."""
    desk.bench.show_page("matching", "persons")
    hand.settle(desk)
    persons = desk.bench.at.persons
    persons.purpose.set_value("stop-mail")
    hand.settle(desk)
    return persons


def ask(hand, desk, part, **known: str) -> None:
    hand.click(desk, part.seek)
    boxes = hand.dialog(desk).findChildren(LineBox)
    for box, name in zip(boxes, ("case", "surname", "forename", "born", "postcode"), strict=True):
        box.setText(known.get(name, ""))
    hand.answer(desk, "Find a person")
    hand.settle(desk)


def test_a_person_is_found_for_a_case_and_reported_for_the_month(hand, desk, part):
    ws = desk._workspace
    pair = review.pairs(ws, "R1")[0]
    dead = {line.name: line.standard for line in review.pair(ws, pair.pair).right.fields}
    ask(hand, desk, part, case="ENQ/7", surname=dead["surname"], born=dead["birth_date"])
    assert part.tabs["said"].isChecked()
    assert part.who.text().startswith("Found for ENQ/7: ")
    assert part.said.model.rowCount() > 4
    assert trail.entries(ws)[-1].facts["case"] == "ENQ/7"
    desk.bench.show_page("trail")
    hand.settle(desk)
    hand.click(desk, desk.bench.at.searches)
    hand.answer(desk, "Searches of a month")
    hand.settle(desk)
    assert any("Searches: 1." in said and "ENQ/7" in said for said in hand.words(hand.dialog(desk)))


def test_a_search_that_is_too_wide_keeps_the_form_and_says_why(hand, desk, part):
    ask(hand, desk, part, case="ENQ/7", surname="Smith")
    assert any("at least 2 of surname" in said for said in hand.words(hand.dialog(desk)))
    hand.dialog(desk).reject()


def test_a_search_without_a_case_is_not_begun(hand, desk, part):
    before = len(trail.entries(desk._workspace))
    ask(hand, desk, part, surname="Smith", forename="Ann")
    assert any("Say which case" in said for said in hand.words(hand.dialog(desk)))
    assert len(trail.entries(desk._workspace)) == before
    hand.dialog(desk).reject()
