"""Sector, district and area of British postcodes, read from the bytes of all texts at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.matching.textbytes import Bytes, first_bytes

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]

UK_POSTCODE = "^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"
"""What is told here from bytes, for engines that have expressions."""
LONGEST, SHORTEST = 7, 5
"""Characters of a postcode without its space."""
INWARD, SECTOR = 3, 2
"""Characters at the end of a postcode that its district and its sector do not have."""


def parts(texts: pa.Array) -> dict[str, Numbers]:
    """The `sector`, `district` and `area` of each text as numbers, -1 where it is no postcode.

    A postcode is one or two letters, a digit, perhaps a letter or digit; then a digit and two
    letters. Equal parts get the same number.
    """
    cells, lengths = first_bytes(texts, LONGEST)
    british, letters = _shape(cells, lengths)
    rows = np.flatnonzero(british)
    cells, lengths, letters = cells[rows], lengths[rows], letters[rows]
    ends = {"sector": lengths - SECTOR, "district": lengths - INWARD, "area": letters}
    found = {}
    for kind, end in ends.items():
        found[kind] = np.full(len(texts), -1, dtype=np.int32)
        found[kind][rows] = _numbered(cells, end)
    return found


def _numbered(cells: Bytes, ends: npt.NDArray[Any]) -> Numbers:
    """Numbers of the texts up to their ends, equal ones alike."""
    key = np.zeros(len(cells), dtype=np.int64)
    for k in range(int(ends.max(initial=0))):
        key = (key << 8) | np.where(k < ends, cells[:, k], 0)
    return np.asarray(pc.dictionary_encode(pa.array(key)).indices.to_numpy(), dtype=np.int32)


def _shape(cells: Bytes, lengths: npt.NDArray[Any]) -> tuple[Flags, npt.NDArray[Any]]:
    """Which texts are British postcodes, and how many letters their area has."""
    letter = (cells >= ord("A")) & (cells <= ord("Z"))
    digit = (cells >= ord("0")) & (cells <= ord("9"))
    rows = np.arange(len(cells))
    end = np.clip(lengths, SHORTEST, LONGEST)
    inward = digit[rows, end - 3] & letter[rows, end - 2] & letter[rows, end - 1]
    letters = np.where(letter[:, 1], 2, 1)
    last = end - INWARD  # the outward part is letters, a digit, and at most one more
    outward = letter[:, 0] & digit[rows, letters] & (last > letters) & (last <= letters + 2)
    more = np.minimum(letters + 1, LONGEST - 1)
    outward &= (last == letters + 1) | letter[rows, more] | digit[rows, more]
    known = (lengths >= SHORTEST) & (lengths <= LONGEST)
    return known & inward & outward, letters
