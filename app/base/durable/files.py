"""One file, written whole: without a name where the system can, else beside its target."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.durable.left import lock
from app.base.durable.names import (
    SHARED,
    beside,
    by_handle,
    create,
    link,
    rename_to_new,
    sync_folder,
    telling_taken,
    unnamed,
)

BLOCK = 1 << 20


class Part:
    """A file being written for a target; `place` or `replace` gives it its name.

    `path` is where it can be read once written and before it has its name. `hidden` is False
    for a file that shall have a side name from the start.
    """

    def __init__(self, target: Path, mode: int = SHARED, *, hidden: bool = True) -> None:
        self.target = target
        self.path = beside(target)
        self._mode = mode
        self._hidden = hidden
        self._named = False
        self._held: int | None = None

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """The stream to write to, once; synced to the disk on leaving. Raises OSError."""
        handle = unnamed(self.target.parent, self._mode) if self._hidden else None
        if handle is None:
            handle = create(self.path, self._mode)
            self._named = True
            lock(handle)
        if os.name == "posix":  # elsewhere an open file cannot be renamed
            self._held = os.dup(handle)
            if not self._named:
                self.path = by_handle(self._held)
        with synced(handle) as stream:
            yield stream

    def place(self) -> None:
        """Give it the target's name, which must not exist. Raises Taken, or another OSError."""
        if self._named or self._held is None:
            rename_to_new(self.path, self.target)
        else:
            self._link(self._held, self.target)
        self._settled()

    def replace(self) -> None:
        """Give it the target's name, in place of what bore it. Raises OSError."""
        if not self._named and self._held is not None:
            self.path = beside(self.target)
            self._link(self._held, self.path)
            self._named = True
        self.path.replace(self.target)
        self._settled()

    def discard(self) -> None:
        """Remove what was written and has no name yet."""
        if self._named:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
            self._named = False
        self._let_go()

    def _link(self, handle: int, path: Path) -> None:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            link_or_copy(handle, path, folder, self._mode)
        finally:
            os.close(folder)

    def _settled(self) -> None:
        self._named = False
        self._let_go()
        sync_folder(self.target.parent)

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None


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


def link_or_copy(handle: int, path: Path, folder: int, mode: int) -> None:
    """Give a file without a name this one, which lies in the open `folder`.

    Where the disk cannot, its bytes are copied.

    Raises Taken, or another OSError.
    """
    try:
        with telling_taken(path):
            link(handle, folder, path.name)
    except FileExistsError:
        raise
    except OSError:
        part = Part(path, mode, hidden=False)
        try:
            with by_handle(handle).open("rb") as source, part.writing() as sink:
                shutil.copyfileobj(source, sink, BLOCK)
            part.place()
        finally:
            part.discard()


@contextlib.contextmanager
def synced(handle: int) -> Iterator[BinaryIO]:
    """A stream over an open file, which is on the disk on leaving."""
    with os.fdopen(handle, "w+b") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
