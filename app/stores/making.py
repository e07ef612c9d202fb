"""Making a vault folder: lock, database, header last, so that half a vault is never one."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.base.clock import iso
from app.base.errors import Refused, Where
from app.model.policy import VaultPolicy
from app.model.vaults import Role
from app.stores import header as headers
from app.stores import keys
from app.stores.header import Header
from app.stores.locks import VaultLock
from app.stores.vault import BACKUPS, DATABASE, EXPORTS, Vault, create_database


@dataclass(frozen=True)
class Made:
    """A vault just made, open, and its recovery key as people write it."""

    vault: Vault
    recovery_key: str


def make(folder: Path, steward: str, passphrase: str, policy: VaultPolicy, now: datetime) -> Made:
    """A new vault in a folder that does not exist or is empty; its first steward administers it.

    Raises Refused: `vault-exists`, `folder-not-empty`, `folder-not-made`, `passphrase-short`,
    `steward-name-unusable`.
    """
    name = keys.check_name(None, steward)
    keys.check_passphrase(passphrase, policy)
    _require_empty(folder)
    data_key, vault_id = keys.new_data_key(), secrets.token_hex(16)
    slot = keys.steward_slot(vault_id, name, Role.ADMINISTRATOR, passphrase, policy.kdf)
    recovery_key, recovery = keys.recovery_slot(vault_id)
    header = keys.seal(Header(vault_id, iso(now), (slot,), recovery, b""), data_key)
    existed = folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (BACKUPS, EXPORTS):
            (folder / part).mkdir()
        lock = VaultLock(folder)
        try:
            create_database(folder / DATABASE, data_key)
            headers.save(folder, header)
            lock.hold(name, now)
            return Made(Vault(folder, header, data_key, lock, policy), recovery_key)
        except BaseException:
            lock.release()
            raise
    except BaseException as error:
        _unmake(folder, existed)
        if isinstance(error, OSError):
            raise Refused("folder-not-made", where=Where(file=str(folder))) from None
        raise


def write_secret(file: Path, secret: str) -> None:
    """A file only its owner may read, where the system has such a thing; never written over.

    Raises Refused `file-not-written`.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(secret + "\n")
    except OSError:
        raise Refused("file-not-written", where=Where(file=str(file))) from None


def _require_empty(folder: Path) -> None:
    if (folder / headers.NAME).exists():
        raise Refused("vault-exists", where=Where(file=str(folder)))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused("folder-not-empty", where=Where(file=str(folder)))


def _unmake(folder: Path, existed: bool) -> None:
    """Take away what a failed making left; the folder was empty before."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        if not existed:
            folder.rmdir()
