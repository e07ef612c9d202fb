"""Sealed and private files that appear whole or not at all, and what their faults are called."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from app.base import durable
from app.base.errors import Refused, Where
from app.model.packaging import SealedFile

Naming = Callable[[SealedFile, Callable[[], None]], None]
"""Gives a sealed file its name by calling what it is handed, when all else has been done."""


def at_once(_sealed: SealedFile, place: Callable[[], None]) -> None:
    """Name the file as soon as it is sealed and verified."""
    place()


@contextlib.contextmanager
def part_of(target: Path) -> Iterator[durable.Part]:
    """A private Part whose leavings are removed whatever happens; faults become refusals.

    What a killed process left beside the same target goes first.
    Raises Refused: package-file-exists, package-disk-full, package-not-written.
    """
    taken = Refused("package-file-exists", where=Where(file=target.name))
    if target.exists():
        raise taken
    durable.sweep(target)
    with refusing(target.name, taken), durable.part_of(target, durable.PRIVATE) as part:
        yield part


@contextlib.contextmanager
def refusing(name: str, taken: Refused) -> Iterator[None]:
    """Turn operating system errors while writing `name` into refusals; `taken` if it exists."""
    try:
        yield
    except durable.Taken:
        raise taken from None
    except OSError as error:
        code = "package-disk-full" if durable.is_full(error) else "package-not-written"
        raise Refused(
            code, where=Where(file=name), problem=error.strerror or type(error).__name__
        ) from None


@contextlib.contextmanager
def reading_back(name: str) -> Iterator[None]:
    """Refusals while a part is read again name the file it is for, not where the part lies."""
    try:
        yield
    except Refused as error:
        raise Refused(error.code, where=Where(file=name), **error.facts) from None
