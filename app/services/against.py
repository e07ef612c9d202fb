"""Which two records stand against a link between two persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from app.matching.clusters import Refusal
from app.model.persons import RecordAt, RefusedLink
from app.model.runs import Verdict
from app.services.gathering import narrow
from app.services.workspace import Workspace
from app.stores import decisions, links, persons
from app.stores import loads as shelf
from app.stores import runs as stored
from app.stores.sqlcipher import Reader

Ends = tuple[persons.Place, persons.Place]


def standing_against(
    workspace: Workspace,
    reader: Reader,
    gathered: persons.Gathered,
    purpose: str,
    link: RefusedLink,
) -> tuple[RecordAt, ...]:
    """The first two records of the persons that a refused link would join which cannot be one's.

    Two entries of one register that has nobody twice, or two that a steward judged to be of
    different people; empty where neither is found among what stands today.
    """
    sides = [_with_others(reader, purpose, place) for place in _ends(reader, link.pair)]
    if link.reason == Refusal.ONE_A_SOURCE:
        found = _of_one_register(workspace, reader, *sides)
    else:
        found = _judged_apart(reader, gathered.runs, *sides)
    first = next(found, None)
    if first is None:
        return ()
    rows = [narrow(reader, gathered.runs, place).row for place in first]
    return tuple(RecordAt(place[0], row) for place, row in zip(first, rows, strict=True))


def _ends(reader: Reader, pair: str) -> Ends:
    run, _ = stored.split_id(pair)
    summary, found = stored.get(reader, run), stored.pair(reader, pair)
    left, right = summary.left, summary.right or summary.left
    return (left, found.left_record), (right, found.right_record)


def _with_others(reader: Reader, purpose: str, place: persons.Place) -> tuple[persons.Place, ...]:
    number = persons.person_of(reader, purpose, place)
    return (place,) if number is None else persons.records(reader, number)


def _of_one_register(
    workspace: Workspace,
    reader: Reader,
    one: Iterable[persons.Place],
    other: Iterable[persons.Place],
) -> Iterator[Ends]:
    kinds = workspace.catalogue.kinds
    for left, right in product(one, other):
        kind = shelf.get(reader, left[0]).kind
        if kind == shelf.get(reader, right[0]).kind and kinds[kind].duplicate_free is not None:
            yield left, right


def _judged_apart(
    reader: Reader,
    runs: Iterable[str],
    one: tuple[persons.Place, ...],
    other: tuple[persons.Place, ...],
) -> Iterator[Ends]:
    apart = set(product(one, other)) | set(product(other, one))
    for pair, _, _, inside in links.touching(reader, runs, [*one, *other]):
        if inside and (ends := _ends(reader, pair)) in apart:
            said = decisions.latest(reader, pair)
            if said is not None and said.verdict is Verdict.DIFFERENT:
                yield ends
