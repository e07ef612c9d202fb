"""Rows of a load that were not loaded: added in batches, read row by row, counted by reason."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from app.model.loads import RejectedGroup, Rejection
from app.stores import plain
from app.stores.sqlcipher import Reader, Row, Writer

WINDOW = 256
_COLUMNS = 'row, "column", code, facts, cells'


def add(writer: Writer, load: str, rejections: Iterable[Rejection]) -> None:
    """Keep rejected rows beside a load, with where, why and their text."""
    last = writer.first("SELECT coalesce(max(n), -1) FROM rejection WHERE load = ?", (load,))
    start = int(last[0]) + 1 if last else 0
    writer.run_many(
        "INSERT INTO rejection VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (load, n, r.row, r.column, r.code, plain.write_bare(r.facts), plain.write_bare(r.cells))
            for n, r in enumerate(rejections, start)
        ),
    )


def each(reader: Reader, load: str) -> Iterator[Rejection]:
    """Rejected rows in the order of the file. Only their keys are held, the rows are streamed."""
    keys = _in_order(reader, load)
    for first in range(0, len(keys), WINDOW):
        yield from by_keys(reader, load, keys[first : first + WINDOW])


def first(reader: Reader, load: str, limit: int) -> tuple[Rejection, ...]:
    """The first rejected rows of a load in the order of the file."""
    return tuple(by_keys(reader, load, _in_order(reader, load, limit)))


def _in_order(reader: Reader, load: str, limit: int = -1) -> array[int]:
    """The keys of a load's rejected rows in the order of the file."""
    sql = "SELECT n FROM rejection WHERE load = ? ORDER BY row, n LIMIT ?"
    return array("q", (row[0] for row in reader.each(sql, (load, limit), 5_000)))


def by_keys(reader: Reader, load: str, keys: Sequence[int]) -> list[Rejection]:
    """The rejected rows of these keys, in the order given; those that have gone are left out."""
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT n, {_COLUMNS} FROM rejection WHERE load = ? AND n IN ({marks})"  # noqa: S608
    found = {row[0]: _rejection(row[1:]) for row in reader.rows(sql, (load, *keys))}
    return [found[key] for key in keys if key in found]


def groups(reader: Reader, load: str) -> tuple[RejectedGroup, ...]:
    """How many rows each reason took, most first; the first row of each speaks for it."""
    rows = reader.rows(
        "SELECT code, count(DISTINCT row), min(n) FROM rejection WHERE load = ? GROUP BY code"
        " ORDER BY 2 DESC, code",
        (load,),
    )
    return tuple(
        RejectedGroup(by_keys(reader, load, [first])[0], count) for _, count, first in rows
    )


def most_cells(reader: Reader, load: str) -> int:
    """Cells of the widest rejected row."""
    row = reader.first(
        "SELECT coalesce(max(json_array_length(cells)), 0) FROM rejection WHERE load = ?", (load,)
    )
    return int(row[0]) if row else 0


def _rejection(row: Row) -> Rejection:
    number, column, code, facts, cells = row
    return Rejection(number, column, code, plain.read_bare(facts), tuple(plain.read_bare(cells)))
