"""A ZIP read as it streams past, strictly and within limits; nothing is written anywhere.

Only the plain form that packages are written in is taken: entries back to back, deflated or
stored, then a directory that says exactly the same, then the end. What two readers could
understand differently (gaps, comments, extra data, other methods) is refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import NoReturn, Protocol

from app.base.errors import Refused
from app.model.packaging import PackageLimits
from app.sealing.contents import is_plain

LOCAL, CENTRAL, END, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
STORED, DEFLATED = 0, 8
HAS_DESCRIPTOR, UTF8 = 0x8, 0x800
PIECE = 1 << 18
_LINK, _KIND = 0o120000, 0o170000

Feed = Generator[None, bytes, None]


class EntryTaker(Protocol):
    """Whoever wants the entries' bytes."""

    def begin(self, name: str) -> None:
        """An entry starts."""

    def piece(self, content: bytes) -> None:
        """The next bytes of the entry."""

    def end(self) -> None:
        """The entry is whole and its CRC right."""


@dataclass(frozen=True)
class _Entry:
    name: bytes
    flags: int
    method: int
    stamp: bytes
    offset: int
    crc: int
    packed: int
    size: int


class Unzipper:
    """Feed it the bytes of a ZIP in any pieces, then `close`.

    Raises Refused: package-damaged, package-unsafe (links, encrypted or foreign forms),
    package-name-unsafe, package-name-twice, package-too-many-files, package-too-large,
    package-bomb.
    """

    def __init__(self, taker: EntryTaker, limits: PackageLimits) -> None:
        self._taker = taker
        self._limits = limits
        self._buffer = bytearray()
        self._position = 0
        self._total = 0
        self._entries: list[_Entry] = []
        self._names = Names(limits)
        self._done = False
        self._parser = self._parse()
        next(self._parser)

    def feed(self, content: bytes) -> None:
        """Take the next bytes."""
        if self._done:
            raise Refused("package-damaged")
        try:
            self._parser.send(content)
        except StopIteration:
            self._done = True
            if self._buffer:
                raise Refused("package-damaged") from None

    def close(self) -> None:
        """The stream has ended: refuse it unless the ZIP had ended too."""
        if not self._done:
            raise Refused("package-damaged")

    def _parse(self) -> Feed:
        while True:
            mark = yield from self._take(4)
            if mark != LOCAL:
                break
            yield from self._entry()
        start = self._position - 4
        for entry in self._entries:
            if mark != CENTRAL:
                raise Refused("package-damaged")
            yield from self._central(entry)
            mark = yield from self._take(4)
        if mark != END:
            raise Refused("package-damaged")
        size = self._position - 4 - start
        count = len(self._entries)
        expected = struct.pack("<4H2LH", 0, 0, count, count, size, start, 0)
        if (yield from self._take(18)) != expected:
            raise Refused("package-damaged")

    def _entry(self) -> Feed:
        offset = self._position - 4
        head = yield from self._take(26)
        _, flags, method, stamp, crc, packed, size, name_length, extra = struct.unpack(
            "<3H4s3L2H", head
        )
        if flags & ~(HAS_DESCRIPTOR | UTF8) or method not in {STORED, DEFLATED} or extra:
            raise Refused("package-unsafe")
        described = bool(flags & HAS_DESCRIPTOR)
        if (described and (crc or packed or size)) or (described and method == STORED):
            raise Refused("package-unsafe")
        name = bytes((yield from self._take(name_length)))
        self._taker.begin(self._names.admit(name))
        began = self._position
        found_crc, found = yield from (
            self._inflate() if method == DEFLATED else self._copy(packed)
        )
        read = self._position - began
        self._taker.end()
        if described:
            tail = yield from self._take(16)
            crc, packed, size = struct.unpack("<4x3L", tail)
            if tail[:4] != DESCRIPTOR:
                raise Refused("package-damaged")
        if (crc, packed, size) != (found_crc, read, found):
            raise Refused("package-damaged")
        self._entries.append(_Entry(name, flags, method, stamp, offset, crc, packed, size))

    def _inflate(self) -> Generator[None, bytes, tuple[int, int]]:
        inflater, crc, size, read = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0, 0
        while not inflater.eof:
            if not self._buffer:
                self._buffer += yield
            packed = bytes(self._buffer[:PIECE])
            try:
                content = inflater.decompress(packed, PIECE)
            except zlib.error:
                raise Refused("package-damaged") from None
            used = len(packed) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
            self._drop(used)
            read, size, crc = read + used, size + len(content), zlib.crc32(content, crc)
            self._weigh(len(content), size, read)
            if content:
                self._taker.piece(content)
        return crc, size

    def _copy(self, length: int) -> Generator[None, bytes, tuple[int, int]]:
        crc, left = 0, length
        while left:
            if not self._buffer:
                self._buffer += yield
            content = bytes(self._buffer[: min(left, PIECE)])
            self._drop(len(content))
            left, crc = left - len(content), zlib.crc32(content, crc)
            self._weigh(len(content), length - left, length)
            self._taker.piece(content)
        return crc, length

    def _central(self, entry: _Entry) -> Feed:
        head = yield from self._take(42)
        made, _, *same, name_length, extra, comment, disk, _, attributes, offset = struct.unpack(
            "<4H4s3L5H2L", head
        )
        stated = [entry.flags, entry.method, entry.stamp, entry.crc, entry.packed, entry.size]
        name = yield from self._take(name_length)
        if same != stated or name != entry.name or offset != entry.offset:
            raise Refused("package-damaged")
        if extra or comment or disk:
            raise Refused("package-unsafe")
        unix = 3
        if made >> 8 == unix and (attributes >> 16) & _KIND == _LINK:
            raise Refused("package-unsafe")

    def _weigh(self, piece: int, size: int, read: int) -> None:
        self._total += piece
        check_growth(self._limits, self._total, size, read)

    def _take(self, length: int) -> Generator[None, bytes, bytes]:
        while len(self._buffer) < length:
            self._buffer += yield
        taken = bytes(self._buffer[:length])
        self._drop(length)
        return taken

    def _drop(self, length: int) -> None:
        del self._buffer[:length]
        self._position += length


