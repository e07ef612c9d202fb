"""A warning of folders that are copied elsewhere or travel, before something is written there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.gui.forms import FileBox, Notice
from app.gui.frame.page import Page
from app.model.notes import Note
from app.services import vaults
from app.services.catalogue import catalogue
from app.wording import note
from app.wording.window import tell


class PlaceWarning(Notice):
    """Follows a box for a place; out of sight while nothing speaks against it.

    `doubts` says what does, and is asked in the worker.
    """

    def __init__(
        self, page: Page, box: FileBox, doubts: Callable[[Path], tuple[Note, ...]]
    ) -> None:
        super().__init__("", "warn", tell("share.place-warning"))
        self._page, self._doubts = page, doubts
        self.hide()
        box.chosen.connect(self._look)

    def _look(self, place: str) -> None:
        self._page.read(lambda: self._doubts(Path(place)) if place else (), self._show, key="place")

    def _show(self, found: tuple[Note, ...]) -> None:
        self.say(" ".join(note(one) for one in found))


class ClearPlace(PlaceWarning):
    """The warning before files in clear are written into a folder."""

    def __init__(self, page: Page, box: FileBox, *, folder: Callable[[Path], Path]) -> None:
        super().__init__(
            page, box, lambda chosen: vaults.clear_warnings(catalogue(), folder(chosen))
        )
