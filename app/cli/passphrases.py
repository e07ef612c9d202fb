"""Where passphrases come from: a file, an open descriptor, or a hidden question."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from app.base.errors import Refused

LONGEST = 4096


class Passphrases:
    """Passphrases in the order they are needed.

    A file or descriptor holds one a line: the first opens the vault, the next is the new
    steward's where a verb needs one. What they do not hold is asked for, hidden.
    """

    def __init__(self, file: Path | None, descriptor: int | None) -> None:
        self._from = (file, descriptor)
        self._given: list[str] | None = None

    def next(self, question: str, *, twice: bool = False) -> str:
        """The next passphrase. `twice` asks a person again, so that a slip is caught."""
        if self._given is None:
            self._given = _lines(*self._from)
        if self._given:
            return self._given.pop(0)
        passphrase = _ask(question)
        if twice and _person_there() and _ask("The same again") != passphrase:
            raise Refused("passphrases-differ")
        return passphrase


def _lines(file: Path | None, descriptor: int | None) -> list[str]:
    if file is None and descriptor is None:
        return []
    opened: Path | int = descriptor if file is None else file  # type: ignore[assignment]
    source = "the file" if file is not None else f"descriptor {descriptor}"
    try:
        with open(opened, "rb", closefd=file is not None) as stream:
            lines = stream.read(LONGEST).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Refused("passphrase-unreadable", source=source) from None
    if not lines or not lines[0]:
        raise Refused("passphrase-unreadable", source=source)
    return [line for line in lines if line]


def _ask(question: str) -> str:
    if _person_there():
        answer = getpass.getpass(f"{question}: ", stream=sys.stderr)
    else:
        answer = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    if not answer:
        raise Refused("passphrase-not-given")
    return answer


def _person_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
