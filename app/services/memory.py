"""What stewards said of two records, remembered when a later run finds the same two again.

The same means: unchanged in every field that decides. Whoever loads an extract anew need not
judge its pairs anew, and two records that were found to be of different people stay apart; as
soon as one deciding field changes the pair is open again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.base.digests import keyed_digest
from app.base.progress import Progress
from app.services.desk import ORDER
from app.services.workspace import Workspace
from app.stores import decisions
from app.stores import runs as stored
from app.stores.sqlcipher import Reader


def deciding_digest(workspace: Workspace, record: stored.PairRecord) -> str:
    """Digest of what decides a pair: the standardised fields, not how a supplier wrote them.

    Keyed by the vault, since names and dates are few enough to be guessed.
    """
    names = sorted(record.fields, key=lambda name: ORDER.get(name, len(ORDER)))
    standard = [(name, record.fields[name][1]) for name in names]
    fields = [[name, value] for name, value in standard if value]
    return keyed_digest(fields, workspace.digest_key)


def carried(
    workspace: Workspace, run: str, loads: tuple[str, str], progress: Progress
) -> list[decisions.Judgement]:
    """The judgements that hold for pairs of a new run, found between two loads."""
    with workspace.read() as reader:
        known = decisions.memory(reader)
        if not known:
            return []
        digests = {}
        for record in stored.records(reader, run):
            digests[record.load, record.record] = deciding_digest(workspace, record)
            progress.step(0)
        return list(_carried(reader, run, loads, digests, known))


def _carried(
    reader: Reader,
    run: str,
    loads: tuple[str, str],
    digests: dict[tuple[str, int], str],
    known: decisions.Memory,
) -> Iterator[decisions.Judgement]:
    for number, left, right in stored.places_of(reader, run):
        one, other = digests[loads[0], left], digests[loads[1], right]
        found = known.get((one, other)) or known.get((other, one))
        if found is not None:
            yield replace(
                found,
                pair=stored.pair_id(run, number),
                left_digest=one,
                right_digest=other,
                carried_from=found.carried_from or found.pair,
            )
