"""Who may open the vault: stewards, their roles, the recovery key, and the data key itself."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from app.base.digests import digest
from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.model.notes import Note
from app.model.vaults import Recovery, RecoveryAsked, Role, StewardInfo, Strength
from app.services.workspace import Workspace
from app.stores import decisions, keys
from app.stores import header as headers
from app.stores import strength as estimator
from app.stores.header import Header, Slot
from app.stores.keys import Opened

OLD_BACKUPS = (Note("backups-under-old-key"),)
"""What every change of the data key leaves to do."""


def stewards_of(folder: Path) -> tuple[StewardInfo, ...]:
    """Who may open a vault, by its header alone.

    Raises Refused: `vault-not-found`, `not-a-vault`, `vault-newer`, `header-tampered`.
    """
    return tuple(slot.info() for slot in headers.load(folder).stewards)


def recovery_of(folder: Path) -> RecoveryAsked:
    """What a lost passphrase of a vault asks for, by its header alone. Raises as `stewards_of`."""
    split = headers.load(folder).recovery.split
    return RecoveryAsked(1, ()) if split is None else RecoveryAsked(split.needed, split.holders)


def strength(passphrase: str, *known: str) -> Strength:
    """How hard a passphrase is to guess; `known` is what an attacker knows of its owner."""
    return estimator.strength(passphrase, ("muniment", *known))


def add_steward(ws: Workspace, name: str, role: Role, passphrase: str) -> StewardInfo:
    """Another steward with a passphrase of their own.

    Raises Refused: `right-missing`, `steward-exists`, `steward-name-unusable`,
    `passphrase-short`, `passphrase-weak`, `stewards-full`.
    """
    ws.require_right("steward.add")
    policy, header = ws.catalogue.vault_policy, ws.vault.header
    trimmed = keys.check_name(header, name)
    keys.check_passphrase(passphrase, policy, trimmed)
    if len(header.stewards) >= policy.slot_limit:
        raise Refused("stewards-full", most=policy.slot_limit)
    slot = keys.steward_slot(header.vault, trimmed, role, passphrase, policy.kdf)
    info = StewardInfo(trimmed, role)
    change_keys(ws, "steward.add", header.with_slot(slot), info)
    return info


def change_passphrase(ws: Workspace, old: str, new: str) -> None:
    """Give the steward at work a new passphrase.

    Raises Refused: `passphrase-wrong` (the old one), `passphrase-short`, `passphrase-weak`.
    """
    policy, header = ws.catalogue.vault_policy, ws.vault.header
    keys.check_passphrase(new, policy, ws.steward.name)
    slot = keys.rewrapped(header.vault, header.slot_of(ws.steward.name), old, new, policy.kdf)
    change_keys(ws, "steward.passphrase", header.with_slot(slot), ws.steward)


def change_role(ws: Workspace, name: str, role: Role) -> StewardInfo:
    """Give another steward another role.

    Raises Refused: `right-missing`, `steward-unknown`, `steward-yourself`.
    """
    ws.require_right("steward.role")
    slot = _another(ws, name)
    info = StewardInfo(slot.name, role)
    change_keys(ws, "steward.role", ws.vault.header.with_slot(replace(slot, role=role)), info)
    return info


def revoke(ws: Workspace, name: str, progress: Progress = SILENT) -> tuple[Note, ...]:
    """Let another steward in no more, and put the vault under a new data key.

    Their passphrase still opens an old copy of the key file, and would open the vault with it
    if its data key stayed; it opens backups of before, which the answer says.
    Raises Refused: `right-missing`, `steward-unknown`, `steward-yourself`, and those of `rotate`.
    """
    ws.require_right("steward.revoke")
    slot = _another(ws, name)
    _require_room(ws)
    change_keys(ws, "steward.revoke", ws.vault.header.without(slot), slot.info())
    return rotate(ws, progress)


def rotate(ws: Workspace, progress: Progress = SILENT) -> tuple[Note, ...]:
    """Put the whole vault under a new data key; stewards and recovery key stay as they are.

    First the key file holds both keys, then the database is written anew in one transaction, then
    the old key is forgotten: whatever is cut off, one of the two opens it, and the next unlocking
    ends what was begun. Raises Refused: `right-missing`, `disk-space-low`, `disk-full`.
    """
    ws.require_right("vault.rotate")
    _require_room(ws)
    progress.stage("rekey")
    old = ws.vault.key
    new = keys.renewed(old)
    with ws.apart():
        _keep_digest_key(ws, new_header=keys.seal(ws.vault.header, old, new))
        try:
            ws.vault.rekey(new)
        except BaseException:
            with contextlib.suppress(Refused):
                _forget_other_key(ws)
            raise
        _forget_other_key(ws)
    return OLD_BACKUPS


def new_recovery(
    ws: Workspace,
    holders: tuple[str, ...] = (),
    needed: int = 2,
    progress: Progress = SILENT,
) -> Recovery:
    """A new recovery key in place of the old one, which opens nothing from now on.

    With holders it is split: each gets a share, and any `needed` of them together open the vault.
    The vault gets a new data key first, so that the old recovery key opens no old copy of the key
    file either. Raises Refused: `right-missing`, `recovery-holders` (2 to 16, each named once,
    `needed`), and those of `rotate`.
    """
    ws.require_right("vault.recovery")
    names = tuple(" ".join(name.split()) for name in holders)
    if names:
        _check_holders(names, needed)
    rotate(ws, progress)
    header = ws.vault.header
    if not names:
        written, slot = keys.recovery_slot(header.vault)
        found = Recovery(written)
    else:
        split = keys.split_recovery_slot(header.vault, needed, names)
        slot = split.slot
        found = Recovery("", needed, tuple(zip(names, split.shares, strict=True)))
    change_keys(ws, "vault.recovery", replace(header, recovery=slot), ws.steward)
    headers.forget_previous(ws.vault.folder)
    return found


def change_keys(ws: Workspace, action: str, header: Header, about: StewardInfo) -> None:
    """Seal and write a changed header inside the transaction of its entry.

    If the transaction fails the header before is put back: neither happens without the other.
    """
    with contextlib.ExitStack() as undoing:
        undoing.callback(_put_back, ws, ws.vault.header)
        with ws.write(action) as change:
            change.after_commit.append(undoing.pop_all)
            change.facts.update(steward=about.name, role=about.role.value)
            if header.recovery.split is not None and action == "vault.recovery":
                change.facts["shares"] = len(header.recovery.split.holders)
                change.facts["needed"] = header.recovery.split.needed
            change.topics.add("steward")
            ws.vault.replace_header(keys.seal(header, ws.vault.key))
            change.facts["header"] = digest(headers.render(ws.vault.header).hex())


def settle_keys(ws: Workspace, opened: Opened) -> None:
    """End a change of the data key that was cut off: forget the key the database is not under."""
    if opened.pending is not None:
        _forget_other_key(ws)


def _keep_digest_key(ws: Workspace, new_header: Header) -> None:
    """The entry that a change of key begins, the key file with both, and what must outlive it."""
    with contextlib.ExitStack() as undoing:
        undoing.callback(_put_back, ws, ws.vault.header)
        with ws.write("vault.rotate") as change:
            change.after_commit.append(undoing.pop_all)
            decisions.keep_digest_key(change.writer, ws.vault.key)
            ws.vault.replace_header(new_header)


def _forget_other_key(ws: Workspace) -> None:
    """The entry, and then the key file with the one key that the database is under.

    Cut off between the two, the next unlocking does it again: nothing ends without its entry.
    """
    header = keys.seal(ws.vault.header, ws.vault.key)
    with ws.write("vault.rotated") as change:
        change.facts["header"] = digest(headers.render(header).hex())
    ws.vault.replace_header(header)
    headers.forget_previous(ws.vault.folder)


def _require_room(ws: Workspace) -> None:
    """Refuse `disk-space-low` where the database does not fit a second time."""
    ws.require_space(ws.vault.database.stat().st_size)


def _another(ws: Workspace, name: str) -> Slot:
    """Another steward's slot: nobody takes their own rights away, so one administrator is left."""
    slot = ws.vault.header.slot_of(name)
    if slot.name == ws.steward.name:
        raise Refused("steward-yourself")
    return slot


def _check_holders(names: tuple[str, ...], needed: int) -> None:
    distinct = {name.casefold() for name in names}
    sound = all(1 <= len(name) <= 80 and name.isprintable() for name in names)
    if not (sound and len(distinct) == len(names) and 2 <= needed <= len(names)):
        raise Refused("recovery-holders", most=headers.MOST_SHARES)
    if len(names) > headers.MOST_SHARES:
        raise Refused("recovery-holders", most=headers.MOST_SHARES)


def _put_back(ws: Workspace, before: Header) -> None:
    if ws.vault.header is not before:
        ws.vault.replace_header(before)
