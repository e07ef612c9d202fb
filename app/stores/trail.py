"""The trail: each act an entry, each entry's SHA-256 covering the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from app.base.digests import canonical, digest
from app.base.errors import Fact
from app.model.vaults import TrailCheck, TrailEntry
from app.stores.sqlcipher import Reader, Row, Writer

START = "0" * 64
"""What the first entry takes for the hash before it."""
LONGEST_FACT = 1_000


def append(
    writer: Writer, at: str, steward: str, action: str, facts: Mapping[str, Fact]
) -> TrailEntry:
    """Add an entry in the transaction of the act itself, which makes it the writer's witness.

    Facts hold ids and counts, never values; a fact that is no plain scalar, or a text over
    1,000 characters, is a bug (ValueError).
    """
    for name, fact in facts.items():
        _check(name, fact)
    last = writer.first("SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1")
    number, before = (last[0] + 1, last[1]) if last else (1, START)
    seal = hash_of(number, at, steward, action, facts, before)
    writer.run(
        "INSERT INTO trail (seq, at, steward, action, facts, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (number, at, steward, action, canonical(dict(facts)).decode("utf-8"), seal),
    )
    writer.witnessed = True
    return TrailEntry(number, at, steward, action, dict(facts), seal)


def hash_of(
    seq: int, at: str, steward: str, action: str, facts: Mapping[str, Fact], before: str
) -> str:
    """SHA-256 of an entry's canonical JSON, the hash before it included."""
    return digest(
        {
            "seq": seq,
            "at": at,
            "steward": steward,
            "action": action,
            "facts": dict(facts),
            "prev": before,
        }
    )


def entries(
    reader: Reader, after: int = 0, limit: int | None = None, action: str | None = None
) -> tuple[TrailEntry, ...]:
    """Entries with a number above `after`, oldest first; `action` may end in `.` for a family."""
    low = high = action or ""
    if not low or low.endswith("."):
        high = f"{low}\uffff"
    rows = reader.rows(
        "SELECT seq, at, steward, action, facts, hash FROM trail"
        " WHERE seq > ? AND action BETWEEN ? AND ? ORDER BY seq LIMIT ?",
        (after, low, high, -1 if limit is None else limit),
    )
    return tuple(_entry(row) for row in rows)


def newest(reader: Reader) -> int:
    """The number of the newest entry; 0 where there is none."""
    found = reader.first("SELECT max(seq) FROM trail")
    return int(found[0] or 0) if found else 0


def verify(reader: Reader) -> TrailCheck:
    """Walk the whole chain; `broken_at` is the first entry whose number or hash is not right.

    Entries cut off the end show by the count the database keeps of every entry ever made.
    """
    count, before = 0, START
    for row in _all(reader):
        count += 1
        seq, at, steward, action, facts, held = row
        try:
            expected = hash_of(count, at, steward, action, json.loads(facts), before)
        except ValueError:
            expected = ""
        if seq != count or held != expected:
            return TrailCheck(_count(reader), False, before, broken_at=count)
        before = held
    made = reader.first("SELECT seq FROM sqlite_sequence WHERE name = 'trail'")
    if made and made[0] != count:
        return TrailCheck(count, False, before, broken_at=count + 1)
    return TrailCheck(count, True, before)


def _all(reader: Reader) -> Iterator[Row]:
    return reader.each("SELECT seq, at, steward, action, facts, hash FROM trail ORDER BY seq")


def _count(reader: Reader) -> int:
    found = reader.first("SELECT count(*) FROM trail")
    return int(found[0]) if found else 0


def _entry(row: Row) -> TrailEntry:
    seq, at, steward, action, facts, seal = row
    return TrailEntry(seq, at, steward, action, json.loads(facts), seal)


def _check(name: str, fact: object) -> None:
    if not isinstance(fact, str | int | float | bool | None):
        raise ValueError(f"trail fact {name} is no plain scalar")
    if isinstance(fact, str) and len(fact) > LONGEST_FACT:
        raise ValueError(f"trail fact {name} is too long to be an id or a count")
