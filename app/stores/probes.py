"""Short pieces of what is to be erased, by which every page is searched for it afterwards.

A piece is taken of every part of a stored blob that has a page to itself, so that no page of it
can be left over unseen. What stands in a load that remains as well (a list delivered twice, the
same person in two) is no trace of the erased one and is taken out first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from app.stores.sqlcipher import Reader

LENGTH = 16
HEAD = 8
"""Bytes by which a piece is looked for; the rest is compared where they are met."""
DISTINCT = 6
"""Different bytes that a piece has: zeros and the like stand everywhere."""
STRIDE = 1_900
"""Less than half of what a page holds of a blob: each page that any of it fills has a piece."""
SIEVE = 22
_TABLES = ("load_raw", "load_codes")
_TEXTS = (("pair_record", "fields"), ("rejection", "cells"))


class Probes:
    """Pieces of 16 bytes; `found` counts those that are met in what is shown to it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = frozenset(pieces)
        heads = np.array(sorted({piece[:HEAD] for piece in self._pieces}), dtype=f"S{HEAD}")
        joined = b"".join(piece[:HEAD] for piece in self._pieces)
        numbers = np.unique(np.frombuffer(joined, dtype="<u8")) if len(heads) else np.empty(0, "u8")
        self._heads = numbers.astype(np.uint64)
        self._sieve = np.zeros(1 << SIEVE, dtype=np.bool_)
        self._sieve[_slots(self._heads)] = True

    def __len__(self) -> int:
        return len(self._pieces)

    def met(self, content: bytes) -> set[bytes]:
        """Which pieces stand anywhere in some bytes."""
        if not self._pieces or len(content) < LENGTH:
            return set()
        return {piece for at in self._near(content) if (piece := content[at : at + LENGTH]) in self}

    def without(self, pieces: set[bytes]) -> Probes:
        """The others."""
        return Probes(self._pieces - pieces)

    def __contains__(self, piece: bytes) -> bool:
        return piece in self._pieces

    def _near(self, content: bytes) -> Iterator[int]:
        """Where the first bytes of some piece stand."""
        for shift in range(HEAD):
            count = (len(content) - shift) // HEAD
            words = np.frombuffer(content, dtype="<u8", count=count, offset=shift)
            likely = np.flatnonzero(self._sieve[_slots(words)])
            places = likely[np.isin(words[likely], self._heads)]
            yield from (places * HEAD + shift).tolist()


def of_load(reader: Reader, load: str) -> Probes:
    """Pieces of everything that is kept of a load, and of the dictionaries as they stand."""
    return Probes(piece for body in _bodies(reader, "=", load) for piece in pieces_of(body))


def shared(reader: Reader, probes: Probes, load: str) -> set[bytes]:
    """Pieces that stand in what remains beside a load: they are no trace of it.

    What of the load itself was forgotten in a table is none of these, and will be met.
    """
    held: set[bytes] = set()
    for body in _bodies(reader, "<>", load):
        held |= probes.met(body)
    for (text,) in reader.each("SELECT evidence FROM pair_evidence"):
        held |= probes.met(text.encode("utf-8"))
    return held


def pieces_of(body: bytes) -> Iterator[bytes]:
    """A piece of each stretch of a body, none of a body too short to be told from chance."""
    last = len(body) - LENGTH
    for at in (*range(0, last + 1, STRIDE), *([last] if last > 0 else [])):
        piece = body[at : at + LENGTH]
        if len(set(piece)) >= DISTINCT:
            yield piece


def _bodies(reader: Reader, which: str, load: str) -> Iterator[bytes]:
    """Stored bytes of a load (`=`) or of all others (`<>`); dictionaries belong to every load."""
    for table in _TABLES:
        sql = f"SELECT body FROM {table} WHERE load {which} ?"  # noqa: S608
        for (body,) in reader.each(sql, (load,), 16):
            yield body
    for table, column in _TEXTS:
        sql = f"SELECT {column} FROM {table} WHERE load {which} ?"  # noqa: S608
        for (text,) in reader.each(sql, (load,)):
            yield text.encode("utf-8")
    for (body,) in reader.each("SELECT body FROM dictionary", (), 16):
        yield body


def _slots(words: np.ndarray) -> np.ndarray:
    """A place in the sieve for each word."""
    mixed = words.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(64 - SIEVE)).astype(np.int64)
