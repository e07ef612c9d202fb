"""Whether there is a file to read at that path, and what its first bytes are."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from app.base.errors import Refused, Where

HEAD = 65536
_NAMED = ("zip", "sealed", "web-page", "xml-spreadsheet", "binary-workbook")


def refuse_unreadable(path: Path) -> None:
    """Refuse what cannot be read as a file.

    Raises Refused: file-not-found, file-is-folder, file-unreadable, file-empty.
    """
    where = Where(file=path.name or path.absolute().name)
    try:
        if not path.exists():
            raise Refused("file-not-found", where=where)
        if path.is_dir():
            raise Refused("file-is-folder", where=where)
        if not path.is_file():  # a pipe or a device would never end
            raise Refused("file-unreadable", where=where)
        with path.open("rb") as stream:
            if not stream.read(1):
                raise Refused("file-empty", where=where)
    except (OSError, ValueError):  # no right, locked by another program, or no such name
        raise Refused("file-unreadable", where=where) from None


def head_of(path: Path) -> bytes:
    """The first 64 KiB."""
    with path.open("rb") as stream:
        return stream.read(HEAD)


def refuse_other(path: Path, found: str) -> NoReturn:
    """Refuse what is no table of rows and columns, by what it is.

    Raises Refused: file-is-zip, file-is-sealed, file-is-web-page, file-is-xml-spreadsheet,
    file-is-binary-workbook, each with its own remedy; else file-not-a-table.
    """
    where = Where(file=path.name)
    if found in _NAMED:
        raise Refused(f"file-is-{found}", where=where)
    raise Refused("file-not-a-table", where=where, found=found)
