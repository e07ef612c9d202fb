"""The load page: the list of loads, one load, its rows and rejected rows, taking a file in."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QStackedWidget

from app.base.errors import Refused
from app.gui.forms import Button, Card, Notice, Text, column, row
from app.gui.frame import Desk, Page
from app.gui.pages.load.listing import Listing
from app.gui.pages.load.particulars import OneLoad
from app.gui.pages.load.rejected import Rejected
from app.gui.pages.load.taking import SOURCE, Taking
from app.gui.pages.load.waiting import Waiting
from app.gui.tables import Table
from app.model.loads import LoadAnswer, LoadSummary
from app.model.rowsource import RowSource
from app.services import intake
from app.services.particulars import CLAIMS
from app.wording import note, number, rejection
from app.wording.window import tell


class Load(Page):
    """Whatever part is in sight, the title says the state of it."""

    name: ClassVar[str] = "load"
    topics: ClassVar[frozenset[str]] = frozenset({"load", "agreement"})
    right: ClassVar[str] = "load.accept"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted: str | None = None
        self.listing = Listing(self, self.show_load, self.show_rows, self.show_rejected)
        self.one = OneLoad(self, self.show_list, self.show_rows, self.show_rejected)
        self.rows = Table(desk.jobs, "load-rows", tell("load.rows-of"))
        self.rows_part = column(
            row(Button(tell("load.back"), self.show_list), 1), self.rows, gap=12
        )
        self.rejected = Rejected(self, self.show_list)
        self.waiting = Waiting(self._queue_changed)
        self.taking = Taking(self, self._taken, self.show_list, self._show_seen, self.waiting)
        self.taking.steps.moved.connect(self._step)
        self.done_notice = Notice("", "good")
        self.done_card = Card(gap=8)
        self.go_on = Button("", lambda: self.take_files([]), part="primary")
        self.go_on.hide()
        self.done_part = column(self.done_notice, self.done_card, row(self.go_on, 1), 1, gap=16)
        self._parts = QStackedWidget()
        parts = (self.listing, self.one, self.rows_part, self.rejected, self.taking, self.done_part)
        for part in parts:
            self._parts.addWidget(part)
        self.body.addWidget(self.waiting)
        self.body.addWidget(self._parts, 1)
        self.permit("load.withdraw", self.listing.withdraw, self.one.withdraw)
        self.permit("load.export-rejected", self.rejected.export)
        self.say(tell("load.reading"))
        self.offer(tell("load.one"))

    def look(self) -> None:
        """Read the list of loads, and the load in sight or the agreements that are asked about."""
        ws = self.desk.workspace
        if self.taking.under_way and self.taking.steps.at == SOURCE:
            self.taking.prepare_source()
        if self._parts.currentWidget() is self.one:
            self.one.show_load(self.one.load)
        self.read(lambda: intake.loads(ws), self._show, key="loads")

    def open(self, id: str | None) -> None:
        """`load`, or `load/rejected` for the rows left out of it."""
        load, _, part = (id or "").partition("/")
        if part:
            self.show_rejected(load)
        elif load:
            self.show_load(load)

    def act(self) -> None:
        """Take a file in."""
        self.take_files([])

    def take_files(self, paths: list[Path]) -> None:
        """Take these files in, one after another, behind the one under way and those that wait."""
        if not self.permit(self.right):
            self.show_list()
            role = self.desk.workspace.steward.role.value
            self.refuse(Refused("right-missing", action=self.right, role=role))
            return
        self.forgive()
        self.offer("")
        self.say(tell("load.taking-title"))
        self._parts.setCurrentWidget(self.taking)
        self.waiting.add(paths)
        if not self.taking.under_way:
            self.taking.begin()

    def show_list(self) -> None:
        """The list of loads."""
        self.forgive()
        self._offer_next()
        self._parts.setCurrentWidget(self.listing)
        self.look()

    def _offer_next(self) -> None:
        waiting = len(self.waiting.paths)
        self.offer(tell("load.next", n=waiting) if waiting else tell("load.one"))

    def _queue_changed(self) -> None:
        """What waits is another: buttons that lead to it say so."""
        if not self.primary.isHidden():
            self._offer_next()
        waiting = len(self.waiting.paths)
        self.go_on.say(tell("load.next", n=waiting))
        self.go_on.setVisible(bool(waiting))

    def free(self) -> None:
        """The steps of taking a file go on."""
        self.taking.free()

    def show_load(self, load: str) -> None:
        """One load in full."""
        self.say(tell("load.opening", load=load))
        self._parts.setCurrentWidget(self.one)
        self.one.show_load(load)

    def show_rows(self, load: str) -> None:
        """One load as a table."""
        ws = self.desk.workspace
        self.say(tell("load.opening", load=load))
        self.read(
            lambda: intake.load_rows(ws, load),
            lambda rows: self._show_rows(load, rows),
            key="rows",
        )

    def _show_seen(self, load: str) -> None:
        """The load made of the file under way before: there is nothing left to take in."""
        self.taking.end()
        self.show_rows(load)

    def show_rejected(self, load: str) -> None:
        """One load's rejected rows."""
        self.say(tell("load.rejected-title", load=load))
        self._parts.setCurrentWidget(self.rejected)
        self.rejected.show_load(load)

    def _show(self, loads: tuple[LoadSummary, ...]) -> None:
        self.listing.show_loads(loads)
        if self._parts.currentWidget() is self.listing:
            standing = [load for load in loads if load.state != "withdrawn"]
            rows = sum(load.rows_loaded for load in standing)
            under = tell("load.under", n=rows) if standing else ""
            self.say(tell("load.title", n=len(standing)), under)

    def _show_rows(self, load: str, rows: RowSource) -> None:
        self.say(tell("load.rows-title", load=load, n=rows.total()))
        self.rows.show_source(rows)
        self._parts.setCurrentWidget(self.rows_part)

    def _step(self, at: int) -> None:
        if at == SOURCE:
            self.taking.prepare_source()

    def _taken(self, answer: LoadAnswer) -> None:
        self.say(tell("load.done-title", load=answer.load))
        self.done_notice.say(tell("load.done", n=answer.rows_loaded, load=answer.load))
        self._fill_done(answer)
        self._parts.setCurrentWidget(self.done_part)

    def _fill_done(self, answer: LoadAnswer) -> None:
        from app.gui.forms.words import clear

        box = self.done_card.body
        clear(box)
        box.addWidget(Text(tell("load.not-loaded", n=answer.rows_rejected), "label"))
        for group in answer.groups:
            box.addWidget(Text(f"{number(group.count)} · {rejection(group.first)}"))
        for warning in answer.warnings:
            if warning.code in CLAIMS:
                box.addWidget(Notice(note(warning), "warn", tell("load.total-differs")))
            else:
                box.addWidget(Text(note(warning), "quiet"))
        buttons = [
            Button(tell("load.open-load"), lambda: self.show_load(answer.load)),
            Button(tell("load.show-rows"), lambda: self.show_rows(answer.load)),
            Button(tell("load.to-list"), self.show_list),
            Button(tell("load.to-matching"), lambda: self.desk.go("matching", answer.load)),
        ]
        if answer.rows_rejected:
            buttons.insert(
                -1, Button(tell("load.show-rejected"), lambda: self.show_rejected(answer.load))
            )
        box.addWidget(row(*buttons, 1, gap=12))
