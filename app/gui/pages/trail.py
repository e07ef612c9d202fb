"""Trail: who did what and when, and whether the chain of entries holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

from app.base.errors import Fact, Refused
from app.gui.forms import Button, Field, FileBox, Form, LineBox, Notice, flow
from app.gui.forms.form import needed
from app.gui.frame import Desk, Page, ask_form
from app.gui.tables import Table, show_row
from app.model.rowsource import RowSource
from app.model.searching import OfficerSearches
from app.model.vaults import TrailCheck, TrailEntry, TrailExport, TrailFileCheck
from app.services import finding, packages, trail, trailfile
from app.services.catalogue import catalogue
from app.wording import facts_of, moment_of, months, name, names, number
from app.wording.window import tell

COLUMNS = ("seq", "at", "steward", "action", "facts", "hash")


class Trail(Page):
    """A table of acts, a button that walks the chain, and the trail as a file."""

    name: ClassVar[str] = "trail"
    topics: ClassVar[frozenset[str]] = frozenset({"trail"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        heads = {column: tell(f"trail.{column}") for column in COLUMNS}
        self.table = Table(desk.jobs, "trail", tell("page.trail"), heads, ("seq",), "facts")
        self.table.opened.connect(self._open)
        self._proved = ""
        self.proof = Notice("", "good")
        self.broken = Notice("", "error", tell("trail.broken-head"))
        self.write_out = Button(tell("trail.write-out"), self.ask_write_out)
        self.check_file = Button(tell("trail.check-file"), self.ask_check_file)
        self.searches = Button(tell("trail.searches"), self.ask_searches)
        self.permit("trail.export", self.write_out)
        self.body.addWidget(self.proof)
        self.body.addWidget(self.broken)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(flow(self.searches, self.write_out, self.check_file, gap=12))
        self.say(tell("trail.looking"))
        self.offer(tell("trail.verify"))

    def look(self) -> None:
        """Read which entries there are; the entries themselves are read as they are painted."""
        ws = self.desk.workspace

        def rows() -> Worded:
            return Worded(trail.table(ws, names("action"), names("fact"), months()))

        self.read(rows, self._show, key="entries")

    def act(self) -> None:
        """Walk the chain."""
        ws = self.desk.workspace
        self.primary.setEnabled(False)
        self.read(
            lambda: trail.verify(ws), self._verified, key="verify", title=tell("trail.verifying")
        )

    def ask_write_out(self) -> None:
        """The whole trail as a signed file, for whoever has no key to the vault."""
        ws = self.desk.workspace
        vault, day = ws.vault.folder, self.desk.clock().strftime("%Y-%m-%d")
        place = FileBox("save", name=str(vault.parent / f"{vault.name} {day} trail.jsonl"))
        rule = needed(place.value, tell("settings.need-file"))
        hint = tell("trail.write-out-hint")
        ask_form(
            self,
            tell("trail.write-out"),
            Form(Field(tell("trail.write-out-to"), place, hint=hint, rule=rule)),
            lambda progress: trailfile.export(ws, Path(place.value()), progress),
            self._written,
        )

    def _written(self, made: TrailExport) -> None:
        words = packages.fingerprint(catalogue(), made.signer)
        told = tell("trail.written", n=made.entries, file=made.file.name, words=words)
        self.confirm(told)

    def ask_searches(self) -> None:
        """What each officer searched for and looked at in a month, with the cases."""
        ws, month = self.desk.workspace, LineBox(self.desk.clock().strftime("%Y-%m"))
        rule = needed(month.value, tell("trail.need-month"))
        ask_form(
            self,
            tell("trail.searches"),
            Form(Field(tell("trail.month"), month, hint=tell("trail.month-hint"), rule=rule)),
            lambda _progress: finding.searches(ws, month.value()),
            lambda found: self._searched(month.value(), found),
        )

    def _searched(self, month: str, found: tuple[OfficerSearches, ...]) -> None:
        rows = [
            (
                one.steward,
                tell(
                    "trail.searched",
                    n=one.searches,
                    records=one.records,
                    looks=one.looks,
                    cases=", ".join(one.cases) or "–",
                ),
            )
            for one in found
        ]
        nobody = [(tell("trail.steward"), tell("trail.searched-none"))]
        show_row(self, tell("trail.searches-of", month=month), rows or nobody)

    def ask_check_file(self) -> None:
        """A trail that some office wrote out: is it whole, and whose key signed it?"""
        file, key = FileBox("open"), LineBox()
        rule = needed(file.value, tell("settings.need-file"))
        form = Form(
            Field(tell("trail.file"), file, rule=rule),
            Field(tell("trail.signer"), key, hint=tell("trail.signer-hint")),
        )
        ask_form(
            self,
            tell("trail.check-file"),
            form,
            lambda progress: trailfile.check(Path(file.value()), key.value() or None, progress),
            lambda found: self._checked(found, bool(key.value())),
        )

    def _checked(self, found: TrailFileCheck, known: bool) -> None:
        self.proof.say("")
        self.broken.say("")
        words = packages.fingerprint(catalogue(), found.signer)
        facts: dict[str, Fact] = {"n": found.entries, "office": found.office, "words": words}
        if found.verified:
            self.proof.say(tell("trail.file-holds" if known else "trail.file-compare", **facts))
        elif found.broken_at is not None:
            self.broken.say(tell("trail.file-broken", at=found.broken_at))
        else:
            self.broken.say(tell("trail.file-unsigned", words=words))

    def free(self) -> None:
        """The chain can be walked again."""
        self.primary.setEnabled(True)

    def _show(self, rows: Worded) -> None:
        if rows.head and rows.head != self._proved:
            self.proof.say("")  # it says nothing of entries made since
        self.say(tell("trail.title", n=rows.total()), tell("trail.under"))
        self.table.show_source(rows)

    def _verified(self, check: TrailCheck) -> None:
        self.primary.setEnabled(True)
        self.proof.say("")
        self.broken.say("")
        self._proved = check.head
        if check.verified:
            self.proof.say(tell("trail.holds", n=check.entries, head=check.head[:16]))
        elif check.damaged:
            self.broken.say(tell("trail.damaged"))
        else:
            self.broken.say(tell("trail.broken", at=check.broken_at))

    def _open(self, number_of: int) -> None:
        ws = self.desk.workspace
        self.read(lambda: trail.entries(ws, number_of - 1, 1), self._opened, key="entry")

    def _opened(self, found: tuple[TrailEntry, ...]) -> None:
        """One act in full: each fact on its own line, the seal uncut."""
        (entry,) = found
        rows = [
            (tell("trail.at"), moment_of(entry.at)),
            (tell("trail.steward"), entry.steward),
            (tell("trail.action"), name("action", entry.action)),
            *facts_of(entry),
            (tell("trail.hash"), entry.hash),
        ]
        show_row(self, tell("trail.entry", n=entry.seq), rows)


class Worded:
    """The trail's rows in words (`app.model.rowsource.RowSource`); `head` is the newest seal."""

    def __init__(self, source: RowSource) -> None:
        self._source = source
        self.columns, self.numbered = source.columns, source.numbered
        self.count, self.total = source.count, source.total
        self.key, self.arrange = source.key, source.arrange
        self.head = next((row[-1] for row in source.window(0, 1)), "")

    def window(self, first: int, number: int) -> list[tuple[str, ...]]:
        """Rows in words; nothing once the vault is closed under the page."""
        try:
            return [_cells(_entry(row)) for row in self._source.window(first, number)]
        except Refused:
            return []


def _entry(row: tuple[str, ...]) -> TrailEntry:
    """An entry as it is kept; facts that somebody has tampered with stand as they are."""
    seq, at, steward, action, kept, seal = row
    try:
        facts = json.loads(kept)
    except ValueError:
        facts = kept
    held = facts if isinstance(facts, dict) else {"": kept}
    return TrailEntry(int(seq), at, steward, action, held, seal)


def _cells(entry: TrailEntry) -> tuple[str, ...]:
    return (
        number(entry.seq),
        moment_of(entry.at),
        entry.steward,
        name("action", entry.action),
        _facts(entry),
        entry.hash[:16],
    )


def _facts(entry: TrailEntry) -> str:
    return " · ".join(f"{key} {value}" for key, value in facts_of(entry))
