"""Gathers rows into batches and leaves off a report's closing lines at the very end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.files.closing import CLOSING_ROWS, Closing
from app.model.loads import Rows

BATCH = 8192


def batches(rows: Iterable[tuple[int, Sequence[str]]], closing: Closing) -> Iterator[Rows]:
    """Batches of 8,192 rows; the last rows are held until it is known that none follow."""
    numbers: list[int] = []
    cells: list[tuple[str, ...]] = []
    for number, row in rows:
        numbers.append(number)
        cells.append(tuple(row))
        if len(cells) == BATCH + CLOSING_ROWS:
            yield Rows(tuple(numbers[:BATCH]), tuple(cells[:BATCH]))
            del numbers[:BATCH], cells[:BATCH]
    kept = len(cells) - closing.count(cells)
    for first in range(0, kept, BATCH):
        last = min(first + BATCH, kept)
        yield Rows(tuple(numbers[first:last]), tuple(cells[first:last]))
