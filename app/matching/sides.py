"""One side of a matching: a CODES table as integer columns, with the keys derived from codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.matching.postcodes import parts
from app.model.codebook import Codebook
from app.model.records import CODES, DOMAINS

Ints = npt.NDArray[Any]
"""An integer array; -1 means missing in every column of a side."""
Flags = npt.NDArray[np.bool_]

DAY_SHIFT = 200_000
"""Added to days since 1970 so that every date is positive and -1 can mean missing."""

KEY_BITS = 63
"""Bits of a whole number that is not negative."""
WIDEST = 1 << 36
"""Range up to which a column's values are packed as they are beside a record's number."""

DERIVED: dict[str, tuple[str, str]] = {
    "forename_letter": ("forename", "letter"),
    "forename_stem": ("forename", "stem"),
    "surname_letter": ("surname", "letter"),
    "middle_letter": ("middle", "letter"),
    "forename_length": ("forename", "length"),
    "middle_length": ("middle", "length"),
    "sector": ("postcode", "sector"),
    "district": ("postcode", "district"),
    "area": ("postcode", "area"),
}
"""Columns looked up in a property of the dictionary value behind another column's code."""

_BASES = {"month_day": "birth_day", "name_initials": "surname", "dwelling": "postcode"}

FEMININE = "(LE|NE|TE|[AEO])$"
"""Endings by which a woman's name and a man's differ: Paul and Paula, Denis and Denise, Daniel and
Danielle, Mario and Maria."""


class Properties:
    """Properties of dictionary values, worked out once for all codes of a codebook.

    `letter`: 0-25 of a name's first letter; `stem`: the name without an ending of one sex;
    `length` in characters; `sector`, `district`, `area` of a British postcode by number, -1 for
    any other text.
    """

    def __init__(self, book: Codebook) -> None:
        self._book = book
        self._held: dict[str, Ints] = {}
        self._texts: dict[str, pa.Array] = {}

    def texts(self, domain: str) -> pa.Array:
        """All values of a domain in code order."""
        if domain not in self._texts:
            self._texts[domain] = pa.array(self._book.values(domain), pa.string())
        return self._texts[domain]

    def of(self, column: str, kind: str) -> Ints:
        """A property by code for the dictionary that `column` uses."""
        domain = DOMAINS[column]
        name = f"{domain}:{kind}"
        if name not in self._held:
            self._held |= {f"{domain}:{k}": v for k, v in self._made(domain, kind).items()}
        return self._held[name]

    def _made(self, domain: str, kind: str) -> dict[str, Ints]:
        texts = self.texts(domain)
        return {kind: _PROPERTIES[kind](texts)} if kind in _PROPERTIES else dict(parts(texts))


class Side:
    """Integer columns of one table (int32 or int64, -1 missing), made when first asked for."""

    def __init__(self, table: pa.Table, properties: Properties) -> None:
        self.n: int = table.num_rows
        self._table = table
        self._properties = properties
        self._columns: dict[str, Ints] = {}
        self._counts: dict[str, Ints] = {}
        self._most: dict[str, int] = {}

    def __getitem__(self, name: str) -> Ints:
        if name not in self._columns:
            self._columns[name] = self._make(name)
        return self._columns[name]

    def counts(self, name: str) -> Ints:
        """How many records have each code of a column, by code (at least one entry)."""
        if name not in self._counts:
            self._counts[name] = np.bincount(self[name] + 1, minlength=2)[1:]
        return self._counts[name]

    def most(self, name: str) -> int:
        """The largest value of a column, -1 where none is known."""
        if name not in self._most:
            self._most[name] = int(self[name].max(initial=-1))
        return self._most[name]

    def known(self, name: str) -> bool:
        """Whether any record has a value in a column, derived or not."""
        base = _BASES.get(name, DERIVED.get(name, (name, ""))[0])
        return bool(self._table.column(base).null_count < self.n)

    def _make(self, name: str) -> Ints:
        if name in DERIVED:
            column, kind = DERIVED[name]
            return _look_up(self._properties.of(column, kind), self[column])
        if name == "month_day":
            return _joined(self["birth_month"], self["birth_day"])
        if name == "name_initials":
            return _joined(self["forename_letter"], self["surname_letter"])
        if name == "dwelling":
            return _dwellings(self)
        return _column(self._table, name)


