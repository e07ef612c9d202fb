"""A package's files written out in clear: none has its name before all agree."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.base import durable
from app.base.errors import Refused, Where
from app.model.sharing import OpenedAnswer
from app.sealing.findings import Entry, Findings, opened_answer, refuse_unproved
from app.sealing.part import refusing


@dataclass(frozen=True)
class Place:
    """A folder to write a package out into, and who is told before anything there has a name.

    `record` is called once all has been read, proved and written; if it raises, nothing appears.
    `take_back` is called after a failure, where nothing of what was written is left there.
    """

    into: Path
    record: Callable[[OpenedAnswer], object]
    take_back: Callable[[], object]


Into = Path | Place
"""Where a package is written out to; with a Place, only what was recorded gets its name."""


def write_out(
    into: Into,
    proved: tuple[Findings, str],
    read: Callable[[Unpacking], object],
    *,
    within: bool,
    checked: bool,
) -> OpenedAnswer:
    """Write a package that proved sound out as `into/NAME/`, read once more by `read`.

    `within` says that its entries lie in a folder of its name already. What comes is held to
    what was proved. Raises Refused as `unpacked_into`, and package-signature-wrong,
    package-manifest-wrong, package-file-changed.
    """
    folder = refuse_unproved(proved[0]).package
    place = into.into if isinstance(into, Place) else into
    cut = f"{folder}/" if within else ""
    tree: durable.Tree | None = None
    try:
        with (
            unpacked_into(place, folder) as tree,
            contextlib.closing(Unpacking(tree, cut, proved[0].entries)) as unpacking,
        ):
            read(unpacking)
            unpacking.finish()
            opened = opened_answer(place, folder, proved, checked=checked)
            if isinstance(into, Place):
                into.record(opened)
    except BaseException:
        if isinstance(into, Place) and tree is not None and tree.gone:
            into.take_back()
        raise
    return opened


@contextlib.contextmanager
def unpacked_into(into: Path, folder: str) -> Iterator[durable.Tree]:
    """A Tree that becomes `into/folder` on leaving, or vanishes on any error.

    What a killed process left of the same package goes first.
    Raises Refused: package-folder-exists, package-disk-full, package-not-written.
    """
    taken = Refused("package-folder-exists", where=Where(file=folder))
    if (into / folder).exists():
        raise taken
    durable.sweep(into / folder)
    with refusing(into.name, taken), durable.tree_of(into / folder) as tree:
        yield tree


class Unpacking:
    """Takes entries a second time: writes each into `tree` and holds it to the first look."""

    def __init__(self, tree: durable.Tree, cut: str, seen: tuple[Entry, ...]) -> None:
        self._tree = tree
        self._cut = cut
        self._seen = list(seen)
        self._next = 0
        self._writing = contextlib.ExitStack()
        self._stream: BinaryIO | None = None

    def begin(self, name: str) -> None:
        """Create the entry's file; its name must be the one seen at this place."""
        if self._next >= len(self._seen) or self._seen[self._next].name != name:
            raise Refused("package-file-changed")
        self._stream = self._writing.enter_context(self._tree.writing(name.removeprefix(self._cut)))
        self._digest = hashlib.sha256()

    def piece(self, content: bytes) -> None:
        """Write the next bytes."""
        if self._stream is None:
            raise ValueError("no entry was begun")
        self._digest.update(content)
        self._stream.write(content)

    def end(self) -> None:
        """Close the file; its digest must be the one seen before."""
        self.close()
        if self._digest.hexdigest() != self._seen[self._next].sha256:
            raise Refused("package-file-changed")
        self._next += 1

    def close(self) -> None:
        """Let go of the file in hand."""
        self._stream = None
        self._writing.close()

    def finish(self) -> None:
        """Every entry seen before must have come again."""
        if self._next != len(self._seen):
            raise Refused("package-file-changed")
