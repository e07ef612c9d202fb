"""Files that appear whole or not at all: written beside their name, synced, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.errors import Refused, Where

PRIVATE = 0o600


class Part:
    """A file being written under `NAME.part`; `commit` gives it its name."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.part")

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """The stream to write to; synced to disk on leaving."""
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.path, flags, PRIVATE), "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    def commit(self) -> None:
        """Rename to the target, which must not exist, and sync the folder's entry."""
        if self.target.exists():
            raise Refused("package-file-exists", where=Where(file=self.target.name))
        self.path.replace(self.target)
        sync_folder(self.target.parent)


@contextlib.contextmanager
def part_of(target: Path) -> Iterator[Part]:
    """A Part whose leavings are removed whatever happens; the world's faults become refusals.

    Raises Refused: package-file-exists, package-disk-full, package-not-written.
    """
    part = Part(target)
    if target.exists():
        raise Refused("package-file-exists", where=Where(file=target.name))
    with refusing(target.name):
        try:
            part.path.unlink(missing_ok=True)
            yield part
        finally:
            part.path.unlink(missing_ok=True)


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn operating system errors while writing `name` into refusals."""
    try:
        yield
    except OSError as error:
        code = "package-disk-full" if _is_full(error) else "package-not-written"
        raise Refused(
            code, where=Where(file=name), problem=error.strerror or type(error).__name__
        ) from None


def sync_folder(folder: Path) -> None:
    """Make a rename durable where the system can sync folders (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_full(error: OSError) -> bool:
    windows_disk_full = 112
    return error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)} or (
        getattr(error, "winerror", None) == windows_disk_full
    )
