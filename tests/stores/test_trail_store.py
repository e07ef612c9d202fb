"""The chain of acts: nothing edited, nothing taken out, nothing but plain facts."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlcipher3 import dbapi2

from app.stores import trail

AT = "2026-08-22T09:00:00Z"


@pytest.fixture
def filled(vault):
    with vault.write() as writer:
        for number in range(1, 6):
            action = "load.accept" if number % 2 else "pair.decide"
            trail.append(writer, AT, "Ann", action, {"n": number, "load": f"L{number}"})
    return vault


def tamper(vault, sql: str) -> trail.TrailCheck:
    """Change the trail as only somebody with the key and no triggers could."""
    vault._writer.execute("DROP TRIGGER trail_kept")
    vault._writer.execute("DROP TRIGGER trail_whole")
    vault._writer.execute(sql)
    with vault.read() as reader:
        return trail.verify(reader)


def test_the_chain_is_what_it_says(filled) -> None:
    with filled.read() as reader:
        entries = trail.entries(reader)
        check = trail.verify(reader)
    before = "0" * 64
    for entry in entries:
        body = {
            "seq": entry.seq,
            "at": entry.at,
            "steward": entry.steward,
            "action": entry.action,
            "facts": entry.facts,
            "prev": before,
        }
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = hashlib.sha256(text.encode()).hexdigest()
        assert entry.hash == before
    assert check == trail.TrailCheck(5, True, before)


@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ("UPDATE trail SET facts = replace(facts, 'L3', 'L9') WHERE seq = 3", 3),
        ("UPDATE trail SET steward = 'Bob' WHERE seq = 1", 1),
        ("UPDATE trail SET at = '2026-08-22T09:00:01Z' WHERE seq = 2", 2),
        ("UPDATE trail SET action = 'x' WHERE seq = 4", 4),
        ("UPDATE trail SET facts = 'no json' WHERE seq = 4", 4),
        ("UPDATE trail SET hash = '00' WHERE seq = 5", 5),
        ("DELETE FROM trail WHERE seq = 2", 2),
        ("DELETE FROM trail WHERE seq = 1", 1),
        ("DELETE FROM trail WHERE seq = 5", 5),
        ("DELETE FROM trail", 1),
        ("UPDATE trail SET seq = 9 WHERE seq = 5", 5),
    ],
)
def test_every_change_shows(filled, sql: str, broken_at: int) -> None:
    check = tamper(filled, sql)
    assert not check.verified
    assert check.broken_at == broken_at


def test_an_empty_trail_holds(vault) -> None:
    with vault.read() as reader:
        assert trail.verify(reader) == trail.TrailCheck(0, True, trail.START)


@pytest.mark.parametrize("sql", ["UPDATE trail SET at = ''", "DELETE FROM trail WHERE seq = 5"])
def test_the_database_itself_refuses_to_edit_it(filled, sql: str) -> None:
    with pytest.raises(dbapi2.IntegrityError, match="append-only"), filled.write() as writer:
        writer.run(sql)


def test_entries_can_be_paged_and_picked(filled) -> None:
    with filled.read() as reader:
        assert [e.seq for e in trail.entries(reader, after=2, limit=2)] == [3, 4]
        assert [e.seq for e in trail.entries(reader, action="pair.decide")] == [2, 4]
        assert [e.seq for e in trail.entries(reader, action="load.")] == [1, 3, 5]
        assert trail.entries(reader, action="loa") == ()


@pytest.mark.parametrize("fact", [["a"], {"a": 1}, b"x", "x" * 1001])
def test_facts_are_plain_and_short(vault, fact) -> None:
    with pytest.raises(ValueError, match="fact"), vault.write() as writer:
        trail.append(writer, AT, "Ann", "x", {"a": fact})
