"""When the program itself is at fault: calm words, and details that hold no data."""

from __future__ import annotations

import traceback
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.gui.forms import Button, Dialog, Text, row
from app.wording.window import tell


def redacted(error: BaseException) -> str:
    """The kind of error and the lines it passed, without messages or values.

    A message may quote a record; a place in our own code cannot.
    """
    lines = [type(error).__name__]
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        inside = path.parts[path.parts.index("app") :] if "app" in path.parts else (path.name,)
        lines.append(f"{'/'.join(inside)}:{frame.lineno} {frame.name}")
    if error.__cause__ is not None:
        lines.append(redacted(error.__cause__))
    return "\n".join(lines)


def show_fault(parent: QWidget, error: BaseException) -> Dialog:
    """Say that something went wrong here, and give what may be copied to whoever mends it."""
    details = QPlainTextEdit(redacted(error))
    details.setReadOnly(True)
    details.setTabChangesFocus(True)
    details.setAccessibleName(tell("fault.details"))
    details.setMinimumHeight(140)
    copy = Button(tell("fault.copy"), lambda: _copy(details.toPlainText()))
    close = Button(tell("form.close"), part="primary")
    dialog = Dialog(
        parent,
        tell("fault.title"),
        Text(tell("fault.what")),
        Text(tell("fault.do")),
        details,
        row(copy, 1, close),
    )
    close.clicked.connect(dialog.accept)
    dialog.open()
    return dialog


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
