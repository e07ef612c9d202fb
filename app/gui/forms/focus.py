"""Where the keyboard may stand: the controls of a pane in the order of Tab."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def in_reach(pane: QWidget) -> Iterator[QWidget]:
    """The controls of a pane that Tab reaches, in order."""
    walker = pane.nextInFocusChain()
    while walker is not None and walker is not pane:
        usable = walker.isVisible() and walker.isEnabled()
        by_tab = walker.focusPolicy() & Qt.FocusPolicy.TabFocus
        if usable and by_tab and not walker.focusProxy() and pane.isAncestorOf(walker):
            yield walker
        walker = walker.nextInFocusChain()


def focus_first(pane: QWidget) -> bool:
    """Put the keyboard on the first control of a pane; False where it has none."""
    first = next(in_reach(pane), None)
    if first is not None:
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
    return first is not None
