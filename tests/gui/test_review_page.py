"""The reading desk by keyboard: blind, one key a decision, undo, resume, an end that is a page."""

import pytest
from PySide6.QtCore import Qt

from app.base.errors import Cancelled, Refused
from app.model.runs import Band, Verdict
from app.services import review

KEY = Qt.Key


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("review", "R1")
    hand.settle(desk)
    return desk.bench.at


def decided(desk):
    """Pairs decided in the vault, with their verdicts."""
    ws = desk._workspace
    return {
        pair.pair: pair.decision.verdict
        for pair in review.pairs(ws, "R1")
        if pair.decision is not None
    }


def press(hand, desk, key):
    hand.press(desk, key)
    hand.settle(desk)


def test_one_key_a_decision_and_the_next_pair_comes(hand, desk, page):
    queue = review.queue(desk._workspace, "R1")
    first, second, third = queue.pairs[:3]
    assert page._view.summary.pair == first
    press(hand, desk, KEY.Key_Y)
    assert page._view.summary.pair == second
    press(hand, desk, KEY.Key_N)
    press(hand, desk, KEY.Key_U)
    assert decided(desk) == {
        first: Verdict.SAME,
        second: Verdict.DIFFERENT,
        third: Verdict.UNSURE,
    }
    assert f"{queue.left - 3} pairs of R1 wait" in page.title.text()
    assert "3 decided, 1 of them unsure" in page.under.text()


def test_the_score_is_hidden_until_the_pair_is_decided(hand, desk, page):
    assert not page.evidence.isVisible()
    assert not page.band_words.isVisible()
    press(hand, desk, KEY.Key_Y)
    assert not page.evidence.isVisible()
    press(hand, desk, KEY.Key_Left)
    assert page.evidence.isVisible()
    assert page.history.isVisible()
    assert "same person" in page.history.text()


def test_a_steward_may_show_the_score(hand, desk, page):
    page.open_score.setChecked(True)
    assert page.evidence.isVisible()
    assert "Together" in page.evidence.twin()


def test_undo_takes_the_last_decision_back_and_shows_its_pair(hand, desk, page):
    first = page._view.summary.pair
    press(hand, desk, KEY.Key_Y)
    press(hand, desk, KEY.Key_Z)
    assert decided(desk) == {}
    assert page._view.summary.pair == first
    assert page.remark.isVisible()


def test_ctrl_z_undoes_too(hand, desk, page):
    press(hand, desk, KEY.Key_N)
    hand.press(desk, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.settle(desk)
    assert decided(desk) == {}


def test_nothing_to_undo_is_said(hand, desk, page):
    press(hand, desk, KEY.Key_Z)
    hand.answer(desk, "Take it back")
    assert page.problem.isVisible()
    assert not page._busy


def test_arrows_move_without_deciding(hand, desk, page):
    queue = review.queue(desk._workspace, "R1")
    press(hand, desk, KEY.Key_Right)
    assert page._view.summary.pair == queue.pairs[1]
    press(hand, desk, KEY.Key_Left)
    assert page._view.summary.pair == queue.pairs[0]
    assert decided(desk) == {}


def test_letters_typed_into_the_note_stay_letters(hand, desk, page):
    pair = page._view.summary.pair
    hand.press(desk, KEY.Key_Slash)
    assert page.deciding.note.hasFocus()
    for key in (KEY.Key_Y, KEY.Key_N, KEY.Key_U, KEY.Key_Z):
        press(hand, desk, key)
    assert page.deciding.note.value() == "ynuz"
    assert decided(desk) == {}
    press(hand, desk, KEY.Key_Return)
    press(hand, desk, KEY.Key_Y)
    assert review.pair(desk._workspace, pair).history[-1].note == "ynuz"


def test_letters_in_the_reason_box_decide_nothing(hand, desk, page):
    page.deciding.reason.setFocus()
    press(hand, desk, KEY.Key_N)
    assert decided(desk) == {}


def test_a_chosen_reason_is_kept_and_one_that_does_not_fit_is_refused(hand, desk, page):
    pair = page._view.summary.pair
    page.deciding.reason.set_value("twin")
    page.deciding.verdicts[Verdict.SAME].click()
    hand.settle(desk)
    assert page.problem.isVisible()
    assert decided(desk) == {}
    page.deciding.verdicts[Verdict.DIFFERENT].click()
    hand.settle(desk)
    assert review.pair(desk._workspace, pair).history[-1].reason == "twin"
    assert page.deciding.reason.value() == ""


def test_the_standardised_forms_are_one_tick_away(hand, desk, page):
    before = [line.left.text() for line in page.comparison.lines]
    page.standard.setChecked(True)
    assert [line.left.text() for line in page.comparison.lines] != before


def test_a_band_can_be_reviewed_alone_and_its_end_is_a_page(hand, desk, page):
    ws = desk._workspace
    worth = (Band.CERTAIN, Band.PROBABLE, Band.POSSIBLE)
    band = min(worth, key=lambda b: len(review.queue(ws, "R1", b).pairs) or 999)
    desk.bench.show_page("review", f"R1/{band.value}")
    hand.settle(desk)
    for _ in range(len(review.queue(ws, "R1", band).pairs)):
        press(hand, desk, KEY.Key_Y)
    assert page._parts.currentIndex() == 1
    assert page.again.isVisible()
    assert "at its end" in page.title.text()
    hand.click(desk, page.again)
    assert page._parts.currentIndex() == 0


def test_work_goes_on_where_it_was_left(hand, desk, page, town):
    queue = review.queue(desk._workspace, "R1")
    for _ in range(3):
        press(hand, desk, KEY.Key_Right)
    desk.lock()
    hand.settle(desk)
    hand.open(desk, town.vault)
    desk.bench.show_page("review", "R1")
    hand.settle(desk)
    assert desk.bench.at._view.summary.pair == queue.pairs[3]


def test_no_match_says_what_to_do(hand, window, tmp_path, clock):
    from app.services import vaults
    from app.services.catalogue import catalogue

    vaults.create(catalogue(), tmp_path / "v", hand.ann, hand.passphrase, clock)
    hand.open(window, tmp_path / "v")
    window.bench.show_page("review")
    hand.settle(window)
    assert any("no match to review" in words for words in hand.words(window.bench.at))
    hand.click(window, window.bench.at.to_matching)
    assert window.bench.current == "matching"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (KEY.Key_Y, "same-person-confirmed"),
        (KEY.Key_N, "different-person"),
        (KEY.Key_U, "cannot-tell"),
    ],
)
def test_a_verdict_without_a_chosen_reason_records_the_usual_one(hand, desk, page, key, reason):
    pair = page._view.summary.pair
    press(hand, desk, key)
    assert review.pair(desk._workspace, pair).history[-1].reason == reason


