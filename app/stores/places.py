"""Where a vault may lie: synchronised, roaming and network folders, and free space."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from pathlib import Path

from app.base.errors import Refused
from app.model.notes import Note
from app.model.policy import VaultPolicy

MB = 1_000_000
WITHIN = ("backups", "exports")
"""Folders of a vault's own folder."""
_MOUNTS = Path("/proc/mounts")


def warnings(folder: Path, policy: VaultPolicy) -> tuple[Note, ...]:
    """What speaks against this place: `place-synchronised`, `-roaming`, `-network`, space."""
    found = []
    place = folder.absolute()
    service = _synchronised(place, policy)
    if service:
        found.append(Note("place-synchronised", {"service": service}))
    if _roaming(place, policy):
        found.append(Note("place-roaming"))
    if on_network(place, policy):
        found.append(Note("place-network"))
    free = free_bytes(place)
    if free < policy.least_free_mb * MB:
        found.append(
            Note("place-space-low", {"free_mb": free // MB, "least_mb": policy.least_free_mb})
        )
    return tuple(found)


def keep_private(folder: Path) -> None:
    """Take from everybody but their owner a vault's folders and the files in them.

    A folder that was there before, or files copied from elsewhere, may be open to others. What
    belongs to another account or lies in folders that are not the vault's is left as it is, and
    so is Windows, where the folder decides. A folder that hands its group on (setgid) is shared
    on purpose by stewards with accounts of their own: then the group keeps what it has.
    """
    if os.name != "posix":
        return
    group = 0o070 if folder.stat().st_mode & stat.S_ISGID else 0
    for place in (folder, *(folder / name for name in WITHIN)):
        with contextlib.suppress(OSError):
            found = os.lstat(place)
            if not stat.S_ISDIR(found.st_mode):
                continue
            _close(place, found, 0o700 | group)
            for file in place.iterdir():
                with contextlib.suppress(OSError):
                    _close(file, os.lstat(file), 0o600 | group)


def _close(path: Path, found: os.stat_result, most: int) -> None:
    """Take from a folder, or a file among its entries, what is beyond; a link leads elsewhere."""
    kind = stat.S_ISDIR if most & 0o100 else stat.S_ISREG
    mode = stat.S_IMODE(found.st_mode)
    wanted = (mode & (most | stat.S_ISGID)) | (most & 0o700)
    if kind(found.st_mode) and mode != wanted:
        path.chmod(wanted)


def require_space(folder: Path, expected: int, policy: VaultPolicy) -> None:
    """Refuse `disk-space-low` unless `expected` bytes fit the policy's factor of times."""
    require_room(folder, int(expected * policy.space_factor))


def require_room(folder: Path, needed: int) -> None:
    """Refuse `disk-space-low` unless `needed` bytes are free."""
    free = free_bytes(folder)
    if free < needed:
        raise Refused("disk-space-low", needs_mb=-(-needed // MB), free_mb=free // MB)


def free_bytes(folder: Path) -> int:
    """Free space where a folder lies or would lie."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def on_network(place: Path, policy: VaultPolicy) -> bool:
    """Whether a path lies on a network share, as far as the system tells."""
    if str(place).startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        remote = 4
        return bool(ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == remote)
    return _filesystem(place) in policy.network_filesystems


def _filesystem(place: Path) -> str:
    """The file system of the deepest mount above a path; empty where it cannot be told."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    deepest, kind = -1, ""
    for line in lines:
        _, mount, filesystem, *_rest = line.split(" ")
        point = Path(mount.replace("\\040", " "))
        if (place == point or point in place.parents) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), filesystem
    return kind


def _synchronised(place: Path, policy: VaultPolicy) -> str | None:
    for variable in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        root = os.environ.get(variable)
        if root and Path(root) in (place, *place.parents):
            return "OneDrive"
    for part in place.parts:
        for name in policy.synchronised:
            if part.casefold() == name.casefold() or part.casefold().startswith(
                f"{name} - ".casefold()
            ):
                return name
    return None


def _roaming(place: Path, policy: VaultPolicy) -> bool:
    root = os.environ.get("APPDATA")
    if root and Path(root) in (place, *place.parents):
        return True
    text = f"/{place.as_posix()}/".casefold()
    return any(f"/{name}/".casefold() in text for name in policy.roaming)
