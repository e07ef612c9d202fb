"""What goes into a package and what its wrapping says: contents, statement, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.model.profiles import BandShare, Reach, SourceProfile
from app.model.sharing import Agreement


@dataclass(frozen=True)
class PackageLimits:
    """Bounds on what is sealed and on what is believed of a package that comes in.

    `ratio` (unpacked over packed bytes) counts for entries over `ratio_from_bytes`;
    `document_bytes` is the most that any one document or list may take in memory.
    """

    entries: int
    bytes: int
    ratio: int
    ratio_from_bytes: int
    document_bytes: int
    name_characters: int
    recipients: int


@dataclass(frozen=True)
class PackagePolicy:
    """The house's rules for packages: counts of words, days after sealing, deflate level 1-9.

    `age_bands` are the ages in whole years at which bands after the youngest begin; a column
    filled in less than `full_share` of its rows is a gap that the recipient is told of.
    """

    limits: PackageLimits
    format: str
    deflate_level: int
    passphrase_words: int
    fingerprint_words: int
    receipt_days: int
    small_group: int
    full_share: float
    age_bands: tuple[int, ...]


@dataclass(frozen=True)
class ReportTemplates:
    """Templates of documents by file name, page titles by the same, and words for their gaps."""

    files: dict[str, str]
    titles: dict[str, str]
    groups: dict[str, str]
    words: dict[str, str]


@dataclass(frozen=True)
class PackageRecipient:
    """One office a package goes to; the key is empty where only a passphrase opens it."""

    name: str
    public_key: str = ""


@dataclass(frozen=True)
class PackageIdentity:
    """Who sends what to whom, under which power, until when.

    `package` names the bag (letters, digits, hyphens); `created` is ISO 8601 UTC, `destroy_by` an
    ISO date; `gateway` is the route and clause in words; `tool` the program and its version.
    """

    package: str
    title: str
    sender: str
    recipients: tuple[PackageRecipient, ...]
    agreement: str
    gateway: str
    purpose: str
    classification: str
    created: str
    destroy_by: str
    tool: str
    contact: str = ""


@dataclass(frozen=True)
class DataColumn:
    """One column that leaves, as the dictionary describes it. `type` is a Table Schema type."""

    name: str
    title: str = ""
    type: str = "string"
    allowed: tuple[str, ...] = ()
    source: str = ""
    why: str = ""
    empty: str = "not known"


@dataclass(frozen=True)
class DataFile:
    """One data file: `rows` are tuples of text as wide as `columns`, read once.

    `key` names the column whose values the control total covers; `amounts` the columns of
    pounds whose pence are summed.
    """

    name: str
    title: str
    columns: tuple[DataColumn, ...]
    rows: Iterable[Sequence[str]]
    key: str | None = None
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceDate:
    """One source behind the data and the day it was true."""

    source: str
    as_at: str


@dataclass(frozen=True)
class Quality:
    """What the recipient needs to weigh the data. Thresholds are settings of each run by name.

    `reach` are the rates of each run, `profiles` how full the columns are that leave.
    """

    sources: tuple[SourceDate, ...] = ()
    bands: tuple[BandShare, ...] = ()
    thresholds: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    reach: tuple[Reach, ...] = ()
    profiles: tuple[SourceProfile, ...] = ()


@dataclass(frozen=True)
class PackageContent:
    """All that a package holds before it is written."""

    identity: PackageIdentity
    files: tuple[DataFile, ...]
    quality: Quality = Quality()
    agreement: Agreement | None = None
    receipt_by: str = ""


@dataclass(frozen=True)
class ControlTotal:
    """One sum over a data file, by which a recipient sees that nothing was cut off."""

    measure: str
    column: str
    value: str


@dataclass(frozen=True)
class PackedFile:
    """A data file as written: its name in the package, size, rows, SHA-256, totals."""

    name: str
    bytes: int
    rows: int
    sha256: str
    totals: tuple[ControlTotal, ...]
    described: DataFile


@dataclass(frozen=True)
class Document:
    """One document that goes beside the data."""

    name: str
    content: bytes


Documents = Callable[[PackageContent, tuple[PackedFile, ...], "Seals"], Sequence[Document]]
"""Makes the documents of a package once its data files are written."""


@dataclass(frozen=True)
class Seals:
    """The sender's public halves as documents show them, and where the signed list lies.

    `lists_above`: the lists of digests lie one folder above the documents (a bag).
    """

    public_key: str
    minisign_key: str
    fingerprint: str
    recipients: tuple[str, ...]
    signed_list: str
    lists_above: bool = False


@dataclass(frozen=True)
class Statement:
    """What the signature says beside the list of digests, so that no package is re-addressed.

    `sender_key` and `recipients` are fingerprints of public keys (SHA-256, hex).
    """

    package: str
    sender: str
    sender_key: str
    recipients: tuple[str, ...]
    agreement: str
    gateway: str
    purpose: str
    classification: str
    created: str
    destroy_by: str


@dataclass(frozen=True)
class SealedFile:
    """A package written, re-opened and verified, as `form` (age, zip); `rows` are of all files."""

    path: Path
    form: str
    sha256: str
    bytes: int
    rows: int
    files: tuple[PackedFile, ...]
