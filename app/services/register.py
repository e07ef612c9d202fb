"""Agreements written out as the public register holds them, for it or for another vault."""

from __future__ import annotations

import json
from pathlib import Path

from app.base.errors import Refused, Where
from app.catalogue.agreements import STATUS, register_entry, status_of
from app.files.whole import part_for
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores import sharing


def export(ws: Workspace, to: Path, ref: str | None = None) -> tuple[str, ...]:
    """Write one agreement, or all, as a JSON list in the register's present shape; whose they are.

    An export of one is taken in again as it was. Raises Refused: `right-missing`, `file-exists`,
    `agreement-unknown`, `no-agreements`, `disk-full`, `cannot-write`.
    """
    ws.require_right("agreement.export")
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    with ws.read() as reader:
        held = sharing.agreements(reader) if ref is None else (sharing.agreement(reader, ref),)
    if not held:
        raise Refused("no-agreements")
    today = ws.clock().date()
    entries = [
        {"record_id": one.ref, **register_entry(one), STATUS: status_of(one, today)} for one in held
    ]
    for entry in entries:
        del entry["ref"]  # the register's own name for it is the one above
    text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(text.encode("utf-8"))
        with named(ws, "agreement.export", to, part.place) as change:
            change.facts |= {"agreements": len(held), "file": to.name}
            if ref is not None:
                change.facts["agreement"] = held[0].ref
    return tuple(one.ref for one in held)
