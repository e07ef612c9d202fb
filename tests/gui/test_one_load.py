"""One load in the window: what was read, why it was mapped so, whether its totals agree."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.gui.forms import Notice, Scroll, column
from app.gui.pages.load.taking import COLUMNS
from app.gui.pages.load.withdrawing import ask_withdraw
from app.model.notes import Note
from app.services import intake, trail

HEADER = "ref,surname,forename,date of birth\n"
ROWS = "".join(f"{n},Smith,Ann,{'01/02/1950' if n != 3 else 'last spring'}\n" for n in range(40))


@pytest.fixture
def page(hand, desk):
    desk.bench.show_page("load")
    hand.settle(desk)
    return desk.bench.at


def loaded(desk, path: Path, closing: str) -> str:
    path.write_text(f"{HEADER}{ROWS}{closing}", encoding="utf-8")
    return intake.load_file(desk._workspace, path).load


def opened(hand, desk, page, load: str):
    """The load opened from the list, as Enter does."""
    page.look()
    hand.settle(desk)
    key = next(n for n, one in enumerate(page.listing._loads) if one.load == load)
    page.listing.table.opened.emit(key)
    hand.settle(desk)
    assert page.one.isVisible()
    return page.one


def test_a_load_opens_from_the_list_with_all_that_was_read(hand, desk, page, tmp_path):
    load = loaded(desk, tmp_path / "people.csv", "9,too,short\nTotal records: 41\n")
    one = opened(hand, desk, page, load)
    told = " ".join(hand.words(one))
    (summary,) = [x for x in intake.loads(desk._workspace) if x.load == load]
    assert summary.sha256 in told.replace("\n", "")
    for wanted in ("people.csv", "1 row was not loaded", "could not be read"):
        assert wanted in told
    assert "Row: 5." in told
    cells = [[one.columns.model.cell(n, at) for at in range(4)] for n in range(4)]
    assert [row[0] for row in cells] == ["ref", "surname", "forename", "date of birth"]
    assert all(row[3] for row in cells)
    assert one.agrees.isVisible()
    assert not one.differs.isVisible()


def test_a_total_that_differs_is_told_by_sign_words_and_ground(hand, desk, page, tmp_path):
    one = opened(hand, desk, page, loaded(desk, tmp_path / "p.csv", "Total records: 41\n"))
    assert one.differs.isVisible()
    assert not one.agrees.isVisible()
    assert one.differs.property("ground") == "warn"
    assert one.differs.heading.text().startswith("≠")
    assert "41 rows, but 40 were read" in one.differs.text.text()


def test_what_no_row_is_chosen_for_is_switched_off(hand, desk, page):
    listing = page.listing
    assert listing.open_load.isEnabled()
    assert listing.withdraw.isEnabled()
    listing.table.filter.setText("no load has this")
    listing.table.filter.returnPressed.emit()
    hand.settle(desk)
    for button in (listing.open_load, listing.show_rows, listing.show_rejected, listing.withdraw):
        assert not button.isEnabled()
    listing.table.filter.clear()
    listing.table.filter.returnPressed.emit()
    hand.settle(desk)
    listing.table.grid.selectRow(0)
    assert listing.open_load.isEnabled()


def test_the_list_says_routes_in_words(desk, page):
    model = page.listing.table.model
    cells = [model.cell(at, at2) for at in range(2) for at2 in range(model.columnCount())]
    routes = desk._workspace.catalogue.governance.routes
    assert routes["s19aa"].title in cells
    assert not routes.keys() & set(cells)


def test_from_one_load_to_its_rows_and_to_those_left_out(hand, desk, page, tmp_path):
    load = loaded(desk, tmp_path / "people.csv", "9,too,short\n")
    one = opened(hand, desk, page, load)
    assert not trail.entries(desk._workspace, action="look.rejections")
    hand.click(desk, one.show_rejected)
    assert page.rejected.rows.model.rowCount() == 1
    (look,) = trail.entries(desk._workspace, action="look.rejections")
    assert look.facts == {"load": load}
    hand.click(desk, opened(hand, desk, page, load).show_rows)
    assert page.rows.model.rowCount() == 40


def test_a_load_withdrawn_from_its_own_page_says_so(hand, desk, page, tmp_path):
    load = loaded(desk, tmp_path / "people.csv", "")
    one = opened(hand, desk, page, load)
    one.withdraw.click()
    hand.answer(desk, "See what depends on it")
    hand.answer(desk, "Withdraw it")
    assert "Withdrawn" in hand.words(one)
    assert not one.withdraw.isEnabled()
    assert not one.show_rows.isEnabled()


def test_what_the_steward_chose_is_told_later(hand, desk, page, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8")
    page.take_files([file])
    hand.settle(desk)
    taking = page.taking
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == COLUMNS
    taking.columns.choose("forename")
    taking.columns.boxes.meaning.set_value("alias_given_names")
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    load = intake.loads(desk._workspace)[-1].load
    one = opened(hand, desk, page, load)
    row = [one.columns.model.cell(2, at) for at in range(4)]
    assert (row[0], row[3]) == ("forename", "A steward chose this.")


def test_an_auditor_sees_it_and_cannot_withdraw_it(hand, window, town):
    window = hand.open(window, town.vault, hand.auditor(town.vault))
    window.bench.show_page("load")
    hand.settle(window)
    page = window.bench.at
    page.show_load("L1")
    hand.settle(window)
    assert page.one.show_rows.isEnabled()
    assert not page.one.withdraw.isEnabled()
    assert "auditor" in page.one.withdraw.toolTip()


def test_after_a_withdrawal_it_stands_who_must_be_told(hand, desk, page, monkeypatch):
    taken = intake.withdraw

    def with_a_package(*given, **wishes):
        told = Note("tell-recipient", {"package": "P1", "recipient": "Post Room"})
        return replace(taken(*given, **wishes), notices=(told,))

    monkeypatch.setattr(intake, "withdraw", with_a_package)
    ask_withdraw(page, "L1")
    hand.answer(desk, "See what depends on it")
    hand.answer(desk, "Withdraw it")
    said = page.remark.text.text()
    assert "L1" in said
    assert "Post Room received rows of this load in package P1 and must be told." in said


def test_nothing_is_said_of_a_load_before_it_is_read(hand, desk, page, tmp_path):
    first = opened(hand, desk, page, loaded(desk, tmp_path / "p.csv", "Total records: 41\n"))
    assert first.differs.isVisible()
    page.show_load("L9")
    for notice in (first.differs, first.agrees, first.unchecked, first.remarks):
        assert not notice.isVisible()
    assert not first.withdraw.isEnabled()
    hand.settle(desk)
    assert "L9" in " ".join(hand.words(page.problem))
    assert not first.show_rows.isEnabled()
    page.show_load("L1")
    hand.settle(desk)
    assert first.show_rows.isEnabled()


def test_a_notice_without_words_is_not_there(qtbot):
    empty, full = Notice("", "warn", "A heading of nothing"), Notice("Said from the start")
    holder = column(empty, full)
    qtbot.addWidget(holder)
    holder.show()
    assert not empty.isVisible()
    assert full.isVisible()
    empty.say("Something")
    assert empty.isVisible()


def test_a_load_needs_no_scrolling_sideways_at_twice_the_text_size(hand, desk, page, tmp_path):
    one = opened(hand, desk, page, loaded(desk, tmp_path / "p.csv", "Total records: 41\n"))
    desk.resize(1280, 860)
    desk._theme.apply("light", 2.0)
    hand.settle(desk)
    assert one.findChild(Scroll).horizontalScrollBar().maximum() == 0
