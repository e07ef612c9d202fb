"""Names of files: a side name that is nobody's, a file without one, and taking a name."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

PRIVATE = 0o600
SHARED = 0o666
"""Permissions of a new file, less the user's own mask."""
FOLDER = 0o700
PART = "part"
UNNAMED = getattr(os, "O_TMPFILE", 0)
_NO_REPLACE = 1
_HERE = -100
_WINDOWS_DISK_FULL = 112


class Taken(FileExistsError):  # noqa: N818 - an answer, not a bug
    """The name that a new file or folder was to get belongs to another."""


def beside(target: Path, ending: str = PART) -> Path:
    """A name in the same folder that nobody else has: the target's, 48 random bits, `ending`."""
    return target.with_name(f"{target.name}.{secrets.token_hex(6)}.{ending}")


def create(path: Path, mode: int = SHARED) -> int:
    """A handle to a file that did not exist, to write and read. Raises OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, mode)


def sync_folder(folder: Path) -> None:
    """Make a rename durable where the system can sync folders (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_full(error: OSError) -> bool:
    """Whether the disk, or the user's share of it, is full."""
    return error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)} or (
        getattr(error, "winerror", None) == _WINDOWS_DISK_FULL
    )


def unnamed(folder: Path, mode: int) -> int | None:
    """A handle to a file in a folder that has no name, or None where there is no such thing."""
    if not UNNAMED:
        return None
    try:
        handle = os.open(folder, UNNAMED | os.O_RDWR, mode)
    except OSError as error:
        # Disks without such files, and kernels that take the flag for a folder opened to write.
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            return None
        raise
    if not by_handle(handle).exists():
        os.close(handle)
        return None
    return handle


def by_handle(handle: int) -> Path:
    """A path that leads to an open file, whether it has a name or not (Linux)."""
    return Path(f"/proc/self/fd/{handle}")


def link(handle: int, folder: int, name: str) -> None:
    """Give an open file without a name this one in an open folder.

    Raises FileExistsError, or another OSError where the disk cannot.
    """
    source = f"/proc/self/fd/{handle}"
    os.link(source, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)


def rename_to_new(path: Path, target: Path) -> None:
    """Rename a file to a name that must be free. Raises Taken, or another OSError.

    A second link refuses a name that is taken, where a rename on POSIX would not.
    """
    with telling_taken(target):
        if os.name != "posix":
            path.rename(target)
            return
        try:
            target.hardlink_to(path)
        except FileExistsError:
            raise
        except OSError:  # a disk without links, such as a memory stick
            if os.path.lexists(target):
                raise FileExistsError from None
            path.rename(target)
        else:
            path.unlink()


def rename_to_new_folder(path: Path, target: Path) -> None:
    """Rename a folder to a name that must be free. Raises Taken, or another OSError."""
    with telling_taken(target):
        if os.name != "posix":
            path.rename(target)
        elif not _renamed_exclusively(path, target):
            _claim_and_rename(path, target)


def _renamed_exclusively(path: Path, target: Path) -> bool:
    """Rename in one step that refuses a name that is taken; False where the system has none.

    Raises OSError.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(path), _HERE, os.fsencode(target), _NO_REPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, os.strerror(number), str(target))


def _claim_and_rename(path: Path, target: Path) -> None:
    """The name is claimed by an empty folder first: a rename on POSIX replaces just that."""
    target.mkdir(mode=FOLDER)
    try:
        path.rename(target)
    except BaseException:
        with contextlib.suppress(OSError):
            target.rmdir()
        raise


@contextlib.contextmanager
def telling_taken(target: Path) -> Iterator[None]:
    """Raise Taken for a name that is taken."""
    try:
        yield
    except FileExistsError:
        raise Taken(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
