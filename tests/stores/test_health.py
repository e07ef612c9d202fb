"""Health: sound when it is, and each kind of harm found by the part that should."""

from __future__ import annotations

import random

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
