"""The reading desk by keyboard: blind, one key a decision, undo, resume, an end that is a page."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from app.base.errors import Cancelled, Refused
from app.gui.window.goto import GoTo
from app.model.runs import Band, MatchRequest, Verdict
from app.services import intake, matching, review

KEY = Qt.Key


@pytest.fixture
def page(reading_desk):
    return reading_desk


def test_one_key_a_decision_and_the_next_pair_comes(hand, desk, page):
    queue = review.queue(desk._workspace, "R1")
    first, second, third = queue.pairs[:3]
    assert page._view.summary.pair == first
    hand.key(desk, KEY.Key_Y)
    assert page._view.summary.pair == second
    hand.key(desk, KEY.Key_N)
    hand.key(desk, KEY.Key_U)
    assert hand.decided(desk) == {
        first: Verdict.SAME,
        second: Verdict.DIFFERENT,
        third: Verdict.UNSURE,
    }
    assert f"{queue.left - 3} pairs of R1 wait" in page.title.text()
    assert "3 decided, 1 of them unsure" in page.under.text()


def test_what_was_said_before_of_the_same_two_records_is_told(hand, desk, page, town, tmp_path):
    hand.key(desk, KEY.Key_Y)
    hand.settle(desk)
    ws = desk._workspace
    file = tmp_path / "again.csv"
    file.write_bytes((town.files / "council_tax.csv").read_bytes() + b"\r\n")
    made = intake.load_file(ws, file)
    run = matching.run(ws, MatchRequest(made.load, "L2", purpose="stop-mail")).run
    page.open(run)
    hand.settle(desk)
    queue = review.queue(ws, run)
    assert (queue.done, len(queue.decided)) == (1, 1)
    page.open(f"{run}/{review.pair(ws, queue.decided[0]).summary.band.value}/{queue.decided[0]}")
    hand.settle(desk)
    assert "Said in R1-" in page.sheet.history.text()
    assert "same person" in page.sheet.history.text().lower()
    page.open("R1")
    hand.settle(desk)
    hand.key(desk, KEY.Key_Z)
    hand.settle(desk)
    assert f"goes there too: {queue.decided[0]}" in page.remark.text.text()
    assert review.queue(ws, run).done == 0


def test_the_score_is_hidden_until_the_pair_is_decided(hand, desk, page):
    assert not page.evidence.isVisible()
    assert not page.sheet.band_words.isVisible()
    hand.key(desk, KEY.Key_Y)
    assert not page.evidence.isVisible()
    hand.key(desk, KEY.Key_Left)
    assert page.evidence.isVisible()
    assert page.sheet.history.isVisible()
    assert "same person" in page.sheet.history.text()


def test_a_steward_may_show_the_score(hand, desk, page):
    page.open_score.setChecked(True)
    assert page.evidence.isVisible()
    assert "Together" in page.evidence.twin()


def test_arrows_move_without_deciding(hand, desk, page):
    queue = review.queue(desk._workspace, "R1")
    hand.key(desk, KEY.Key_Right)
    assert page._view.summary.pair == queue.pairs[1]
    hand.key(desk, KEY.Key_Left)
    assert page._view.summary.pair == queue.pairs[0]
    assert hand.decided(desk) == {}


@pytest.mark.parametrize("way", ["mouse", "F6", "Ctrl+K"])
def test_the_keys_count_however_the_steward_came(hand, qtbot, desk, page, way):
    desk.bench.show_page("home")
    hand.settle(desk)
    desk.bench.rail.button("home").setFocus()
    if way == "mouse":
        qtbot.mouseClick(desk.bench.rail.button("review"), Qt.MouseButton.LeftButton)
    elif way == "F6":
        desk.bench.show_page("review")
        desk.bench.rail.button("review").setFocus()
        hand.press(desk, KEY.Key_F6)
    else:
        hand.press(desk, KEY.Key_K, Qt.KeyboardModifier.ControlModifier)
        goto = desk.findChild(GoTo)
        goto.box.setText("rev")
        qtbot.keyClick(goto.box, KEY.Key_Return)
    hand.settle(desk)
    first = page._view.summary.pair
    hand.key(desk, KEY.Key_Y)
    assert hand.decided(desk) == {first: Verdict.SAME}


def test_arrows_in_the_rail_leave_the_keyboard_there(hand, desk, page):
    desk.bench.show_page("matching")
    hand.settle(desk)
    desk.bench.rail.button("matching").setFocus()
    hand.key(desk, KEY.Key_Down)
    assert desk.bench.current == "review"
    assert desk.bench.rail.button("review").hasFocus()


def test_f6_goes_on_from_the_desk_to_the_help(hand, desk, page):
    desk.bench.toggle_help()
    page.take_keyboard()
    hand.press(desk, KEY.Key_F6)
    assert desk.bench.help.isAncestorOf(desk.focusWidget())


def test_a_note_not_yet_used_waits_at_its_pair(hand, desk, page):
    first = page._view.summary.pair
    page.deciding.note.setText("ask the ward")
    page.setFocus()
    hand.key(desk, KEY.Key_Right)
    assert page.deciding.note.value() == ""
    hand.key(desk, KEY.Key_Left)
    assert page._view.summary.pair == first
    assert page.deciding.note.value() == "ask the ward"
    hand.key(desk, KEY.Key_Y)
    assert review.pair(desk._workspace, first).history[-1].note == "ask the ward"
    hand.key(desk, KEY.Key_Left)
    assert page.deciding.note.value() == ""


def test_letters_typed_into_the_note_stay_letters(hand, desk, page):
    pair = page._view.summary.pair
    hand.press(desk, KEY.Key_Slash)
    assert page.deciding.note.hasFocus()
    for key in (KEY.Key_Y, KEY.Key_N, KEY.Key_U, KEY.Key_Z):
        hand.key(desk, key)
    assert page.deciding.note.value() == "ynuz"
    assert hand.decided(desk) == {}
    hand.key(desk, KEY.Key_Return)
    hand.key(desk, KEY.Key_Y)
    assert review.pair(desk._workspace, pair).history[-1].note == "ynuz"


def test_what_was_begun_on_a_pair_waits_there_until_it_is_decided(hand, desk, page):
    hand.press(desk, KEY.Key_Slash)
    for key in (KEY.Key_A, KEY.Key_B, KEY.Key_Return):
        hand.key(desk, key)
    page.deciding.reason.set_value("twin")
    page.setFocus()
    hand.key(desk, KEY.Key_Right)
    assert (page.deciding.reason.value(), page.deciding.note.value()) == ("", "")
    hand.key(desk, KEY.Key_Left)
    assert (page.deciding.reason.value(), page.deciding.note.value()) == ("twin", "ab")
    desk.bench.show_page("home")
    page.refresh()
    desk.bench.show_page("review", f"R1//{page._view.summary.pair}")
    hand.settle(desk)
    assert (page.deciding.reason.value(), page.deciding.note.value()) == ("twin", "ab")
    hand.key(desk, KEY.Key_N)
    hand.key(desk, KEY.Key_Left)
    assert (page.deciding.reason.value(), page.deciding.note.value()) == ("", "")


def test_letters_in_the_reason_box_decide_nothing(hand, desk, page):
    page.deciding.reason.setFocus()
    hand.key(desk, KEY.Key_N)
    assert hand.decided(desk) == {}


def test_a_chosen_reason_is_kept_and_one_that_does_not_fit_is_refused(hand, desk, page):
    pair = page._view.summary.pair
    page.deciding.reason.set_value("twin")
    assert not page.deciding.verdicts[Verdict.SAME].isEnabled()
    page.setFocus()
    hand.key(desk, KEY.Key_Y)
    assert page.problem.isVisible()
    assert "“twins” is no reason for “same person”" in page.problem.accessibleDescription()
    assert "confirmed as one person" in page.problem.accessibleDescription()
    assert hand.decided(desk) == {}
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
        hand.key(desk, KEY.Key_Y)
    assert page._parts.currentIndex() == 1
    assert page.again.isVisible()
    assert page.title.text() == f"Every {band.value} pair of R1 is decided"
    left = {b: review.queue(ws, "R1", b).left for b in worth}
    onward = next(b for b in worth if left[b])
    assert page.onward.isVisible()
    assert f"{left[onward]} {onward.value} pair" in page.onward.accessibleName()
    hand.click(desk, page.again)
    assert page._parts.currentIndex() == 0
    desk.bench.show_page("review", f"R1/{band.value}")
    hand.settle(desk)
    hand.click(desk, page.onward)
    assert page.band.value() == onward.value
    assert page._view.summary.band is onward


def test_the_title_counts_the_band_in_sight(hand, desk, page):
    ws = desk._workspace
    for band in (Band.PROBABLE, Band.UNLIKELY):
        desk.bench.show_page("review", f"R1/{band.value}")
        hand.settle(desk)
        left = review.queue(ws, "R1", band).left
        assert page.title.text().startswith(f"{left} {band.value} pair")
        assert ("wait" in page.title.text()) == (band is not Band.UNLIKELY)


def test_who_may_not_decide_finds_it_switched_off(hand, window, town):
    window = hand.open(window, town.vault, hand.auditor(town.vault))
    window.bench.show_page("review", "R1")
    hand.settle(window)
    page = window.bench.at
    for button in (*page.deciding.verdicts.values(), page.deciding.undo):
        assert not button.isEnabled()
        assert "auditor" in button.accessibleDescription()
    assert page.deciding.next.isEnabled()
    hand.press(window, KEY.Key_Y)
    hand.press(window, KEY.Key_Z)
    hand.settle(window)
    assert hand.decided(window) == {}
    assert not page.problem.isVisible()


@pytest.mark.parametrize(("width", "scale", "beside"), [(1366, 1.0, False), (1920, 1.0, True)])
def test_a_wide_window_has_the_programs_view_beside_the_records(
    hand, desk, page, width, scale, beside
):
    desk.resize(width, 900)
    desk._theme.apply("light", scale)
    page.open_score.setChecked(True)
    hand.settle(desk)
    records = page.comparison.mapTo(desk, page.comparison.rect().topRight())
    program = page.evidence.mapTo(desk, page.evidence.rect().topLeft())
    assert (program.x() > records.x()) == beside


def test_twice_the_text_size_leaves_the_deciding_fields_in_sight(hand, desk, page):
    """1366 by 768 at 200 %, the program's view open: nothing scrolls inside what scrolls."""
    desk.resize(1366, 768)
    desk._theme.apply("light", 2.0)
    page.open_score.setChecked(True)
    hand.settle(desk)
    hand.key(desk, KEY.Key_Right)
    view = page.sheet._scroll.viewport()
    seen = []
    for pairing, line in zip(page.comparison._pairings, page.comparison.lines, strict=True):
        top = line.left.mapTo(view, line.left.rect().topLeft()).y()
        bottom = line.left.mapTo(view, line.left.rect().bottomLeft()).y()
        if line.left.isVisible() and top >= 0 and bottom <= view.height():
            seen.append(pairing.name)
    assert len(seen) >= 5
    assert {"given_names", "surname"} <= set(seen)
    assert not page.sheet._scroll.widget().findChildren(QScrollArea)
    for bar in (page.evidence.verticalScrollBar(), page.evidence.horizontalScrollBar()):
        assert not bar.maximum()


