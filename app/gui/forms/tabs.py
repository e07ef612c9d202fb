"""A row of buttons of which one is chosen: what stands below them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QWidget

from app.gui.forms.flow import flow
from app.gui.forms.words import Button


def tab_bar(
    words: Mapping[str, str], show: Callable[[str], object]
) -> tuple[QWidget, dict[str, Button]]:
    """The row, and its buttons by the key that `show` is called with."""
    buttons = {key: Button(text, partial(show, key), part="tab") for key, text in words.items()}
    bar = flow(*buttons.values(), gap=4)
    group = QButtonGroup(bar)
    for button in buttons.values():
        button.setCheckable(True)
        group.addButton(button)
    return bar, buttons
