"""Requests in the window: opened, searched, laid, told, packed and ended, all by hand."""

from __future__ import annotations

import pytest
import pyzipper

from app.gui.forms import Choice, DateBoxes, FileBox, LineBox, NoteBox
from app.gui.pages.requests.telling import PackTold
from app.services import answering, requests, review, trail


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("requests")
    hand.settle(desk)
    return desk.bench.at


def column(table, head: str) -> list[str]:
    model = table.model
    at = [model.head(n) for n in range(model.columnCount())].index(head)
    return [model.cell(row, at) for row in range(model.rowCount())]


def opened(hand, desk, page, case="SAR-7"):
    """A request for a copy, by today, of somebody known."""
    hand.click(desk, page.primary)
    dialog = hand.dialog(desk)
    dialog.findChild(LineBox).setText(case)
    for boxes in dialog.findChildren(DateBoxes):
        boxes.set_value(page.desk.clock().date().isoformat())
    hand.answer(desk, "Open a request")
    hand.settle(desk)


def searched(hand, desk, page):
    """The dead person of the first pair, found in every load."""
    pair = review.pairs(desk._workspace, "R1")[0]
    dead = {f.name: f.standard for f in review.pair(desk._workspace, pair.pair).right.fields}
    hand.click(desk, page.search)
    boxes = dict(
        zip(asking_fields(), (b for b in hand.dialog(desk).findChildren(LineBox)), strict=True)
    )
    boxes["surname"].setText(dead["surname"])
    boxes["born"].setText(dead["birth_date"])
    hand.answer(desk, "Search for the person")
    hand.settle(desk)


def asking_fields():
    return ("surname", "forename", "born", "postcode")


def test_an_empty_list_says_how_to_begin(page):
    assert page.title.text() == "No request of a person waits"
    assert "Open a request" in page.table.empty.text()
    assert not page.search.isEnabled()


def test_a_request_goes_its_whole_way(hand, desk, page, tmp_path):
    opened(hand, desk, page)
    assert column(page.table, "Case") == ["SAR-7"]
    assert column(page.table, "Waits") == ["to be answered"]
    assert page.title.text() == "1 request of a person waits"
    searched(hand, desk, page)
    assert page.tabs["found"].isChecked()
    assert column(page.found.table, "Theirs")[0] == ""
    hand.click(desk, page.found.lay)
    assert column(page.found.table, "Theirs")[0] == "theirs"
    assert column(page.table, "Records") == ["1"]
    page._show_tab("list")
    hand.click(desk, page.show_held)
    assert page.tabs["held"].isChecked()
    assert page.held.parts["held"].model.rowCount() > 3
    assert trail.entries(desk._workspace)[-1].action == "look.request"
    page._show_tab("list")
    hand.click(desk, page.pack)
    file = tmp_path / "copy.zip"
    hand.dialog(desk).findChild(FileBox).set_value(str(file))
    hand.answer(desk, "Write the copy")
    told = hand.dialog(desk)
    assert isinstance(told, PackTold)
    phrase = told.phrase.text()
    told.reject()
    assert told.isVisible()
    assert "Note the words first" in " ".join(hand.words(told))
    told.tick.setChecked(True)
    hand.answer(desk, "Done")
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(phrase.encode())
        assert answering.PAGE in archive.namelist()
    hand.click(desk, page.close_it)
    dialog = hand.dialog(desk)
    dialog.findChild(Choice).set_value("given")
    dialog.findChild(NoteBox).setPlainText("sent by post")
    hand.answer(desk, "End the request")
    hand.settle(desk)
    assert column(page.table, "Waits") == ["given"]
    assert not page.pack.isEnabled()
    assert not page.search.isEnabled()


def test_a_record_laid_amiss_is_taken_off(hand, desk, page):
    opened(hand, desk, page)
    searched(hand, desk, page)
    assert not page.found.take_off.isEnabled()
    hand.click(desk, page.found.lay)
    hand.click(desk, page.found.take_off)
    assert requests.laid(desk._workspace, "Q1") == ()
    assert page.found.lay.isEnabled()


def test_what_is_shown_is_of_the_request_chosen(hand, desk, page):
    opened(hand, desk, page)
    searched(hand, desk, page)
    hand.click(desk, page.found.lay)
    page._show_tab("list")
    hand.click(desk, page.show_held)
    opened(hand, desk, page, "SAR-8")
    assert page.tabs["list"].isChecked()
    assert not page.tabs["held"].isVisible()
    assert not page.show_held.isEnabled()


def test_a_longer_time_needs_its_reason(hand, desk, page):
    opened(hand, desk, page)
    before = column(page.table, "Due")
    hand.click(desk, page.extend)
    hand.answer(desk, "Put on record")
    assert "Say why" in " ".join(hand.words(hand.dialog(desk)))
    hand.dialog(desk).findChild(NoteBox).setPlainText("four systems to search")
    hand.answer(desk, "Put on record")
    hand.settle(desk)
    assert column(page.table, "Due") != before
    assert not page.extend.isEnabled()


def test_home_leads_to_the_request(hand, desk, page):
    opened(hand, desk, page)
    desk.bench.show_page("home")
    hand.settle(desk)
    desk.bench.show_page("requests", "Q1")
    hand.settle(desk)
    assert desk.bench.at is page
    assert page.table.current_key() == 0
