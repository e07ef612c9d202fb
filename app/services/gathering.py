"""What is gathered into persons: records of many loads, their links and cuts, and the clusters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from app.base.errors import Refused
from app.base.progress import Progress
from app.matching.clusters import Clusters, cluster, components
from app.matching.sides import Flags, Ints
from app.model.loads import LoadSummary
from app.model.runs import Band, RunSummary, Verdict
from app.services import memory
from app.services.memory import likeness
from app.services.standing import entry_ids, stands
from app.services.workspace import Workspace
from app.stores import decisions, persons
from app.stores import links as linked
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader

CONFIRMED = 2.0
"""What a steward said is stronger than any probability."""


@dataclass(frozen=True)
class Sources:
    """The loads that take part: where the records of each begin in one numbering of them all."""

    loads: dict[str, LoadSummary]
    first: dict[str, int]
    records: int
    single: Ints

    def places(self, numbers: Sequence[int]) -> list[persons.Place]:
        """The loads and ordinals behind some numbers."""
        names, starts = list(self.first), list(self.first.values())
        at = [bisect_right(starts, number) - 1 for number in numbers]
        return [(names[k], number - starts[k]) for k, number in zip(at, numbers, strict=True)]


@dataclass(frozen=True)
class Links:
    """All links and cuts of the runs that take part, by record numbers."""

    links: Ints
    strength: np.ndarray
    pairs: list[tuple[str, int]]
    cuts: Ints


def sources_of(workspace: Workspace, reader: Reader, runs: Iterable[RunSummary]) -> Sources:
    """The loads of some runs; those of one register that holds nobody twice are one source."""
    names = dict.fromkeys(load for run in runs for load in (run.left, run.right) if load)
    loads = {name: shelf.require(reader, name) for name in names}
    first, single, start = {}, [], 0
    registers: dict[str, int] = {}
    for name, load in loads.items():
        first[name] = start
        start += load.records
        number = -1
        if _duplicate_free(workspace, load):
            number = registers.setdefault(load.kind, len(registers))
        single.append(np.full(load.records, number, dtype=np.int64))
    return Sources(loads, first, start, np.concatenate([*single, np.empty(0, np.int64)]))


def _duplicate_free(workspace: Workspace, load: LoadSummary) -> bool:
    return workspace.catalogue.kinds[load.kind].duplicate_free is not None


def links_of(
    workspace: Workspace,
    reader: Reader,
    runs: Iterable[RunSummary],
    sources: Sources,
    probable: bool,
    progress: Progress,
) -> Links:
    """Every link and cut of the runs; registrations that no longer stand link nobody."""
    bands = (Band.CERTAIN, Band.PROBABLE) if probable else (Band.CERTAIN,)
    standing = {name: _standing(workspace, reader, load) for name, load in sources.loads.items()}
    told: list[tuple[str, int, tuple[int, int], float, Band]] = []
    newest: dict[tuple[int, int], tuple[str, Verdict]] = {}
    for run in runs:
        said = {
            stored.split_id(pair)[1]: decision
            for pair, decision in decisions.standing(reader, run.run).items()
        }
        left, right = run.left, run.right or run.left
        for n, one, other, chance, band in linked.of_run(reader, run.run, bands, said):
            if not (standing[left][one] and standing[right][other]):
                continue
            first, second = sources.first[left] + one, sources.first[right] + other
            ends = (min(first, second), max(first, second))
            told.append((run.run, n, ends, chance, band))
            if n in said and said[n].at >= newest.get(ends, ("", None))[0]:
                newest[ends] = said[n].at, said[n].verdict
        progress.step(0)
    links, strength, pairs, cuts = [], [], [], []
    for name, n, ends, chance, band in told:
        # of two records that several runs compared, what was said last holds
        verdict = newest[ends][1] if ends in newest else None
        if verdict is Verdict.DIFFERENT:
            cuts.append(ends)
        elif verdict is Verdict.SAME or (verdict is None and band in bands):
            links.append(ends)
            strength.append(CONFIRMED if verdict is Verdict.SAME else chance)
            pairs.append((name, n))
    return Links(_as_pairs(links), np.array(strength), pairs, _as_pairs(cuts))


def _standing(workspace: Workspace, reader: Reader, load: LoadSummary) -> Flags:
    if workspace.catalogue.kinds[load.kind].subject == "person":
        return np.ones(load.records, dtype=np.bool_)
    rows = shelf.read_codes(reader, load.load, ["row"]).column("row").to_pylist()
    keep: Flags = stands(workspace, reader, load, rows)
    return keep


def _as_pairs(pairs: list[tuple[int, int]]) -> Ints:
    """Pairs of record numbers, the lower first."""
    return np.sort(np.array(pairs, dtype=np.int64).reshape(-1, 2), axis=1)


def clustered(
    workspace: Workspace, reader: Reader, sources: Sources, links: Links, progress: Progress
) -> Clusters:
    """The clusters; an entry that a register delivered twice is one record in them."""
    progress.stage("gather-cluster")
    cuts = np.concatenate([links.cuts, _remembered(workspace, reader, sources, links, progress)])
    one = _one_entry(workspace, reader, sources, links)
    cuts = one[cuts]
    found = cluster(
        one[links.links], links.strength, sources.single, cuts[cuts[:, 0] != cuts[:, 1]]
    )
    progress.step(0)
    return replace(found, labels=_spread(found.labels, one))


def _spread(labels: Ints, one: Ints) -> Ints:
    """The labels of all records from those of the first of each; one entry alone is no cluster."""
    firsts = np.flatnonzero(one == np.arange(len(one)))
    sizes = np.bincount(labels[firsts], minlength=len(labels))
    spread = labels[one]
    alone: Ints = np.where(sizes[spread] > 1, spread, np.arange(len(one)))
    return alone


def _one_entry(workspace: Workspace, reader: Reader, sources: Sources, links: Links) -> Ints:
    """By record the first that is the same entry of one register and says the same, or itself.

    A weekly file tells again what the week before told; two entries are two people, though.
    Only records that are linked count.
    """
    one = np.arange(sources.records, dtype=np.int64)
    linked = np.unique(links.links)
    first: dict[tuple[str, str, int], int] = {}
    for name, load in sources.loads.items():
        if not _duplicate_free(workspace, load):
            continue
        start = sources.first[name]
        own = linked[(linked >= start) & (linked < start + load.records)] - start
        rows = shelf.read_codes(reader, name, ["row"]).column("row").to_numpy()[own]
        says = likeness(reader, name)[own].tolist()
        ids = entry_ids(workspace, reader, load)
        for record, row, text in zip(own.tolist(), rows.tolist(), says, strict=True):
            if entry := ids[row]:
                one[start + record] = first.setdefault((load.kind, entry, text), start + record)
    return one


def _remembered(
    workspace: Workspace, reader: Reader, sources: Sources, links: Links, progress: Progress
) -> Ints:
    """Cuts between records that are the same as two that were judged apart in another run.

    A link between the two of them carries the judgement itself; here it is about two that hang
    together through a third record, so only groups of three and more are looked at.
    """
    recall = memory.Recall(workspace, reader)
    apart = recall.apart()
    if not apart or not len(links.links):
        return np.empty((0, 2), dtype=np.int64)
    labels = components(links.links, sources.records)
    large = np.flatnonzero(np.bincount(labels, minlength=sources.records)[labels] > 2)
    runs = tuple(dict.fromkeys(run for run, _ in links.pairs))
    by_digest: dict[str, list[tuple[int, memory.Seen]]] = {}
    numbers = large.tolist()
    for number, place in zip(numbers, sources.places(numbers), strict=True):
        known = memory.seen(workspace, narrow(reader, runs, place))
        by_digest.setdefault(known.digest, []).append((number, known))
        progress.step(0)
    cuts = []
    for left, right in sorted(apart):
        for one, other in product(by_digest.get(left, ()), by_digest.get(right, ())):
            ends = min(one[0], other[0]), max(one[0], other[0])
            if ends[0] == ends[1] or labels[ends[0]] != labels[ends[1]]:
                continue
            held = recall.holding(one[1], other[1])
            if held is not None and held.verdict is Verdict.DIFFERENT:
                cuts.append(ends)
            progress.step(0)
    return _as_pairs(cuts)


def groups_of(labels: Ints, progress: Progress) -> list[list[int]]:
    """The records of each cluster of two and more, by its lowest record."""
    several = np.flatnonzero(np.bincount(labels, minlength=len(labels))[labels] > 1)
    order = several[np.argsort(labels[several], kind="stable")]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    progress.step(0)
    return [part.tolist() for part in np.split(order, starts[1:])] if len(order) else []


def narrow(reader: Reader, runs: Iterable[str], place: persons.Place) -> stored.PairRecord:
    """The narrow copy of a record, from the first run that has one."""
    for run in runs:
        if (found := stored.record_or_none(reader, run, *place)) is not None:
            return found
    raise Refused("record-unknown", load=place[0], record=place[1])
