"""Erasing a load in the window: proposed by one steward, done by another, told with its proof."""

from __future__ import annotations

import pytest

from app.gui.forms import FileBox
from app.services import erasing, intake, trail


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("load")
    hand.settle(desk)
    return desk.bench.at


def proposed(hand, desk, page):
    hand.click(desk, page.listing.erase)
    hand.answer(desk, "Propose")
    hand.settle(desk)


def test_one_proposes_and_may_not_do_it(hand, desk, page):
    proposed(hand, desk, page)
    assert "Another steward does it" in page.remark.text.text()
    hand.click(desk, page.listing.erase)
    assert "This cannot be undone" in " ".join(hand.words(hand.dialog(desk)))
    hand.answer(desk, "Erase for good")
    hand.settle(desk)
    assert "takes two" in " ".join(hand.words(page))
    assert all(load.state == "visible" for load in intake.loads(desk._workspace))


def test_another_does_it_and_sees_the_proof(hand, window, town, tmp_path):
    first = hand.open(window, town.vault, "Ann")
    ws = first._workspace
    (load, *_) = intake.loads(ws)[::-1]
    erasing.propose(ws, load.load, "retention-over")
    first.lock()
    hand.settle(first)
    second = hand.open(first, town.vault, "Ben")
    second.bench.show_page("load")
    hand.settle(second)
    page = second.bench.at
    hand.click(second, page.listing.erase)
    hand.answer(second, "Erase for good")
    hand.settle(second)
    said = " ".join(hand.words(hand.dialog(second)))
    assert "Pages searched" in said
    hand.answer(second, "Write the record")
    hand.dialog(second).findChild(FileBox).set_value(str(tmp_path / "record.html"))
    hand.answer(second, "Write the record")
    hand.settle(second)
    assert (tmp_path / "record.html").exists()
    assert trail.entries(second._workspace)[-1].action == "load.erase-record"
