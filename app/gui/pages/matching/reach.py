"""Whom a match reaches: how many of each group of people it found, beside each other."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Fact
from app.gui.forms import Text
from app.gui.frame import Page
from app.gui.tables import Table
from app.model.notes import Note
from app.model.profiles import Reach
from app.services import reach
from app.wording import apart, between, group, name, note, number, percent
from app.wording.window import tell

COLUMNS = ("by", "group", "records", "matched", "share", "limits", "apart")
UNCOUNTED = -1
"""Groups too small to count sort below those that nobody was found of."""


class Reached(QWidget):
    """A table of groups, and how it is to be read."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._run = ""
        heads = {column: tell(f"match.head-{column}") for column in COLUMNS}
        right = ("records", "matched")
        self.table = Table(page.desk.jobs, "reach", tell("match.reach"), heads, right=right)
        self.what = Text("", "quiet")
        self.apart = Text("")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.what)
        box.addWidget(self.apart)
        box.addWidget(self.table, 1)

    def show_run(self, run: str) -> None:
        """Count the groups of a run, once for as long as it is in sight."""
        if run == self._run:
            return
        ws = self._page.desk.workspace
        self._page.read(lambda: reach.reach(ws, run), self._show, key="reach")

    def forget(self) -> None:
        """What was counted may no longer hold: a decision may have been made since."""
        self._run = ""

    def _show(self, found: Reach) -> None:
        self._run = found.run
        facts: dict[str, Fact] = {"load": found.load, "smallest": found.smallest}
        self.what.say(note(Note("reach-what", facts)))
        self.apart.say(apart(found))
        rows: list[tuple[str, ...]] = []
        values: list[tuple[str | float, ...]] = []
        for rate in found.rates:
            what = (name("group", rate.by), group(rate.group))
            if rate.records is None or rate.matched is None or rate.rate is None:
                rows.append((*what, group("hidden"), "", "", "", ""))
                values.append((*what, UNCOUNTED, UNCOUNTED, UNCOUNTED, UNCOUNTED, ""))
            else:
                counts = (number(rate.records), number(rate.matched), percent(rate.rate))
                side = name("reach", rate.apart) if rate.apart else ""
                rows.append((*what, *counts, between(rate.low, rate.high), side))
                values.append((*what, rate.records, rate.matched, rate.rate, rate.low or 0.0, side))
        self.table.show_rows(COLUMNS, rows, values, empty=tell("match.reach-none"))
