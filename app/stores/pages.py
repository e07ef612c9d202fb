"""Every page of an encrypted database as it stands on disk, decrypted: live, free or in a log.

SQLite shows what its tables hold; what lies in pages that no table claims, only the file shows.
The form is SQLCipher 4's: pages of 4,096 bytes, AES-256 in CBC under the raw key, at the end of
each its initialisation vector and its code (https://www.zetetic.net/sqlcipher/design/).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from app.base.errors import Refused, Where
from app.stores.keys import DataKey

PAGE, RESERVED, IV, SALT = 4_096, 80, 16, 16
LOG_HEAD, FRAME_HEAD = 32, 24
AT_ONCE = 256
"""Pages given at once: a megabyte."""


def pages_of(stream: BinaryIO, key: DataKey, name: str) -> Iterator[bytes]:
    """The content of a database, some hundred pages at a time, in order.

    Raises Refused `vault-damaged` where the first page is none of this key.
    """
    first = True
    while held := stream.read(PAGE * AT_ONCE):
        pages = [held[at : at + PAGE] for at in range(0, len(held) - PAGE + 1, PAGE)]
        clear = [_clear(page, key, SALT if first and not n else 0) for n, page in enumerate(pages)]
        if first and (not clear or _size(clear[0]) != PAGE):
            raise Refused("vault-damaged", where=Where(file=name))
        first = False
        yield b"".join(clear)


def pages_of_log(file: Path, key: DataKey) -> Iterator[bytes]:
    """The content of a write-ahead log, also what it has used up already and not overwritten."""
    try:
        held = file.read_bytes()
    except FileNotFoundError:
        return
    for at in range(LOG_HEAD, len(held) - FRAME_HEAD - PAGE + 1, FRAME_HEAD + PAGE):
        (number,) = struct.unpack(">I", held[at : at + 4])
        page = held[at + FRAME_HEAD : at + FRAME_HEAD + PAGE]
        yield _clear(page, key, SALT if number == 1 else 0)


def _clear(page: bytes, key: DataKey, start: int) -> bytes:
    """A page decrypted; the salt before the first page's content is left out."""
    end = PAGE - RESERVED
    decryptor = Cipher(AES(key.key), CBC(page[end : end + IV])).decryptor()
    return decryptor.update(page[start:end]) + decryptor.finalize()


def _size(first: bytes) -> int:
    """The page size that the first page states; its text of 16 bytes is the salt's place."""
    (size,) = struct.unpack(">H", first[:2])
    return int(size)
