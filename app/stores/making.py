"""Making a vault folder: lock, database, header last, so that half a vault is never one."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.base import durable
from app.base.clock import iso
from app.base.errors import Refused, Where
from app.model.policy import VaultPolicy
from app.model.vaults import Role
from app.stores import header as headers
from app.stores import keys, places
from app.stores.header import Header
from app.stores.locks import VaultLock
from app.stores.vault import BACKUPS, DATABASE, EXPORTS, Vault, create_database


@dataclass(frozen=True)
class Made:
    """A vault just made, open, and its recovery key as people write it.

    `unmake` takes it away again, with the file of its recovery key, should its first use fail.
    """

    vault: Vault
    recovery_key: str
    unmake: Callable[[], None]


def make(
    folder: Path,
    steward: str,
    passphrase: str,
    policy: VaultPolicy,
    now: datetime,
    recovery_file: Path | None = None,
) -> Made:
    """A new vault in a folder that does not exist or is empty; its first steward administers it.

    The file for its recovery key is on the disk before the header makes the folder a vault: no
    vault is without the key that was promised. Raises Refused: `vault-exists`,
    `folder-not-empty`, `folder-not-made`, `passphrase-short`, `steward-name-unusable`,
    `file-exists` and `file-not-written` (the recovery file).
    """
    name = keys.check_name(None, steward)
    keys.check_passphrase(passphrase, policy)
    _require_empty(folder)
    data_key, vault_id = keys.new_data_key(), secrets.token_hex(16)
    slot = keys.steward_slot(vault_id, name, Role.ADMINISTRATOR, passphrase, policy.kdf)
    recovery_key, recovery = keys.recovery_slot(vault_id)
    header = keys.seal(Header(vault_id, iso(now), (slot,), recovery, b""), data_key)
    unmaking = contextlib.ExitStack()
    unmaking.callback(_unmake, folder, folder.exists())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (BACKUPS, EXPORTS):
            (folder / part).mkdir(mode=0o700)
        lock = VaultLock(folder)
        try:
            create_database(folder / DATABASE, data_key)
            if recovery_file is not None:
                write_secret(recovery_file, recovery_key)
                unmaking.callback(_remove, recovery_file)
            headers.save(folder, header)
            lock.hold(name, now)
            places.keep_private(folder)
            vault = Vault(folder, header, data_key, lock, policy)
            return Made(vault, recovery_key, unmaking.close)
        except BaseException:
            lock.release()
            raise
    except BaseException as error:
        unmaking.close()
        if isinstance(error, OSError):
            raise Refused("folder-not-made", where=Where(file=str(folder))) from None
        raise


def write_secret(file: Path, secret: str) -> None:
    """A file only its owner may read, where the system has such a thing, synced to the disk.

    Raises Refused: `file-exists` (it is never written over), `file-not-written`.
    """
    try:
        with durable.part_of(file, durable.PRIVATE) as part:
            with part.writing() as stream:
                stream.write(f"{secret}\n".encode())
            part.place()
    except durable.Taken:
        raise Refused("file-exists", where=Where(file=str(file))) from None
    except OSError:
        raise Refused("file-not-written", where=Where(file=str(file))) from None


def _require_empty(folder: Path) -> None:
    if (folder / headers.NAME).exists():
        raise Refused("vault-exists", where=Where(file=str(folder)))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused("folder-not-empty", where=Where(file=str(folder)))


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def _unmake(folder: Path, existed: bool) -> None:
    """Take away what a failed making left; the folder was empty before."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        if not existed:
            folder.rmdir()
