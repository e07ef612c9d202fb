"""Packages for a recipient with office tools only: an AES-256 ZIP under a generated passphrase."""

from __future__ import annotations

import os
import stat
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import pyzipper

from app.base.digests import file_sha256
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.model.packaging import PackageLimits, PackedFile, SealedFile
from app.model.sharing import OpenedAnswer, VerifyAnswer
from app.sealing.contents import MANIFEST, SIGNATURE, Packer, SealOrder, refuse_unfit, write_data
from app.sealing.findings import (
    Findings,
    Form,
    Gathering,
    examine,
    named_signer,
    verify_answer,
)
from app.sealing.keys import PublicKey
from app.sealing.opening import Into, write_out
from app.sealing.part import Naming, at_once, part_of, reading_back
from app.sealing.unzip import END, PIECE, EntryTaker, Names, check_growth

MAGIC = b"PK\x03\x04"
KIND = "zip"
AE_2 = 2
STRENGTH = 3
"""WinZip's number for AES of 256 bits."""
MOST_LISTED = 1_024
"""Bytes that the listing may hold for each entry: a name and what describes it."""
END_BYTES = 22
FORM = Form(base="", data="", signed=MANIFEST, lists=((MANIFEST, ""),))


def seal_zip(
    order: SealOrder,
    passphrase: str,
    out: Path,
    progress: Progress = SILENT,
    naming: Naming = at_once,
) -> SealedFile:
    """Write, re-open and verify a WinZip AE-2 archive (AES-256, deflate); then `naming` it.

    Anybody can read the names in such an archive, so they are neutral: `data-1.csv`. The key
    derivation is weak (PBKDF2-SHA1, 1,000 rounds): only a generated passphrase of six words
    makes it safe. Raises Refused as `envelope.seal`.
    """
    refuse_unfit(order)
    progress.stage("package-write")
    with part_of(out) as part:
        with part.writing() as stream:
            files = _write(order, passphrase, stream, progress)
        limits, own = order.policy.limits, order.sender.public
        with reading_back(out.name):
            findings, sha256 = _read(part.path, passphrase, own, limits, progress)
        if not (findings.signature and findings.manifest):
            raise Refused("package-damaged", where=Where(file=out.name))
        size = part.path.stat().st_size
        made = SealedFile(out, KIND, sha256, size, sum(file.rows for file in files), files)
        naming(made, part.place)
    return made


def verify_zip(
    file: Path,
    passphrase: str,
    sender: PublicKey | None,
    limits: PackageLimits,
    progress: Progress = SILENT,
) -> VerifyAnswer:
    """Whether an archive comes from `sender` (None as `envelope.verify`); writes nothing.

    Raises Refused: package-damaged, package-wrong-passphrase, package-not-a-package, and the
    limits'.
    """
    findings, sha256 = _read(file, passphrase, sender, limits, progress)
    return verify_answer(KIND, findings, sha256)


def open_zip_into(
    file: Path,
    passphrase: str,
    into: Into,
    limits: PackageLimits,
    sender: PublicKey | None = None,
    progress: Progress = SILENT,
) -> OpenedAnswer:
    """Write an archive out in clear as `into/NAME/` once all of it has proved sound.

    Raises Refused as `envelope.open_into`.
    """
    proved = _read(file, passphrase, sender, limits, progress)

    def read(taker: EntryTaker) -> None:
        progress.stage("package-open")
        _stream(file, passphrase, taker, limits, progress)

    return write_out(into, proved, read, within=False, checked=sender is not None)


def _write(
    order: SealOrder, passphrase: str, stream: BinaryIO, progress: Progress
) -> tuple[PackedFile, ...]:
    with pyzipper.AESZipFile(
        stream,
        "w",
        pyzipper.ZIP_DEFLATED,
        allowZip64=False,
        compresslevel=order.policy.deflate_level,
    ) as archive:
        archive.setpassword(passphrase.encode("utf-8"))
        archive.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=AE_2)
        packer = Packer(archive, order, progress)
        for _ in write_data(packer, order, "", MANIFEST, neutral=True):
            pass
        listing = packer.listing(list(packer.digests))
        packer.add(MANIFEST, listing)
        packer.sign(SIGNATURE, listing)
    return tuple(packer.files)


def _read(
    file: Path,
    passphrase: str,
    sender: PublicKey | None,
    limits: PackageLimits,
    progress: Progress,
) -> tuple[Findings, str]:
    """Unpack once, writing nothing, and examine; with the SHA-256 of the sealed file."""
    progress.stage("package-verify")
    gathered = Gathering(limits)
    sha256 = file_sha256(file, progress)
    _stream(file, passphrase, gathered, limits, progress)
    if MANIFEST not in gathered.kept:
        raise Refused("package-not-a-package", where=Where(file=file.name))
    return examine(gathered, FORM, sender or named_signer(gathered, FORM)), sha256


def _stream(
    file: Path, passphrase: str, taker: EntryTaker, limits: PackageLimits, progress: Progress
) -> None:
    """Hand every entry to `taker`; each is checked against its own code before it ends."""
    here = Where(file=file.name)
    with file.open("rb") as stream:
        _refuse_padding(stream, limits, here)
        try:
            with pyzipper.AESZipFile(stream) as archive:
                archive.setpassword(passphrase.encode("utf-8"))
                _entries(archive, taker, limits, progress)
        except RuntimeError as error:
            code = "package-wrong-passphrase" if "password" in str(error) else "package-damaged"
            raise Refused(code, where=here) from None
        except (pyzipper.BadZipFile, struct.error, zlib.error, EOFError, ValueError, KeyError):
            raise Refused("package-damaged", where=here) from None


def _entries(
    archive: pyzipper.AESZipFile, taker: EntryTaker, limits: PackageLimits, progress: Progress
) -> None:
    listed = archive.infolist()
    if len(listed) > limits.entries:
        raise Refused("package-too-many-files", limit=limits.entries)
    names, total = Names(limits), 0
    for info in listed:
        name = names.admit(info.filename.encode("utf-8", "surrogateescape"))
        if not _as_written(info) or _is_link(info):
            raise Refused("package-unsafe")
        taker.begin(name)
        size = 0
        with archive.open(info) as entry:
            while content := entry.read(PIECE):
                size, total = size + len(content), total + len(content)
                check_growth(limits, total, size, info.compress_size)
                taker.piece(content)
                progress.step()
        taker.end()


def _refuse_padding(stream: BinaryIO, limits: PackageLimits, here: Where) -> None:
    """Refuse bytes before the first entry or after the end record, and a listing without end."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - END_BYTES))
    end = stream.read(END_BYTES)
    if len(end) < END_BYTES or end[:4] != END:
        raise Refused("package-damaged", where=here)
    listing_bytes, listing_start, comment = struct.unpack("<12x2LH", end)
    if comment or listing_start + listing_bytes + END_BYTES != size:
        raise Refused("package-damaged", where=here)
    if listing_bytes > limits.entries * MOST_LISTED:
        raise Refused("package-too-many-files", limit=limits.entries)
    stream.seek(0)


def _as_written(info: pyzipper.ZipInfo) -> bool:
    """Whether an entry is encrypted and packed as `seal_zip` does it, and no other way.

    Other packings, LZMA among them, let a small file ask for any amount of memory.
    """
    sealed = (info.wz_aes_version, info.wz_aes_strength) == (AE_2, STRENGTH)
    packing = (pyzipper.ZIP_STORED, pyzipper.ZIP_DEFLATED)
    return bool(info.flag_bits & 1) and sealed and info.compress_type in packing


def _is_link(info: pyzipper.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
