"""What is new in an extract that was delivered again, and the match of that alone.

Records that stand unchanged in the delivery before, in every column that is compared, keep the
pairs they had in the run over it: these are taken over, so that the new run is whole and the old
delivery can go. Matched are only the others, and beside them those that they compete with, and
those that a record now gone had held off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from app.base.errors import Refused
from app.base.progress import Progress
from app.matching.compete import WEAK
from app.matching.engine import Among, Limits, cost, match
from app.matching.sides import Flags, Ints, dense
from app.model.codebook import Codebook
from app.model.matches import BANDS, Cost, Matches
from app.model.plan import MatchPlan
from app.model.records import CODES
from app.model.runs import Band, RunSummary
from app.services.sides import Side
from app.services.workspace import Workspace
from app.stores import links, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

ONLY_NEW = "only-new"
"""The note by which a run tells which one it added to."""
SET_ASIDE = "entries-set-aside"
"""The note by which a run tells how many registrations no longer stood."""
OWN = ("row", "part")
"""Where a record stands in its file is no part of what it says."""
PAIR = np.dtype(
    [("n", "i8"), ("left", "i8"), ("right", "i8"), ("probability", "f8"), ("band", "i1")]
)


@dataclass(frozen=True)
class Earlier:
    """Pairs of the run before, column by column.

    `left` and `right` are the places of their records among those matched now, -1 for a record
    that is gone, has changed or stands no longer; `band` has numbers into `BANDS`.
    """

    numbers: Ints
    left: Ints
    right: Ints
    probability: np.ndarray
    band: np.ndarray

    def only(self, pairs: Flags | Ints) -> Earlier:
        """Some of the pairs."""
        columns = (self.numbers, self.left, self.right, self.probability, self.band)
        return Earlier(*(column[pairs] for column in columns))


@dataclass(frozen=True)
class Increment:
    """What of a left load is to be matched: `changed` by record, and those beside that compete.

    `gone` counts the records of the delivery before that are not in this one. `freed_right` and
    `freed_left` are the records whose partner in an earlier pair is gone, `contested` those on the
    right whose pairs are told anew: they are known once `matched`.
    """

    run: str
    changed: Flags
    among: Among
    earlier: Earlier
    gone: int
    freed_right: Ints
    freed_left: Ints
    contested: Ints

    @property
    def unchanged(self) -> int:
        """Records that keep the pairs they had."""
        return int((~self.changed).sum())

    def new_pairs(self, matches: Matches) -> Matches:
        """The pairs of new and changed records, and all that compete with one of them or are free
        of one that is gone."""
        left = self.changed | _among(self.freed_left, len(self.changed) - 1)
        right = _among(self.contested, int(matches.right.max(initial=-1)))
        return matches.only(left[matches.left] | right[matches.right])

    def kept_pairs(self, told: Matches) -> Earlier:
        """The earlier pairs between records that still stand and that were not found anew."""
        standing = (self.earlier.left >= 0) & (self.earlier.right >= 0)
        wide = int(max(self.earlier.right.max(initial=0), told.right.max(initial=0))) + 1
        anew = told.left.astype(np.int64) * wide + told.right
        return self.earlier.only(
            standing & ~np.isin(self.earlier.left * wide + self.earlier.right, anew)
        )


def grounds(workspace: Workspace, left: str, right: str | None) -> tuple[RunSummary, ...]:
    """Runs over an earlier delivery of the left load that can be added to, latest first."""
    with workspace.read() as reader:
        kind = shelf.require(reader, left).kind
        plans = {plan.digest for plan in workspace.catalogue.plans.values()}
        return tuple(
            run
            for run in reversed(runs.summaries(reader))
            if run.state == "complete"
            and right is not None
            and run.right == right
            and run.left != left
            and run.plan_digest in plans
            and shelf.require(reader, run.left).kind == kind
        )


def increment(
    reader: Reader, since: str, left: Side, right: Side | None, plan: MatchPlan
) -> Increment:
    """What the left load holds that the run `since` did not see.

    Raises Refused: run-unknown, run-withdrawn, `since-not-alike` where the run's plan, its right
    load or the kind of its left load is another, `since-without-pairs` where it found nothing to
    go by, `since-stand-again` where registrations stand that did not stand then.
    """
    before = runs.require(reader, since)
    earlier = shelf.require(reader, before.left)
    if (
        right is None
        or before.plan_digest != plan.digest
        or before.right != right.load.load
        or earlier.kind != left.load.kind
        or earlier.load == left.load.load
    ):
        raise Refused("since-not-alike", run=since, load=left.load.load)
    first = next(runs.pairs(reader, since, limit=1), None)
    if first is None:
        raise Refused("since-without-pairs", run=since)
    _require_none_again(reader, since, left, right)
    now_at = _unchanged(shelf.read_codes(reader, earlier.load), left.codes)
    pairs = _earlier(reader, since, now_at, right)
    changed = np.ones(left.codes.num_rows, dtype=np.bool_)
    changed[now_at[now_at >= 0]] = False
    freed_left = np.unique(pairs.left[(pairs.left >= 0) & (pairs.right < 0)])
    start = changed | _among(freed_left, len(changed) - 1)
    freed_right = np.unique(pairs.right[(pairs.left < 0) & (pairs.right >= 0)])
    prior = next(bar.weight for bar in first.evidence if bar.field == "prior")
    return Increment(
        since,
        changed,
        Among(start, prior),
        pairs,
        int((now_at < 0).sum()),
        freed_right,
        freed_left,
        freed_right,
    )


def matched(
    found: Increment,
    sides: tuple[Side, Side],
    book: Codebook,
    plan: MatchPlan,
    progress: Progress,
    memory_mb: int,
) -> tuple[Increment, Matches]:
    """The match of what is new, with everybody who competes with it; see `new_pairs`.

    First the new records alone, to see whose partners they claim; then who else claims these or
    the partners of records now gone, among all on the left, for what competition held down is
    not all kept; then new ones and rivals together, so that each chance is that of the whole.
    """
    left, right = sides
    first = match(left.codes, right.codes, book, plan, progress, Limits(memory_mb, found.among))
    claimed = np.union1d(first.right[first.weight > WEAK], found.freed_right)
    whole = replace(found, contested=claimed)
    if not len(claimed):
        return whole, first
    everybody = replace(found.among, left=np.ones_like(found.changed))
    some = right.codes.take(pa.array(claimed))
    rivals = match(left.codes, some, book, plan, progress, Limits(memory_mb, everybody))
    near = _among(rivals.left[rivals.weight > WEAK], len(found.changed) - 1)
    if not (near & ~found.among.left).any():
        return whole, first
    among = replace(found.among, left=found.among.left | near)
    limits = Limits(memory_mb, among)
    return replace(whole, among=among), match(left.codes, right.codes, book, plan, progress, limits)


def cost_of(
    found: Increment,
    sides: tuple[Side, Side],
    book: Codebook,
    plan: MatchPlan,
    progress: Progress,
    memory_mb: int,
) -> Cost:
    """What the match of an increment would compare, rule by rule.

    Who competes with what is new is found by looking, so that this takes about as long.
    """
    left, right = sides
    among = matched(found, sides, book, plan, progress, memory_mb)[0].among
    codes = left.codes.filter(pa.array(among.left))
    return cost(codes, right.codes, book, plan, progress, memory_mb)


def _require_none_again(reader: Reader, since: str, left: Side, right: Side) -> None:
    """Nobody knows the pairs of a registration that was set aside in the run and stands now."""
    notes = runs.details(reader, since).notes
    then = sum(int(str(note.facts["entries"])) for note in notes if note.code == SET_ASIDE)
    if left.set_aside + right.set_aside < then:
        raise Refused("since-stand-again", run=since, load=right.load.load)


def _earlier(reader: Reader, since: str, now_at: Ints, right: Side) -> Earlier:
    """The stored pairs of a run, by where their records lie now."""
    every = links.of_run(reader, since, Band, ())
    rows = np.fromiter(((*row, BANDS.index(band)) for *row, band in every), PAIR)
    return Earlier(
        rows["n"],
        now_at[rows["left"]],
        right.places(rows["right"]),
        rows["probability"],
        rows["band"],
    )


def _among(places: Ints, last: int) -> Flags:
    """Flags of the records 0 to `last`, set for some of them."""
    flags = np.zeros(last + 1, dtype=np.bool_)
    flags[places[places <= last]] = True
    return flags


def _unchanged(old: pa.Table, new: pa.Table) -> Ints:
    """Where each record of the delivery before stands in the new one, -1 where it does not.

    Of records that say the same, the first is the first again, and so on.
    """
    groups = _alike(old, new)
    was, now = groups[: old.num_rows], groups[old.num_rows :]
    before, after = _nth(was) + was * len(groups), _nth(now) + now * len(groups)
    order = np.argsort(after)
    at = np.searchsorted(after[order], before)
    found = at < len(after)
    found[found] = after[order][at[found]] == before[found]
    places = np.full(len(was), -1, dtype=np.int64)
    places[found] = order[at[found]]
    return places


def _alike(old: pa.Table, new: pa.Table) -> Ints:
    """Numbers of the records of both tables: equal ones for records that say the same."""
    both = pa.concat_tables([old, new])
    columns = []
    for field in CODES:
        column = both.column(field.name)
        if field.name not in OWN and column.null_count < len(column):
            plain = column.cast(pa.int64()).fill_null(np.iinfo(np.int64).min)
            columns.append(plain.to_numpy())
    return dense(*columns) if columns else np.zeros(both.num_rows, dtype=np.int64)


def _nth(groups: Ints) -> Ints:
    """Of each record, how many of its group stand before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    sizes = np.diff(starts, append=len(groups))
    nth = np.empty(len(groups), dtype=np.int64)
    nth[order] = np.arange(len(groups)) - np.repeat(starts, sizes)
    return nth
