"""Pairs that a run takes over from an earlier one, as they were found there."""

from __future__ import annotations

from collections.abc import Iterable

from app.stores.sqlcipher import Writer

Taken = tuple[int, int, int]
"""Number in the new run, number in the earlier one, left record in the load of the new run."""


def pairs(writer: Writer, run: str, since: str, taken: Iterable[Taken]) -> None:
    """Store pairs of the run `since` under a new run, with their evidence."""
    batch = list(taken)
    writer.run_many(
        "INSERT INTO pair (run, n, left_record, right_record, weight, probability, band)"
        " SELECT ?, ?, ?, right_record, weight, probability, band FROM pair"
        " WHERE run = ? AND n = ?",
        ((run, new, left, since, old) for new, old, left in batch),
    )
    writer.run_many(
        "INSERT INTO pair_evidence (run, n, evidence)"
        " SELECT ?, ?, evidence FROM pair_evidence WHERE run = ? AND n = ?",
        ((run, new, since, old) for new, old, _ in batch),
    )


def records(writer: Writer, run: str, since: str, load: str, taken: Iterable[int]) -> None:
    """Store narrow copies of a load that both runs used under the new one."""
    writer.run_many(
        "INSERT INTO pair_record (run, load, record, row, part, fields)"
        " SELECT ?, load, record, row, part, fields FROM pair_record"
        " WHERE run = ? AND load = ? AND record = ?",
        ((run, since, load, record) for record in taken),
    )
