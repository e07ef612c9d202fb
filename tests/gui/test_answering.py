"""Receipts and certificates in the window: written for a sender, taken in from a recipient."""

from datetime import date, timedelta

import pytest
from packing import opened, sealed_to_ourselves

from app.gui.forms import DateBoxes, FileBox, Form, LineBox, RadioChoice
from app.model.answers import Answered
from app.services import answers, sharing


@pytest.fixture
def page(hand, desk, tmp_path):
    return opened(hand, desk, tmp_path)


def cells(page, column: str) -> list[str]:
    table = page.outgoing.table.model
    at = [table.head(n) for n in range(table.columnCount())].index(column)
    return [table.cell(row, at) for row in range(table.rowCount())]


def test_a_receipt_is_written_and_taken_in_again(hand, desk, page, tmp_path):
    made = sealed_to_ourselves(desk, tmp_path)
    page.show_tab("received")
    page.received.file.set_value(str(made.file))
    page.received.receipt.click()
    hand.dialog(desk).findChild(FileBox).set_value(str(tmp_path / "receipt.json"))
    hand.answer(desk, "Write a receipt")
    assert (tmp_path / "receipt.json").exists()
    page.show_tab("packages")
    hand.settle(desk)
    page.outgoing.signed.click()
    hand.dialog(desk).findChild(FileBox).set_value(str(tmp_path / "receipt.json"))
    hand.answer(desk, "Take in a signed answer")
    hand.settle(desk)
    assert cells(page, "Receipt") == [f"{_day(page)}, signed"]
    assert cells(page, "Destroyed") == [""]


def test_destruction_is_certified_for_the_package_just_proved(hand, desk, page, tmp_path):
    made = sealed_to_ourselves(desk, tmp_path)
    page.show_tab("received")
    page.received.file.set_value(str(made.file))
    hand.click(desk, page.received.prove)
    page.received.certify.click()
    dialog = hand.dialog(desk)
    assert dialog.findChild(LineBox).value() == made.sha256
    dialog.findChild(DateBoxes).set_value(page.desk.clock().date().isoformat())
    dialog.findChild(FileBox).set_value(str(tmp_path / "gone.json"))
    hand.answer(desk, "Certify its destruction")
    held = answers.take_in(desk._workspace, tmp_path / "gone.json")
    assert held.what is Answered.DESTRUCTION


def test_what_came_on_paper_is_recorded_and_a_slip_is_said_in_the_form(hand, desk, page, tmp_path):
    made = sealed_to_ourselves(desk, tmp_path)
    page.refresh()
    hand.settle(desk)
    page.outgoing.paper.click()
    dialog = hand.dialog(desk)
    hand.answer(desk, "Put on record")
    assert dialog.findChild(Form).summary.isVisible()
    tomorrow = page.desk.clock().date() + timedelta(days=1)
    dialog.findChild(RadioChoice).set_value("destruction")
    dialog.findChild(DateBoxes).set_value(tomorrow.isoformat())
    next(box for box in dialog.findChildren(LineBox) if box.maxLength() > 4).setText("J. Reeve")
    hand.answer(desk, "Put on record")
    assert "still to come" in " ".join(hand.words(dialog.findChild(Form)))
    dialog.findChild(DateBoxes).set_value(page.desk.clock().date().isoformat())
    hand.answer(desk, "Put on record")
    held = answers.listed(desk._workspace)[made.package, Answered.DESTRUCTION]
    assert (held.said_by, held.signed) == ("J. Reeve", False)


def test_nothing_is_recorded_for_what_was_not_sealed(hand, desk, page):
    assert not page.outgoing.paper.isEnabled()
    assert not sharing.packages(desk._workspace)


def _day(page) -> str:
    today: date = page.desk.clock().date()
    return f"{today.day} {today:%B %Y}"
