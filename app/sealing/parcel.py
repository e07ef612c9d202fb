"""Files for somebody who has no keys: an AES-256 ZIP under a generated passphrase.

A parcel is no package: nobody signs it and nothing in it is loaded again. It is for a person who
asked what is held about them, and for taking everything out of the product.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

import pyzipper

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.sealing.archive import AE_2

PIECE = 1 << 20
Digests = dict[str, str]
"""SHA-256 of each file by its name."""


class Parcel:
    """Writes files one after another, deflated, as they come. The names can be read by anybody."""

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        self._archive = pyzipper.AESZipFile(stream, "w", pyzipper.ZIP_DEFLATED)
        self._archive.setpassword(passphrase.encode("utf-8"))
        self._archive.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=AE_2)
        self.digests: Digests = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file."""
        digest = hashlib.sha256()
        with self._archive.open(name, "w", force_zip64=True) as entry:
            for piece in pieces:
                digest.update(piece)
                entry.write(piece)
        self.digests[name] = digest.hexdigest()

    def close(self) -> None:
        """Write the listing: until then it is no ZIP."""
        self._archive.close()


def prove(
    stream: BinaryIO, passphrase: str, digests: Digests, name: str, progress: Progress = SILENT
) -> None:
    """Read a parcel back, every byte. Raises Refused `package-damaged`."""
    found: Digests = {}
    with pyzipper.AESZipFile(stream) as archive:
        archive.setpassword(passphrase.encode("utf-8"))
        for one in archive.namelist():
            digest = hashlib.sha256()
            with archive.open(one) as entry:
                while piece := entry.read(PIECE):
                    digest.update(piece)
                    progress.step(0)
            found[one] = digest.hexdigest()
    if found != digests:
        raise Refused("package-damaged", where=Where(file=name))
