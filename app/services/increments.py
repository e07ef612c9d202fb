"""What is new in an extract that was delivered again, and the match of that alone.

Records that stand unchanged in the delivery before, in every column that is compared, keep the
pairs they had in the run over it; only the others are matched. Those unchanged records that were in
question then compete with the new ones, but their old pairs are not told again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.base.errors import Refused
from app.matching.engine import Among
from app.matching.sides import Flags, Ints, dense
from app.model.loads import LoadSummary
from app.model.matches import Matches
from app.model.plan import MatchPlan
from app.model.records import CODES
from app.model.runs import WORTH_REVIEW, RunSummary
from app.services.workspace import Workspace
from app.stores import links, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

ONLY_NEW = "only-new"
"""The note by which a run tells which one it added to."""
OWN = ("row", "part")
"""Where a record stands in its file is no part of what it says."""


@dataclass(frozen=True)
class Increment:
    """What of a left load is to be matched: `changed` by record, and those beside that compete."""

    run: str
    changed: Flags
    among: Among

    @property
    def unchanged(self) -> int:
        """Records that keep the pairs they had."""
        return int((~self.changed).sum())

    def new_pairs(self, matches: Matches) -> Matches:
        """The pairs of new and changed records, and those that compete with one of them."""
        fresh = self.changed[matches.left]
        contested = np.zeros(int(matches.right.max(initial=-1)) + 1, dtype=np.bool_)
        contested[matches.right[fresh]] = True
        return matches.only(fresh | contested[matches.right])


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
    reader: Reader,
    since: str,
    loads: tuple[LoadSummary, LoadSummary | None],
    codes: pa.Table,
    plan: MatchPlan,
) -> Increment:
    """What the left load holds that the run `since` did not see.

    `codes` are the left load's records as they are matched. Raises Refused: run-unknown,
    run-withdrawn, `since-not-alike` where the run's plan, its right load or the kind of its left
    load is another, `since-without-pairs` where it found nothing to go by.
    """
    before = runs.require(reader, since)
    left, right = loads
    earlier = shelf.require(reader, before.left)
    alike = (
        before.plan_digest == plan.digest
        and right is not None
        and before.right == right.load
        and earlier.kind == left.kind
        and earlier.load != left.load
    )
    if not alike:
        raise Refused("since-not-alike", run=since, load=left.load)
    first = next(runs.pairs(reader, since, limit=1), None)
    if first is None:
        raise Refused("since-without-pairs", run=since)
    old = shelf.read_codes(reader, earlier.load)
    groups = _alike(old, codes)
    was, now = groups[: old.num_rows], groups[old.num_rows :]
    changed = ~_held_before(was, now)
    in_question = {pair[1] for pair in links.of_run(reader, since, WORTH_REVIEW, ())}
    rivals = np.isin(now, was[sorted(in_question)]) & ~changed
    prior = next(bar.weight for bar in first.evidence if bar.field == "prior")
    return Increment(since, changed, Among(changed | rivals, prior))


def ground_of(reader: Reader, run: str) -> str | None:
    """The run that a run added to, None where it matched the whole or that run is withdrawn."""
    told = (note for note in runs.details(reader, run).notes if note.code == ONLY_NEW)
    ground = next((str(note.facts["run"]) for note in told), None)
    if ground is None or runs.get(reader, ground).state != "complete":
        return None
    return ground


def kept(reader: Reader, earlier: str, later: str, records: Sequence[int]) -> list[int]:
    """Where records of the delivery before stand unchanged in a later one, -1 where they do not."""
    old, new = (shelf.read_codes(reader, load) for load in (earlier, later))
    groups = _alike(old, new)
    now = groups[old.num_rows :]
    at = np.full(int(groups.max(initial=0)) + 1, -1, dtype=np.int64)
    at[now[::-1]] = np.arange(len(now))[::-1]
    places: list[int] = at[groups[: old.num_rows][list(records)]].tolist()
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


def _held_before(was: Ints, now: Ints) -> Flags:
    """Which records were there before: of records that say the same, as many as there were."""
    counts = np.bincount(was, minlength=int(max(was.max(initial=0), now.max(initial=0))) + 1)
    order = np.argsort(now, kind="stable")
    ordered = now[order]
    starts = np.append(True, ordered[1:] != ordered[:-1])
    firsts = np.flatnonzero(starts)[np.cumsum(starts) - 1] if len(ordered) else ordered
    held = np.zeros(len(now), dtype=np.bool_)
    held[order] = np.arange(len(ordered)) - firsts < counts[ordered]
    return held
