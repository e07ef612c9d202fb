"""Trail: who did what and when, and whether the chain of entries holds."""

from __future__ import annotations

from typing import ClassVar

from app.gui.forms import Notice
from app.gui.frame import Desk, Page
from app.gui.tables import Table
from app.model.vaults import TrailCheck, TrailEntry
from app.services import trail
from app.wording import moment_of, name, number
from app.wording import say as spoken
from app.wording.window import tell

COLUMNS = ("seq", "at", "steward", "action", "facts", "hash")


class Trail(Page):
    """A table of acts and a button that walks the chain."""

    name: ClassVar[str] = "trail"
    topics: ClassVar[frozenset[str]] = frozenset({"trail"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        heads = {column: tell(f"trail.{column}") for column in COLUMNS}
        self.table = Table(desk.jobs, "trail", tell("page.trail"), heads, right=("seq",))
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
        newest = entries[::-1]
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
        if check.verified:
            self.proof.say(tell("trail.holds", n=check.entries, head=check.head[:16]))
        else:
            self.broken.say(tell("trail.broken", at=check.broken_at))


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
    return " · ".join(
        f"{key.replace('_', ' ')} {spoken(value)}" for key, value in entry.facts.items()
    )
