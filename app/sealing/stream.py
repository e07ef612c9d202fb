"""Streams between a ZIP and age encryption: memory only, in pieces, errors kept whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from app.base.progress import Progress

STEP = 1 << 20


class Gutter:
    """A write-only stream whose bytes are taken away as they come; it cannot seek."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, content: bytes) -> int:
        """Hold bytes until taken."""
        self._held += content
        return len(content)

    def flush(self) -> None:
        """Nothing lies anywhere else."""

    def take(self) -> bytes:
        """All bytes held so far."""
        taken = bytes(self._held)
        self._held.clear()
        return taken


class Pulled:
    """A readable stream drawn from an iterator of bytes as the reader asks for them.

    The encryption library turns errors of its reader into text, so the true error is kept in
    `error` (a cancel, a refusal) to be raised again by whoever called the library.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        try:
            while not self._held:
                self._held = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        taken, self._held = bytes(self._held[:size]), self._held[size:]
        return taken


class Counted:
    """A file read through: hashes what passes, counts MiB as progress, keeps true errors."""

    def __init__(self, stream: BinaryIO, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress
        self._digest = hashlib.sha256()
        self._since = 0
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        """The file's next bytes."""
        try:
            content = self._stream.read(size)
            self._since += len(content)
            while self._since >= STEP:
                self._since -= STEP
                self._progress.step()
        except BaseException as error:
            self.error = error
            raise
        self._digest.update(content)
        return content

    def sha256(self) -> str:
        """Hex SHA-256 of all that was read."""
        return self._digest.hexdigest()


class Hashing:
    """A stream written through to a file, hashed and counted on the way."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, content: bytes) -> int:
        """Write on."""
        self._digest.update(content)
        self.bytes += len(content)
        return self._stream.write(content)

    def flush(self) -> None:
        """Flush the file."""
        self._stream.flush()

    def sha256(self) -> str:
        """Hex SHA-256 of all that was written."""
        return self._digest.hexdigest()
