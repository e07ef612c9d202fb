"""Clear files that appear whole or not at all: written beside, synced, then renamed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.base import durable
from app.base.errors import Refused, Where

Target = Path | BinaryIO
"""Where a writer writes: a path (whole or not at all) or a stream somebody else looks after."""


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn operating system errors while writing `name` into refusals.

    Raises Refused: file-exists, disk-full, cannot-write.
    """
    try:
        yield
    except durable.Taken:
        raise Refused("file-exists", where=Where(file=name)) from None
    except OSError as error:
        code = "disk-full" if durable.is_full(error) else "cannot-write"
        problem = error.strerror or type(error).__name__
        raise Refused(code, where=Where(file=name), problem=problem) from None


def require_absent(folder: Path, names: Iterable[str]) -> None:
    """Refuse to write over files that are there already, before any work is done for them.

    Raises Refused: file-exists.
    """
    for name in names:
        if (folder / name).exists():
            raise Refused("file-exists", where=Where(file=str(folder / name)))


class Staging:
    """Several files of one folder that appear together: all written beside, then renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[durable.Part] = []

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """The stream of one file; synced to disk on leaving.

        Raises Refused: disk-full, cannot-write.
        """
        part = durable.Part(self._folder / name)
        self._parts.append(part)
        with refusing(name), part.writing() as stream:
            yield stream

    def commit(self) -> None:
        """Give every file its name, or none: those named before one fails lose theirs again.

        Raises Refused: file-exists (nothing is written over), disk-full, cannot-write.
        """
        placed: list[Path] = []
        try:
            for part in self._parts:
                with refusing(part.target.name):
                    part.place()
                placed.append(part.target)
        except BaseException:
            for path in placed:
                path.unlink(missing_ok=True)
            raise

    def discard(self) -> None:
        """Remove what was not committed."""
        for part in self._parts:
            part.discard()
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


@contextlib.contextmanager
def part_for(target: Path) -> Iterator[durable.Part]:
    """A file for its owner alone: it gets its name, which must be free, when `place` is called.

    Raises Refused: file-exists, disk-full, cannot-write.
    """
    with refusing(target.name), durable.part_of(target, durable.PRIVATE) as part:
        yield part
