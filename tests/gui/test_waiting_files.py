"""Files dropped on the window wait in sight, and can be thrown out of the queue, each and all."""

import pytest

from app.gui.forms import Button
from app.gui.pages.load.taking import COLUMNS, READING

NAMES = (
    "blue_badges.csv",
    "concessionary_passes.csv",
    "electoral_register.csv",
    "housing_tenancies.xlsx",
)


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("load")
    hand.settle(desk)
    return desk.bench.at


@pytest.fixture
def dropped(hand, desk, page, town):
    """The first file is under way, the others wait."""
    page.take_files([town.files / name for name in NAMES])
    hand.settle(desk)
    return page


def names(page) -> list[str]:
    return [path.name for path in page.waiting.paths]


def button(page, words: str) -> Button:
    found = page.waiting.findChildren(Button)
    return next(one for one in found if one.accessibleName() == words and not one.isHidden())


def test_what_waits_is_in_sight_under_its_name(hand, page, dropped):
    assert names(page) == list(NAMES[1:])
    assert set(NAMES[1:]) <= set(hand.words(page.waiting))
    assert page.taking.file.value().endswith(NAMES[0])


def test_one_is_thrown_away_and_the_keyboard_stays_in_the_list(hand, desk, page, dropped):
    hand.click(desk, button(page, f"Throw {NAMES[2]} out of the queue"))
    assert names(page) == [NAMES[1], NAMES[3]]
    assert NAMES[2] not in hand.words(page.waiting)
    assert desk.focusWidget().accessibleName() == f"Throw {NAMES[3]} out of the queue"
    assert page.taking.steps.at == READING


def test_all_are_thrown_away_and_the_file_under_way_goes_on(hand, desk, page, dropped):
    hand.click(desk, button(page, "Throw all away"))
    assert names(page) == []
    assert not page.waiting.isVisible()
    hand.click(desk, page.taking.steps.go)
    assert page.taking.steps.at == COLUMNS


def test_on_the_list_the_button_counts_what_waits(hand, desk, page, dropped):
    page.taking.steps.left.emit()
    hand.settle(desk)
    assert page.primary.text() == "Load the next file (3 wait)"
    assert page.waiting.isVisible()
    hand.click(desk, button(page, "Throw all away"))
    assert page.primary.text() == "Load a file"


def test_after_a_load_the_next_one_is_offered_until_none_waits(hand, desk, page, dropped):
    for _ in range(4):
        hand.click(desk, page.taking.steps.go)
    assert page.done_part.isVisible()
    assert page.done_part.go_on.isVisible()
    hand.click(desk, button(page, "Throw all away"))
    assert not page.done_part.go_on.isVisible()


def test_a_file_that_waits_already_waits_once(hand, desk, page, dropped, town):
    page.take_files([town.files / NAMES[1], town.files / NAMES[0]])
    hand.settle(desk)
    assert names(page) == [*NAMES[1:], NAMES[0]]
