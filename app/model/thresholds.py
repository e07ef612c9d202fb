"""Moving the lines between bands: what a run would hold if they lay elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.runs import Band, PairSummary


@dataclass(frozen=True)
class Line:
    """One line, above which a pair is at least of `band`: where it lies, where it would lie.

    `before` and `after` count the pairs above it. `gained` and `lost` count those that would cross
    it; of each a few are told, the nearest to the line first.
    """

    band: Band
    now: float
    then: float
    before: int
    gained: int
    lost: int
    gained_pairs: tuple[PairSummary, ...]
    lost_pairs: tuple[PairSummary, ...]

    @property
    def after(self) -> int:
        """Pairs above the line once it is moved."""
        return self.before + self.gained - self.lost


@dataclass(frozen=True)
class WhatIf:
    """Both lines of a run, the upper one first."""

    run: str
    certain: Line
    probable: Line
