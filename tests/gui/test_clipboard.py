"""What was copied out of a vault is gone from the clipboard once the vault is locked."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from app.gui.clipboard import MARK, UNWATCHED, copy_record
from app.gui.forms import LineBox, NoteBox, Text
from app.gui.tables import show_row


def test_a_copied_row_is_gone_when_the_vault_is_locked(hand, desk, qtbot):
    desk.bench.show_page("trail")
    hand.settle(desk)
    grid = desk.bench.at.table.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    board = QGuiApplication.clipboard()
    assert "Ann" in board.text()
    desk.lock()
    assert board.text() == ""


def test_a_copied_row_is_marked_and_kept_out_of_the_systems_history(qapp):
    copy_record("a row")
    held = QGuiApplication.clipboard().mimeData()
    assert held.text() == "a row"
    assert held.hasFormat(MARK)
    assert held.hasFormat(UNWATCHED)


def test_what_another_program_copied_stays(hand, desk):
    other = QMimeData()
    other.setText("from elsewhere")
    board = QGuiApplication.clipboard()
    board.setMimeData(other)
    desk.lock()
    assert board.text() == "from elsewhere" or board.ownsClipboard()


def marked(text):
    held = QGuiApplication.clipboard().mimeData()
    return held.text() == text and held.hasFormat(MARK) and held.hasFormat(UNWATCHED)


@pytest.mark.qt_log_ignore("propagateSizeHints", r"support raise\(\)", "grabbing the keyboard")
@pytest.mark.parametrize("way", ["key", "menu"])
def test_a_value_copied_out_of_a_detail_window_is_marked(hand, desk, qtbot, way):
    dialog = show_row(desk, "A row", [("name", "Ann\nSmith")])
    (value,) = [text for text in dialog.findChildren(Text) if text.text() == "Ann\nSmith"]
    value.setFocus()
    value.setSelection(0, 9)
    if way == "key":
        qtbot.keyClick(value, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    else:
        reason = QContextMenuEvent.Reason.Mouse
        asked = QContextMenuEvent(reason, QPoint(1, 1), value.mapToGlobal(QPoint(1, 1)))
        QApplication.sendEvent(value, asked)
        menu = value.findChild(QMenu)
        next(act for act in menu.actions() if act.text() == "Copy").trigger()
        menu.close()
    assert marked("Ann\nSmith")
    dialog.reject()
    desk.lock()
    assert QGuiApplication.clipboard().text() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_X])
@pytest.mark.parametrize("kind", [LineBox, NoteBox])
def test_what_is_copied_out_of_a_box_is_marked(qtbot, kind, key):
    box = kind()
    qtbot.addWidget(box)
    box.show()
    write, read = ("setText", "text") if kind is LineBox else ("setPlainText", "toPlainText")
    getattr(box, write)("Ann Smith")
    box.selectAll()
    qtbot.keyClick(box, key, Qt.KeyboardModifier.ControlModifier)
    assert marked("Ann Smith")
    assert getattr(box, read)() == ("Ann Smith" if key == Qt.Key.Key_C else "")
