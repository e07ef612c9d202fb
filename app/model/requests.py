"""What a person asks of the council about data on them: the request, its clock, what is held."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.model.runs import Band, FieldView, Verdict


@dataclass(frozen=True)
class Right:
    """What may be asked, until when it is answered, and how it may end.

    `months` run from the day it was clear who asks, `extend_months` more where the steward says
    why; `acknowledge_days` run from the day it came. After the outcomes of `hold_back_after` the
    records leave in no package, after those of `tell_after` whoever received them is told.
    """

    id: str
    title: str
    outcomes: tuple[str, ...]
    clause: str
    source: str
    as_at: str
    months: int | None = None
    extend_months: int | None = None
    acknowledge_days: int | None = None
    hold_back_after: tuple[str, ...] = ()
    tell_after: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubjectRequest:
    """One request as it is kept; days are ISO dates, None where they have not come."""

    request: str
    right: str
    case: str
    received_on: str
    identity_on: str | None
    acknowledged_on: str | None
    extended_why: str | None
    opened_at: str
    opened_by: str
    outcome: str | None = None
    outcome_why: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None


class Owed(StrEnum):
    """What a request waits for."""

    IDENTITY = "identity"
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    NOTHING = "nothing"


@dataclass(frozen=True)
class RequestSummary:
    """A request with what it waits for and until when; `days_left` is below 0 once it is late.

    `due` is None while nobody can say, or where the law names no day.
    """

    kept: SubjectRequest
    title: str
    records: int
    owed: Owed
    due: str | None
    days_left: int | None


@dataclass(frozen=True)
class Place:
    """A record as a steward names it: the load, the line of its file, which person of the line."""

    load: str
    row: int
    part: int = 1


@dataclass(frozen=True)
class HeldRecord:
    """One record of the person, whose it is and by what right, with all its source says of them.

    `columns` are source columns with their text; `withheld` are those that may tell of somebody
    else: a steward sees them, the person does not. A record whose load was taken back is `gone`:
    nothing of it is held.
    """

    load: str
    ordinal: int
    title: str
    file: str
    row: int
    part: int
    as_at: str | None
    loaded_at: str
    owners: tuple[str, ...]
    route: str
    clause: str
    agreement: str | None
    destroy_by: str | None
    gone: bool
    fields: tuple[FieldView, ...]
    columns: tuple[tuple[str, str], ...]
    withheld: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compared:
    """A pair that a record of the person stands in; `other` is None where it is not theirs too."""

    pair: str
    purpose: str
    run_at: str
    load: str
    row: int
    band: Band
    probability: float
    verdict: Verdict | None
    decided_at: str | None
    other: Place | None


@dataclass(frozen=True)
class Looked:
    """An act of the trail that concerned the person: when, what, and who."""

    seq: int
    at: str
    action: str
    steward: str


@dataclass(frozen=True)
class GoneOut:
    """A record that left in a package: to whom, for what, which columns, until when."""

    package: str
    recipient: str
    purpose: str
    agreement: str
    sealed_at: str
    load: str
    row: int
    columns: tuple[str, ...]
    destroy_by: str | None
    receipt_on: str | None
    destroyed_on: str | None


@dataclass(frozen=True)
class SubjectView:
    """Everything held about one person, from which source, who looked, to whom it went."""

    summary: RequestSummary
    records: tuple[HeldRecord, ...]
    compared: tuple[Compared, ...]
    looks: tuple[Looked, ...]
    gone_out: tuple[GoneOut, ...]
    unlaid: tuple[tuple[str, Place], ...] = ()
    """Records that a steward said are of the same person, by pair, and that are not laid."""


@dataclass(frozen=True)
class SubjectPack:
    """A pack as written: its file, the passphrase that is told by another channel, and counts."""

    request: str
    file: str
    sha256: str
    passphrase: str
    records: int
    withheld: int
    gone_out: int
