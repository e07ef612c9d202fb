"""Pairs of runs as bare links between records, for putting records together into persons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from app.model.runs import Band
from app.stores.runs import get, pair_id
from app.stores.sqlcipher import Reader

_LINK = "SELECT n, left_record, right_record, probability, band FROM pair WHERE run = ?"
Link = tuple[int, int, int, float, Band]
"""Number in its run, left and right record, probability, band."""


def of_run(
    reader: Reader, run: str, bands: Iterable[Band], decided: Collection[int]
) -> Iterator[Link]:
    """The pairs of some bands, and those that were decided whatever their band, by number."""
    chosen = [band.value for band in bands]
    rows = reader.each(f"{_LINK} ORDER BY n", (run,), 5_000)
    for n, left, right, chance, band in rows:
        if band in chosen or n in decided:
            yield int(n), int(left), int(right), float(chance), Band(band)


def touching(
    reader: Reader, runs: Iterable[str], places: Collection[tuple[str, int]]
) -> Iterator[tuple[str, Band, float, bool]]:
    """Pairs that touch any of some records: id, band, probability, and whether both ends do."""
    wanted = frozenset(places)
    for run in runs:
        summary = get(reader, run)
        sides = (summary.left, summary.right or summary.left)
        held = [[r for load, r in wanted if load == side] for side in sides]
        if not any(held):
            continue
        marks = [", ".join("?" * len(numbers)) for numbers in held]
        rows = reader.rows(
            f"{_LINK} AND (left_record IN ({marks[0]}) OR right_record IN ({marks[1]})) ORDER BY n",
            (run, *held[0], *held[1]),
        )
        for n, left, right, chance, band in rows:
            inside = (sides[0], left) in wanted and (sides[1], right) in wanted
            yield pair_id(run, n), Band(band), float(chance), inside
