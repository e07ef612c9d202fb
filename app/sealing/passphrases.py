"""Passphrases that are generated, never chosen: words drawn from a published list."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from app.base.errors import Refused, Where

LEAST_WORDS = 6
LONGEST = 1_024


def generate(words: Sequence[str], count: int = LEAST_WORDS) -> str:
    """`count` words drawn at random, blank between them (six of 7,776 words are 77 bits)."""
    if count < LEAST_WORDS:
        raise ValueError("a generated passphrase has six words or more")
    return " ".join(secrets.choice(words) for _ in range(count))


def read_passphrase(path: Path) -> str:
    """The passphrase a file holds: its one line, blanks tidied, as read back by telephone.

    Raises Refused: file-not-found, passphrase-file-unreadable.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LONGEST + 1)
    except OSError:
        raise Refused("file-not-found", where=Where(file=path.name)) from None
    try:
        words = tidy(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        words = ""
    if not words or len(content) > LONGEST:
        raise Refused("passphrase-file-unreadable", where=Where(file=path.name))
    return words


def tidy(told: str) -> str:
    """A passphrase as it was generated, of words typed as they were told."""
    return " ".join(told.split()).lower()
