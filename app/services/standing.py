"""Which registrations still stand: those not withdrawn or amended by a later load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.model.loads import LoadSummary
from app.model.meanings import Meaning
from app.registrations.standing import Entry, read_entry, standing
from app.services.workspace import Workspace
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

UNNAMED = "\x00"
"""What the id of an entry without one begins with: no id that a register gives."""


def stands(
    workspace: Workspace, reader: Reader, load: LoadSummary, rows: Sequence[int]
) -> np.ndarray:
    """Which records of a registration load still stand, given every visible load of its kind.

    `rows` are the lines of its records, in their order.
    """
    entries: list[Entry] = []
    own = range(0)
    lines: list[int] = []
    for other in shelf.summaries(reader):
        if other.state != "visible" or other.kind != load.kind:
            continue
        numbers, found = _entries(workspace, reader, other.load)
        if other.load == load.load:
            own, lines = range(len(entries), len(entries) + len(found)), numbers
        entries.extend(found)
    standing_of = standing(entries)
    by_line = {line: standing_of[place] for line, place in zip(lines, own, strict=True)}
    return np.array([by_line.get(row, True) for row in rows], dtype=bool)


def entry_ids(workspace: Workspace, reader: Reader, load: LoadSummary) -> dict[int, str]:
    """By line, which entry of its register each registration of a load is; "" where none is named.

    The same entry, delivered in two loads, has one id.
    """
    lines, found = _entries(workspace, reader, load.load)
    return {
        line: "" if entry.id.startswith(UNNAMED) else entry.id
        for line, entry in zip(lines, found, strict=True)
    }


def _entries(workspace: Workspace, reader: Reader, load: str) -> tuple[list[int], list[Entry]]:
    """Lines of a registration load and, line by line, its entry, status and what it changes."""
    mapping = shelf.mapping(reader, load)
    names = [
        next((u.column for u in mapping.columns if u.means is meaning), None)
        for meaning in (Meaning.REFERENCE, Meaning.EVENT_STATUS, Meaning.AMENDS)
    ]
    raw = shelf.read_raw(reader, load, [name for name in names if name])
    columns = iter(raw.columns)
    lines = next(columns).to_pylist()
    empty = [""] * len(lines)
    cells = [next(columns).to_pylist() if name else empty for name in names]
    statuses = workspace.catalogue.governance.statuses
    found = []
    for line, row in zip(lines, zip(*cells, strict=True), strict=True):
        entry = read_entry(Entry(*(cell or "" for cell in row)), statuses)
        found.append(entry if entry.id else replace(entry, id=f"{UNNAMED}{load}/{line}"))
    return lines, found
