"""Making, unlocking, backing up, restoring and checking vaults."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.base.clock import Clock
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.model.notes import Note
from app.model.policy import VaultPolicy
from app.model.vaults import (
    BackupAnswer,
    Health,
    NewVault,
    RestoreAnswer,
    Unfinished,
)
from app.services import staff
from app.services.workspace import Workspace
from app.stores import backup as backups
from app.stores import header as headers
from app.stores import health, keys, making, migrate, places
from app.stores import unfinished as long_writes
from app.stores.header import Header
from app.stores.keys import Opened
from app.stores.locks import VaultLock
from app.stores.vault import Vault, current_key

if TYPE_CHECKING:
    from app.catalogue.house import Catalogue

_BACKUP = {"place-synchronised": "backup-synchronised", "place-roaming": "backup-roaming"}
_CLEAR = {
    "place-synchronised": "clear-synchronised",
    "place-roaming": "clear-roaming",
    "place-network": "clear-network",
}
UNREADABLE = Health(False, False, False, False, ())
"""What there is to say of a vault that damage lets nobody open."""
_WRONG = frozenset({"passphrase-wrong", "recovery-key-wrong"})


def create(
    catalogue: Catalogue,
    folder: Path,
    steward: str,
    passphrase: str,
    clock: Clock,
    recovery_file: Path | None = None,
) -> NewVault:
    """A new vault with its first steward; the recovery key is in the answer only, or also in a
    file where one is named. What fails leaves neither vault nor file.

    Raises Refused: `vault-exists`, `folder-not-empty`, `folder-not-made`, `file-exists`,
    `file-not-written`, `passphrase-short`, `steward-name-unusable`.
    """
    if recovery_file is not None and recovery_file.exists():
        raise Refused("file-exists", where=Where(file=str(recovery_file)))
    now = clock()
    policy = catalogue.vault_policy
    made = making.make(folder, steward, passphrase, policy, now, recovery_file)
    info = made.vault.header.stewards[0].info()
    try:
        with (
            Workspace(made.vault, catalogue, clock, info) as workspace,
            workspace.write("vault.create") as change,
        ):
            change.facts["vault"] = made.vault.header.vault
    except BaseException:
        made.unmake()
        raise
    return NewVault(folder, info.name, made.recovery_key)


def unlock(
    catalogue: Catalogue,
    folder: Path,
    steward: str,
    passphrase: str,
    clock: Clock,
    *,
    sitting: bool = True,
) -> Workspace:
    """The vault, open for one steward: for a sitting, or for one command (see `Workspace.enter`).

    Raises Refused: `vault-not-found`, `not-a-vault`, `vault-in-use`, `vault-newer`,
    `header-tampered`, `header-out-of-bounds`, `steward-unknown`, `unlock-wait`,
    `passphrase-wrong`, `vault-damaged`.
    """

    def turn(header: Header) -> Opened:
        return keys.open_with_passphrase(header, steward, passphrase)

    return _unlock(catalogue, folder, clock, turn, sitting=sitting)


def unlock_with_recovery(
    catalogue: Catalogue,
    folder: Path,
    recovery_key: str,
    steward: str,
    passphrase: str,
    clock: Clock,
) -> Workspace:
    """The vault by its recovery key; the steward named gets this new passphrase.

    Raises Refused as `unlock` does, and `recovery-key-mistyped`, `recovery-key-wrong`,
    `passphrase-short`, `passphrase-weak`.
    """
    policy = catalogue.vault_policy
    keys.check_passphrase(passphrase, policy, steward)

    def turn(header: Header) -> Opened:
        slot = header.slot_of(steward)
        found = keys.open_with_recovery(header, recovery_key)
        return replace(found, slot=slot)

    workspace = _unlock(catalogue, folder, clock, turn, sitting=True)
    try:
        header, info = workspace.vault.header, workspace.steward
        slot = keys.steward_slot(
            header.vault, info.name, info.role, passphrase, policy.kdf, header.slot_of(steward).id
        )
        staff.change_keys(workspace, "vault.recover", header.with_slot(slot), info)
    except BaseException:
        workspace.close()
        raise
    return workspace


def backup(ws: Workspace, to: Path | None, progress: Progress = SILENT) -> BackupAnswer:
    """The whole vault as one encrypted file, checked; None puts it in the vault's own rotation.

    A file that no entry vouches for does not stay, nor does it cost the rotation an older one.
    Raises Refused: `right-missing`, `file-exists`, `disk-space-low`, `vault-damaged`,
    `backup-not-written`.
    """
    ws.require_right("vault.backup")
    made_at = ws.now()
    if to is None:
        file, sha256 = backups.rotate(ws.vault, made_at, progress)
    else:
        file, sha256 = to, backups.write(ws.vault, to, made_at, progress)
    with contextlib.ExitStack() as undoing:
        undoing.callback(_remove, file)
        with ws.write("vault.backup") as change:
            change.after_commit.append(undoing.pop_all)
            change.facts.update(sha256=sha256, bytes=file.stat().st_size)
    if to is None:
        backups.prune(ws.vault, file)
    return BackupAnswer(file, sha256, verified=True)


def restore(
    catalogue: Catalogue, file: Path, to: Path, progress: Progress = SILENT
) -> RestoreAnswer:
    """A vault folder from a backup file, every byte compared with what the backup recorded.

    Raises Refused: `file-not-found`, `not-a-backup`, `backup-damaged`, `backup-newer`,
    `folder-not-empty`, `disk-space-low`, `backup-not-written`.
    """
    if file.is_file():
        places.require_room(to, file.stat().st_size)
    backups.restore(file, to, progress)
    places.keep_private(to)
    headers.load(to, catalogue.vault_policy)
    return RestoreAnswer(to, verified=True)


def check(ws: Workspace, progress: Progress = SILENT) -> Health:
    """Vault health, part by part; recorded in the trail."""
    found = health.check(ws.vault, progress)
    if found.integrity and found.cipher and found.trail:
        with ws.write("vault.check") as change:
            change.facts.update(sound=found.schema, unfinished=len(found.unfinished))
    return found


def unfinished(ws: Workspace) -> tuple[Unfinished, ...]:
    """Loads and runs that a crash left behind."""
    with ws.read() as reader:
        return long_writes.listing(reader)


def discard(ws: Workspace, identity: str) -> int:
    """Remove what a crash left of a load or run; rows removed.

    Raises Refused: `right-missing`, `unfinished-unknown`.
    """
    ws.require_right("unfinished.discard")
    if identity not in {left.id for left in unfinished(ws)}:
        raise Refused("unfinished-unknown", id=identity[:40])
    return ws.remove_unfinished(identity)


def place_warnings(catalogue: Catalogue, folder: Path) -> tuple[Note, ...]:
    """What speaks against keeping a vault in this folder: copied elsewhere, network, no space."""
    return places.warnings(folder, catalogue.vault_policy)


def clear_warnings(catalogue: Catalogue, folder: Path) -> tuple[Note, ...]:
    """What speaks against writing files in clear into this folder: copied elsewhere, shared."""
    return _warnings(catalogue, folder, _CLEAR)


def backup_warnings(catalogue: Catalogue, folder: Path) -> tuple[Note, ...]:
    """What speaks against keeping a backup in this folder: copied elsewhere, travelling."""
    return _warnings(catalogue, folder, _BACKUP)


def _warnings(catalogue: Catalogue, folder: Path, said: dict[str, str]) -> tuple[Note, ...]:
    found = places.warnings(folder, catalogue.vault_policy)
    return tuple(Note(said[note.code], note.facts) for note in found if note.code in said)


def _unlock(
    catalogue: Catalogue,
    folder: Path,
    clock: Clock,
    turn: Callable[[Header], Opened],
    *,
    sitting: bool,
) -> Workspace:
    policy = catalogue.vault_policy
    header = headers.load(folder, policy)
    lock = VaultLock(folder)
    try:
        opened = _turn_key(header, lock, policy, clock(), turn)
        places.keep_private(folder)
        data_key = current_key(folder, opened)
        vault = Vault(folder, header, data_key, lock, policy)
    except BaseException:
        lock.release()
        raise
    workspace = Workspace(vault, catalogue, clock, opened.slot.info())
    try:
        _upgrade(workspace)
        _record_restoring(workspace)
        staff.settle_keys(workspace, opened)
        workspace.enter(*lock.attempts, sitting=sitting)
    except BaseException:
        workspace.close()
        raise
    lock.hold(workspace.steward.name, clock())
    headers.forget_previous(folder)
    return workspace


def _turn_key(
    header: Header,
    lock: VaultLock,
    policy: VaultPolicy,
    now: datetime,
    turn: Callable[[Header], Opened],
) -> Opened:
    lock.wait(policy, now)
    try:
        return turn(header)
    except Refused as refusal:
        if refusal.code in _WRONG:
            lock.failed(now)
        raise


def _upgrade(ws: Workspace) -> None:
    """Bring the schema up to date, with a backup first and an entry after."""

    def back_up() -> None:
        file, _ = backups.rotate(ws.vault, ws.now())
        backups.prune(ws.vault, file)

    came_from = ws.vault.upgrade(back_up)
    if came_from is not None:
        with ws.write("vault.upgrade") as change:
            change.facts.update(before=came_from, after=migrate.steps()[-1].version)


def _record_restoring(ws: Workspace) -> None:
    """The first unlocking of a restored vault says so in its trail."""
    made_at = backups.restored_from(ws.vault.folder)
    if made_at is not None:
        with ws.write("vault.restore") as change:
            change.facts["backup_made_at"] = made_at
        backups.forget_restored(ws.vault.folder)


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()
