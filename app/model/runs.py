"""Matching as the steward sees it: runs, pairs, evidence, decisions, the review queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.model.notes import Note


class Band(StrEnum):
    """How sure the program is, from the plan's declared thresholds."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


WORTH_REVIEW = (Band.CERTAIN, Band.PROBABLE, Band.POSSIBLE)
"""Bands a queue holds unless one is chosen: the unlikely are not worth a steward's time."""


class Verdict(StrEnum):
    """What a steward says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True)
class MatchRequest:
    """Two loads (or one, within itself) to match; a plan None follows from their kinds.

    `memory_mb` is what the matching may use, None for what the policy says. `since` names a run
    over an earlier delivery of the left load: only records that are new or changed are matched.
    """

    left: str
    right: str | None = None
    plan: str | None = None
    purpose: str | None = None
    memory_mb: int | None = None
    since: str | None = None


LINES = "lines"
"""Where the plan of a run had the lines between its bands: kept with the run under this name."""


@dataclass(frozen=True)
class Bands:
    """Pairs by band."""

    certain: int = 0
    probable: int = 0
    possible: int = 0
    unlikely: int = 0


@dataclass(frozen=True)
class RunAnswer:
    """What a run found; `seconds` by stage: read, standardise, block, score, write."""

    run: str
    plan: str
    candidate_pairs: int
    bands: Bands
    seconds: dict[str, float]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class RunSummary:
    """One run in a list."""

    run: str
    plan: str
    plan_digest: str
    left: str
    right: str | None
    purpose: str | None
    state: str
    candidate_pairs: int
    bands: Bands
    decided: int
    run_at: str
    run_by: str


@dataclass(frozen=True)
class Evidence:
    """One bar of the waterfall: a field (or `prior`, or a family rule), its level and bits."""

    field: str
    left: str | None
    right: str | None
    level: str
    weight: float


@dataclass(frozen=True)
class Decision:
    """A steward's judgement of a pair; the newest one stands."""

    pair: str
    verdict: Verdict
    reason: str
    note: str
    by: str
    at: str
    carried_from: str | None = None
    """The pair it was said of, where a later run found the same two records unchanged."""


@dataclass(frozen=True)
class Undo:
    """What an undo takes back: the pair, its band, what was said and what then stands again.

    `copies` are pairs of later runs that it was carried over to, and that go with it; `sent` the
    sealed packages that carried both records of any of them: whoever has them must be told.
    """

    run: str
    pair: str
    band: Band
    taken: Decision
    stands: Decision | None
    sent: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldView:
    """One field of a record: its meaning, the raw text and the standardised form."""

    name: str
    raw: str
    standard: str


@dataclass(frozen=True)
class RecordView:
    """One record for side-by-side reading."""

    load: str
    kind: str
    file: str
    row: int
    part: int
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class PairSummary:
    """One pair in a list; `left` and `right` are the records' own references, rows their lines."""

    pair: str
    left: str
    right: str
    left_row: int
    right_row: int
    left_part: int
    right_part: int
    weight: float
    probability: float
    band: Band
    evidence: tuple[Evidence, ...]
    reasons: tuple[Note, ...]
    decision: Decision | None


@dataclass(frozen=True)
class PairView:
    """One pair opened for review: both records, the evidence and every decision so far."""

    summary: PairSummary
    left: RecordView
    right: RecordView
    history: tuple[Decision, ...]


@dataclass(frozen=True)
class Queue:
    """A review queue: pair ids in order, where the steward left off, counts, and those decided."""

    run: str
    pairs: tuple[str, ...]
    position: int
    done: int
    left: int
    unsure: int
    decided: tuple[str, ...] = ()
