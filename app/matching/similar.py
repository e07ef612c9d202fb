"""String similarity for pairs that integers left open: each distinct pair of values once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from app.matching.levels import FUZZY, number
from app.matching.sides import Flags, Ints, Properties
from app.model.records import DOMAINS

CLOSE, SIMILAR = 0.92, 0.85
"""Jaro-Winkler similarities from which names are close or similar."""
SLIP_LENGTH = 5
"""Letters from which any name with one slip is close: Jean and Joan, Roy and Ray are two names."""
PER_SLIP = 4
"""Letters for each slip that a close name may hold, at least one: Nicola is not Nicholas."""

MEMORY = 4_000_000
"""Distinct value pairs remembered per field before the memory starts anew."""

Scores = npt.NDArray[np.float32]


_NOTHING: tuple[Ints, Ints] = (np.empty(0, np.int64), np.empty(0, np.int8))


class Similarity:
    """Settles open pairs of code values by their texts, remembering what it has seen."""

    def __init__(self, properties: Properties) -> None:
        self._properties = properties
        self._seen: dict[str, tuple[Ints, Ints]] = {}

    def settle(self, field: str, a: Ints, b: Ints) -> Ints:
        """Levels (int8) for pairs of codes of one field that are not equal.

        Names: Jaro-Winkler of at least 0.92 with one slip in four letters of the shorter name
        (one at least), one slip in five letters or more, or one turn, is `close`; Jaro-Winkler of
        0.85 `similar`. Identifiers and e-mail: one slip per eight characters of
        the shorter text, at least one, is `close`. A slip is an insertion, deletion, change or
        turn of a letter.
        """
        low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
        keys, back = np.unique((low << 32) | high, return_inverse=True)
        held, levels = self._seen.get(field, _NOTHING)
        place: Ints = np.asarray(np.searchsorted(held, keys))
        found = np.zeros(len(keys), dtype=np.bool_)
        inside = place < len(held)
        found[inside] = held[place[inside]] == keys[inside]
        result = np.empty(len(keys), dtype=np.int8)
        result[found] = levels[place[found]]
        new = keys[~found]
        result[~found] = fresh = self._compute(field, new)
        self._remember(field, (held, levels), (new, fresh))
        return np.asarray(result[back])

    def _remember(self, field: str, old: tuple[Ints, Ints], new: tuple[Ints, Ints]) -> None:
        if len(old[0]) + len(new[0]) > MEMORY:
            old = _NOTHING
        keys, levels = np.concatenate([old[0], new[0]]), np.concatenate([old[1], new[1]])
        order = np.argsort(keys, kind="stable")
        self._seen[field] = (keys[order], levels[order])

    def _compute(self, field: str, keys: Ints) -> Ints:
        texts = self._properties.texts(DOMAINS[field])
        first = _strings(texts, keys >> 32)
        second = _strings(texts, keys & 0xFFFFFFFF)
        return levels_of(field, first, second)


def _strings(texts: pa.Array, codes: Ints) -> list[str]:
    strings: list[str] = texts.take(pa.array(codes, pa.int64())).to_pylist()
    return strings


def levels_of(field: str, first: list[str], second: list[str]) -> Ints:
    """Fuzzy levels (int8) of two equally long lists of differing texts."""
    if not first:
        return np.empty(0, dtype=np.int8)
    if _is_name(field):
        scores = process.cpdist(first, second, **_NAMES)
        slips = process.cpdist(first, second, **_NUMBERS)
        edits = process.cpdist(first, second, **_EDITS)
        return _name_levels(field, scores, (slips, edits), np.minimum(*_lengths(first, second)))
    slips = process.cpdist(first, second, **_NUMBERS)
    return _number_levels(field, slips, np.minimum(_allowed(first), _allowed(second)))


def share_of_levels(field: str, first: list[str], second: list[str]) -> dict[str, float]:
    """How often values drawn from two lists reach each fuzzy level without being equal.

    Every value of the first list meets every value of the second.
    """
    if not first or not second:
        return dict.fromkeys(FUZZY[field], 0.0)
    if _is_name(field):
        scores = process.cdist(first, second, **_NAMES)
        shorter = np.minimum.outer(*_lengths(first, second))
        slips = process.cdist(first, second, **_NUMBERS)
        edits = process.cdist(first, second, **_EDITS)
        levels, differ = _name_levels(field, scores, (slips, edits), shorter), scores < 1.0
    else:
        slips = process.cdist(first, second, **_NUMBERS)
        allowed = np.minimum.outer(_allowed(first), _allowed(second))
        levels, differ = _number_levels(field, slips, allowed), slips > 0
    return {code: float(((levels == number(field, code)) & differ).mean()) for code in FUZZY[field]}


_NAMES: dict[str, Any] = {
    "scorer": JaroWinkler.similarity,
    "score_cutoff": SIMILAR - 0.01,
    "workers": -1,
    "dtype": np.float32,
}
_NUMBERS: dict[str, Any] = {
    "scorer": OSA.distance,
    "score_cutoff": 4,
    "workers": -1,
    "dtype": np.int32,
}


_EDITS: dict[str, Any] = {**_NUMBERS, "scorer": Levenshtein.distance, "score_cutoff": 2}


def _is_name(field: str) -> bool:
    return "similar" in FUZZY[field]


def _name_levels(field: str, scores: Scores, apart: tuple[Ints, Ints], shorter: Ints) -> Ints:
    """Levels by similarity, and by slips and edits (a turn is one slip, but two edits)."""
    slips, edits = apart
    few = slips <= np.maximum(1, shorter // PER_SLIP)
    close: Flags = (scores >= np.float32(CLOSE)) & few
    close |= (slips <= 1) & ((shorter >= SLIP_LENGTH) | (edits == 2))
    levels = np.full(scores.shape, number(field, "differs"), dtype=np.int8)
    levels[scores >= np.float32(SIMILAR)] = number(field, "similar")
    levels[close] = number(field, "close")
    return levels


def _lengths(*lists: list[str]) -> tuple[Ints, ...]:
    return tuple(np.fromiter(map(len, texts), np.int32, len(texts)) for texts in lists)


def _number_levels(field: str, slips: Ints, allowed: Ints) -> Ints:
    levels = np.full(slips.shape, number(field, "differs"), dtype=np.int8)
    levels[slips <= allowed] = number(field, "close")
    return levels


def _allowed(texts: list[str]) -> Ints:
    """Slips that a text may hold and still be close: one per eight characters, at least one."""
    allowed: Ints = np.maximum(1, _lengths(texts)[0] // 8)
    return allowed
