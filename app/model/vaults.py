"""The vault, its stewards and its health."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Role(StrEnum):
    """What a steward may do."""

    STEWARD = "steward"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class StewardInfo:
    """A steward as the vault's header names them (no key needed)."""

    name: str
    role: Role


@dataclass(frozen=True)
class Strength:
    """How hard a passphrase is to guess: `score` 0 to 4, `guesses` as a power of ten."""

    score: int
    guesses: float


@dataclass(frozen=True)
class Recovery:
    """A new recovery key, shown once: whole, or a share for each holder, `needed` of which do."""

    written: str = field(repr=False)
    needed: int = 1
    shares: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class RecoveryAsked:
    """What has to be typed where a passphrase is lost: one key, or so many of these shares."""

    needed: int
    holders: tuple[str, ...]


@dataclass(frozen=True)
class NewVault:
    """A vault just made; the recovery key is shown once."""

    vault: Path
    steward: str
    recovery_key: str


@dataclass(frozen=True)
class TakenOut:
    """Everything taken out of a vault: the sealed file, its passphrase, how many files and rows."""

    file: Path
    sha256: str
    passphrase: str
    files: int
    rows: int


@dataclass(frozen=True)
class BackupAnswer:
    """A backup written, re-opened and checked."""

    file: Path
    sha256: str
    verified: bool


@dataclass(frozen=True)
class RestoreAnswer:
    """A vault restored from a backup file."""

    vault: Path
    verified: bool


@dataclass(frozen=True)
class Unfinished:
    """A load or run that a crash left behind: discard it, or do it again."""

    id: str
    action: str
    started_at: str
    by: str


@dataclass(frozen=True)
class Health:
    """Vault health: each part sound or not."""

    integrity: bool
    cipher: bool
    schema: bool
    trail: bool
    unfinished: tuple[Unfinished, ...]


@dataclass(frozen=True)
class TrailEntry:
    """One act: who did what, chained to the entry before by SHA-256. Facts hold ids, no values."""

    seq: int
    at: str
    steward: str
    action: str
    facts: dict[str, str | int | float | bool | None]
    hash: str


@dataclass(frozen=True)
class TrailExport:
    """The trail written out, signed with this office's key."""

    file: Path
    sha256: str
    entries: int
    head: str
    signer: str


@dataclass(frozen=True)
class TrailFileCheck:
    """What a trail in a file proves; `broken_at` is the first entry that does not hold.

    `signer` is the public key that `signature` was held to.
    """

    entries: int
    verified: bool
    head: str
    vault: str
    office: str
    signature: bool
    signer: str
    broken_at: int | None = None


@dataclass(frozen=True)
class TrailCheck:
    """Whether the chain holds; `broken_at` is the first entry that does not.

    `damaged`: pages of the vault's file are not as they were written, so nothing in it is proved.
    """

    entries: int
    verified: bool
    head: str
    broken_at: int | None = None
    damaged: bool = False


@dataclass(frozen=True)
class Waiting:
    """One thing that waits on Home: a code, a count and the page and id that open it.

    `of` is the load or run it is about, `file` and `against` the files behind that.
    """

    code: str
    count: int
    page: str
    id: str | None = None
    of: str = ""
    file: str = ""
    against: str = ""
