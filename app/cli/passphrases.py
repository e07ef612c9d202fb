"""Where passphrases come from: a file, an open descriptor, or a hidden question."""

from __future__ import annotations

import getpass
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from app.base.errors import Refused, Where

LONGEST = 4096
OTHERS = stat.S_IRGRP | stat.S_IROTH


class Passphrases:
    """Passphrases in the order they are needed.

    A file or descriptor holds one a line: the first opens the vault, the next is the new
    passphrase where a verb makes one. What they do not hold is asked for, hidden, or read from
    the next line of standard input where nobody sits. `exposed` is called with the name of a
    file that others may read.
    """

    def __init__(
        self,
        file: Path | None,
        descriptor: int | None,
        exposed: Callable[[str], object] = lambda _name: None,
    ) -> None:
        self._from = (file, descriptor)
        self._exposed = exposed
        self._given: list[str] | None = None

    def next(self, question: str) -> str:
        """The next passphrase that is already somebody's."""
        return self._next() or _ask(question, "passphrase-not-given")

    def new(self, question: str, file: Path | None = None) -> str:
        """A passphrase that is to be somebody's, from its own file if one is named.

        A person is asked for it twice, so that a slip is caught.
        """
        if file is not None:
            return self._read(file, None)[0]
        given = self._next()
        if given:
            return given
        passphrase = _ask(question, "new-passphrase-not-given")
        if _person_there() and _ask("The same again", "new-passphrase-not-given") != passphrase:
            raise Refused("passphrases-differ")
        return passphrase

    def _next(self) -> str:
        if self._given is None:
            file, descriptor = self._from
            named = file is not None or descriptor is not None
            self._given = self._read(file, descriptor) if named else []
        return self._given.pop(0) if self._given else ""

    def _read(self, file: Path | None, descriptor: int | None) -> list[str]:
        opened: Path | int = descriptor if file is None else file  # type: ignore[assignment]
        source = f"descriptor {descriptor}" if file is None else file.name
        where = None if file is None else Where(file=file.name)
        try:
            with open(opened, "rb", closefd=file is not None) as stream:
                if file is not None and others_may_read(stream.fileno()):
                    self._exposed(file.name)
                content = stream.read(LONGEST + 1)
            lines = content.decode("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            raise Refused("passphrase-unreadable", where=where, source=source) from None
        if not lines or not lines[0] or len(content) > LONGEST:
            raise Refused("passphrase-unreadable", where=where, source=source)
        return [line for line in lines if line]


def others_may_read(file: Path | int) -> bool:
    """Whether a file is open to more people than its owner, where the system can tell."""
    try:
        found = file.stat() if isinstance(file, Path) else os.fstat(file)
    except OSError:
        return False
    return os.name == "posix" and bool(found.st_mode & OTHERS)


def _ask(question: str, missing: str) -> str:
    if _person_there():
        answer = getpass.getpass(f"{question}: ", stream=sys.stderr)
    else:
        answer = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    if not answer:
        raise Refused(missing)
    return answer


def _person_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
