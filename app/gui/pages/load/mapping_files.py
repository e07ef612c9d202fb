"""A mapping as a file: save the one in sight, or map the columns by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Field, FileBox, Form, row
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.pages.load.columns import Columns
from app.model.loads import Offer
from app.services import reading
from app.wording.window import tell

FILTERS = "TOML (*.toml)"


class MappingFiles(QWidget):
    """Two buttons beneath the columns; `chosen` gets a mapping file to map by."""

    def __init__(self, page: Page, columns: Columns, chosen: Callable[[Path], object]) -> None:
        super().__init__()
        self._page, self._columns, self._chosen = page, columns, chosen
        self._offer: Offer | None = None
        self.save = Button(tell("load.save-mapping"), self._ask_save)
        self.use = Button(tell("load.use-mapping"), self._ask_use)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(row(self.save, self.use, 1, gap=12))

    def show_offer(self, offer: Offer) -> None:
        """The file that the mapping is of."""
        self._offer = offer

    def _ask_save(self) -> None:
        mapping, offer = self._columns.mapping(), self._offer
        if mapping is None or offer is None:
            return
        whole = reading.settled(mapping, offer.shape)
        name = tell("load.mapping-name", file=offer.path.stem)
        place = FileBox("save", name=name, filters=FILTERS)
        rule = needed(place.value, tell("load.need-file"))
        form = Form(
            Field(tell("load.mapping-to"), place, hint=tell("load.mapping-hint"), rule=rule)
        )
        ask_form(
            self._page,
            tell("load.save-mapping"),
            form,
            lambda _progress: reading.write_mapping(whole, Path(place.value())),
            lambda _none: self._page.confirm(tell("load.mapping-saved", file=place.value())),
        )

    def _ask_use(self) -> None:
        place = FileBox("open", filters=FILTERS)
        rule = needed(place.value, tell("load.need-file"))
        form = Form(Field(tell("load.mapping-file"), place, rule=rule))
        ask_form(
            self._page,
            tell("load.use-mapping"),
            form,
            lambda _progress: Path(place.value()),
            self._chosen,
        )
