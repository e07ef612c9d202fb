"""One page drawn without a screen: the proof that Qt, fonts and the look came along."""

from __future__ import annotations

import os
import sys
from time import monotonic

from app.services.workspace import Workspace

SETTLE_SECONDS = 3.0


def draw(workspace: Workspace) -> tuple[int, int, int]:
    """Home of an open vault, drawn offscreen: width, height, and how many colours it has.

    A blank picture has one colour; a page with text and fields has many. The vault is closed.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from app.base.clock import system_clock
    from app.gui.main import page_makers
    from app.gui.theme import Theme
    from app.gui.window import Window

    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("the window needs a QApplication")
    theme = Theme(app)
    theme.apply("light", 1.0)
    window = Window(theme, system_clock, page_makers())
    window.enter(workspace)
    window.show()
    until = monotonic() + SETTLE_SECONDS
    while monotonic() < until:
        app.processEvents()
    picture = window.grab().toImage()
    columns = range(0, picture.width(), 3)
    rows = range(0, picture.height(), 3)
    colours = {picture.pixel(x, y) for y in rows for x in columns}
    window.lock()
    until = monotonic() + SETTLE_SECONDS
    while window.vault is not None and monotonic() < until:
        app.processEvents()
    window.close()
    return picture.width(), picture.height(), len(colours)
