"""The canary's own eyes: what it must find, it finds."""

from __future__ import annotations

import sqlite3

import pytest


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1252", "utf-32"])
def test_a_marked_word_is_found_in_every_encoding_and_case(canary, tmp_path, encoding) -> None:
    (tmp_path / "leak.bin").write_bytes(b"\x01" + canary.WORDS[0].upper().encode(encoding))
    assert list(canary.found_on_disk(tmp_path).values()) == [{canary.WORDS[0]}]


def test_a_word_across_two_blocks_is_found(canary, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(canary, "BLOCK", 64)
    (tmp_path / "leak.bin").write_bytes(b"x" * 60 + canary.WORDS[1].encode() + b"y" * 200)
    assert canary.found_on_disk(tmp_path)


def test_names_of_files_count_too(canary, tmp_path) -> None:
    (tmp_path / f"{canary.WORDS[0]}.txt").write_bytes(b"")
    assert canary.found_on_disk(tmp_path)


def test_an_ordinary_database_would_be_caught(canary, tmp_path) -> None:
    """What the vault would be without its cipher."""
    database = sqlite3.connect(tmp_path / "plain.db")
    database.execute("CREATE TABLE people (name TEXT)")
    database.execute("INSERT INTO people VALUES (?)", (canary.WORDS[2],))
    database.commit()
    database.close()
    assert canary.found_on_disk(tmp_path)


def test_places_that_may_hold_them_are_passed_over(canary, tmp_path) -> None:
    allowed = tmp_path / "opened"
    allowed.mkdir()
    canary.write_people(allowed / "people.csv")
    assert canary.found_on_disk(tmp_path)
    assert not canary.found_on_disk(tmp_path, except_in=(allowed,))
