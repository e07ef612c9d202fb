"""The open vault: how it is set up, who may write, and what happens when the world fails."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from sqlcipher3 import dbapi2

from app.base.errors import Cancelled, Refused
from app.stores import locks, migrate, settings, sqlcipher
from app.stores.vault import DATABASE, Vault, open_connection

BIG = "x" * 100_000


def reopened(vault: Vault, policy) -> Vault:
    header, key, folder = vault.header, vault.key, vault.folder
    vault.close()
    return Vault(folder, header, key, locks.VaultLock(folder), policy)


@pytest.mark.parametrize("reading", [True, False])
def test_every_connection_is_set_up_as_the_design_says(vault, reading) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "temp_store": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "query_only": int(reading),
        "locking_mode": "normal",
        "cipher_page_size": "4096",
    }
    with vault.copying() as lent:
        connection = lent if reading else vault._writer
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
    assert found == expected


def test_a_write_without_a_trail_entry_cannot_be_made(vault) -> None:
    with pytest.raises(RuntimeError, match="trail"), vault.write() as writer:
        settings.put(writer, "a", 1)
    with vault.read() as reader:
        assert settings.get(reader, "a") is None


def test_a_write_with_one_is_there(vault, witnessed) -> None:
    with vault.write() as writer:
        settings.put(writer, "a", {"b": [1, None]})
        witnessed(writer)
    with vault.read() as reader:
        assert settings.get(reader, "a") == {"b": [1, None]}


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt, ValueError])
def test_whatever_goes_wrong_nothing_is_written(vault, witnessed, error) -> None:
    def fail() -> None:
        with vault.write() as writer:
            settings.put(writer, "a", 1)
            witnessed(writer)
            raise error

    with pytest.raises(error):
        fail()
    with vault.read() as reader:
        assert settings.get(reader, "a") is None
        assert reader.first("SELECT count(*) FROM trail") == (0,)


def test_a_writer_is_dead_after_its_transaction(vault, witnessed) -> None:
    with vault.write() as writer:
        witnessed(writer)
    with pytest.raises(RuntimeError, match="over"):
        settings.put(writer, "a", 1)


def test_a_reader_is_dead_when_its_picture_is_given_back(vault) -> None:
    with vault.read() as reader:
        rows = reader.each("SELECT name FROM sqlite_schema", batch=1)
        assert next(rows)
    with pytest.raises(RuntimeError, match="over"):
        list(rows)
    with pytest.raises(RuntimeError, match="over"):
        reader.first("SELECT 1")


def test_a_write_inside_a_write_is_a_mistake(vault, witnessed) -> None:
    with vault.write() as outer:
        with pytest.raises(RuntimeError, match="inside"), vault.write():
            pass
        witnessed(outer)


def test_readers_cannot_write(vault) -> None:
    with (
        pytest.raises(Refused, match="vault-read-only"),
        vault.read() as reader,
    ):
        reader.rows("INSERT INTO setting VALUES ('a', '1')")


def test_a_chunk_adds_rows_of_loads_and_runs_and_nothing_else(vault) -> None:
    with vault.write_chunk() as writer:
        writer.run("INSERT INTO rejection VALUES ('L1', 1, 1, NULL, 'x', '{}', '[]')")
    for statement in (
        "INSERT INTO setting VALUES ('a', '1')",
        "DELETE FROM rejection",
        "UPDATE rejection SET row = 2",
        "INSERT INTO trail VALUES (1, '', '', '', '', '')",
        "DROP TABLE rejection",
    ):
        with pytest.raises(dbapi2.DatabaseError, match="not authorized"), vault.write_chunk() as w:
            w.run(statement)
    with vault.read() as reader:
        assert reader.first("SELECT count(*) FROM rejection") == (1,)


def test_readers_see_a_still_picture_while_a_write_goes_on(vault, witnessed) -> None:
    seen: list[object] = []
    written, looked = threading.Event(), threading.Event()

    def look() -> None:
        with vault.read() as reader:
            seen.append(settings.get(reader, "a"))
            looked.set()
            written.wait(10)
            seen.append(settings.get(reader, "a"))
        with vault.read() as reader:
            seen.append(settings.get(reader, "a"))

    thread = threading.Thread(target=look)
    with vault.write() as writer:
        settings.put(writer, "a", 1)
        thread.start()
        assert looked.wait(10)
        witnessed(writer)
    written.set()
    thread.join()
    assert seen == [None, None, 1]


def test_many_threads_read_while_one_writes(vault, witnessed) -> None:
    stop, wrong = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            with vault.read() as reader:
                low = settings.get(reader, "low", 0)
                high = settings.get(reader, "high", 0)
            if low != high:
                wrong.append((low, high))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(60):
        with vault.write() as writer:
            settings.put(writer, "low", number)
            settings.put(writer, "high", number)
            witnessed(writer)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_writers_of_two_threads_take_turns(vault, witnessed) -> None:
    def add() -> None:
        for _ in range(25):
            with vault.write() as writer:
                settings.put(writer, "n", settings.get(writer, "n", 0) + 1)
                witnessed(writer)

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with vault.read() as reader:
        assert settings.get(reader, "n") == 75


@pytest.mark.parametrize(("free", "code"), [(4_096, "disk-full"), (1 << 30, "disk-failed")])
def test_a_full_disk_is_told_from_a_failed_one_where_a_vault_opens(monkeypatch, free, code) -> None:
    """Where there is no room for the file that connections share, SQLite names no cause."""

    class Failed(dbapi2.OperationalError):
        sqlite_errorcode = 10

    monkeypatch.setattr(sqlcipher, "free_bytes", lambda _folder: free)
    with pytest.raises(Refused, match=code), sqlcipher.translated(Path("vault")):
        raise Failed("disk I/O error")


def test_a_full_disk_is_refused_and_the_vault_goes_on(vault, witnessed) -> None:
    pages = vault._writer.execute("PRAGMA page_count").fetchone()[0]
    vault._writer.execute(f"PRAGMA max_page_count = {pages + 4}")

    def put(key: str, value: object) -> None:
        with vault.write() as writer:
            witnessed(writer)
            settings.put(writer, key, value)

    with pytest.raises(Refused, match="disk-full"):
        put("a", BIG)
    put("b", 1)
    vault._writer.execute("PRAGMA max_page_count = 1000000")
    put("c", BIG)
    with vault.read() as reader:
        assert settings.get(reader, "a") is None
        assert settings.get(reader, "b") == 1


def test_on_a_network_share_one_connection_does_it_all(vault, policy, witnessed) -> None:
    network = replace(policy, network_filesystems=(_filesystem_here(vault.folder),))
    alone = reopened(vault, network)
    try:
        assert alone.alone
        with alone.write() as writer:
            settings.put(writer, "a", 1)
            witnessed(writer)
        with alone.read() as reader:
            assert settings.get(reader, "a") == 1
        assert alone._writer.execute("PRAGMA locking_mode").fetchone() == ("exclusive",)
        assert not (alone.folder / f"{DATABASE}-shm").exists()
    finally:
        alone.close()


def test_closing_leaves_one_database_file_and_twice_is_harmless(vault) -> None:
    vault.close()
    vault.close()
    names = {path.name for path in vault.folder.iterdir()}
    assert names == {"vault.json", "vault.db", "vault.lock", "backups", "exports"}
    with pytest.raises(Refused, match="vault-closed"), vault.read():
        pass
    with pytest.raises(Refused, match="vault-closed"), vault.write():
        pass
    assert vault.key.key == b""


def test_what_was_lent_when_the_vault_closed_is_closed_when_it_comes_back(vault) -> None:
    with vault.read() as reader:
        vault.close()
        assert reader.first("SELECT 1") == (1,)
        connection = reader._connection
    with pytest.raises(dbapi2.ProgrammingError):
        connection.execute("SELECT 1")


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "first page", "another key"])
def test_a_database_that_does_not_fit_its_header_is_damaged(vault, policy, damage) -> None:
    path = vault.database
    header, key, folder = vault.header, vault.key, vault.folder
    vault.close()
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "short":
        path.write_bytes(content[:6000])
    elif damage == "first page":
        path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    else:
        key = replace(key, key=bytes(32))
    lock = locks.VaultLock(folder)
    with pytest.raises(Refused, match="vault-damaged"):
        Vault(folder, header, key, lock, policy).upgrade(lambda: None)
    lock.release()


def test_a_newer_schema_is_refused(vault, policy, witnessed) -> None:
    vault._writer.execute("PRAGMA user_version = 99")
    again = reopened(vault, policy)
    with pytest.raises(Refused, match="vault-newer") as refusal:
        again.upgrade(lambda: None)
    assert refusal.value.facts == {"needs": 99, "understands": migrate.steps()[-1].version}
    again.close()


def test_a_missing_database_is_not_made_by_looking(vault, policy) -> None:
    with pytest.raises(Refused, match="vault-damaged"):
        open_connection(vault.folder / "other.db", vault.key)
    assert not (vault.folder / "other.db").exists()


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/srv/a b/x?#%.db"), "file:///srv/a b/x%3f%23%25.db"),
        (PureWindowsPath("C:/Users/ann/v.db"), "file:///C:/Users/ann/v.db"),
        (PureWindowsPath("//server/share/v.db"), "file:////server/share/v.db"),
    ],
)
def test_addresses_of_files_on_every_system(path, uri) -> None:
    class Absolute(type(path)):
        def absolute(self):
            return self

    assert sqlcipher._uri(Absolute(path)) == uri


def test_our_own_mistakes_are_not_dressed_as_refusals() -> None:
    with pytest.raises(dbapi2.OperationalError), sqlcipher.translated():
        sqlcipher.plain_memory().execute("SELECT nonsense FROM nowhere")


def _filesystem_here(folder: Path) -> str:
    from app.stores import places

    return places._filesystem(folder.absolute())
