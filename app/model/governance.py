"""Routes by which data lawfully came, purposes it serves, review reasons, rights of persons."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.kinds import SUBJECTS
from app.model.requests import Right


@dataclass(frozen=True)
class Purpose:
    """What data is used for. `title` completes the sentence "used to ...".

    Where it does not match `people`, no two records are ever compared for it. Data of other than
    its `subjects` does not serve it, and `because` says why.
    """

    id: str
    title: str
    people: bool = True
    subjects: tuple[str, ...] = SUBJECTS
    because: str = ""


@dataclass(frozen=True)
class Route:
    """How data lawfully came: what it may be used for, and the clause that says so.

    Where a route `needs_agreement`, what came without one may serve `without_agreement` alone.
    What may not be `passed_on` leaves in no package, whatever for.
    """

    id: str
    title: str
    subjects: tuple[str, ...]
    permits: tuple[str, ...]
    clause: str
    source: str
    as_at: str
    needs_agreement: bool
    without_agreement: tuple[str, ...]
    passed_on: bool = True


@dataclass(frozen=True)
class Reason:
    """A review reason code, the verdicts it can stand for and the one it is usual for."""

    id: str
    verdicts: tuple[str, ...]
    usual: str | None


@dataclass(frozen=True)
class Governance:
    """Routes, purposes and reasons by id; `withdrawals` are reasons to take a load back.

    `rights` are what a person may ask. `statuses` gives new, amended or withdrawn for what
    registration systems write, case folded.
    """

    routes: dict[str, Route]
    purposes: dict[str, Purpose]
    reasons: dict[str, Reason]
    default_routes: dict[str, str]
    default_purpose: str
    withdrawals: tuple[str, ...]
    statuses: dict[str, str]
    rights: dict[str, Right]


@dataclass(frozen=True)
class SharingPolicy:
    """Defaults for what leaves: days, group size below which a warning is given, preview rows.

    `remind_days`: how long before a load is to be destroyed Home says so.

    `identifiers` are meanings that point at one person by themselves; `guarded` ones leave only
    under an agreement that lists them.
    """

    four_eyes: bool
    retention_days: int
    remind_days: int
    small_group: int
    preview_rows: int
    identifiers: tuple[str, ...]
    guarded: tuple[str, ...]
