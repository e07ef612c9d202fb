"""A process that writes to a vault without end and says what was committed, until it is killed."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from app.base.clock import system_clock
from app.base.errors import Refused
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.codebook import Codebook
from app.model.kinds import Mapping
from app.model.loads import Shape
from app.model.policy import KdfCost
from app.model.records import RECORDS
from app.model.runs import Verdict
from app.model.vaults import Role
from app.services import erasing, staff, vaults
from app.services.workspace import Workspace
from app.stores import decisions, dictionary, loads, settings

PASSPHRASE = "three random words"
CHUNKS, ROWS = 3, 400


def cheap_catalogue() -> Catalogue:
    """The declared data with a key derivation that costs nothing."""
    declared = Catalogue(RESOURCES)
    declared.__dict__["vault_policy"] = replace(declared.vault_policy, kdf=KdfCost(64, 1, 1))
    return declared


def records(names: list[str]) -> pa.Table:
    """Records of these surnames."""
    held = {"row": list(range(2, len(names) + 2)), "part": [1] * len(names), "surname": names}
    columns = [pa.array(held.get(f.name, [None] * len(names)), f.type) for f in RECORDS]
    return pa.table(columns, schema=RECORDS)


def load(workspace: Workspace, n: int) -> str:
    """One load in three chunks."""
    with workspace.read() as reader:
        book: Codebook = dictionary.codebook(reader)
    names = [f"CANARYNAME{n}-{k}" for k in range(ROWS)]
    raw = pa.Table.from_arrays(
        [pa.array(range(2, ROWS + 2), pa.int32()), pa.array(names, pa.string())],
        names=["row", "surname"],
    )
    with workspace.chunks("load.accept", "L") as work:
        for chunk in range(CHUNKS):
            codes = book.encode_records(records(names))
            with work.chunk() as writer:
                loads.add_chunk(writer, work.id, chunk, raw, codes)
        with work.finish() as change:
            dictionary.append(change.writer, book)
            facts = loads.LoadFacts(
                kind="people",
                kind_digest="k",
                file="people.csv",
                sha256=f"{n:064d}",
                size=1,
                mapping=Mapping("people", ()),
                shape=Shape("csv", ("surname",)),
                rows_read=CHUNKS * ROWS,
                loaded_at=workspace.now(),
                loaded_by="Ann",
            )
            loads.finish(change.writer, work.id, facts)
            change.facts["load"] = work.id
        return work.id


def decide(workspace: Workspace, n: int) -> str:
    """One decision."""
    given = decisions.Judgement(
        f"R1-{n}", Verdict.SAME, "name", "CANARYNOTE", "Ann", workspace.now(), "a", "b"
    )
    with workspace.write("pair.decide") as change:
        decisions.decide(change.writer, given)
        change.facts["pair"] = given.pair
    return given.pair


def withdraw(workspace: Workspace, n: int) -> str:
    """Withdraw the oldest visible load."""
    with workspace.write("load.withdraw") as change:
        held = [s.load for s in loads.summaries(change.writer) if s.state == "visible"]
        if held:
            loads.withdraw(change.writer, held[0], "wrong-file", workspace.now(), "Ann")
        change.facts["load"] = held[0] if held else None
    workspace.vault.checkpoint()
    return f"{held[0] if held else ''}"


def erase(workspace: Workspace, n: int) -> str:
    """Erase the oldest visible load for good: proposed by somebody else, done by Ann."""
    with workspace.read() as reader:
        held = [s.load for s in loads.summaries(reader) if s.state == "visible"]
    if not held:
        return ""
    ann = workspace.steward
    workspace.steward = replace(ann, name="Another")
    erasing.propose(workspace, held[0], "retention-over")
    workspace.steward = ann
    while True:
        try:
            assert erasing.erase(workspace, held[0]).proved
        except Refused as refusal:
            if refusal.code != "file-exists":  # two backups within one second
                raise
            time.sleep(0.1)
        else:
            return held[0]


def set_value(workspace: Workspace, n: int) -> str:
    """One setting."""
    with workspace.write("settings.change") as change:
        settings.put(change.writer, "n", n)
    return str(n)


def back_up(workspace: Workspace, n: int) -> str:
    """A backup in rotation."""
    return vaults.backup(workspace, None).file.name


def add_steward(workspace: Workspace, n: int) -> str:
    """Another steward, until the header is full."""
    if len(workspace.vault.header.stewards) > 20:
        return ""
    return staff.add_steward(workspace, f"Steward {n} {os.getpid()}", Role.STEWARD, PASSPHRASE).name


def rotate(workspace: Workspace, n: int) -> str:
    """The whole vault under another data key."""
    staff.rotate(workspace)
    return str(n)


ACTS: dict[str, Callable[[Workspace, int], str]] = {
    "load": load,
    "decide": decide,
    "set": set_value,
    "withdraw": withdraw,
    "backup": back_up,
    "erase": erase,
    "steward": add_steward,
    "rotate": rotate,
}


def main(folder: Path, acts: list[str]) -> None:
    """Do the acts in turn for ever; after each commit say `ACT RESULT` on standard output."""
    workspace = vaults.unlock(cheap_catalogue(), folder, "Ann", PASSPHRASE, system_clock)
    with workspace.read() as reader:
        first = settings.get(reader, "n", 0) + 1
    print("open", flush=True)
    for n in itertools.count(first):
        for act in acts:
            print(act, ACTS[act](workspace, n), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
