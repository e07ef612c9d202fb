"""A file that leaves gets its name as the last act of its trail entry, or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from app.services.workspace import Change, Workspace


@contextlib.contextmanager
def named(
    workspace: Workspace, action: str, to: Path, place: Callable[[], object]
) -> Iterator[Change]:
    """The entry of a written file; `place` gives it its name, which it loses if that does not
    stand: neither file nor entry is without the other.
    """
    placed = False
    try:
        with workspace.write(action) as change:
            yield change
            place()
            placed = True
    except BaseException:
        if placed:
            to.unlink(missing_ok=True)
        raise
