"""Step pages: the keyboard goes with the steps, and nothing answered is lost by one key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.gui.forms import Button, Field, Form, LineBox, Text, column
from app.gui.forms.form import needed
from app.gui.frame import Step, Steps


@pytest.fixture
def made(qtbot, look):
    """Two steps with a box each, and a last one with nothing to fill in."""
    boxes = [LineBox(), LineBox()]
    forms = [
        Form(Field(f"Box {n}", b, rule=needed(b.value, "Fill it"))) for n, b in enumerate(boxes)
    ]
    steps = Steps(
        [
            *(Step(f"step {n}", form, form.check) for n, form in enumerate(forms)),
            Step("the end", column(Text("Look at it"), 1)),
        ]
    )
    qtbot.addWidget(steps)
    steps.resize(500, 400)
    steps.show()
    steps.activateWindow()
    qtbot.waitUntil(steps.isActiveWindow)
    steps.boxes, steps.forms = boxes, forms
    return steps


def question(steps):
    return [d for d in steps.findChildren(QDialog) if d.isVisible()]


def test_the_keyboard_stands_on_the_first_control_of_a_step(qtbot, made):
    made.boxes[0].setText("x")
    made.go.setFocus()
    qtbot.keyClick(made.go, Qt.Key.Key_Space)
    assert made.at == 1
    assert made.boxes[1].hasFocus()


def test_a_step_without_controls_has_the_keyboard_on_its_name_and_space_does_nothing(qtbot, made):
    made.boxes[1].setText("x")
    ended, left = [], []
    made.finished.connect(lambda: ended.append(1))
    made.left.connect(lambda: left.append(1))
    made.show_step(1)
    made.go.setFocus()
    for _ in range(3):
        qtbot.keyClick(made.focusWidget(), Qt.Key.Key_Space)
    assert made.where.hasFocus()
    assert (made.at, ended, left) == (2, [], [])


def test_while_an_answer_is_awaited_the_keyboard_is_on_no_way_out(qtbot, made):
    left = []
    made.left.connect(lambda: left.append(1))
    made.show_step(1)
    made.go.setFocus()
    made.wait(True)
    assert not made.leave.hasFocus()
    qtbot.keyClick(made.focusWidget(), Qt.Key.Key_Space)
    assert not left
    assert not question(made)
    made.wait(False)
    assert made.go.hasFocus()


def test_leaving_asks_once_something_was_answered(qtbot, made):
    left = []
    made.left.connect(lambda: left.append(1))
    made.leave.click()
    assert left == [1]
    qtbot.keyClicks(made.boxes[0], "typed")
    made.leave.click()
    assert left == [1]
    (dialog,) = question(made)
    stay = next(b for b in dialog.findChildren(Button) if b.isDefault())
    assert stay.accessibleName() == "Cancel"
    dialog.reject()
    made.show_step(1)
    made.leave.click()
    (dialog,) = question(made)
    dialog.accept()
    assert left == [1, 1]


def test_enter_in_a_line_of_the_form_goes_on(qtbot, made):
    made.boxes[0].setFocus()
    qtbot.keyClick(made.boxes[0], Qt.Key.Key_Return)
    assert made.at == 0
    assert made.forms[0].summary.isVisible()
    made.boxes[0].setFocus()
    qtbot.keyClicks(made.boxes[0], "x")
    qtbot.keyClick(made.boxes[0], Qt.Key.Key_Return)
    assert made.at == 1


def test_what_was_wrong_goes_as_soon_as_the_box_is_in_order(qtbot, made):
    made.go.click()
    form = made.forms[0]
    assert "Fill it" in [t.text() for t in form.fields[0].findChildren(Text) if t.isVisible()]
    assert form.summary.accessibleName() == "There is a problem"
    made.boxes[0].setFocus()
    qtbot.keyClicks(made.boxes[0], "x")
    assert "Fill it" not in [t.text() for t in form.fields[0].findChildren(Text) if t.isVisible()]
    assert not form.summary.isVisible()
    assert made.boxes[0].hasFocus()
