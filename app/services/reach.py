"""Whom a run reaches and whom it misses: matches by sex, age, area and surname."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa

from app.base.progress import SILENT, Progress
from app.matching.sampled import rate as share_of
from app.model.loads import LoadSummary
from app.model.profiles import GroupRate, NameGroup, Reach
from app.model.runs import Band, RunSummary, Verdict
from app.reports.summary import match_rates
from app.services.standing import stands
from app.services.workspace import Workspace
from app.stores import decisions, dictionary, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

SURE = (Band.CERTAIN, Band.PROBABLE)
EPOCH = date(1970, 1, 1)
COLUMNS = ["row", "sex", "birth_date", "postcode", "surname"]
TEXTS = {"postcode": "postcode", "surname": "name"}
"""Columns that are texts, and the dictionary of each."""


def reach(workspace: Workspace, run: str, progress: Progress = SILENT) -> Reach:
    """How many records of each group a run found a match for.

    Raises Refused: run-unknown, run-withdrawn.
    """
    progress.stage("reach")
    with workspace.read() as reader:
        return of_run(workspace, reader, run, workspace.catalogue.name_groups)


def of_run(
    workspace: Workspace, reader: Reader, run: str, surnames: Sequence[NameGroup] = ()
) -> Reach:
    """`reach` for one who reads already; groups of surnames are counted where they are given.

    Counted are the registrations, where the run has them, else the records on the left: matched
    is who stands in a certain or probable pair that nobody said is of different people, or in a
    pair that a steward confirmed.
    """
    summary = runs.require(reader, run)
    load, side = _counted(workspace, reader, summary)
    codes = shelf.read_codes(reader, load.load, COLUMNS)
    keep = np.ones(codes.num_rows, dtype=bool)
    if workspace.catalogue.kinds[load.kind].subject != "person":
        keep = stands(workspace, reader, load, codes.column("row").to_pylist())
    found = np.zeros(codes.num_rows, dtype=bool)
    found[[place[side] for place in runs.places(reader, run, _taken(reader, run))]] = True
    policy = workspace.catalogue.package_policy
    rates = match_rates(
        _records(reader, codes).filter(pa.array(keep)),
        np.flatnonzero(found[keep]).tolist(),
        (date.fromisoformat(summary.run_at[:10]) - EPOCH).days,
        policy.small_group,
        policy.age_bands,
        surnames,
    )
    return Reach(run, load.load, policy.small_group, tuple(told(rate, rates) for rate in rates))


def told(one: GroupRate, rates: Sequence[GroupRate]) -> GroupRate:
    """A rate with its limits, and on which side of the rest of its family it lies beyond them.

    The rest are the groups that are shown: nothing is told of those too small to be.
    """
    if one.records is None or one.matched is None:
        return one
    limits = share_of(one.matched, one.records)
    others = [r for r in rates if r.by == one.by and r.group != one.group]
    records = sum(other.records or 0 for other in others)
    rest = share_of(sum(other.matched or 0 for other in others), records)
    told_apart = replace(one, low=limits.low, high=limits.high)
    if records and limits.high < rest.low:
        return replace(told_apart, apart="fewer")
    if records and limits.low > rest.high:
        return replace(told_apart, apart="more")
    return told_apart


def _counted(workspace: Workspace, reader: Reader, summary: RunSummary) -> tuple[LoadSummary, int]:
    """The load whose records are counted, and its side of a pair."""
    left = shelf.require(reader, summary.left)
    right = shelf.require(reader, summary.right) if summary.right else None
    if right is not None and workspace.catalogue.kinds[right.kind].subject != "person":
        return right, 1
    return left, 0


def _taken(reader: Reader, run: str) -> list[int]:
    """Numbers of the pairs taken to be matches."""
    stand = decisions.standing(reader, run)
    sure = {pair for pair in runs.pair_ids(reader, run, SURE) if pair not in stand}
    sure |= {pair for pair, said in stand.items() if said.verdict is Verdict.SAME}
    return sorted(runs.split_id(pair)[1] for pair in sure)


def _records(reader: Reader, codes: pa.Table) -> pa.Table:
    """The columns that groups are made of, their texts standing once."""
    table = {name: codes.column(name) for name in ("sex", "birth_date")}
    for name, domain in TEXTS.items():
        table[name] = pa.DictionaryArray.from_arrays(
            codes.column(name).combine_chunks(), dictionary.texts(reader, domain)
        )
    return pa.table(table)
