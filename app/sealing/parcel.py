"""A few files for somebody who has no keys: an AES-256 ZIP under a generated passphrase.

A parcel is no package: nobody signs it and nothing in it is loaded again. It is for a person who
asked what is held about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import pyzipper

from app.base.errors import Refused, Where
from app.sealing.archive import AE_2


def write_parcel(files: Mapping[str, bytes], passphrase: str, stream: BinaryIO) -> None:
    """Write the files by name, deflated, in the order given. The names can be read by anybody."""
    with pyzipper.AESZipFile(stream, "w", pyzipper.ZIP_DEFLATED, allowZip64=False) as archive:
        archive.setpassword(passphrase.encode("utf-8"))
        archive.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=AE_2)
        for name, content in files.items():
            archive.writestr(name, content)


def prove_parcel(files: Mapping[str, bytes], passphrase: str, stream: BinaryIO, name: str) -> None:
    """Read a parcel back, byte for byte. Raises Refused `package-damaged`."""
    with pyzipper.AESZipFile(stream) as archive:
        archive.setpassword(passphrase.encode("utf-8"))
        if {one: archive.read(one) for one in archive.namelist()} != dict(files):
            raise Refused("package-damaged", where=Where(file=name))