def test_work_goes_on_where_it_was_left(hand, desk, page, town):
    queue = review.queue(desk._workspace, "R1")
    for _ in range(3):
        hand.key(desk, KEY.Key_Right)
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
    hand.key(desk, key)
    assert review.pair(desk._workspace, pair).history[-1].reason == reason


def test_a_band_begins_at_its_first_open_pair_and_leaves_the_place_in_the_queue(
    hand, desk, page, town
):
    queue = review.queue(desk._workspace, "R1")
    unlikely = review.queue(desk._workspace, "R1", Band.UNLIKELY).pairs
    hand.key(desk, KEY.Key_Right)
    desk.bench.show_page("home")
    hand.settle(desk)
    desk.bench.show_page("review", f"R1/{Band.UNLIKELY.value}")
    hand.settle(desk)
    assert page._view.summary.pair == unlikely[0]
    for _ in range(2):
        hand.key(desk, KEY.Key_Right)
    page = hand.sit_again(desk, town.vault)
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
        hand.key(desk, KEY.Key_Right)
    assert not page._busy
    assert len(told) == (ending == "failed")
    hand.key(desk, KEY.Key_Right)
    assert page._view.summary.pair == review.queue(desk._workspace, "R1").pairs[1]


def test_a_decision_that_fails_by_our_mistake_leaves_the_desk_usable(hand, desk, page, monkeypatch):
    desk.jobs.failed.disconnect()

    def broken(*_given):
        raise ZeroDivisionError

    with monkeypatch.context() as fault:
        fault.setattr(review, "decide", broken)
        hand.key(desk, KEY.Key_Y)
    assert hand.decided(desk) == {}
    hand.key(desk, KEY.Key_Y)
    assert len(hand.decided(desk)) == 1


def test_the_sample_is_reviewed_in_an_order_of_chance_to_its_end(hand, desk, page):
    ws = desk._workspace
    page.band.set_value("sample")
    hand.settle(desk)
    queue = review.queue(ws, "R1", sample=True)
    assert page._view.summary.pair == queue.pairs[0]
    assert f"{queue.left} pairs of the sample of R1 wait" in page.title.text()
    for _ in queue.pairs:
        hand.key(desk, KEY.Key_Y)
    assert set(hand.decided(desk)) == set(queue.pairs)
    assert "The sample of R1 is decided" in page.title.text()
    hand.key(desk, KEY.Key_Z)
    hand.settle(desk)
    assert page._view.summary.pair == queue.pairs[-1]
    assert page.band.value() == "sample"
