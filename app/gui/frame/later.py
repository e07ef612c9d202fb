"""Parts of a page of which one is in sight, each made when it is first wanted.

A page of many parts made at once holds the window up for a third of a second on an office PC.
Pages keep each part as a `cached_property` that hands it over to the stack.
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QStackedWidget, QWidget

W = TypeVar("W", bound=QWidget)


class LaterParts(QStackedWidget):
    """A stack that takes its parts in as they come to be."""

    def take(self, part: W) -> W:
        """Take in a part that was just made; it is in sight only once it is shown."""
        self.addWidget(part)
        return part

    def show_part(self, part: QWidget) -> None:
        """Put a part in sight."""
        self.setCurrentWidget(part)


def made(holder: object, part: str) -> bool:
    """Whether a part kept as a `cached_property` has been made."""
    return part in vars(holder)
