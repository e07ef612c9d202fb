"""Gather the records of many loads into persons, for one purpose, and show one with its reasons."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.governance.gateways import require, require_people, source_of
from app.matching.clusters import Clusters, Refusal, cluster, components
from app.matching.sides import Flags, Ints
from app.model.loads import LoadSummary
from app.model.notes import Note
from app.model.persons import (
    PREFIX,
    Gathering,
    Person,
    PersonLink,
    PersonSummary,
    RefusedLink,
)
from app.model.runs import Band, RecordView, RunSummary, Verdict
from app.services import memory
from app.services.desk import view_of
from app.services.standing import stands
from app.services.workspace import Workspace
from app.stores import decisions, persons
from app.stores import links as linked
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader, Writer

CONFIRMED = 2.0
"""What a steward said is stronger than any probability."""


@dataclass(frozen=True)
class _Sources:
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
class _Links:
    """All links and cuts of the runs that take part, by record numbers."""

    links: Ints
    strength: np.ndarray
    pairs: list[tuple[str, int]]
    cuts: Ints


def gather(
    workspace: Workspace, purpose: str, *, probable: bool = False, progress: Progress = SILENT
) -> Gathering:
    """Make persons of everything that standing runs and judgements link, in one transaction.

    Links are certain pairs and those a steward confirmed, with `probable` also probable ones that
    nobody judged. Runs over a load that the purpose may not see take no part, and are named. A
    person keeps its number for as long as most of its records stay with it.
    Raises Refused: purpose-unknown, right-missing.
    """
    if purpose not in workspace.catalogue.governance.purposes:
        known = ", ".join(workspace.catalogue.governance.purposes)
        raise Refused("purpose-unknown", purpose=purpose, known=known)
    require_people(workspace.catalogue.governance, purpose)
    with workspace.write("person.gather") as change:
        writer = change.writer
        progress.stage("gather-links")
        runs, left_out = _taking_part(workspace, writer, purpose)
        sources = _sources(workspace, writer, runs)
        links = _links(workspace, writer, runs, sources, probable, progress)
        found = _clustered(workspace, writer, sources, links, progress)
        progress.stage("gather-write")
        groups = _groups(found.labels, progress)
        old = persons.members(writer, purpose)
        numbers = _numbered(writer, purpose, [sources.places(g) for g in groups], old)
        gathered = persons.Gathered(
            probable,
            tuple(run.run for run in runs),
            left_out,
            decisions.newest(writer),
            len(links.links),
            workspace.now(),
            workspace.steward.name,
        )
        refused = [(*links.pairs[n], reason.value) for n, reason in sorted(found.refused.items())]
        persons.replace(writer, purpose, gathered, numbers.items(), refused)
        progress.step(0)
        change.facts |= {
            "purpose": purpose,
            "probable": probable,
            "runs": len(runs),
            "links": len(links.links),
            "persons": len(groups),
            "refused": len(refused),
        }
        answer = _gathering(workspace, writer, purpose)
    if answer is None:
        raise RuntimeError("what was just written is not there")
    return answer


def gathering(workspace: Workspace, purpose: str) -> Gathering | None:
    """What the last gathering for a purpose came to, None where there was none."""
    with workspace.read() as reader:
        return _gathering(workspace, reader, purpose)


def listed(workspace: Workspace, purpose: str, limit: int | None) -> tuple[PersonSummary, ...]:
    """Persons of a purpose, those of most records first. Raises Refused `persons-not-gathered`."""
    with workspace.read() as reader:
        _require(reader, purpose)
        return tuple(persons.summaries(reader, purpose, limit))


def refused(workspace: Workspace, purpose: str) -> tuple[RefusedLink, ...]:
    """Links that joined nothing, and why. Raises Refused `persons-not-gathered`."""
    with workspace.read() as reader:
        _require(reader, purpose)
        return persons.refused(reader, purpose)


def person(workspace: Workspace, identity: str, purpose: str) -> Person:
    """One person with the records that make it and the links between them; the look is recorded.

    A number that was merged into another leads there.
    Raises Refused: person-unknown, person-of-other-purpose, person-dissolved.
    """
    with workspace.read() as reader:
        number = persons.heir(reader, persons.number_of(identity))
        own = persons.purpose_of(reader, number)
        if own != purpose:
            raise Refused("person-of-other-purpose", person=identity, purpose=purpose)
        places = persons.records(reader, number)
        if len(places) < 2:
            raise Refused("person-dissolved", person=identity)
        gathered = _require(reader, purpose)
        found = Person(
            f"{PREFIX}{number}",
            purpose,
            tuple(_record(reader, gathered.runs, place) for place in places),
            tuple(_person_links(reader, purpose, gathered, places)),
        )
    workspace.note("look.person", {"person": found.person, "purpose": purpose})
    return found


def _taking_part(
    workspace: Workspace, reader: Reader, purpose: str
) -> tuple[list[RunSummary], tuple[Note, ...]]:
    """The standing runs whose loads the purpose may see, and why each of the others may not."""
    governance, kinds = workspace.catalogue.governance, workspace.catalogue.kinds
    runs, left_out = [], []
    for run in stored.summaries(reader):
        if run.state != "complete":
            continue
        loads = [shelf.require(reader, load) for load in (run.left, run.right) if load]
        try:
            found = [source_of(governance, load, kinds[load.kind].subject) for load in loads]
            require(governance, found, purpose)
        except Refused as refusal:
            facts = {"run": run.run, "load": refusal.facts["load"]}
            left_out.append(Note("run-left-out", facts | {"clause": refusal.facts["clause"]}))
        else:
            runs.append(run)
    return runs, tuple(left_out)


def _sources(workspace: Workspace, reader: Reader, runs: Iterable[RunSummary]) -> _Sources:
    names = dict.fromkeys(load for run in runs for load in (run.left, run.right) if load)
    loads = {name: shelf.require(reader, name) for name in names}
    first, single, start = {}, [], 0
    for number, (name, load) in enumerate(loads.items()):
        first[name] = start
        start += load.records
        alone = workspace.catalogue.kinds[load.kind].duplicate_free is not None
        single.append(np.full(load.records, number if alone else -1, dtype=np.int64))
    return _Sources(loads, first, start, np.concatenate([*single, np.empty(0, np.int64)]))


def _links(
    workspace: Workspace,
    reader: Reader,
    runs: Iterable[RunSummary],
    sources: _Sources,
    probable: bool,
    progress: Progress,
) -> _Links:
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
    return _Links(_as_pairs(links), np.array(strength), pairs, _as_pairs(cuts))


def _standing(workspace: Workspace, reader: Reader, load: LoadSummary) -> Flags:
    if workspace.catalogue.kinds[load.kind].subject == "person":
        return np.ones(load.records, dtype=np.bool_)
    rows = shelf.read_codes(reader, load.load, ["row"]).column("row").to_pylist()
    keep: Flags = stands(workspace, reader, load, rows)
    return keep


def _as_pairs(pairs: list[tuple[int, int]]) -> Ints:
    """Pairs of record numbers, the lower first."""
    return np.sort(np.array(pairs, dtype=np.int64).reshape(-1, 2), axis=1)


def _clustered(
    workspace: Workspace, reader: Reader, sources: _Sources, links: _Links, progress: Progress
) -> Clusters:
    progress.stage("gather-cluster")
    cuts = np.concatenate([links.cuts, _remembered(workspace, reader, sources, links, progress)])
    found = cluster(links.links, links.strength, sources.single, cuts)
    progress.step(0)
    return found


def _remembered(
    workspace: Workspace, reader: Reader, sources: _Sources, links: _Links, progress: Progress
) -> Ints:
    """Cuts between records that agree in all deciding fields with two that were judged apart.

    A link between the two of them carries the judgement itself; here it is about two that hang
    together through a third record, so only groups of three and more are looked at.
    """
    known = decisions.memory(reader)
    apart = {pair for pair, said in known.items() if said.verdict is Verdict.DIFFERENT}
    if not apart or not len(links.links):
        return np.empty((0, 2), dtype=np.int64)
    labels = components(links.links, sources.records)
    large = np.flatnonzero(np.bincount(labels, minlength=sources.records)[labels] > 2)
    runs = tuple(dict.fromkeys(run for run, _ in links.pairs))
    by_digest: dict[str, list[int]] = {}
    numbers = large.tolist()
    for number, place in zip(numbers, sources.places(numbers), strict=True):
        narrow = _narrow(reader, runs, place)
        by_digest.setdefault(memory.deciding_digest(workspace, narrow), []).append(number)
        progress.step(0)
    cuts = [
        (one, other)
        for left, right in sorted(apart)
        for one in by_digest.get(left, ())
        for other in by_digest.get(right, ())
        if one != other and labels[one] == labels[other]
    ]
    return _as_pairs(cuts)


def _groups(labels: Ints, progress: Progress) -> list[list[int]]:
    """The records of each cluster of two and more, by its lowest record."""
    several = np.flatnonzero(np.bincount(labels, minlength=len(labels))[labels] > 1)
    order = several[np.argsort(labels[several], kind="stable")]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    progress.step(0)
    return [part.tolist() for part in np.split(order, starts[1:])] if len(order) else []


def _numbered(
    writer: Writer,
    purpose: str,
    groups: list[list[persons.Place]],
    old: dict[persons.Place, int],
) -> dict[persons.Place, int]:
    """The person number of every record: the one most of its records had, else a new one.

    Between two claims the larger overlap wins, then the older number, then the earlier record.
    """
    shared: dict[tuple[int, int], int] = {}
    for group, places in enumerate(groups):
        for place in places:
            if place in old:
                shared[group, old[place]] = shared.get((group, old[place]), 0) + 1
    given: dict[int, int] = {}
    kept: set[int] = set()
    heirs: dict[int, int] = {}
    for group, number in sorted(shared, key=lambda claim: (-shared[claim], claim[1], claim[0])):
        if group not in given and number not in kept:
            given[group] = number
            kept.add(number)
        elif number not in kept:
            heirs.setdefault(number, group)
    new = [group for group in range(len(groups)) if group not in given]
    given |= dict(zip(new, persons.new_numbers(writer, purpose, len(new)), strict=True))
    persons.became(writer, [(old, given[group]) for old, group in heirs.items() if old not in kept])
    now = {place: given[group] for group, places in enumerate(groups) for place in places}
    taken = {*given.values(), *heirs}
    alone: dict[persons.Place, int] = {}
    for place, number in old.items():
        if place not in now and number not in taken:
            alone[place] = number
            taken.add(number)
    return alone | now


def _require(reader: Reader, purpose: str) -> persons.Gathered:
    gathered = persons.facts(reader, purpose)
    if gathered is None:
        raise Refused("persons-not-gathered", purpose=purpose)
    return gathered


def _gathering(workspace: Workspace, reader: Reader, purpose: str) -> Gathering | None:
    gathered = persons.facts(reader, purpose)
    if gathered is None:
        return None
    runs, _ = _taking_part(workspace, reader, purpose)
    sizes = persons.sizes(reader, purpose)
    seen = decisions.newest(reader) == gathered.decisions
    return Gathering(
        purpose=purpose,
        probable=gathered.probable,
        runs=gathered.runs,
        left_out=gathered.left_out,
        links=gathered.links,
        records=sum(size * number for size, number in sizes.items()),
        persons=sum(sizes.values()),
        sizes=sizes,
        refused=len(persons.refused(reader, purpose)),
        gathered_at=gathered.at,
        gathered_by=gathered.by,
        current=seen and tuple(run.run for run in runs) == gathered.runs,
    )


def _narrow(reader: Reader, runs: Iterable[str], place: persons.Place) -> stored.PairRecord:
    """The narrow copy of a record, from the first run that has one."""
    for run in runs:
        if (found := stored.record_or_none(reader, run, *place)) is not None:
            return found
    raise Refused("record-unknown", load=place[0], record=place[1])


def _record(reader: Reader, runs: Iterable[str], place: persons.Place) -> RecordView:
    return view_of(shelf.get(reader, place[0]), _narrow(reader, runs, place))


def _person_links(
    reader: Reader, purpose: str, gathered: persons.Gathered, places: tuple[persons.Place, ...]
) -> Iterable[PersonLink]:
    """The pairs of the runs that join two of a person's records, and the refused that touch one."""
    for pair, band, chance, inside in linked.touching(reader, gathered.runs, places):
        decision = decisions.latest(reader, pair)
        verdict = decision.verdict if decision else None
        why = persons.why_refused(reader, purpose, pair)
        if inside or why is not None:
            yield PersonLink(pair, band, chance, verdict, Refusal(why).value if why else None)
