"""How the memory that a matching may use is shared out: columns first, then joins and chunks.

Less memory means more and smaller parts, so a slower matching of the same answer. The figures are
what was measured on 1,000,000 x 600,000 records (bytes of resident memory on top of the codes).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.base.errors import Refused

MB = 1_000_000
A_RECORD = 220
"""Bytes that a record takes: its columns, the derived ones, what is counted and ordered of them."""
A_JOINED = 60
"""Bytes of a joined pair while the pairs of all rules are put in order."""
A_COMPARED = 900
"""Bytes of a pair in the chunk that is compared: both sides of every column, levels and bits."""
MOST_JOINED, LEAST_JOINED = 4_000_000, 50_000
MOST_COMPARED, LEAST_COMPARED = 500_000, 20_000
LEAST_MB = 100
"""What joins and chunks need beside the columns, however small their parts."""


@dataclass(frozen=True)
class Budget:
    """What each part of a matching may hold: pairs joined and compared at a time."""

    memory_mb: int
    joined: int
    compared: int


def share(memory_mb: int, records: int) -> Budget:
    """Share out `memory_mb` for so many records of both sides.

    Raises Refused("not-enough-memory", memory_mb, needed_mb) where their columns do not fit.
    """
    columns = records * A_RECORD / MB
    spare = memory_mb - columns
    if spare < LEAST_MB:
        raise Refused(
            "not-enough-memory", memory_mb=memory_mb, needed_mb=round(columns + LEAST_MB + 0.5)
        )
    return Budget(
        memory_mb=memory_mb,
        joined=_between(LEAST_JOINED, spare * 0.25 * MB / A_JOINED, MOST_JOINED),
        compared=_between(LEAST_COMPARED, spare * 0.25 * MB / A_COMPARED, MOST_COMPARED),
    )


def _between(least: int, wanted: float, most: int) -> int:
    return int(min(most, max(least, wanted)))
