"""The trail as people ask for it: its entries, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.base.errors import Refused
from app.model.policy import LOOK
from app.model.rowsource import RowSource
from app.model.vaults import TrailCheck, TrailEntry
from app.services.workspace import Workspace
from app.stores import health, trail
from app.stores.listings import ListingView, Words
from app.stores.listings import trail as listing

DAMAGED = "vault-damaged"
UNREADABLE = TrailCheck(0, False, trail.START, damaged=True)
"""What there is to say of a trail that damage lets nobody read."""

PASSING = (LOOK, "unfinished.", "vault.unlock")
"""Acts that leave nothing behind but their entry."""


def verify(ws: Workspace) -> TrailCheck:
    """Walk the whole chain of acts, and see that the file it stands in is undamaged."""
    try:
        with ws.read() as reader:
            found = trail.verify(reader)
    except Refused as refusal:
        if refusal.code != DAMAGED:
            raise
        return UNREADABLE
    return found if health.unspoilt(ws.vault) else replace(found, verified=False, damaged=True)


def done_since_unlocking(ws: Workspace) -> tuple[TrailEntry, ...]:
    """What this unlocking has stored so far: its acts but looks and work in several parts."""
    with ws.read() as reader:
        made = trail.entries(reader, ws.newest_before)
    return tuple(entry for entry in made if not entry.action.startswith(PASSING))


def table(
    ws: Workspace, acts: Mapping[str, str], facts: Mapping[str, str], months: Mapping[str, str]
) -> RowSource:
    """The whole trail, newest first, a window of rows at a time.

    Its columns are those of an entry, cells as they are kept. A search goes through them as they
    are spoken: `acts` and `facts` by their codes, and `months` by their two digits.
    """
    return ListingView(ws.read, listing(Words(acts, facts, months)))


def entries(
    ws: Workspace, after: int = 0, limit: int | None = None, action: str | None = None
) -> tuple[TrailEntry, ...]:
    """Entries numbered above `after`, oldest first; `action` may be a family ("load.")."""
    with ws.read() as reader:
        return trail.entries(reader, after, limit, action)
