"""One load in full: how its file was read and mapped, and why, and what came of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.kinds import ColumnUse
from app.model.loads import LoadSummary, RejectedGroup, Shape
from app.model.notes import Note


@dataclass(frozen=True)
class Reasons:
    """Why a file was taken as its kind, and each column for what it means."""

    kind: Note | None = None
    columns: dict[str, Note] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """What a closing row claims of a column, or of the number of rows where `column` is empty.

    `agrees` is None where there was nothing that the claim could be held against; `found` is
    then empty.
    """

    column: str
    declared: str
    found: str
    agrees: bool | None


@dataclass(frozen=True)
class MappedColumn:
    """One column of the file: what it means, the form of its dates, and why."""

    use: ColumnUse
    dates: str | None
    reason: Note | None


@dataclass(frozen=True)
class Withdrawn:
    """When, by whom and why a load was withdrawn."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class Particulars:
    """Everything that is kept of a load but its rows. `groups` count rejected rows by reason."""

    summary: LoadSummary
    size: int
    supplier: str | None
    shape: Shape
    kind_reason: Note | None
    columns: tuple[MappedColumn, ...]
    claims: tuple[Claim, ...]
    groups: tuple[RejectedGroup, ...]
    withdrawn: Withdrawn | None
