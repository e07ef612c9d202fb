"""Persons: clusters of records over many loads, and what gathering them came to."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.notes import Note
from app.model.runs import Band, RecordView, Verdict

PREFIX = "C"
"""Before a person's number: a citizen, for P stands before a package's."""


@dataclass(frozen=True)
class RecordAt:
    """A record by its load and its line there."""

    load: str
    row: int


@dataclass(frozen=True)
class RefusedLink:
    """A pair that said two records are one person and joined nothing; `reason` says why.

    `against` are the two records that cannot be one person's: empty where they are no longer
    there, or where what was said of them is only remembered from another delivery.
    """

    pair: str
    reason: str
    against: tuple[RecordAt, ...] = ()


@dataclass(frozen=True)
class Gathering:
    """The persons of one purpose: from which runs, how many, and whether that is still so.

    `sizes` are persons by how many records they have. `left_out` says which runs took no part.
    `current` is False once a run came, went or was judged anew.
    """

    purpose: str
    probable: bool
    runs: tuple[str, ...]
    left_out: tuple[Note, ...]
    links: int
    records: int
    persons: int
    sizes: dict[int, int]
    refused: int
    gathered_at: str
    gathered_by: str
    current: bool = True


@dataclass(frozen=True)
class PersonSummary:
    """One person of a list: id, records, and the loads they stand in."""

    person: str
    records: int
    loads: tuple[str, ...]


@dataclass(frozen=True)
class PersonLink:
    """A pair between two records of a person, or one that was refused."""

    pair: str
    band: Band
    probability: float
    verdict: Verdict | None
    refused: str | None


@dataclass(frozen=True)
class Person:
    """Everything that makes a person: records, the links between them, and those refused."""

    person: str
    purpose: str
    records: tuple[RecordView, ...]
    links: tuple[PersonLink, ...]
