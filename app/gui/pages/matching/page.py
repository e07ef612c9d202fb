"""The matching page: the runs there are, a new one, and what a run found."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from app.gui.forms import Button, column, flow
from app.gui.frame import Desk, LaterParts, Page, made
from app.gui.pages.matching.asking import Asking
from app.gui.pages.matching.found import Found
from app.gui.pages.matching.persons import Persons
from app.gui.tables import Table
from app.model.loads import LoadSummary
from app.model.runs import MatchRequest, RunAnswer, RunSummary
from app.services import intake, matching
from app.wording import moment_of, name, number
from app.wording.window import tell

BANDS = ("certain", "probable", "possible", "unlikely")
PERSONS = "persons"
COLUMNS = ("run", "left", "right", "purpose", *BANDS, "decided", "at", "by", "state")


class Matching(Page):
    """Four parts, one in sight."""

    name: ClassVar[str] = "matching"
    topics: ClassVar[frozenset[str]] = frozenset({"match", "load", "pair", "person"})
    right: ClassVar[str] = "match.run"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._runs: tuple[RunSummary, ...] = ()
        self._loads: tuple[LoadSummary, ...] = ()
        self._answer: RunAnswer | None = None
        self._wanted: str | None = None
        self._load: str | None = None
        heads = {column: tell(f"match.head-{column}") for column in COLUMNS}
        self.table = Table(desk.jobs, "runs", tell("match.runs"), heads, right=(*BANDS, "decided"))
        self.table.opened.connect(lambda key: self.show_run(self._runs[key].run))
        self.to_persons = Button(tell("persons.open"), self.show_persons)
        self._parts = LaterParts()
        self._list = self._parts.take(column(flow(self.to_persons), self.table, gap=12))
        self.body.addWidget(self._parts, 1)
        self.say(tell("match.reading"))
        self.offer(tell("match.one"))

    @cached_property
    def asking(self) -> Asking:
        """A new match."""
        return self._parts.take(Asking(self, self._run, self.show_list))

    @cached_property
    def found(self) -> Found:
        """What a run found."""
        return self._parts.take(Found(self, self.show_list))

    @cached_property
    def persons(self) -> Persons:
        """What the runs link together."""
        return self._parts.take(Persons(self, self.show_list))

    def look(self) -> None:
        """Read runs and loads."""
        ws = self.desk.workspace
        self.read(lambda: (matching.runs(ws), intake.loads(ws)), self._show, key="runs")

    def open(self, id: str | None) -> None:
        """A run by its id, or a new match of a load by the load's."""
        if id and id.startswith("R"):
            self.show_run(id)
        elif id == PERSONS:
            self.show_persons()
        elif id:
            self._ask_for(id)

    def act(self) -> None:
        """Ask for a new match."""
        self._ask_for(None)

    def _ask_for(self, load: str | None) -> None:
        """Ask for a match, of one load by preference, once the loads there are have been read."""
        if not self.permit(self.right, self.asking.go):
            self.show_list()
            return
        self._load = load
        self.forgive()
        self.say(tell("match.asking"), tell("match.asking-under"))
        self.offer("")
        self._parts.show_part(self.asking)
        self.asking.begin()
        self.look()

    def show_list(self) -> None:
        """The runs there are."""
        self._wanted = None
        self.forgive()
        self.offer(tell("match.one"))
        self._parts.show_part(self._list)
        self.look()

    def show_persons(self) -> None:
        """What the runs link together, over all loads."""
        self._wanted = None
        self.forgive()
        self.offer("")
        self.say(tell("persons.title"), tell("persons.under"))
        self._parts.show_part(self.persons)
        self.persons.begin()

    def show_run(self, run: str) -> None:
        """What a run found."""
        for one in self._runs:
            if one.run == run:
                self._show_found(one)
                return
        self._wanted = run
        self.look()

    def _show(self, found: tuple[tuple[RunSummary, ...], tuple[LoadSummary, ...]]) -> None:
        runs, self._loads = found
        self._runs = runs[::-1]
        self._show_runs()
        shown = self._parts.currentWidget()
        if isinstance(shown, Asking):
            shown.show_loads(self._loads, self._load)
        elif isinstance(shown, Persons):
            shown.look()
        elif shown is self._list:
            number_of = sum(run.state == "complete" for run in runs)
            self.say(tell("match.title", n=number_of))
        wanted, self._wanted = self._wanted, None
        if wanted and any(run.run == wanted for run in runs):
            self.show_run(wanted)

    def _show_runs(self) -> None:
        purposes = self.desk.workspace.catalogue.governance.purposes
        files = {load.load: f"{load.load} {load.file}" for load in self._loads}
        rows, values = [], []
        for run in self._runs:
            counts = [getattr(run.bands, band) for band in BANDS]
            purpose = purposes[run.purpose].title if run.purpose in purposes else ""
            sides = (
                files.get(run.left, run.left),
                files.get(run.right, run.right) if run.right else tell("match.within"),
            )
            end = (moment_of(run.run_at), run.run_by, name("state", run.state))
            shown = [number(count) for count in (*counts, run.decided)]
            rows.append((run.run, *sides, purpose, *shown, *end))
            values.append(
                (run.run, *sides, purpose, *counts, run.decided, run.run_at, run.run_by, run.state)
            )
        self.table.show_rows(COLUMNS, rows, values, empty=tell("match.empty"))

    def _show_found(self, run: RunSummary) -> None:
        self.forgive()
        self.offer("")
        worth = run.bands.certain + run.bands.probable + run.bands.possible
        self.say(
            tell("match.found", run=run.run, n=worth),
            " ".join(
                (
                    tell("match.found-under", candidates=run.candidate_pairs, decided=run.decided),
                    tell("match.not-a-finding"),
                )
            ),
        )
        self._parts.show_part(self.found)
        answer = self._answer if self._answer and self._answer.run == run.run else None
        self.found.show_run(run, answer)

    def _run(self, request: MatchRequest) -> None:
        ws = self.desk.workspace
        self.asking.go.setEnabled(False)
        self.write(
            tell("match.running"),
            lambda progress: matching.run(ws, request, progress),
            self._done,
            cancelled=self._cancelled,
        )

    def free(self) -> None:
        """A match can be asked for again, and persons gathered."""
        if made(self, "persons"):
            self.persons.free()
        if made(self, "asking"):
            self.asking.go.setEnabled(True)
            self.asking.costing.free()

    def _cancelled(self) -> None:
        self.free()
        self.confirm(tell("match.cancelled"))

    def _done(self, answer: RunAnswer) -> None:
        self.free()
        self._answer = answer
        self._wanted = answer.run
        self.look()
