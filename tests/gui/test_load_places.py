"""The ruler: where columns begin is clicked, keyed and typed, kept, and read again at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.gui.forms import FileBox, Text
from app.gui.pages.load.taking import CHECK, COLUMNS, READING
from app.services import intake

LINES = [
    f"{n:06d}{surname:<12}{forename:<10}{n % 28 + 1:02d}021950"
    for n, (surname, forename) in enumerate(
        [("SMITH", "ANN"), ("JONES", "BERTRAM"), ("O'NEILL", "CY"), ("LI", "DAI")] * 5
    )
]


@pytest.fixture
def taking(hand, desk, tmp_path):
    """A fixed-width file that no kind declares, at the step that shows how it is read."""
    file = tmp_path / "payroll.txt"
    file.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    desk.bench.show_page("load")
    hand.settle(desk)
    desk.bench.at.take_files([file])
    hand.settle(desk)
    assert desk.bench.at.taking.steps.at == READING
    return desk.bench.at.taking


def heads(taking) -> list[str]:
    model = taking.reading.rows.model
    return [model.head(n) for n in range(1, model.columnCount())]


def cells(taking, row: int = 0) -> list[str]:
    model = taking.reading.rows.model
    return [model.cell(row, n) for n in range(1, model.columnCount())]


def wait_for_reading(hand, desk, taking) -> None:
    taking.reading.places.flush()
    hand.settle(desk)


def keys(qtbot, ruler, *pressed) -> None:
    for one in pressed:
        plain = (Qt.KeyboardModifier.NoModifier, one)
        modifier, key = one if isinstance(one, tuple) else plain
        qtbot.keyClick(ruler, key, modifier)


def test_breaks_are_proposed_with_their_reason(hand, desk, taking):
    places = taking.reading.places
    assert places.isVisible()
    assert places.ruler.starts == [1, 19, 29]
    assert taking.reading.delimiter.value() == "fixed"
    assert "same places are blank" in taking.reading.notes.text()
    assert cells(taking) == ["000000SMITH", "ANN", "01021950"]


def test_columns_are_begun_named_and_moved_by_keyboard(hand, desk, taking, qtbot):
    ruler, places = taking.reading.places.ruler, taking.reading.places
    key, mod = Qt.Key, Qt.KeyboardModifier
    ruler.setFocus()
    keys(qtbot, ruler, key.Key_Home, *[key.Key_Right] * 7, key.Key_Space)
    assert ruler.starts == [1, 8, 19, 29]
    keys(qtbot, ruler, (mod.ShiftModifier, key.Key_Left))
    assert ruler.starts == [1, 7, 19, 29]
    keys(qtbot, ruler, *[(mod.ControlModifier, key.Key_Right)] * 2, key.Key_Delete)
    assert ruler.starts == [1, 7, 19]
    keys(qtbot, ruler, key.Key_End, *[key.Key_Left] * 7, key.Key_Return)
    assert ruler.starts == [1, 7, 19, 29]
    assert "Place 29" in ruler.accessibleDescription()
    assert places.state.text() == ruler.accessibleDescription()
    places.name.setText("DOB")
    places.name.editingFinished.emit()
    wait_for_reading(hand, desk, taking)
    assert cells(taking) == ["000000", "SMITH", "ANN", "01021950"]
    assert heads(taking)[3] == "DOB"
    keys(qtbot, ruler, key.Key_Delete)
    assert ruler.starts == [1, 7, 19]


def test_a_click_begins_a_column_and_takes_one_away(hand, desk, taking, qtbot):
    ruler = taking.reading.places.ruler
    width = ruler.sizeHint().width() / (len(LINES[0]) + 1)
    at = QPoint(round(8 + width * 6.5), ruler.height() // 2)
    qtbot.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=at)
    assert ruler.starts == [1, 7, 19, 29]
    qtbot.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=at)
    assert ruler.starts == [1, 19, 29]


def test_places_can_be_typed_and_a_wrong_one_is_told_at_the_box(hand, desk, taking):
    places = taking.reading.places
    places.starts.setText("1, 7 and so on")
    places.starts.editingFinished.emit()
    assert "Give whole numbers" in " ".join(hand.words(places))
    assert places.ruler.starts == [1, 19, 29]
    places.starts.setText("7, 19, 29")
    places.starts.editingFinished.emit()
    wait_for_reading(hand, desk, taking)
    assert cells(taking) == ["000000", "SMITH", "ANN", "01021950"]


def test_continue_reads_what_was_just_changed_and_then_goes_on(hand, desk, taking):
    places = taking.reading.places
    places.starts.setText("1, 7, 19, 29")
    places.starts.editingFinished.emit()
    assert places.waiting
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == COLUMNS
    assert len(taking.columns.lines) == 4


def test_the_ruler_says_what_it_is_to_a_screen_reader(taking):
    face = QAccessible.queryAccessibleInterface(taking.reading.places.ruler)
    assert face.text(QAccessible.Text.Name) == "Ruler: where columns begin"
    assert "Place 1" in face.text(QAccessible.Text.Description)


def load(hand, desk, taking, names) -> None:
    """Load the file with columns at 1, 7, 19, 29 called so."""
    places = taking.reading.places
    places.starts.setText("1, 7, 19, 29")
    places.starts.editingFinished.emit()
    for start, name in zip((1, 7, 19, 29), names, strict=True):
        places.ruler.go(start)
        places.name.setText(name)
        places.name.editingFinished.emit()
    hand.click(desk, taking.steps.go)
    assert taking.steps.at == COLUMNS


NAMES = ("ref", "surname", "forename", "dob")


def test_a_layout_is_loaded_and_remembered_for_the_next_file(hand, desk, taking, tmp_path):
    load(hand, desk, taking, NAMES)
    for _ in range(3):
        hand.click(desk, taking.steps.go)
    page = desk.bench.at
    assert page.done_part.isVisible()
    (made,) = [one for one in intake.loads(desk._workspace) if one.file == "payroll.txt"]
    assert (made.rows_loaded, made.rows_rejected) == (len(LINES), 0)
    later = tmp_path / "later.txt"
    later.write_text("\n".join(LINES[:7]) + "\n", encoding="utf-8")
    page.take_files([later])
    hand.settle(desk)
    assert heads(page.taking) == list(NAMES)
    assert "for a file like this before" in page.taking.reading.notes.text()
    hand.click(desk, page.taking.steps.go)
    assert page.taking.columns.kind.value() == "people"
    assert {line.code for line in page.taking.columns.lines} >= {"surname", "reference"}


def test_a_mapping_is_saved_as_a_file_and_used_again(hand, desk, taking, tmp_path):
    load(hand, desk, taking, NAMES)
    out = tmp_path / "payroll.toml"
    taking.files.save.click()
    hand.dialog(desk).findChild(FileBox).set_value(str(out))
    hand.answer(desk, "Save this mapping as a file")
    assert '"surname" = [7, 12]' in out.read_text(encoding="utf-8")

    other = tmp_path / "other.txt"
    other.write_text("\n".join(LINES[:9]) + "\n", encoding="utf-8")
    page = desk.bench.at
    page.taking.steps.left.emit()
    page.take_files([other])
    hand.settle(desk)
    hand.click(desk, page.taking.steps.go)
    page.taking.files.use.click()
    hand.dialog(desk).findChild(FileBox).set_value(str(out))
    hand.answer(desk, "Map by a mapping file")
    hand.settle(desk)
    lines = {line.column: line for line in page.taking.columns.lines}
    assert tuple(lines) == NAMES
    assert lines["dob"].reason == "The mapping file says so."
    for _ in range(2):
        hand.click(desk, page.taking.steps.go)
    assert page.taking.steps.at == CHECK
    assert page.taking.checking.after.model.rowCount() == 9


def test_a_delimited_file_can_be_read_at_fixed_places_and_back(hand, desk, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("ref,surname,forename\n1,Smith,Ann\n2,Jones,Bo\n3,Li,Cy\n", encoding="utf-8")
    desk.bench.show_page("load")
    hand.settle(desk)
    desk.bench.at.take_files([Path(file)])
    hand.settle(desk)
    reading = desk.bench.at.taking.reading
    assert not reading.places.isVisible()
    reading.delimiter.set_value("fixed")
    hand.settle(desk)
    assert reading.places.isVisible()
    reading.delimiter.set_value(",")
    hand.settle(desk)
    assert not reading.places.isVisible()
    assert heads(desk.bench.at.taking) == ["ref", "surname", "forename"]
    assert reading.choices.encoding is None


def test_every_control_of_the_step_is_named_and_lets_the_keyboard_go(hand, desk, taking, qtbot):
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow, timeout=20_000)
    found = [
        widget
        for widget in taking.reading.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert taking.reading.places.ruler in found
    for widget in found:
        if widget.focusProxy() is not None:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        assert face is not None
        assert face.text(QAccessible.Text.Name).strip(), widget
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
        assert not widget.hasFocus(), widget


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_word_of_the_step_is_clipped(hand, desk, taking, scale):
    desk.resize(1366, 768)
    desk._theme.apply("light", scale)
    hand.settle(desk)
    for label in taking.reading.findChildren(Text):
        if label.isVisible() and label.text() and label.wordWrap():
            assert label.height() + 1 >= label.heightForWidth(label.width()), label.text()
        elif label.isVisible() and label.text():
            assert label.width() + 1 >= label.sizeHint().width(), label.text()
    ruler = taking.reading.places.ruler
    assert ruler.height() >= ruler.sizeHint().height()
