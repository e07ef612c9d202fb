"""Notices that rows of a package were wrong or may no longer be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class NoticeWishes:
    """What is withdrawn, and why. Without a person's `request` it is every row.

    `right` are right values by the package's own column names, as the person's request settled
    them; with any the rows are to be corrected, else deleted. `form` is `age` or `zip`.
    """

    why: str
    request: str | None = None
    right: tuple[tuple[str, str], ...] = ()
    form: str = "age"


@dataclass(frozen=True)
class PackageNotice:
    """A notice as it was sealed; `file` is its name, without folders."""

    notice: str
    package: str
    request: str | None
    rows: int
    why: str
    file: str
    sha256: str
    made_at: str
    made_by: str


@dataclass(frozen=True)
class NoticeAnswer:
    """A notice that was just sealed, and the passphrase where it is a ZIP."""

    notice: PackageNotice
    path: Path
    recipient: str
    passphrase: str | None
