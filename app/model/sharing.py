"""Agreements, recipients, keys and packages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.model.notes import Note


@dataclass(frozen=True)
class Agreement:
    """An information sharing agreement, in the fields of the public register (facts D4).

    `data_items` are the meanings that may leave under it; without any, the house's guarded ones
    may not. `doubts` is what the register entry left open.
    """

    ref: str
    name: str
    purpose: str
    purposes: tuple[str, ...]
    powers: tuple[str, ...]
    controllers: tuple[str, ...]
    disclosed_information: str
    retention_period: str
    retention_days: int
    start_date: str
    end_date: str | None
    review_date: str | None
    contact: str
    benefits: str = ""
    method: str = ""
    processors: tuple[str, ...] = ()
    data_items: tuple[str, ...] = ()
    doubts: tuple[Note, ...] = ()


BY_WORDS, VOUCHED = "by-words", "vouched-for"
"""How a recipient's key was confirmed: its words were compared, or a script answers for it."""


@dataclass(frozen=True)
class Recipient:
    """Somebody packages go to: an age public key and its fingerprint as words.

    Nothing is sealed to one whose key nobody has confirmed in either way (`confirmed_at` is None).
    """

    name: str
    public_key: str
    fingerprint_words: str
    confirmed_at: str | None = None
    confirmed_by: str | None = None
    confirmed_how: str | None = None

    @property
    def compared(self) -> bool:
        """Whether the words were compared with the recipient: no script does that."""
        return self.confirmed_how == BY_WORDS


@dataclass(frozen=True)
class PackageColumn:
    """One column that leaves: its name, where it is taken from and why it must leave.

    `take` is `left.MEANING`, `right.MEANING` (pairs) or `MEANING` (a load).
    """

    name: str
    take: str
    why: str


@dataclass(frozen=True)
class PackageFile:
    """One data file of a package: confirmed pairs of a run, or rows of a load."""

    name: str
    run: str | None
    load: str | None
    columns: tuple[PackageColumn, ...]


@dataclass(frozen=True)
class PackageSpec:
    """What a package shall hold, as read from SPEC.toml or built in the window.

    `content` is the digest of the rows as drafted: what is approved is what is sealed.
    """

    purpose: str
    classification: str
    files: tuple[PackageFile, ...]
    content: str = ""


@dataclass(frozen=True)
class PackagePreview:
    """Exactly what would leave: header and first rows of each file, and row counts.

    `takes` says of each column where it is taken from, as PackageColumn does.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreviewAnswer:
    """What would leave, and what a steward should weigh before it is drafted."""

    previews: tuple[PackagePreview, ...]
    warnings: tuple[Note, ...]


@dataclass(frozen=True)
class DraftAnswer:
    """A drafted package."""

    package: str
    rows: int
    fields: int
    warnings: tuple[Note, ...]
    previews: tuple[PackagePreview, ...]


@dataclass(frozen=True)
class SealedAnswer:
    """A sealed package; `passphrase` only for the zip format, shown once."""

    package: str
    file: Path
    sha256: str
    rows: int
    fields: int
    recipients: tuple[str, ...]
    destroy_by: str
    passphrase: str | None = None


@dataclass(frozen=True)
class PackageSummary:
    """One package in a list; `state`: draft, approved, sealed, discarded."""

    package: str
    state: str
    agreement: str
    recipient: str
    purpose: str
    rows: int
    fields: int
    drafted_by: str
    drafted_at: str
    approved_by: str | None
    sealed_at: str | None
    file: str | None
    sha256: str | None
    destroy_by: str | None


@dataclass(frozen=True)
class VerifiedFile:
    """One data file found in a package."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class VerifyAnswer:
    """What a package proved to be; without a key only envelope and sha256 are known.

    `signer` is the public key that the signature was held to.
    """

    envelope: str
    sha256: str
    signature: bool | None = None
    manifest: bool | None = None
    sender: str | None = None
    agreement: str | None = None
    files: tuple[VerifiedFile, ...] = ()
    signer: str | None = None
    destroy_by: str | None = None


@dataclass(frozen=True)
class Opening:
    """A received package to write out in clear, and what for.

    Without `key` the office's own key opens it; without `sender` its signer is only believed
    where this office knows them. `purpose` is None where a script did not say. `passphrase` opens
    a ZIP alone.
    """

    file: Path
    into: Path
    purpose: str | None
    sender: str | None = None
    key: Path | None = None
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OpenedAnswer:
    """Files of a package (of this SHA-256) written out in clear, as paths below `into`.

    `signer` is the public key the signature holds under, and its words; `sender_checked` is
    False when that key is only the one the package names itself: compare the words then.
    """

    into: Path
    sha256: str
    files: tuple[str, ...]
    sender: str | None = None
    signer: str | None = None
    signer_words: str | None = None
    sender_checked: bool = False
    classification: str | None = None
    destroy_by: str | None = None


@dataclass(frozen=True)
class KeysAnswer:
    """A new key pair for a recipient or sender office."""

    public_key: str
    file: Path
    fingerprint_words: str = ""
