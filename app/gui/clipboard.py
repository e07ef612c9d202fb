"""The clipboard: what is copied out of the window, marked, and gone when the vault is locked."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication

MARK = "application/x-muniment-record"
"""Says of what lies on the clipboard that it came out of a vault."""

UNWATCHED = 'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"'
"""Windows keeps what carries this out of the clipboard's history and away from other devices."""


def record(text: str) -> QMimeData:
    """Text out of a vault, marked as such."""
    data = QMimeData()
    data.setText(text)
    data.setData(MARK, b"1")
    data.setData(UNWATCHED, b"1")
    return data


def copy_record(text: str) -> None:
    """Put text out of a vault on the clipboard."""
    QGuiApplication.clipboard().setMimeData(record(text))


def clear_records() -> None:
    """Take away what this window put on the clipboard; what others put there stays."""
    board = QGuiApplication.clipboard()
    for mode, owned in (
        (QClipboard.Mode.Clipboard, board.ownsClipboard()),
        (QClipboard.Mode.Selection, board.ownsSelection()),
    ):
        held = board.mimeData(mode)
        if owned or (held is not None and held.hasFormat(MARK)):
            board.clear(mode)