def again(hand, desk, vault):
    """Another sitting of the same steward."""
    desk.lock()
    hand.settle(desk)
    hand.open(desk, vault)
    desk.bench.show_page("review", "R1")
    hand.settle(desk)
    return desk.bench.at


def test_undo_of_an_earlier_sitting_asks_first_and_shows_the_pair_it_took_back(
    hand, desk, page, town
):
    first, second = review.queue(desk._workspace, "R1").pairs[:2]
    press(hand, desk, KEY.Key_Y)
    press(hand, desk, KEY.Key_N)
    page = again(hand, desk, town.vault)
    assert page._view.summary.pair not in (first, second)
    press(hand, desk, KEY.Key_Z)
    assert set(decided(desk)) == {first, second}
    hand.answer(desk, "Take it back")
    assert set(decided(desk)) == {first}
    assert page._view.summary.pair == second
    assert second in page.remark.text.text()


def test_undo_shows_its_pair_though_another_band_is_in_sight(hand, desk, page):
    certain = page._view.summary.pair
    press(hand, desk, KEY.Key_Y)
    desk.bench.show_page("review", f"R1/{Band.UNLIKELY.value}")
    hand.settle(desk)
    unlikely = page._view.summary.pair
    press(hand, desk, KEY.Key_Z)
    assert page._view.summary.pair == certain
    assert page.band.value() == ""
    assert certain in page.remark.text.text()
    desk.bench.show_page("review", f"R1/{Band.UNLIKELY.value}")
    hand.settle(desk)
    press(hand, desk, KEY.Key_N)
    desk.bench.show_page("review", "R1")
    hand.settle(desk)
    press(hand, desk, KEY.Key_Z)
    assert decided(desk) == {}
    assert (page.band.value(), page._view.summary.pair) == (Band.UNLIKELY.value, unlikely)


def test_undo_takes_back_a_changed_mind_and_names_the_pair_though_it_stays_decided(
    hand, desk, page
):
    first = page._view.summary.pair
    press(hand, desk, KEY.Key_Y)
    press(hand, desk, KEY.Key_Left)
    press(hand, desk, KEY.Key_N)
    press(hand, desk, KEY.Key_Z)
    assert decided(desk) == {first: Verdict.SAME}
    assert page._view.summary.pair == first
    assert first in page.remark.text.text()


def test_a_band_begins_at_its_first_open_pair_and_leaves_the_place_in_the_queue(
    hand, desk, page, town
):
    queue = review.queue(desk._workspace, "R1")
    unlikely = review.queue(desk._workspace, "R1", Band.UNLIKELY).pairs
    press(hand, desk, KEY.Key_Right)
    desk.bench.show_page("home")
    hand.settle(desk)
    desk.bench.show_page("review", f"R1/{Band.UNLIKELY.value}")
    hand.settle(desk)
    assert page._view.summary.pair == unlikely[0]
    for _ in range(2):
        press(hand, desk, KEY.Key_Right)
    page = again(hand, desk, town.vault)
    assert page._view.summary.pair == queue.pairs[1]


@pytest.mark.parametrize("ending", ["refused", "failed", "cancelled"])
def test_a_pair_that_cannot_be_read_leaves_the_desk_usable(hand, desk, page, monkeypatch, ending):
    told = []
    desk.jobs.failed.disconnect()
    desk.jobs.failed.connect(told.append)
    errors = {
        "refused": Refused("pair-unknown", pair="R1-9"),
        "failed": ZeroDivisionError(),
        "cancelled": Cancelled(),
    }

    def unreadable(_ws, _pair):
        raise errors[ending]

    with monkeypatch.context() as broken:
        broken.setattr(review, "pair", unreadable)
        press(hand, desk, KEY.Key_Right)
    assert not page._busy
    assert len(told) == (ending == "failed")
    press(hand, desk, KEY.Key_Right)
    assert page._view.summary.pair == review.queue(desk._workspace, "R1").pairs[1]


def test_a_decision_that_fails_by_our_mistake_leaves_the_desk_usable(hand, desk, page, monkeypatch):
    desk.jobs.failed.disconnect()

    def broken(*_given):
        raise ZeroDivisionError

    with monkeypatch.context() as fault:
        fault.setattr(review, "decide", broken)
        press(hand, desk, KEY.Key_Y)
    assert decided(desk) == {}
    press(hand, desk, KEY.Key_Y)
    assert len(decided(desk)) == 1
