"""Ids that are never used twice, and long writes that nobody sees until they are finished."""

from __future__ import annotations

from app.model.vaults import Unfinished
from app.stores.sqlcipher import Reader, Writer

_PARTS = {
    "load": ("load_raw", "load_codes", "rejection"),
    "run": ("pair", "pair_evidence", "pair_record"),
}


def next_id(writer: Writer, prefix: str) -> str:
    """The next id of a series: "L1", "L2" ... A discarded one leaves a gap."""
    row = writer.first(
        "INSERT INTO series (prefix, last) VALUES (?, 1)"
        " ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last",
        (prefix,),
    )
    if row is None:
        raise RuntimeError("a series gave no number")
    return f"{prefix}{row[0]}"


def number_of(identity: str) -> int:
    """The number in an id: 12 of "L12"."""
    return int(identity[1:])


def begin(writer: Writer, identity: str, action: str, at: str, by: str) -> None:
    """Note that a long write has begun under an id; one begun again takes its own place."""
    writer.run(
        "INSERT OR REPLACE INTO unfinished (id, action, begun_at, begun_by) VALUES (?, ?, ?, ?)",
        (identity, action, at, by),
    )


def end(writer: Writer, identity: str) -> None:
    """The long write is complete and about to be seen."""
    if writer.run("DELETE FROM unfinished WHERE id = ?", (identity,)) != 1:
        raise RuntimeError("no long write has this id")


def forget(writer: Writer, identity: str) -> None:
    """What was begun under an id will never be finished, if anything was."""
    writer.run("DELETE FROM unfinished WHERE id = ?", (identity,))


def listing(reader: Reader) -> tuple[Unfinished, ...]:
    """Long writes that never came to their end, oldest first."""
    rows = reader.rows(
        "SELECT id, action, begun_at, begun_by FROM unfinished ORDER BY begun_at, id"
    )
    return tuple(Unfinished(*row) for row in rows)


def discard(writer: Writer, identity: str) -> int:
    """Remove every row of a long write; how many there were."""
    removed = 0
    for column, tables in _PARTS.items():
        for table in tables:
            removed += writer.run(f"DELETE FROM {table} WHERE {column} = ?", (identity,))  # noqa: S608
    end(writer, identity)
    return removed
