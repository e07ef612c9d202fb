"""Dictionaries from text to integer codes, one for each domain; pure, filled by a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.model.records import CODES, DOMAINS

Codes = npt.NDArray[np.int32]


class Codebook:
    """Text to code and back. Codes of a domain count from 0 in order of first appearance."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}
        self._index: dict[str, dict[str, int]] = {}
        self._stored: dict[str, int] = {}

    def fill(self, domain: str, values: Iterable[str]) -> None:
        """Append values a store holds, in code order; they do not count as new."""
        held = self._values.setdefault(domain, [])
        index = self._index.setdefault(domain, {})
        for value in values:
            index[value] = len(held)
            held.append(value)
        self._stored[domain] = len(held)

    def encode(self, domain: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Codes (int32, null for null) of text values; unseen values get the next codes."""
        coded = pc.dictionary_encode(values)
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        if isinstance(coded, pa.ChunkedArray):
            coded = pa.DictionaryArray.from_arrays(
                pa.array([], pa.int32()), pa.array([], pa.string())
            )
        held = self._values.setdefault(domain, [])
        index = self._index.setdefault(domain, {})
        texts, known = coded.dictionary.to_pylist(), len(held)
        codes = np.fromiter((index.setdefault(text, len(index)) for text in texts), np.int32)
        held.extend(texts[place] for place in np.flatnonzero(codes >= known))
        return pc.take(pa.array(codes), coded.indices)

    def encode_records(self, records: pa.Table) -> pa.Table:
        """A RECORDS table as a CODES table."""
        columns = [
            self.encode(DOMAINS[f.name], records.column(f.name))
            if f.name in DOMAINS
            else records.column(f.name)
            for f in CODES
        ]
        return pa.table(columns, schema=CODES)

    def code(self, domain: str, text: str) -> int | None:
        """The code of a text, None where no record was ever read as it."""
        return self._index.get(domain, {}).get(text)

    def text(self, domain: str, code: int | None) -> str | None:
        """The text behind a code; None for None."""
        return None if code is None else self._values[domain][code]

    def values(self, domain: str) -> Sequence[str]:
        """All texts of a domain in code order."""
        return self._values.get(domain, [])

    def new_values(self, domain: str) -> Sequence[str]:
        """Texts added since `fill`, in code order; the store appends them."""
        return self._values.get(domain, [])[self._stored.get(domain, 0) :]

    def domains(self) -> tuple[str, ...]:
        """Domains that hold anything."""
        return tuple(self._values)

    def keep(self) -> None:
        """Count everything now held as stored."""
        for domain, held in self._values.items():
            self._stored[domain] = len(held)
