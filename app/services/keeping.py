"""Store what a matching found: its pairs, those it takes over, and narrow copies of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.base.progress import Progress
from app.matching.sides import Ints
from app.model.codebook import Codebook
from app.model.matches import BANDS, Matches
from app.model.runs import Band, Bands
from app.services.copies import copied
from app.services.increments import Earlier
from app.services.sides import Side
from app.services.workspace import LongWrite, Workspace
from app.stores import runs as stored
from app.stores import takeover

PAIRS_AT_ONCE = 5000
UNLIKELY_KEPT = 10_000
"""Unlikely pairs stored of one run; the bands still count every pair compared."""
UNLIKELY = BANDS.index(Band.UNLIKELY)


@dataclass(frozen=True)
class Kept:
    """The pairs that are taken over from an earlier run."""

    run: str
    pairs: Earlier


@dataclass(frozen=True)
class Found:
    """What a matching found, with the sides its ordinals point into.

    `places` are the pairs of `matches` to store, `kept` those taken over from an earlier run;
    `bands` count every pair, stored or not.
    """

    matches: Matches
    places: Ints
    left: Side
    right: Side | None
    book: Codebook
    kept: Kept | None
    bands: Bands

    def __len__(self) -> int:
        return len(self.places) + (len(self.kept.pairs.numbers) if self.kept else 0)

    @property
    def loads(self) -> tuple[str, str]:
        """The loads that the two records of a pair are in."""
        return self.left.load.load, (self.right or self.left).load.load


def found(
    matches: Matches, sides: tuple[Side, Side | None], book: Codebook, kept: Kept | None = None
) -> Found:
    """What is worth storing: all pairs that may be reviewed, and the likeliest of the unlikely."""
    told = np.flatnonzero(matches.band == UNLIKELY)
    others = np.flatnonzero(matches.band != UNLIKELY)
    if kept is None:
        places = np.concatenate([others, told[_likeliest(matches.probability[told])]])
        return Found(matches, np.sort(places), *sides, book, None, matches.bands)
    old = np.flatnonzero(kept.pairs.band == UNLIKELY)
    chances = np.concatenate([matches.probability[told], kept.pairs.probability[old]])
    best = _likeliest(chances)
    places = np.concatenate([others, told[best[best < len(told)]]])
    rest = old[best[best >= len(told)] - len(told)]
    worth = np.concatenate([np.flatnonzero(kept.pairs.band != UNLIKELY), rest])
    bands = _counted(matches.bands, kept.pairs.band)
    kept = Kept(kept.run, kept.pairs.only(np.sort(worth)))
    return Found(matches, np.sort(places), *sides, book, kept, bands)


def keep(workspace: Workspace, work: LongWrite, found: Found, progress: Progress) -> None:
    """Store pairs and narrow copies of their records, chunk by chunk, unseen as yet."""
    progress.stage("write", len(found))
    for batch in _pairs(found):
        with work.chunk() as writer:
            stored.add_pairs(writer, work.id, batch)
        progress.step(len(batch))
    for records in _copies(workspace, found):
        with work.chunk() as writer:
            stored.add_records(writer, work.id, records)
        progress.step(0)
    if found.kept is not None:
        _take_over(work, found, found.kept, progress)


def _likeliest(chances: np.ndarray) -> Ints:
    likeliest: Ints = np.argsort(-chances, kind="stable")[:UNLIKELY_KEPT]
    return likeliest


def _counted(bands: Bands, taken: np.ndarray) -> Bands:
    """The bands of a run with those of the pairs it takes over."""
    tally = np.bincount(taken, minlength=len(BANDS)).tolist()
    return Bands(
        **{band.value: getattr(bands, band.value) + n for band, n in zip(BANDS, tally, strict=True)}
    )


def _take_over(work: LongWrite, found: Found, kept: Kept, progress: Progress) -> None:
    """Store the pairs of the earlier run, and narrow copies of their right records.

    Those of their left records are of another load, and are made like all others.
    """
    pairs, right = kept.pairs, found.right
    first = len(found.places) + 1
    lefts = found.left.ordinals[pairs.left].tolist()
    for start in range(0, len(lefts), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        numbers = pairs.numbers[part].tolist()
        new = range(first + start, first + start + len(numbers))
        with work.chunk() as writer:
            rows = zip(new, numbers, lefts[part], strict=True)
            takeover.pairs(writer, work.id, kept.run, rows)
        progress.step(len(numbers))
    if right is None:
        return
    copied_before = found.matches.right[found.places]
    more = np.setdiff1d(pairs.right, copied_before)
    for start in range(0, len(more), PAIRS_AT_ONCE):
        ordinals = right.ordinals[more[start : start + PAIRS_AT_ONCE]].tolist()
        with work.chunk() as writer:
            takeover.records(writer, work.id, kept.run, right.load.load, ordinals)
        progress.step(0)


def _pairs(found: Found) -> Iterator[list[stored.Pair]]:
    matches, left, right = found.matches, found.left, found.right
    other = right or left
    for start in range(0, len(found.places), PAIRS_AT_ONCE):
        part = found.places[start : start + PAIRS_AT_ONCE].tolist()
        evidence = matches.evidence(part, left.codes, right.codes if right else None, found.book)
        yield [
            stored.Pair(
                n=start + n + 1,
                left_record=int(left.ordinals[matches.left[i]]),
                right_record=int(other.ordinals[matches.right[i]]),
                weight=float(matches.weight[i]),
                probability=float(matches.probability[i]),
                band=matches.band_of(i),
                evidence=evidence[n],
            )
            for n, i in enumerate(part)
        ]


def _copies(workspace: Workspace, found: Found) -> Iterator[list[stored.PairRecord]]:
    """Narrow copies of every record in a stored pair, a bounded number at once."""
    lefts, rights = found.matches.left[found.places], found.matches.right[found.places]
    right = found.right
    if found.kept is not None:
        lefts = np.concatenate([lefts, found.kept.pairs.left])
    wanted = [(found.left, np.unique(lefts)), (right, np.unique(rights))]
    if right is None:
        wanted = [(found.left, np.union1d(lefts, rights))]
    for side, places in wanted:
        for start in range(0, len(places), PAIRS_AT_ONCE):
            part = places[start : start + PAIRS_AT_ONCE]
            yield _copied(workspace, side or found.left, part, found.book)


def _copied(
    workspace: Workspace, side: Side, places: np.ndarray, book: Codebook
) -> list[stored.PairRecord]:
    with workspace.read() as reader:
        ordinals = side.ordinals[places].tolist()
        return copied(reader, side.load.load, ordinals, side.codes.take(pa.array(places)), book)
