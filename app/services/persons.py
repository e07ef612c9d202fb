"""Gather the records of many loads into persons, for one purpose, and show one with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.governance.gateways import require, require_people, source_of
from app.matching.clusters import Refusal
from app.model.notes import Note
from app.model.persons import (
    PREFIX,
    Gathering,
    Person,
    PersonLink,
    PersonSummary,
    RefusedLink,
)
from app.model.runs import RecordView, RunSummary
from app.services.against import standing_against
from app.services.desk import view_of
from app.services.gathering import clustered, groups_of, links_of, narrow, sources_of
from app.services.workspace import Workspace
from app.stores import decisions, persons
from app.stores import links as linked
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader, Writer


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
        sources = sources_of(workspace, writer, runs)
        links = links_of(workspace, writer, runs, sources, probable, progress)
        found = clustered(workspace, writer, sources, links, progress)
        progress.stage("gather-write")
        groups = groups_of(found.labels, progress)
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
    """Links that joined nothing, why, and which two records stand against each.

    Raises Refused `persons-not-gathered`.
    """
    with workspace.read() as reader:
        gathered = _require(reader, purpose)
        return tuple(
            replace(link, against=standing_against(workspace, reader, gathered, purpose, link))
            for link in persons.refused(reader, purpose)
        )


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


def _record(reader: Reader, runs: Iterable[str], place: persons.Place) -> RecordView:
    return view_of(shelf.get(reader, place[0]), narrow(reader, runs, place))


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
