"""Until when each load may be kept: its agreement's days from the day it was loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from app.model.loads import LoadSummary
from app.model.sharing import Agreement
from app.services.workspace import Workspace
from app.stores import sharing
from app.stores.sqlcipher import Reader


def with_terms(reader: Reader, loads: Iterable[LoadSummary]) -> tuple[LoadSummary, ...]:
    """The same loads, each with the day it is to be destroyed by; none where no agreement says.

    The agreement's present words count: one that is imported again with other days moves them.
    """
    agreements = {one.ref: one for one in sharing.agreements(reader)}
    return tuple(replace(load, destroy_by=_destroy_by(load, agreements)) for load in loads)


def days_left(workspace: Workspace, load: LoadSummary) -> int | None:
    """Days until a load is to be destroyed, below 0 when they are over; None without a term."""
    if load.destroy_by is None:
        return None
    return (date.fromisoformat(load.destroy_by) - workspace.clock().date()).days


def _destroy_by(load: LoadSummary, agreements: dict[str, Agreement]) -> str | None:
    agreement = agreements.get(load.agreement or "")
    if agreement is None or load.state != "visible":
        return None
    loaded = date.fromisoformat(load.loaded_at[:10])
    return (loaded + timedelta(days=agreement.retention_days)).isoformat()
