"""Taking decisions back at the reading desk, in this sitting and of an earlier one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.model.runs import Band, Verdict
from app.services import review

KEY = Qt.Key


@pytest.fixture
def page(reading_desk):
    return reading_desk


def test_undo_takes_the_last_decision_back_and_shows_its_pair(hand, desk, page):
    first = page._view.summary.pair
    hand.key(desk, KEY.Key_Y)
    hand.key(desk, KEY.Key_Z)
    assert hand.decided(desk) == {}
    assert page._view.summary.pair == first
    assert page.remark.isVisible()


def test_ctrl_z_undoes_too(hand, desk, page):
    hand.key(desk, KEY.Key_N)
    hand.press(desk, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.settle(desk)
    assert hand.decided(desk) == {}


def test_what_was_refused_on_one_pair_does_not_stand_over_the_next(hand, desk, page):
    page.deciding.reason.set_value("twin")
    page.setFocus()
    hand.key(desk, KEY.Key_Y)
    assert page.problem.isVisible()
    page.setFocus()
    hand.key(desk, KEY.Key_Right)
    assert not page.problem.isVisible()


def test_nothing_to_undo_is_said(hand, desk, page):
    assert page.deciding.undo_words.text() == ""
    hand.key(desk, KEY.Key_Z)
    assert not [d for d in desk.findChildren(QDialog) if d.isVisible()]
    assert "decision of yours in run R1" in page.problem.accessibleDescription()
    assert not page._busy


def test_the_undo_names_the_decision_it_would_take_back(hand, desk, page):
    first, second = review.queue(desk._workspace, "R1").pairs[:2]
    deciding = page.deciding
    hand.key(desk, KEY.Key_Y)
    for words in (
        deciding.undo_words.text(),
        deciding.undo.toolTip(),
        deciding.undo.accessibleDescription(),
    ):
        assert words.startswith(f"Undo takes back {first}: same person")
    hand.key(desk, KEY.Key_N)
    assert f"{second}: different people" in deciding.undo_words.text()
    hand.key(desk, KEY.Key_Z)
    assert first in deciding.undo_words.text()
    hand.key(desk, KEY.Key_Z)
    assert deciding.undo_words.text() == ""
    assert "no decision of yours" in deciding.undo.toolTip()


def test_the_undo_is_named_at_the_end_of_the_queue_too(hand, desk, page):
    ws = desk._workspace
    *others, last = review.queue(ws, "R1").pairs
    for pair in others:
        review.decide(ws, pair, Verdict.UNSURE, "cannot-tell")
    desk.bench.show_page("review", f"R1//{last}")
    hand.settle(desk)
    hand.key(desk, KEY.Key_N)
    assert page.end_words.isVisible()
    assert f"{last}: different people" in page.deciding.undo_words.text()


def test_undo_of_an_earlier_sitting_names_pair_and_verdict(hand, desk, page, town):
    pair = page._view.summary.pair
    hand.key(desk, KEY.Key_U)
    hand.sit_again(desk, town.vault)
    hand.key(desk, KEY.Key_Z)
    words = " ".join(hand.words(hand.dialog(desk)))
    assert f"{pair}, unsure" in words
    hand.dialog(desk).reject()


def test_undo_of_an_earlier_sitting_asks_first_and_shows_the_pair_it_took_back(
    hand, desk, page, town
):
    first, second = review.queue(desk._workspace, "R1").pairs[:2]
    hand.key(desk, KEY.Key_Y)
    hand.key(desk, KEY.Key_N)
    page = hand.sit_again(desk, town.vault)
    assert page._view.summary.pair not in (first, second)
    hand.key(desk, KEY.Key_Z)
    assert set(hand.decided(desk)) == {first, second}
    asked = hand.dialog(desk)
    assert second in asked.windowTitle()
    assert any("different people" in words for words in hand.words(asked))
    hand.answer(desk, "Take it back")
    assert set(hand.decided(desk)) == {first}
    assert page._view.summary.pair == second
    assert second in page.remark.text.text()


def test_undo_shows_its_pair_though_another_band_is_in_sight(hand, desk, page):
    certain = page._view.summary.pair
    hand.key(desk, KEY.Key_Y)
    desk.bench.show_page("review", f"R1/{Band.UNLIKELY.value}")
    hand.settle(desk)
    unlikely = page._view.summary.pair
    hand.key(desk, KEY.Key_Z)
    assert page._view.summary.pair == certain
    assert page.band.value() == ""
    assert certain in page.remark.text.text()
    desk.bench.show_page("review", f"R1/{Band.UNLIKELY.value}")
    hand.settle(desk)
    hand.key(desk, KEY.Key_N)
    desk.bench.show_page("review", "R1")
    hand.settle(desk)
    hand.key(desk, KEY.Key_Z)
    assert hand.decided(desk) == {}
    assert (page.band.value(), page._view.summary.pair) == (Band.UNLIKELY.value, unlikely)


def test_undo_takes_back_a_changed_mind_and_names_the_pair_though_it_stays_decided(
    hand, desk, page
):
    first = page._view.summary.pair
    hand.key(desk, KEY.Key_Y)
    hand.key(desk, KEY.Key_Left)
    hand.key(desk, KEY.Key_N)
    hand.key(desk, KEY.Key_Z)
    assert hand.decided(desk) == {first: Verdict.SAME}
    assert page._view.summary.pair == first
    assert first in page.remark.text.text()
