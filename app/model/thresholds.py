"""Moving the lines between bands: what a run would hold if they lay elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.runs import Band, PairSummary


@dataclass(frozen=True)
class Share:
    """A share (0 to 1) as it is estimated, with the limits of its interval of 95 %."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """One line, above which a pair is at least of `band`: where it lies, where it would lie.

    `before` and `after` count the pairs above it. `gained` and `lost` count those that would cross
    it; of each a few are told, the nearest to the line first. `precision` and `recall` are those of
    the line where it would lie, as the sample tells them; recall is among pairs worth a look.
    `decided` counts the pairs of the sample above the line, of which `unsure` tell neither way.
    """

    band: Band
    now: float
    then: float
    before: int
    gained: int
    lost: int
    gained_pairs: tuple[PairSummary, ...]
    lost_pairs: tuple[PairSummary, ...]
    decided: int
    unsure: int
    precision: Share | None
    recall: Share | None

    @property
    def after(self) -> int:
        """Pairs above the line once it is moved."""
        return self.before + self.gained - self.lost


@dataclass(frozen=True)
class Crossing:
    """A pair that would rise to at least `band`, or (`gained` false) would no longer be that."""

    pair: PairSummary
    band: Band
    gained: bool


@dataclass(frozen=True)
class SampleState:
    """The sample that is read next: so many of each band, pairs in all, still to be decided."""

    size: int
    pairs: int
    left: int


@dataclass(frozen=True)
class WhatIf:
    """Both lines of a run, the upper one first, and the sample their shares come from."""

    run: str
    certain: Line
    probable: Line
    sample: SampleState

    @property
    def crossing(self) -> tuple[Crossing, ...]:
        """The pairs that are told, each once: at the farther line where it would cross both."""
        told: dict[str, Crossing] = {}
        for line in (self.certain, self.probable):
            for pair in line.gained_pairs:
                rises = pair.probability >= self.certain.then
                band = Band.CERTAIN if rises else Band.PROBABLE
                told.setdefault(pair.pair, Crossing(pair, band, gained=True))
            for pair in line.lost_pairs:
                falls = pair.probability < self.probable.then
                band = Band.PROBABLE if falls else Band.CERTAIN
                told.setdefault(pair.pair, Crossing(pair, band, gained=False))
        return tuple(told.values())
