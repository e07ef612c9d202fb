"""What a package's entries amount to: digests, small documents, and whether all of it agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.base.errors import Refused
from app.model.packaging import PackageLimits, Statement
from app.model.sharing import OpenedAnswer, VerifiedFile, VerifyAnswer
from app.sealing import signature
from app.sealing.contents import MANIFEST, SIGNATURE, TAG_MANIFEST, is_plain
from app.sealing.description import DESCRIPTION, Description
from app.sealing.keys import PublicKey, parse_public
from app.sealing.rows import RecordCounter
from app.sealing.statement import read_statement

DOCUMENTS = frozenset({SIGNATURE, MANIFEST, TAG_MANIFEST, DESCRIPTION})


MOST_KEPT = len(DOCUMENTS)
"""How many of the largest documents may be held: one of each name. A folder may repeat names."""


@dataclass(frozen=True)
class Entry:
    """One entry of a package: size, SHA-256, records if it is a CSV."""

    name: str
    size: int
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class Findings:
    """What a package proved to be; `signer` is the key its signature was held to."""

    signature: bool
    manifest: bool
    signer: PublicKey
    statement: Statement | None
    entries: tuple[Entry, ...]
    files: tuple[VerifiedFile, ...]


@dataclass
class Gathering:
    """Takes entries as they stream by; keeps the bytes only of the lists and the signature."""

    limits: PackageLimits
    entries: list[Entry] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    _kept: int = 0

    def begin(self, name: str) -> None:
        """Start an entry."""
        self._name, self._size = name, 0
        self._digest = hashlib.sha256()
        self._counter = RecordCounter() if name.endswith(".csv") else None
        self._keep = bytearray() if name.rpartition("/")[2] in DOCUMENTS else None

    def piece(self, content: bytes) -> None:
        """Take the entry's next bytes."""
        self._digest.update(content)
        self._size += len(content)
        if self._counter is not None:
            self._counter.feed(content)
        if self._keep is not None:
            self._keep += content
            self._kept += len(content)
            if max(len(self._keep), self._kept // MOST_KEPT) > self.limits.document_bytes:
                raise Refused("package-too-large", limit=self.limits.document_bytes)

    def end(self) -> None:
        """Close the entry."""
        rows = None if self._counter is None else self._counter.rows
        self.entries.append(Entry(self._name, self._size, self._digest.hexdigest(), rows))
        if self._keep is not None:
            self.kept[self._name] = bytes(self._keep)


@dataclass(frozen=True)
class Form:
    """Where a form of package keeps its parts; paths begin with `base` (`NAME/` or nothing).

    `lists` gives each list of digests the folder whose entries it must cover, all and alone;
    a list that covers `base` itself leaves out `data`, the signature and the signed list.
    """

    base: str
    data: str
    signed: str
    lists: tuple[tuple[str, str], ...]


def examine(gathered: Gathering, form: Form, key: PublicKey) -> Findings:
    """Whether signature and lists of digests hold, and what the package says of itself."""
    kept, base = gathered.kept, form.base
    comment = None
    if key.signing is not None:
        comment = signature.verify(
            kept.get(base + form.signed, b""), kept.get(base + SIGNATURE, b""), key.signing
        )
    statement = None if comment is None else read_statement(comment)
    if statement is not None and not is_plain(statement.package, gathered.limits.name_characters):
        raise Refused("package-name-unsafe")  # it names the folder that is written
    description = described(gathered, form)
    files = description.files(
        {
            entry.name.removeprefix(form.data): (entry.size, entry.rows, entry.sha256)
            for entry in gathered.entries
            if entry.name.startswith(form.data)
        }
    )
    whole = all(entry.name.startswith(base) for entry in gathered.entries) and all(
        _list_holds(gathered, form, listing, folder) for listing, folder in form.lists
    )
    agrees = statement is None or (
        description.agrees(statement)
        and statement.sender_key == key.fingerprint
        and base in {"", f"{statement.package}/"}
    )
    return Findings(
        signature=statement is not None,
        manifest=whole and bool(files) and agrees,
        signer=key,
        statement=statement,
        entries=tuple(gathered.entries),
        files=files,
    )


def described(gathered: Gathering, form: Form) -> Description:
    """The package's own description."""
    return Description(gathered.kept.get(form.data + DESCRIPTION, b""))


def named_signer(gathered: Gathering, form: Form) -> PublicKey:
    """The key that the package itself names as its signer's, where no sender was given."""
    try:
        return parse_public(described(gathered, form).public_key)
    except Refused:
        raise Refused("package-signature-wrong") from None


def refuse_unproved(findings: Findings) -> Statement:
    """Refuse a package whose signature or digests are wrong; what the signer says of it."""
    if findings.statement is None:
        raise Refused("package-signature-wrong")
    if not findings.manifest:
        raise Refused("package-manifest-wrong")
    return findings.statement


def verify_answer(kind: str, findings: Findings, sha256: str) -> VerifyAnswer:
    """Findings as the contract words them."""
    statement = findings.statement
    return VerifyAnswer(
        envelope=kind,
        sha256=sha256,
        signature=findings.signature,
        manifest=findings.manifest,
        sender=None if statement is None else statement.sender,
        agreement=None if statement is None else statement.agreement,
        files=findings.files,
        signer=findings.signer.text,
        destroy_by=None if statement is None else statement.destroy_by,
    )


def opened_answer(
    into: Path, folder: str, proved: tuple[Findings, str], *, checked: bool
) -> OpenedAnswer:
    """What was written where, and who signed it."""
    findings, sha256 = proved
    statement = findings.statement
    cut = f"{folder}/"
    return OpenedAnswer(
        into=into,
        sha256=sha256,
        files=tuple(sorted(cut + entry.name.removeprefix(cut) for entry in findings.entries)),
        sender=None if statement is None else statement.sender,
        signer=findings.signer.text,
        sender_checked=checked,
        classification=None if statement is None else statement.classification,
        destroy_by=None if statement is None else statement.destroy_by,
    )


def refuse_readdressed(statement: Statement | None, mine: Iterable[PublicKey]) -> None:
    """Refuse a package whose signed recipients (and sender) do not include the key in hand."""
    if statement is None:
        return
    prints = {key.fingerprint for key in mine}
    if prints.isdisjoint([*statement.recipients, statement.sender_key]):
        raise Refused("package-wrong-recipient")


def _list_holds(gathered: Gathering, form: Form, listing: str, folder: str) -> bool:
    path = form.base + listing
    listed: dict[str, str] = {}
    for line in gathered.kept.get(path, b"").decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if form.base + name in listed:
            return False
        listed[form.base + name] = digest
    apart = {path, form.base + form.signed, form.base + SIGNATURE}
    found = {
        entry.name: entry.sha256
        for entry in gathered.entries
        if entry.name.startswith(folder)
        and entry.name not in apart
        and (folder == form.data or not entry.name.startswith(form.data))
    }
    return bool(found) and found == listed
