"""The trail as people ask for it: its entries, and whether the chain holds."""

from __future__ import annotations

from app.model.vaults import TrailCheck, TrailEntry
from app.services.workspace import Workspace
from app.stores import trail


def verify(ws: Workspace) -> TrailCheck:
    """Walk the whole chain of acts."""
    with ws.read() as reader:
        return trail.verify(reader)


def entries(
    ws: Workspace, after: int = 0, limit: int | None = None, action: str | None = None
) -> tuple[TrailEntry, ...]:
    """Entries numbered above `after`, oldest first; `action` may be a family ("load.")."""
    with ws.read() as reader:
        return trail.entries(reader, after, limit, action)
