"""The load page: the list of loads, one load, its rows and rejected rows, taking a file in."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from app.base.errors import Refused
from app.gui.forms import Button, column, row
from app.gui.frame import Desk, LaterParts, Page, made
from app.gui.pages.load.done import Done, Ways
from app.gui.pages.load.listing import Listing
from app.gui.pages.load.particulars import OneLoad
from app.gui.pages.load.rejected import Rejected
from app.gui.pages.load.taking import SOURCE, Taking
from app.gui.pages.load.waiting import Waiting
from app.gui.tables import Table
from app.model.loads import LoadAnswer, LoadSummary
from app.model.rowsource import RowSource
from app.services import intake
from app.wording.window import tell


class Load(Page):
    """Whatever part is in sight, the title says the state of it."""

    name: ClassVar[str] = "load"
    topics: ClassVar[frozenset[str]] = frozenset({"load", "agreement"})
    right: ClassVar[str] = "load.accept"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._wanted: str | None = None
        self.waiting = Waiting(self._queue_changed)
        self._parts = LaterParts()
        self.body.addWidget(self.waiting)
        self.body.addWidget(self._parts, 1)
        self._parts.show_part(self.listing)
        self.say(tell("load.reading"))
        self.offer(tell("load.one"))

    @cached_property
    def listing(self) -> Listing:
        """The loads there are."""
        part = Listing(self, self.show_load, self.show_rows, self.show_rejected)
        self.permit("load.withdraw", part.withdraw)
        self.permit("holdings.export", part.register)
        return self._parts.take(part)

    @cached_property
    def one(self) -> OneLoad:
        """One load in full."""
        part = OneLoad(self, self.show_list, self.show_rows, self.show_rejected)
        self.permit("load.withdraw", part.withdraw)
        return self._parts.take(part)

    @cached_property
    def rows(self) -> Table:
        """The rows of one load."""
        return Table(self.desk.jobs, "load-rows", tell("load.rows-of"))

    @cached_property
    def rows_part(self) -> QWidget:
        """The rows of one load, and the way back."""
        back = row(Button(tell("load.back"), self.show_list), 1)
        return self._parts.take(column(back, self.rows, gap=12))

    @cached_property
    def rejected(self) -> Rejected:
        """The rows of one load that were left out."""
        part = Rejected(self, self.show_list)
        self.permit("load.export-rejected", part.export)
        return self._parts.take(part)

    @cached_property
    def taking(self) -> Taking:
        """The steps that take a file in."""
        part = Taking(self, self._taken, self.show_list, self._show_seen, self.waiting)
        part.steps.moved.connect(self._step)
        return self._parts.take(part)

    @cached_property
    def done_part(self) -> Done:
        """What came of a file."""
        ways = Ways(
            open_load=self.show_load,
            show_rows=self.show_rows,
            show_rejected=self.show_rejected,
            match=lambda load: self.desk.go("matching", load),
            show_list=self.show_list,
            take_next=self.act,
        )
        return self._parts.take(Done(ways))

    def look(self) -> None:
        """Read the list of loads, and the load in sight or the agreements that are asked about."""
        ws = self.desk.workspace
        shown = self._parts.currentWidget()
        if isinstance(shown, Taking) and shown.under_way and shown.steps.at == SOURCE:
            shown.prepare_source()
        if isinstance(shown, OneLoad):
            shown.show_load(shown.load)
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
        self._parts.show_part(self.taking)
        self.waiting.add(paths)
        if not self.taking.under_way:
            self.taking.begin()

    def show_list(self) -> None:
        """The list of loads."""
        self.forgive()
        self._offer_next()
        self._parts.show_part(self.listing)
        self.look()

    def _offer_next(self) -> None:
        waiting = len(self.waiting.paths)
        self.offer(tell("load.next", n=waiting) if waiting else tell("load.one"))

    def _queue_changed(self) -> None:
        """What waits is another: buttons that lead to it say so."""
        if not self.primary.isHidden():
            self._offer_next()
        if made(self, "done_part"):
            self.done_part.offer_next(len(self.waiting.paths))

    def free(self) -> None:
        """The steps of taking a file go on."""
        if made(self, "taking"):
            self.taking.free()

    def show_load(self, load: str) -> None:
        """One load in full."""
        self.say(tell("load.opening", load=load))
        self._parts.show_part(self.one)
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
        self._parts.show_part(self.rejected)
        self.rejected.show_load(load)

    def _show(self, loads: tuple[LoadSummary, ...]) -> None:
        self.listing.show_loads(loads)
        if isinstance(self._parts.currentWidget(), Listing):
            standing = [load for load in loads if load.state != "withdrawn"]
            rows = sum(load.rows_loaded for load in standing)
            under = tell("load.under", n=rows) if standing else ""
            self.say(tell("load.title", n=len(standing)), under)

    def _show_rows(self, load: str, rows: RowSource) -> None:
        self.say(tell("load.rows-title", load=load, n=rows.total()))
        self.rows.show_source(rows)
        self._parts.show_part(self.rows_part)

    def _step(self, at: int) -> None:
        if at == SOURCE:
            self.taking.prepare_source()

    def _taken(self, answer: LoadAnswer) -> None:
        self.say(tell("load.done-title", load=answer.load))
        self.done_part.show_answer(answer)
        self.done_part.offer_next(len(self.waiting.paths))
        self._parts.show_part(self.done_part)
