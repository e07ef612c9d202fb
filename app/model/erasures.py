"""A load erased for good: who proposed it, who did it, and what the search of every page found."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.loads import Withdrawal


@dataclass(frozen=True)
class Erasure:
    """One erasure; what comes later is None until it has come.

    `pages` were searched, of the vault, its log and the backup made anew, for `pieces` of what was
    erased; `shared` more stand in what remains and are no trace. `found` were met all the same.
    `backups` are older ones that were removed.
    """

    load: str
    reason: str
    proposed_at: str
    proposed_by: str
    erased_at: str | None = None
    erased_by: str | None = None
    pages: int | None = None
    pieces: int | None = None
    shared: int | None = None
    found: int | None = None
    backups: int | None = None

    @property
    def proved(self) -> bool:
        """Whether every page was searched and nothing was met."""
        return self.found == 0


@dataclass(frozen=True)
class Proposal:
    """An erasure that waits to be done, and what falls with the load; `second` must do it."""

    erasure: Erasure
    falls: Withdrawal
    second: bool
