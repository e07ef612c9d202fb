"""A warning of folders that are copied elsewhere, before files in clear are written there."""

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


class ClearPlace(Notice):
    """Follows a box for a place; out of sight while nothing speaks against it."""

    def __init__(self, page: Page, box: FileBox, *, folder: Callable[[Path], Path]) -> None:
        super().__init__("", "warn", tell("share.place-warning"))
        self._page, self._folder = page, folder
        self.hide()
        box.chosen.connect(self._look)

    def _look(self, place: str) -> None:
        self._page.read(
            lambda: vaults.clear_warnings(catalogue(), self._folder(Path(place))) if place else (),
            self._show,
            key="place",
        )

    def _show(self, found: tuple[Note, ...]) -> None:
        self.say(" ".join(note(one) for one in found))
