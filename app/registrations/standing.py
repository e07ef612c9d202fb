"""Which registration entries stand once amendments and withdrawals are taken into account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ENDED = frozenset({"amended", "withdrawn"})


@dataclass(frozen=True)
class Entry:
    """One registration entry: its id, its status and the id of the entry it changes, if any."""

    id: str
    status: str
    changes: str


def overruled(entries: Iterable[Entry]) -> frozenset[str]:
    """Ids that a later amendment or withdrawal names: they no longer stand anywhere."""
    return frozenset(
        entry.changes for entry in entries if entry.changes and entry.status.lower() in _ENDED
    )


def standing(entries: Sequence[Entry], gone: frozenset[str]) -> list[bool]:
    """For each entry whether it stands: not overruled, and not itself a withdrawal.

    An amendment stands in place of the entry it changes unless it is overruled in turn.
    """
    return [entry.id not in gone and entry.status.lower() != "withdrawn" for entry in entries]
