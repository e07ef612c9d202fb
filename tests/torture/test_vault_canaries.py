"""Marked texts in every table and blob: nowhere on disk in clear, the vault open or shut."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from app.base.clock import system_clock
from app.services import vaults
from app.stores import chunks, office

MARK = "CANARYZQX"
NEEDLES = tuple(
    text.encode(code)
    for text in (MARK, MARK.lower())
    for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
)


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def found_in(folder: Path) -> list[str]:
    held = bytes_below(folder)
    assert held
    return [name for name, content in held.items() if any(n in content for n in NEEDLES)]


def fill_every_table(workspace) -> set[str]:
    """A marked value in every text and blob column of every table; the tables filled."""
    serial = itertools.count(1)
    filled = set()
    with workspace.write("settings.change") as change:
        writer = change.writer
        for (table,) in writer.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ):
            if table == "trail":
                continue
            columns = writer.rows(f"PRAGMA table_info({table})")
            values = [_value(table, name, kind, next(serial)) for _, name, kind, *_ in columns]
            marks = ", ".join("?" * len(values))
            writer.run(f"INSERT INTO {table} VALUES ({marks})", values)
            filled.add(table)
        change.facts["case"] = MARK
    return filled | {"trail"}


def _value(table: str, name: str, kind: str, number: int) -> object:
    fixed = {
        ("load", "state"): "visible",
        ("run", "state"): "complete",
        ("package", "state"): "draft",
        ("decision", "verdict"): "same",
        ("package_answer", "what"): "receipt",
    }
    if (table, name) in fixed:
        return fixed[table, name]
    if kind == "BLOB":
        return f"{MARK} {number} {MARK.lower()}".encode() * 50
    if kind == "TEXT":
        return f"{MARK}-{number}-{MARK.lower()}" * 30
    return number


def test_no_mark_is_in_clear_anywhere(worker, folder, tmp_path) -> None:
    workspace = vaults.unlock(
        worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock
    )
    with workspace:
        worker.load(workspace, 1)
        filled = fill_every_table(workspace)
        assert len(filled) >= 18
        with workspace.read() as reader:
            (text,) = reader.first("SELECT note FROM decision")
            assert MARK in text
            assert found_in(tmp_path) == []
        with workspace.write("office.keys") as change:
            office.put(change.writer, "signing", MARK.encode())
        vaults.backup(workspace, None)
        vaults.backup(workspace, tmp_path / "outside.backup")
        assert found_in(tmp_path) == []
    assert found_in(tmp_path) == []
    vaults.restore(worker.cheap_catalogue(), tmp_path / "outside.backup", tmp_path / "again")
    assert {Path(name).parts[0] for name in bytes_below(tmp_path)} == {
        *("vault", "outside.backup", "again")
    }
    assert found_in(tmp_path) == []


def test_big_sorts_stay_in_memory(worker, folder, tmp_path, monkeypatch) -> None:
    """A sort far beyond the cache would spill; `temp_store` keeps it off the disk."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    with vaults.unlock(
        worker.cheap_catalogue(), folder, "Ann", worker.PASSPHRASE, system_clock
    ) as workspace:
        with workspace.vault.write_chunk() as writer:
            writer.run_many(
                "INSERT INTO rejection VALUES ('L1', ?, ?, NULL, 'x', '{}', ?)",
                ((n, n * 7919 % 60_000, MARK * 8) for n in range(60_000)),
            )
        with workspace.read() as reader:
            rows = reader.each("SELECT cells FROM rejection ORDER BY cells, row DESC")
            assert next(rows)
            assert found_in(tmp_path) == []
            rows.close()
    assert {path.name for path in tmp_path.iterdir()} == {"vault"}


@pytest.mark.parametrize("needle", [MARK.encode(), MARK.encode("utf-16-le")])
def test_the_search_finds_what_is_there(tmp_path, needle) -> None:
    (tmp_path / "leak").write_bytes(b"x" * 5000 + needle)
    assert found_in(tmp_path) == ["leak"]
    import pyarrow as pa

    assert MARK.encode() in chunks.pack(pa.table({"a": [MARK]}))
