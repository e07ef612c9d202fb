"""Telling a recipient about rows, in the window."""

from __future__ import annotations

import pytest
from packing import opened, sealed_to_ourselves

from app.gui.forms import Choice, FileBox, LineBox, NoteBox
from app.services import notices


@pytest.fixture
def page(hand, desk, tmp_path):
    return opened(hand, desk, tmp_path)


def test_every_row_is_withdrawn_and_a_slip_is_said_in_the_form(hand, desk, page, tmp_path):
    made = sealed_to_ourselves(desk, tmp_path)
    page.refresh()
    hand.settle(desk)
    hand.click(desk, page.outgoing.withdraw)
    dialog = hand.dialog(desk)
    dialog.findChild(Choice).set_value("")
    dialog.findChild(NoteBox).setPlainText("surname Tapscot")
    dialog.findChild(FileBox).set_value(str(tmp_path / "notice.age"))
    hand.answer(desk, "Seal the notice")
    said = " ".join(hand.words(dialog))
    assert "Say why" in said
    assert "column = value" in said
    dialog.findChild(NoteBox).setPlainText("")
    dialog.findChild(LineBox).setText("sent in error")
    hand.answer(desk, "Seal the notice")
    hand.settle(desk)
    assert (tmp_path / "notice.age").exists()
    (one,) = notices.listed(desk._workspace)
    assert (one.package, one.request, one.why) == (made.package, None, "sent in error")
