"""What is written into a package's ZIP, in order: data, documents, lists of digests, signature."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from app.base.errors import Refused
from app.base.progress import Progress
from app.model.packaging import (
    DataFile,
    Documents,
    PackageContent,
    PackagePolicy,
    PackedFile,
    Seals,
)
from app.sealing import signature
from app.sealing.description import DESCRIPTION, describe
from app.sealing.keys import OfficeKeys, parse_public
from app.sealing.rows import RowWriter
from app.sealing.statement import statement_text

SIGNATURE = "signature.minisig"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 ._-]*[A-Za-z0-9_-])?")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class SealOrder:
    """What to seal, who signs it, who makes its documents and by which rules."""

    content: PackageContent
    documents: Documents
    sender: OfficeKeys
    policy: PackagePolicy


class Packer:
    """Writes entries into an open ZIP and remembers their digests."""

    def __init__(self, archive: zipfile.ZipFile, order: SealOrder, progress: Progress) -> None:
        self._archive = archive
        self._order = order
        self._progress = progress
        self._bytes = 0
        self._entries = 0
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.files: list[PackedFile] = []

    def data(self, file: DataFile, name: str, folder: str) -> Iterator[None]:
        """Write one data file as `folder` + `name`; yields after each batch of rows."""
        writer, digest = RowWriter(file), hashlib.sha256()
        written = 0
        self._begin(folder + name)
        with self._archive.open(folder + name, "w") as entry:
            for batch in writer.batches():
                done = writer.rows
                entry.write(batch)
                digest.update(batch)
                written += len(batch)
                self._weigh(len(batch))
                yield
                self._progress.step(writer.rows - done)
        self._end(folder + name, digest.hexdigest(), written)
        self.files.append(
            PackedFile(name, written, writer.rows, digest.hexdigest(), writer.totals(), file)
        )

    def add(self, path: str, content: bytes) -> None:
        """Write one document or list."""
        self._begin(path)
        self._weigh(len(content))
        if len(content) > self._order.policy.limits.document_bytes:
            raise Refused("package-too-large", limit=self._order.policy.limits.document_bytes)
        with self._archive.open(path, "w") as entry:
            entry.write(content)
        self._end(path, hashlib.sha256(content).hexdigest(), len(content))

    def listing(self, paths: list[str], cut: str = "") -> bytes:
        """Lines of SHA-256 and path (without the leading `cut`), as BagIt and sha256sum read."""
        lines = (f"{self.digests[path]}  {path.removeprefix(cut)}\n" for path in sorted(paths))
        return "".join(lines).encode("utf-8")

    def sign(self, path: str, listing: bytes) -> None:
        """Sign the list of digests together with the package's statement."""
        order = self._order
        comment = statement_text(order.content.identity, order.sender.public.fingerprint)
        self.add(path, signature.sign(listing, comment, order.sender.signer))

    def _begin(self, path: str) -> None:
        self._entries += 1
        if self._entries > self._order.policy.limits.entries:
            raise Refused("package-too-many-files", limit=self._order.policy.limits.entries)
        if path in self.digests:
            raise Refused("package-name-twice")

    def _end(self, path: str, digest: str, size: int) -> None:
        self.digests[path] = digest
        self.sizes[path] = size

    def _weigh(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._order.policy.limits.bytes:
            raise Refused("package-too-large", limit=self._order.policy.limits.bytes)


def write_data(
    packer: Packer, order: SealOrder, folder: str, signed_list: str, *, neutral: bool = False
) -> Iterator[None]:
    """Write every data file, then every document, into `folder` of the ZIP.

    `neutral` names files `data-1.csv` and so on, for a ZIP whose names anybody can read.
    """
    for number, file in enumerate(order.content.files, start=1):
        name = f"data-{number}.csv" if neutral else file.name
        yield from packer.data(file, name, folder)
    files, shown = tuple(packer.files), seals(order, signed_list, above=bool(folder))
    packer.add(folder + DESCRIPTION, describe(order.content, files, shown))
    for document in order.documents(order.content, files, shown):
        packer.add(folder + document.name, document.content)
        yield


def seals(order: SealOrder, signed_list: str, *, above: bool) -> Seals:
    """The sender's public halves and the recipients' fingerprints for the documents."""
    public = order.sender.public
    return Seals(
        public_key=public.text,
        minisign_key=signature.minisign_key(public.signing or b""),
        fingerprint=public.fingerprint,
        recipients=tuple(
            parse_public(recipient.public_key).fingerprint if recipient.public_key else ""
            for recipient in order.content.identity.recipients
        ),
        signed_list=signed_list,
        lists_above=above,
    )


def refuse_unfit(order: SealOrder) -> None:
    """Refuse contents that no recipient would accept, before anything is written.

    Raises Refused: key-cannot-sign, package-without-data, package-name-unsafe, package-name-twice,
    package-too-many-recipients, package-statement-too-long.
    """
    order.sender.signer  # noqa: B018 - refuses a key that cannot sign
    identity, limits = order.content.identity, order.policy.limits
    if not order.content.files or not identity.recipients:
        raise Refused("package-without-data")
    if len(identity.recipients) > limits.recipients:
        raise Refused("package-too-many-recipients", limit=limits.recipients)
    names = [identity.package, *(file.name for file in order.content.files)]
    for name in names:
        if not is_plain(name, limits.name_characters):
            raise Refused("package-name-unsafe")
    if len({name.lower() for name in names}) < len(names):
        raise Refused("package-name-twice")
    said = statement_text(identity, order.sender.public.fingerprint)
    if len(said) > signature.LONGEST_COMMENT:
        raise Refused("package-statement-too-long", limit=signature.LONGEST_COMMENT)


def is_plain(name: str, longest: int) -> bool:
    """Whether a file name is safe and the same on every system."""
    return (
        len(name) <= longest
        and _PLAIN_NAME.fullmatch(name) is not None
        and _DEVICES.fullmatch(name) is None
        and ".." not in name
    )
