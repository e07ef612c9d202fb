"""Recipients in the window: their words are typed as heard before anything is sealed to them."""

import pytest
from packing import drafted, opened, to_columns

from app.gui.forms import Button, FileBox, LineBox
from app.sealing.keys import new_office
from app.services import partners, sharing, trail


@pytest.fixture
def page(hand, desk, tmp_path):
    return opened(hand, desk, tmp_path)


@pytest.fixture
def library(hand, desk, page):
    """A recipient whose words nobody has compared, chosen in the table."""
    made = partners.add(desk._workspace, "Library", new_office().public_key)
    page.show_tab("recipients")
    page.look()
    hand.settle(desk)
    page.recipients._select(made.name)
    return made


def answer(hand, desk, words, go):
    dialog = hand.dialog(desk)
    boxes = [b for b in dialog.findChildren(LineBox) if not isinstance(b.parent(), FileBox)]
    boxes[0].setText(words)
    hand.answer(desk, go)
    return dialog


def test_the_words_are_compared_by_typing_what_was_heard(hand, desk, page, library):
    table = page.recipients.table.model
    assert [table.cell(n, 2) == "not yet" for n in range(table.rowCount())] == [True, False]
    page.recipients.compare.click()
    dialog = answer(hand, desk, "apple pear plum", "Put on record")
    assert dialog.isVisible()
    assert "not the words" in " ".join(hand.words(dialog))
    assert library.fingerprint_words not in " ".join(hand.words(dialog))
    answer(hand, desk, library.fingerprint_words, "Put on record")
    assert "✓" in table.cell(0, 2)
    assert not page.recipients.compare.isEnabled()
    assert trail.entries(desk._workspace)[-1].action == "recipient.confirm"


def test_a_key_that_a_script_vouched_for_can_still_be_compared(hand, desk, page, library):
    """The post room's key was never compared: that is said, and not offered as if it had been."""
    room = partners.known(desk._workspace)[1]
    page.recipients.table.grid.selectRow(1)
    said = page.recipients.table.model.cell(1, 2)
    assert said.startswith("no, a script vouched for the key: ")
    assert said.endswith(", Ann")
    assert page.recipients.compare.isEnabled()
    page.recipients.compare.click()
    answer(hand, desk, room.fingerprint_words, "Put on record")
    assert page.recipients.table.model.cell(1, 2).startswith("✓")


def test_a_package_for_an_uncompared_recipient_is_not_sealed(hand, desk, page, library, tmp_path):
    drafting = to_columns(hand, desk, page, "Library")
    for _ in range(3):
        hand.click(desk, drafting.steps.go)
    assert "Nobody has compared" in " ".join(hand.words(page))
    page.outgoing.seal.click()
    dialog = hand.dialog(desk)
    dialog.findChild(FileBox).set_value(str(tmp_path / "out.age"))
    hand.answer(desk, "Seal")
    assert dialog.isVisible()
    assert "Nobody has compared" in " ".join(hand.words(dialog))
    assert not (tmp_path / "out.age").exists()
    assert sharing.packages(desk._workspace)[0].state == "draft"


def test_a_recipient_is_renamed_and_removed(hand, desk, page, library):
    ws = desk._workspace
    page.recipients.rename.click()
    answer(hand, desk, "Central Library", "Rename")
    assert [r.name for r in partners.known(ws)] == ["Central Library", "Post Room"]
    page.recipients.remove.click()
    dialog = hand.dialog(desk)
    next(b for b in dialog.findChildren(Button) if b.accessibleName() == "Remove").click()
    hand.settle(desk)
    assert [r.name for r in partners.known(ws)] == ["Post Room"]


def test_a_recipient_that_a_package_waits_for_stays(hand, desk, page):
    drafting = drafted(hand, desk, page)
    for _ in range(2):
        hand.click(desk, drafting.steps.go)
    page.show_tab("recipients")
    page.recipients.remove.click()
    dialog = hand.dialog(desk)
    next(b for b in dialog.findChildren(Button) if b.accessibleName() == "Remove").click()
    hand.settle(desk)
    assert "wait to be sealed: P1" in " ".join(hand.words(page))
    assert partners.known(desk._workspace)


def test_the_chosen_recipient_stays_chosen_whatever_is_told_anew(hand, desk, page, library):
    page.recipients.table.grid.selectRow(1)
    partners.add(desk._workspace, "Archive", new_office().public_key)
    page.look()
    hand.settle(desk)
    assert page.recipients._chosen().name == "Post Room"


def test_the_words_of_a_key_are_read_whole_in_the_table(hand, desk, page, library):
    desk.resize(1240, 820)
    hand.settle(desk)
    table = page.recipients.table
    at = list(table.model.source.columns).index("words")
    letters = table.grid.fontMetrics()
    for row in range(table.model.rowCount()):
        room = table.grid.columnWidth(at) - 2 * letters.averageCharWidth()
        assert letters.horizontalAdvance(table.model.cell(row, at)) <= room
