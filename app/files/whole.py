"""Clear files that appear whole or not at all: written beside, synced, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.errors import Refused, Where

_WINDOWS_DISK_FULL = 112

Target = Path | BinaryIO
"""Where a writer writes: a path (whole or not at all) or a stream somebody else looks after."""


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn operating system errors while writing `name` into refusals.

    Raises Refused: disk-full, cannot-write.
    """
    try:
        yield
    except OSError as error:
        code = "disk-full" if _is_full(error) else "cannot-write"
        problem = error.strerror or type(error).__name__
        raise Refused(code, where=Where(file=name), problem=problem) from None


class Staging:
    """Several files of one folder that appear together: all written as `.part`, then renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[Path, Path] = {}

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """The stream of one file; synced to disk on leaving.

        Raises Refused: disk-full, cannot-write.
        """
        target = self._folder / name
        part = target.with_name(f"{name}.part")
        with refusing(name):
            self._parts[part] = target
            with part.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())

    def commit(self) -> None:
        """Give every file its name. Raises Refused: disk-full, cannot-write."""
        for part, target in self._parts.items():
            with refusing(target.name):
                part.replace(target)
        self._parts.clear()
        with refusing(self._folder.name):
            _sync_folder(self._folder)

    def discard(self) -> None:
        """Remove what was not committed."""
        for part in self._parts:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        self._parts.clear()


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """Files that are committed together on leaving, or removed whatever went wrong.

    The folder is made if needed, and removed again if it was made here and nothing came of it.
    Raises Refused: disk-full, cannot-write.
    """
    made = not folder.exists()
    with refusing(folder.name):
        folder.mkdir(parents=True, exist_ok=True)
    stage = Staging(folder)
    try:
        yield stage
        stage.commit()
    except BaseException:
        stage.discard()
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


@contextlib.contextmanager
def opened(target: Target) -> Iterator[BinaryIO]:
    """The stream behind a target; a path is written whole or not at all."""
    if not isinstance(target, Path):
        yield target
        return
    stage = Staging(target.parent)
    try:
        with stage.writing(target.name) as stream:
            yield stream
        stage.commit()
    finally:
        stage.discard()


def _sync_folder(folder: Path) -> None:
    """Make the renames durable where the system can sync folders (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_full(error: OSError) -> bool:
    return error.errno in {errno.ENOSPC, errno.EDQUOT} or (
        getattr(error, "winerror", None) == _WINDOWS_DISK_FULL
    )
