"""A question is read whole: as tall as its words, scrolled by keyboard where the screen ends."""

import pytest
from PySide6.QtCore import Qt

from app.gui.forms import Question, Text, ask

LINE = "Package P1 was sealed to Wexcombe Post Room, which received rows of it and must be told."


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("lines", [1, 3, 6, 40])
def test_no_line_of_a_question_is_cut(qtbot, window, scale, lines):
    window._theme.apply("light", scale)
    question = Question("Withdraw L8", "\n".join([LINE] * lines), LINE, "Withdraw", danger=True)
    dialog = ask(window, question, lambda: None)
    qtbot.wait(20)
    for text in dialog.findChildren(Text):
        assert text.height() >= text.heightForWidth(text.width())
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    bar = dialog.telling.verticalScrollBar()
    if lines == 40:
        dialog.telling.setFocus()
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_PageDown)
        assert bar.value() > 0
    else:
        assert not bar.isVisible()
    words = dialog.telling.widget()
    assert words.width() <= dialog.telling.viewport().width()
    dialog.reject()
