"""One row of a table in full: every column by name, nothing cut short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.gui.forms import Dialog, Facts, Scroll, show_once


def show_row(parent: QWidget, title: str, rows: Sequence[tuple[str, str]]) -> Dialog:
    """Open a window that tells a row's columns under each other."""
    facts = Facts(rows)
    scroll = Scroll(facts)
    letter = parent.fontMetrics().averageCharWidth()
    scroll.setMinimumWidth(min(letter * 90, parent.window().width() * 3 // 4))
    tallest = parent.window().height() * 2 // 3
    scroll.setMinimumHeight(min(facts.sizeHint().height() + 24, tallest))
    return show_once(parent, title, scroll)
