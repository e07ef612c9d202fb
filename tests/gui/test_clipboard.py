"""What was copied out of a vault is gone from the clipboard once the vault is locked."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from app.gui.clipboard import MARK, UNWATCHED, copy_record


def test_a_copied_row_is_gone_when_the_vault_is_locked(hand, desk, qtbot):
    from PySide6.QtCore import Qt

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
