"""The small program that a recipient checks an opened package with, installing nothing."""

from __future__ import annotations

from pathlib import Path

from app.base.errors import Refused, Where
from app.base.places import resource
from app.files.whole import part_for

NAME = "check_package.py"


def write(to: Path) -> Path:
    """Write the checker into a file that is new: Python's standard library alone, no data in it.

    Raises Refused: `file-exists`, `disk-full`, `cannot-write`.
    """
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(resource("verifier", NAME).read_bytes())
        part.place()
    return to
