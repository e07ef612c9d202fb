"""Health: sound when it is, and each kind of harm found by the part that should."""

from __future__ import annotations

import random
import threading

import pytest

from app.base.errors import Refused
from app.model.vaults import Health
from app.stores import health, locks, trail, unfinished
from app.stores.vault import Vault

SOUND = Health(integrity=True, cipher=True, schema=True, trail=True, unfinished=())


def test_a_vault_in_order_is_sound(vault, fill) -> None:
    fill.load([["SMITH"]])
    assert health.check(vault) == SOUND


def test_a_vault_that_was_closed_meanwhile_is_not_told_as_damaged(vault) -> None:
    vault.close()
    with pytest.raises(Refused, match="vault-closed"):
        health.check(vault)
    with pytest.raises(Refused, match="vault-closed"):
        health.unspoilt(vault)


def test_a_foreign_table_is_found(vault) -> None:
    vault._writer.execute("CREATE TABLE extra (x TEXT)")
    found = health.check(vault)
    assert (found.schema, found.integrity, found.cipher, found.trail) == (False, True, True, True)


def test_a_dropped_trigger_is_found(vault) -> None:
    vault._writer.execute("DROP TRIGGER trail_kept")
    assert not health.check(vault).schema


def test_an_edited_trail_is_found(vault, fill) -> None:
    fill.load([["SMITH"]])
    (sql,) = vault._writer.execute(
        "SELECT sql FROM sqlite_schema WHERE name = 'trail_kept'"
    ).fetchone()
    vault._writer.execute("DROP TRIGGER trail_kept")
    vault._writer.execute("UPDATE trail SET steward = 'Bob'")
    vault._writer.execute(sql)
    assert health.check(vault) == Health(True, True, True, False, ())


def test_what_a_crash_left_is_listed(vault) -> None:
    with vault.write() as writer:
        unfinished.begin(writer, "L1", "load.accept", "2026-08-22T09:00:00Z", "Ann")
        trail.append(writer, "2026-08-22T09:00:00Z", "Ann", "unfinished.begin", {"id": "L1"})
    (left,) = health.check(vault).unfinished
    assert (left.id, left.action, left.by) == ("L1", "load.accept", "Ann")


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_byte_anywhere_is_found(vault, fill, policy, seed) -> None:
    fill.load([[f"NAME{n}" for n in range(3000)]])
    header, key, folder, path = vault.header, vault.key, vault.folder, vault.database
    vault.close()
    content = bytearray(path.read_bytes())
    place = 16 + random.Random(seed).randrange(len(content) - 16)
    content[place] ^= 1 << seed % 8
    path.write_bytes(content)
    lock = locks.VaultLock(folder)
    try:
        damaged = Vault(folder, header, key, lock, policy)
    except Refused:
        lock.release()
        return
    found = health.check(damaged)
    damaged.close()
    assert not found.cipher


def test_examining_holds_nobody_up_and_the_file_stands_still(vault, fill) -> None:
    fill.load([["SMITH"]])
    written = threading.Event()

    def write() -> None:
        chance = random.Random(1)
        fill.load([[f"{chance.getrandbits(256):x}" for _ in range(60_000)]])
        written.set()

    with vault.examining() as connection:
        before = vault.database.read_bytes()
        at_work = threading.Thread(target=write, daemon=True)
        at_work.start()
        assert written.wait(20)
        assert vault.database.with_name("vault.db-wal").stat().st_size > 1000 * 4096
        assert vault.database.read_bytes() == before
        assert health.cipher_sound(connection)
    with vault.write() as writer:
        trail.append(writer, "2026-08-22T09:00:00Z", "Ann", "settings.change", {})
    assert vault.database.read_bytes() != before
    assert health.check(vault) == SOUND


def test_a_vault_can_be_closed_while_it_is_examined(vault, fill, policy) -> None:
    fill.load([["SMITH"]])
    header, key, folder = vault.header, vault.key, vault.folder
    with vault.examining() as connection:
        before = vault.database.read_bytes()
        closing = threading.Thread(target=vault.close, daemon=True)
        closing.start()
        closing.join(5)
        assert not closing.is_alive()
        assert vault.database.read_bytes() == before
        assert health.cipher_sound(connection)
    again = Vault(folder, header, key, locks.VaultLock(folder), policy)
    assert health.check(again) == SOUND
    again.close()


def test_emptying_the_log_waits_for_whoever_examines(vault, fill) -> None:
    fill.load([["SMITH"]])
    with vault.examining():
        emptying = threading.Thread(target=vault.checkpoint, daemon=True)
        emptying.start()
        emptying.join(0.3)
        assert emptying.is_alive()
        fill.load([["JONES"]])
    emptying.join(5)
    assert not emptying.is_alive()
    assert vault.database.with_name("vault.db-wal").stat().st_size == 0
