"""How a load is held, in a window of its own, and the register as a file."""

from __future__ import annotations

import json

from app.gui.forms import FileBox


def test_a_load_tells_how_it_is_held_and_the_register_is_written(hand, desk, tmp_path):
    desk.bench.show_page("load")
    hand.settle(desk)
    part = desk.bench.at.listing
    hand.click(desk, part.held)
    words = hand.words(hand.dialog(desk))
    assert "On what ground" in words
    assert any(word.startswith("To be destroyed by") for word in words)
    hand.dialog(desk).reject()
    file = tmp_path / "holdings.json"
    hand.click(desk, part.register)
    hand.dialog(desk).findChild(FileBox).set_value(str(file))
    hand.answer(desk, "Write the register")
    hand.settle(desk)
    assert len(json.loads(file.read_text("utf-8"))["dataset"]) > 1
    assert "holdings.json" in desk.bench.at.remark.text.text()