class Names:
    """The names of a package's entries: safe, each once, none both a file and a folder."""

    def __init__(self, limits: PackageLimits) -> None:
        self._limits = limits
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def admit(self, raw: bytes) -> str:
        """The name of the next entry as text.

        Raises Refused: package-too-many-files, package-name-unsafe, package-name-twice.
        """
        if len(self._files) >= self._limits.entries:
            raise Refused("package-too-many-files", limit=self._limits.entries)
        name = safe_path(raw, self._limits)
        folded = name.lower()
        parts = folded.split("/")
        folders = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if folded in self._files | self._folders or folders & self._files:
            raise Refused("package-name-twice")
        self._files.add(folded)
        self._folders |= folders
        return name


def check_growth(limits: PackageLimits, total: int, size: int, read: int) -> None:
    """Refuse more bytes than allowed, or an entry that swells like a bomb."""
    if total > limits.bytes:
        raise Refused("package-too-large", limit=limits.bytes)
    if size > limits.ratio_from_bytes and size > limits.ratio * max(read, 1):
        raise Refused("package-bomb", limit=limits.ratio)


def safe_path(raw: bytes, limits: PackageLimits) -> str:
    """An entry's name as text; refused unless every part is plain and it is no folder."""
    try:
        name = raw.decode("ascii")
    except UnicodeDecodeError:
        _refuse_name()
    parts = name.split("/")
    if len(parts) > 3 or not all(is_plain(part, limits.name_characters) for part in parts):
        _refuse_name()
    return name


def _refuse_name() -> NoReturn:
    raise Refused("package-name-unsafe")
