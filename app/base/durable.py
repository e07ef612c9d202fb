"""Files and folders that appear whole or not at all: written beside, synced, then renamed.

What is written beside bears a random name of its own and is created exclusively: nothing that
this program did not create in the same call is ever taken over or deleted. Errors of the system
come out as OSError (`is_full` tells a full disk); each workshop makes its own refusal of them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
SHARED = 0o666
"""Permissions of a new file, less the user's own mask."""
PART = "part"
_WINDOWS_DISK_FULL = 112


class Taken(FileExistsError):  # noqa: N818 - an answer, not a bug
    """The name that a new file or folder was to get belongs to another."""


class Part:
    """A file being written beside its target; `place` or `replace` gives it its name."""

    def __init__(self, target: Path, mode: int = SHARED) -> None:
        self.target = target
        self.path = beside(target)
        self._mode = mode
        self._made = False

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """The stream to write to, once; synced to the disk on leaving. Raises OSError."""
        handle = create(self.path, self._mode)
        self._made = True
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    def place(self) -> None:
        """Rename to the target, which must not exist. Raises Taken, or another OSError."""
        _rename_to_new(self.path, self.target)
        self._made = False
        sync_folder(self.target.parent)

    def replace(self) -> None:
        """Rename to the target, in place of what bore its name. Raises OSError."""
        self.path.replace(self.target)
        self._made = False
        sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove what was written and not named."""
        if self._made:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
            self._made = False


@contextlib.contextmanager
def part_of(target: Path, mode: int = SHARED) -> Iterator[Part]:
    """A Part that leaves nothing unless it was placed."""
    part = Part(target, mode)
    try:
        yield part
    finally:
        part.discard()


def write_whole(target: Path, content: bytes, mode: int = SHARED) -> None:
    """Put a small file in place all at once, over the one before. Raises OSError."""
    with part_of(target, mode) as part:
        with part.writing() as stream:
            stream.write(content)
        part.replace()


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """A folder beside `target` that gets its name on leaving, or vanishes on any error.

    Parents are made, and removed again when nothing comes of it. Raises Taken when
    `target` exists, or another OSError.
    """
    made = [path for path in target.parents if not path.exists()]
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside_it = beside(target)
        beside_it.mkdir()
        part = beside_it
        yield part
        _rename_to_new_folder(part, target)
        sync_folder(target.parent)
    except BaseException:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise


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


def _rename_to_new(path: Path, target: Path) -> None:
    """A second link refuses a name that is taken, where a rename on POSIX would not."""
    with _telling_taken(target):
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


def _rename_to_new_folder(path: Path, target: Path) -> None:
    """The name is claimed by an empty folder first: a rename on POSIX replaces just that."""
    with _telling_taken(target):
        if os.name != "posix":
            path.rename(target)
            return
        target.mkdir()
        try:
            path.rename(target)
        except BaseException:
            with contextlib.suppress(OSError):
                target.rmdir()
            raise


@contextlib.contextmanager
def _telling_taken(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise Taken(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
