"""Trail: who did what and when, and whether the chain of entries holds."""

from __future__ import annotations

from typing import ClassVar

from app.base.errors import Fact
from app.gui.forms import Notice
from app.gui.frame import Desk, Page
from app.gui.tables import Table, show_row
from app.model.vaults import TrailCheck, TrailEntry
from app.services import trail
from app.wording import moment_of, name, number
from app.wording import say as spoken
from app.wording.window import tell

FAMILIES = {"of": "action", "verdict": "verdict", "band": "band", "role": "role", "plan": "plan"}
"""Facts that are codes, and the family of their words."""

COLUMNS = ("seq", "at", "steward", "action", "facts", "hash")


class Trail(Page):
    """A table of acts and a button that walks the chain."""

    name: ClassVar[str] = "trail"
    topics: ClassVar[frozenset[str]] = frozenset({"trail"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        heads = {column: tell(f"trail.{column}") for column in COLUMNS}
        self.table = Table(desk.jobs, "trail", tell("page.trail"), heads, ("seq",), "facts")
        self.table.opened.connect(self._open)
        self._newest: tuple[TrailEntry, ...] = ()
        self._proved = ""
        self.proof = Notice("", "good")
        self.proof.hide()
        self.broken = Notice("", "error", tell("trail.broken-head"))
        self.broken.hide()
        self.body.addWidget(self.proof)
        self.body.addWidget(self.broken)
        self.body.addWidget(self.table, 1)
        self.say(tell("trail.looking"))
        self.offer(tell("trail.verify"))

    def look(self) -> None:
        """Read the entries."""
        ws = self.desk.workspace
        self.read(lambda: trail.entries(ws), self._show, key="entries")

    def act(self) -> None:
        """Walk the chain."""
        ws = self.desk.workspace
        self.primary.setEnabled(False)
        self.read(
            lambda: trail.verify(ws), self._verified, key="verify", title=tell("trail.verifying")
        )

    def free(self) -> None:
        """The chain can be walked again."""
        self.primary.setEnabled(True)

    def _show(self, entries: tuple[TrailEntry, ...]) -> None:
        newest = self._newest = entries[::-1]
        if newest and newest[0].hash != self._proved:
            self.proof.say("")  # it says nothing of entries made since
        self.say(tell("trail.title", n=len(entries)), tell("trail.under"))
        self.table.show_rows(
            COLUMNS,
            [_cells(entry) for entry in newest],
            [(e.seq, e.at, e.steward, e.action, _facts(e), e.hash) for e in newest],
        )

    def _verified(self, check: TrailCheck) -> None:
        self.primary.setEnabled(True)
        self.proof.say("")
        self.broken.say("")
        self._proved = check.head
        if check.verified:
            self.proof.say(tell("trail.holds", n=check.entries, head=check.head[:16]))
        else:
            self.broken.say(tell("trail.broken", at=check.broken_at))

    def _open(self, key: int) -> None:
        """One act in full: each fact on its own line, the seal uncut."""
        entry = self._newest[key]
        rows = [
            (tell("trail.at"), moment_of(entry.at)),
            (tell("trail.steward"), entry.steward),
            (tell("trail.action"), name("action", entry.action)),
            *_told(entry),
            (tell("trail.hash"), entry.hash),
        ]
        show_row(self, tell("trail.entry", n=entry.seq), rows)


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
    return " · ".join(f"{key} {value}" for key, value in _told(entry))


def _told(entry: TrailEntry) -> list[tuple[str, str]]:
    """The facts of an act in words; what is empty says nothing."""
    return [
        (name("fact", key).lower(), _worded(key, value))
        for key, value in entry.facts.items()
        if value not in (None, "")
    ]


def _worded(key: str, value: Fact) -> str:
    """A code in the words the window has for it elsewhere, any other fact as it is."""
    family = FAMILIES.get(key)
    if family is not None and isinstance(value, str):
        return name(family, value)
    return spoken(value)
