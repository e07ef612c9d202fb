"""Matching in the window: only lawful purposes are offered, and the bands lead to review."""

import pytest

from app.model.runs import Band
from app.services import matching


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("matching")
    hand.settle(desk)
    return desk.bench.at


def test_runs_are_listed_with_their_bands(desk, page):
    (run,) = matching.runs(desk._workspace)
    assert page.table.model.cell(0, 0) == run.run
    assert page.table.model.cell(0, 4) == str(run.bands.certain)


def test_a_match_is_asked_for_and_run(hand, desk, page):
    page.act()
    hand.settle(desk)
    asking = page.asking
    assert asking.left.value() == "L1"
    assert asking.right.value() == "L2"
    assert asking.plan.value() == "deaths"
    allowed = matching.purposes(desk._workspace, "L1", "L2")
    assert [asking.purpose.itemData(n) for n in range(asking.purpose.count())] == list(allowed)
    asking.purpose.set_value("stop-mail")
    hand.click(desk, asking.go)
    assert len(matching.runs(desk._workspace)) == 2
    assert page.found.isVisible()
    assert "R2 found" in page.title.text()


def test_the_bands_show_their_pairs_and_why(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    (run,) = matching.runs(desk._workspace)
    page.found.show_band(Band.CERTAIN)
    hand.settle(desk)
    assert page.found.table.model.rowCount() == run.bands.certain
    assert page.found.bands[Band.CERTAIN].isChecked()
    assert page.found.table.model.cell(0, 5)


def test_review_is_one_button_away(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    page.found.show_band(Band.CERTAIN)
    hand.settle(desk)
    hand.click(desk, page.found.to_review)
    assert desk.bench.current == "review"
    assert desk.bench.at.band.value() == "certain"


def test_a_pair_opens_in_review_by_enter(hand, desk, page):
    page.show_run("R1")
    hand.settle(desk)
    page.found.show_band(Band.CERTAIN)
    hand.settle(desk)
    wanted = page.found.table.model.cell(1, 0)
    page.found.table.opened.emit(1)
    hand.settle(desk)
    assert desk.bench.at._view.summary.pair == wanted


def test_home_leads_to_a_match_of_the_load_it_names(hand, desk):
    desk.bench.show_page("matching", "L2")
    hand.settle(desk)
    assert desk.bench.at.asking.isVisible()
    assert desk.bench.at.asking.right.value() == "L2"


def test_a_match_can_be_stopped_and_leaves_nothing(hand, desk, page):
    page.act()
    hand.settle(desk)
    page.asking.go.click()
    desk.jobs.waiting[0].counters.cancel()
    hand.settle(desk)
    assert len(matching.runs(desk._workspace)) == 1
    assert page.asking.go.isEnabled()
