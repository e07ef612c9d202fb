"""A page makes the parts that are shown, each when it is first shown, and the rest not at all."""

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from app.gui.forms import Button
from app.gui.frame import LaterParts, Step, Steps, made

PARTS = {
    "load": ("listing", "one", "rows", "rejected", "taking", "done_part"),
    "matching": ("asking", "found"),
    "sharing": ("outgoing", "agreements", "recipients", "received", "drafting"),
}
FIRST = {"load": {"listing"}, "matching": set(), "sharing": {"outgoing"}}


@pytest.mark.parametrize("name", PARTS)
def test_a_visit_makes_only_what_it_shows(hand, desk, name):
    desk.bench.show_page(name)
    hand.settle(desk)
    page = desk.bench.at
    assert {part for part in PARTS[name] if made(page, part)} == FIRST[name]


def test_steps_of_a_file_are_made_as_they_are_reached(hand, desk, town):
    desk.bench.show_page("load")
    desk.bench.at.act()
    hand.settle(desk)
    taking = desk.bench.at.taking
    assert not any(made(taking, step) for step in ("reading", "columns", "source", "checking"))
    taking.file.line.setText(str(town.files / "blue_badges.csv"))
    hand.click(desk, taking.steps.go)
    assert made(taking, "reading")
    assert not any(made(taking, step) for step in ("source", "checking"))


def test_what_is_made_late_shows_what_the_page_knows(hand, desk):
    desk.bench.show_page("sharing")
    hand.settle(desk)
    desk.bench.at.show_tab("agreements")
    assert desk.bench.at.agreements.table.model.rowCount() == 1


def test_what_is_made_late_is_barred_too(hand, window, town):
    hand.open(window, town.vault, hand.auditor(town.vault))
    window.bench.show_page("load")
    hand.settle(window)
    page = window.bench.at
    page.show_load("L0001")
    hand.settle(window)
    assert not page.desk.workspace.may("load.withdraw")
    assert not page.one.withdraw.isEnabled()


def test_a_part_is_in_sight_only_once_it_is_shown(qtbot):
    parts = LaterParts()
    qtbot.addWidget(parts)
    first, second = parts.take(QWidget()), parts.take(QWidget())
    assert parts.currentWidget() is first
    parts.show_part(second)
    assert parts.currentWidget() is second


def test_a_step_is_made_once_and_keeps_what_was_typed(qtbot):
    boxes = []

    def box():
        boxes.append(QLineEdit())
        return boxes[-1]

    steps = Steps((Step("One", Button("Here")), Step("Two", box)))
    qtbot.addWidget(steps)
    assert not boxes
    steps.show_step(1)
    boxes[0].setText("typed")
    steps.show_step(0)
    steps.show_step(1)
    assert [one.text() for one in boxes] == ["typed"]
