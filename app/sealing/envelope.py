"""Packages between offices: a signed BagIt bag in a ZIP, encrypted with age, all as a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pyrage
from pyrage import x25519

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.model.packaging import PackageIdentity, PackageLimits, SealedFile
from app.model.sharing import OpenedAnswer, VerifyAnswer
from app.sealing.contents import (
    MANIFEST,
    SIGNATURE,
    TAG_MANIFEST,
    Packer,
    SealOrder,
    refuse_unfit,
    write_data,
)
from app.sealing.findings import (
    Findings,
    Form,
    Gathering,
    examine,
    named_signer,
    refuse_readdressed,
    verify_answer,
)
from app.sealing.keys import OfficeKeys, PublicKey, parse_public
from app.sealing.opening import Into, write_out
from app.sealing.part import Naming, at_once, part_of, reading_back
from app.sealing.stream import STEP, Counted, Gutter, Hashing, Pulled
from app.sealing.unzip import EntryTaker, Unzipper

MAGIC = b"age-encryption.org/v1\n"
KIND = "age"
HEADER_END = b"\n---"
MOST_HEADER = 65_536
"""Bytes in which the header must end: decryption would hold one of any length in memory."""


def seal(
    order: SealOrder, out: Path, progress: Progress = SILENT, naming: Naming = at_once
) -> SealedFile:
    """Write, re-open and verify a package for its recipients' public keys; then `naming` it.

    The sender's own office is always one of the age recipients: only so can the sealer open what
    it has written and prove it whole before it gets its name. Nothing is on disk in clear at any
    moment, and nothing at all is left after a refusal, a cancel or a full disk.
    Raises Refused: those of `refuse_unfit`, public-key-..., package-file-exists,
    package-disk-full, package-not-written, package-too-large, package-text-unwritable.
    """
    refuse_unfit(order)
    recipients = _recipients(order)
    progress.stage("package-write")
    with part_of(out) as part:
        packer: list[Packer] = []
        with part.writing() as stream:
            sealed = Hashing(stream)
            with closing(_bag(order, packer, progress)) as bag:
                _encrypt(bag, sealed, recipients)
        own, limits = order.sender, order.policy.limits
        with reading_back(out.name):
            findings, sha256 = _read(part.path, own, own.public, limits, progress)
        if not (findings.signature and findings.manifest) or sha256 != sealed.sha256():
            raise Refused("package-damaged", where=Where(file=out.name))
        files = tuple(packer[0].files)
        rows = sum(file.rows for file in files)
        made = SealedFile(out, KIND, sha256, sealed.bytes, rows, files)
        naming(made, part.place)
    return made


def verify(
    file: Path,
    keys: OfficeKeys,
    sender: PublicKey | None,
    limits: PackageLimits,
    progress: Progress = SILENT,
) -> VerifyAnswer:
    """Whether a package comes from `sender` and is whole; writes nothing.

    Without a sender the signature is held to the key the package names itself, which proves
    nothing until that key is known. A wrong signature or list of digests is answered with False.
    Raises Refused: package-damaged, package-wrong-key, package-wrong-recipient,
    package-not-a-package, and the limits'.
    """
    findings, sha256 = _read(file, keys, sender, limits, progress)
    return verify_answer(KIND, findings, sha256)


def open_into(
    file: Path,
    keys: OfficeKeys,
    into: Into,
    limits: PackageLimits,
    sender: PublicKey | None = None,
    progress: Progress = SILENT,
) -> OpenedAnswer:
    """Write a package out in clear as `into/NAME/`, once all of it has proved sound.

    The first pass decrypts and checks everything and writes nothing, since on damage decryption
    lets go of plaintext before it notices. The second writes files that have no name (where the
    system can) while comparing with what the first has seen; only then all get their names at
    once. Without `sender` the
    signature is held to the key the package names itself; compare its words by telephone.
    Raises Refused: those of `verify`, package-signature-wrong, package-manifest-wrong,
    package-folder-exists, package-disk-full, package-not-written.
    """
    proved = _read(file, keys, sender, limits, progress)

    def read(taker: EntryTaker) -> None:
        progress.stage("package-open", _steps(file))
        _decrypt(file, keys, taker, limits, progress)

    return write_out(into, proved, read, within=True, checked=sender is not None)


def _encrypt(bag: Iterator[bytes], sealed: Hashing, recipients: list[x25519.Recipient]) -> None:
    source = Pulled(bag)
    try:
        pyrage.encrypt_io(source, sealed, recipients)
    except pyrage.EncryptError as error:
        raise source.error or error from None


def _bag(
    order: SealOrder, packer: list[Packer], progress: Progress
) -> Generator[bytes, None, None]:
    """The ZIP of the bag, piece by piece; its Packer is left in `packer`."""
    identity, gutter = order.content.identity, Gutter()
    base = f"{identity.package}/"
    with zipfile.ZipFile(
        cast("zipfile._ZipWritable", gutter),
        "w",
        zipfile.ZIP_DEFLATED,
        allowZip64=False,
        compresslevel=order.policy.deflate_level,
    ) as archive:
        pack = Packer(archive, order, progress)
        packer.append(pack)
        for _ in write_data(pack, order, f"{base}data/", TAG_MANIFEST):
            yield gutter.take()
        payload = list(pack.digests)
        size = sum(pack.sizes.values())
        pack.add(base + MANIFEST, pack.listing(payload, base))
        pack.add(f"{base}bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        pack.add(f"{base}bag-info.txt", _bag_info(identity, f"{size}.{len(payload)}"))
        tags = pack.listing([path for path in pack.digests if path not in payload], base)
        pack.add(base + TAG_MANIFEST, tags)
        pack.sign(base + SIGNATURE, tags)
    yield gutter.take()


def _bag_info(identity: PackageIdentity, oxum: str) -> bytes:
    """RFC 8493 metadata; every value on its own line."""
    facts = {
        "Source-Organization": identity.sender,
        "External-Description": identity.title,
        "External-Identifier": identity.package,
        "Bagging-Date": identity.created[:10],
        "Bag-Software-Agent": identity.tool,
        "Payload-Oxum": oxum,
        "Agreement": identity.agreement,
        "Classification": identity.classification,
        "Destroy-By": identity.destroy_by,
    }
    lines = (f"{name}: {' '.join(value.split())}\n" for name, value in facts.items() if value)
    return "".join(lines).encode("utf-8")


def _recipients(order: SealOrder) -> list[x25519.Recipient]:
    ages = [
        parse_public(recipient.public_key).age for recipient in order.content.identity.recipients
    ]
    ages.append(order.sender.public.age)
    return [x25519.Recipient.from_str(age) for age in dict.fromkeys(ages)]


def _read(
    file: Path,
    keys: OfficeKeys,
    sender: PublicKey | None,
    limits: PackageLimits,
    progress: Progress,
) -> tuple[Findings, str]:
    """Decrypt once, writing nothing, and examine; with the SHA-256 of the sealed file."""
    progress.stage("package-verify", _steps(file))
    gathered = Gathering(limits)
    sha256 = _decrypt(file, keys, gathered, limits, progress)
    first = gathered.entries[0].name if gathered.entries else ""
    base = f"{first.partition('/')[0]}/"
    if f"{base}bagit.txt" not in {entry.name for entry in gathered.entries}:
        raise Refused("package-not-a-package", where=Where(file=file.name))
    form = Form(
        base=base,
        data=f"{base}data/",
        signed=TAG_MANIFEST,
        lists=((MANIFEST, f"{base}data/"), (TAG_MANIFEST, base)),
    )
    findings = examine(gathered, form, sender or named_signer(gathered, form))
    mine = keys.public
    refuse_readdressed(findings.statement, (mine, PublicKey(mine.age, None)))
    return findings, sha256


def _decrypt(
    file: Path, keys: OfficeKeys, taker: EntryTaker, limits: PackageLimits, progress: Progress
) -> str:
    """Stream the package's entries to `taker`; the SHA-256 of the sealed file."""
    unzipper = Unzipper(taker, limits)
    with file.open("rb") as stream:
        start = stream.read(MOST_HEADER)
        if not start.startswith(MAGIC):
            raise Refused("package-not-a-package", where=Where(file=file.name))
        if HEADER_END not in start:
            raise Refused("package-damaged", where=Where(file=file.name))
        stream.seek(0)
        source = Counted(stream, progress)
        try:
            pyrage.decrypt_io(source, _Fed(unzipper), [keys.age])
        except pyrage.DecryptError as error:
            code = "package-wrong-key" if "No matching keys" in str(error) else "package-damaged"
            raise source.error or Refused(code, where=Where(file=file.name)) from None
        except OSError as error:
            raise _true_fault(source, error, file.name) from None
    unzipper.close()
    return source.sha256()


def _true_fault(source: Counted, error: OSError, name: str) -> BaseException:
    """What really went wrong: the reader's own error, a full disk, or damage (no errno)."""
    if source.error is not None:
        return source.error
    return error if error.errno is not None else Refused("package-damaged", where=Where(file=name))


class _Fed:
    """The decrypted stream, handed on to the unzipper."""

    def __init__(self, unzipper: Unzipper) -> None:
        self._unzipper = unzipper

    def write(self, content: bytes) -> int:
        self._unzipper.feed(content)
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""


def _steps(file: Path) -> int:
    return file.stat().st_size // STEP + 1
