"""Which registration entries stand once amendments and withdrawals are taken into account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEW, AMENDED, WITHDRAWN, UNKNOWN = "new", "amended", "withdrawn", "unknown"


@dataclass(frozen=True)
class Entry:
    """One registration entry: its id, its status and the id of the entry it changes, if any."""

    id: str
    status: str
    changes: str


def read_entry(entry: Entry, statuses: Mapping[str, str]) -> Entry:
    """An entry without stray blanks, its status one of new, amended, withdrawn, unknown."""
    status = statuses.get(entry.status.strip().casefold(), UNKNOWN)
    return Entry(entry.id.strip().casefold(), status, entry.changes.strip().casefold())


def standing(entries: Sequence[Entry]) -> list[bool]:
    """For each entry, in order of arrival, whether it stands.

    An amendment or withdrawal overrules the entry it names, whenever that arrived; without a
    name it overrules earlier entries of its own id. An amendment stands in the place of what it
    changes; a withdrawal takes the amendments of the same entry with it. A withdrawal itself and
    an entry of unknown status never stand: in doubt nobody is taken for dead.
    """
    by_id: dict[str, list[int]] = defaultdict(list)
    amending: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        by_id[entry.id].append(place)
        if entry.changes and entry.status == AMENDED:
            amending[entry.changes].append(place)
    stands = [entry.status in (NEW, AMENDED) for entry in entries]
    for place, entry in enumerate(entries):
        if entry.status not in (AMENDED, WITHDRAWN):
            continue
        gone = [p for p in by_id[entry.changes or entry.id] if entry.changes or p < place]
        if entry.status == WITHDRAWN:
            gone += amending[entry.changes or entry.id]
        for other in gone:
            stands[other] = stands[other] and other == place
    return stands