def dense(*columns: Ints) -> Ints:
    """Rows of equal values in all columns get the same number, counted from 0."""
    numbers = numbered(columns[0])
    for column in columns[1:]:
        low, high = int(column.min(initial=0)), int(column.max(initial=0))
        values = column.astype(np.int64) - low if high - low < WIDEST else numbered(column)
        numbers = numbered(numbers * (int(values.max(initial=0)) + 1) + values)
    return numbers


def numbered(values: Ints) -> Ints:
    """Equal values get the same number (int64), counted from 0."""
    low = int(values.min(initial=0))
    record = len(values).bit_length()
    if (int(values.max(initial=0)) - low).bit_length() + record >= KEY_BITS:
        coded = pc.dictionary_encode(pa.array(values))
        return np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    # sorting whole numbers is far quicker here than a hash: the value, and below it the place
    keys = ((values.astype(np.int64) - low) << record) | np.arange(len(values))
    keys.sort()
    ordered = keys >> record
    first = np.append(ordered[:1] != ordered[:1], ordered[1:] != ordered[:-1])
    numbers = np.empty(len(values), dtype=np.int64)
    numbers[keys & ((1 << record) - 1)] = np.cumsum(first)
    return numbers


def distinct(values: Ints) -> Ints:
    """The different values, ascending (sorting is far quicker here than a hash)."""
    ordered = np.sort(values)
    first: Flags = np.append(ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1])
    different: Ints = ordered[first]
    return different


def _column(table: pa.Table, name: str) -> Ints:
    column = table.column(name)
    wide = pa.types.is_int64(CODES.field(name).type)
    if pa.types.is_boolean(column.type):
        column = pc.cast(column, pa.int8())
    values = pc.fill_null(pc.cast(column, pa.int64() if wide else pa.int32()), _absent(name))
    array: Ints = values.combine_chunks().to_numpy(zero_copy_only=False)
    if name in ("birth_date", "death_date"):
        return np.where(array == _absent(name), -1, array + DAY_SHIFT).astype(np.int32)
    return array


def _joined(high: Ints, low: Ints) -> Ints:
    """Two numbers (the low one under 32) as one, -1 where either is missing."""
    joined: Ints = np.maximum((high << 5) | low, -1)
    return joined


def _absent(name: str) -> int:
    return -(2**31) if name in ("birth_date", "death_date") else -1


def _look_up(by_code: Ints, codes: Ints) -> Ints:
    if not len(by_code):
        return np.full(len(codes), -1, dtype=np.int32)
    found: Ints = np.append(by_code, np.int32(-1))[codes]  # the last one is -1, missing
    return found


def _dwellings(side: Side) -> Ints:
    """One number per dwelling: postcode and house, else UPRN; -1 where neither is known."""
    postcode, house, uprn = side["postcode"], side["house"], side["uprn"]
    numbers, held = np.full(side.n, -1, dtype=np.int32), 0
    known = (postcode >= 0) & (house >= 0)
    for where, columns in ((known, (postcode, house)), (~known & (uprn >= 0), (uprn,))):
        rows = np.flatnonzero(where)
        groups = dense(*(column[rows] for column in columns)) + held
        numbers[rows] = groups
        held = int(groups.max(initial=held - 1)) + 1
    return numbers


def _numbered(texts: pa.Array) -> Ints:
    """Texts as numbers in order of first appearance, null as -1."""
    coded = pc.dictionary_encode(texts)
    return np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), np.int32)


def _letter(texts: pa.Array) -> Ints:
    if not len(texts):
        return np.empty(0, np.int32)
    first = pc.utf8_slice_codeunits(texts, 0, 1)
    place = pc.index_in(first, value_set=pa.array([chr(65 + k) for k in range(26)]))
    return np.asarray(pc.fill_null(place, -1).to_numpy(zero_copy_only=False), np.int32)


def _stem(texts: pa.Array) -> Ints:
    """Names that differ only by the ending of one sex, as Paul and Paula do, get one number."""
    return _numbered(pc.replace_substring_regex(texts, FEMININE, ""))


def _length(texts: pa.Array) -> Ints:
    return np.asarray(pc.utf8_length(texts).to_numpy(zero_copy_only=False), np.int32)


_PROPERTIES: dict[str, Callable[[pa.Array], Ints]] = {
    "letter": _letter,
    "stem": _stem,
    "length": _length,
}
