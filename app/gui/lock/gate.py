"""What the parts of the lock screen share: a sheet in the middle of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.base.clock import Clock
from app.gui.forms import Text, column
from app.gui.frame import Preferences
from app.gui.jobs import Jobs
from app.services.workspace import Workspace


@dataclass(frozen=True)
class Gate:
    """What every part needs. `enter` takes an open vault in; `start` shows the first part."""

    jobs: Jobs
    preferences: Preferences
    clock: Clock
    enter: Callable[[Workspace], object]
    start: Callable[[], object]


def sheet(title: str, under: str, *items: QWidget | int) -> QWidget:
    """A part's things under its title."""
    words: list[QWidget | int] = [Text(title, "title")]
    if under:
        words.append(Text(under, "quiet"))
    return column(*words, *items, 1, gap=16)
