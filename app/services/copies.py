"""Records laid out for reading: each field as the source wrote it beside what it was read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from app.model.codebook import Codebook
from app.model.meanings import Meaning
from app.model.records import DOMAINS
from app.model.viewing import columns_by_meaning, layout, raw_by_meaning
from app.standardise.records import describe
from app.stores import loads as shelf
from app.stores.runs import PairRecord
from app.stores.sqlcipher import Reader


def copied(
    reader: Reader, load: str, ordinals: Sequence[int], codes: pa.Table, book: Codebook
) -> list[PairRecord]:
    """Narrow copies of some records of a load; `codes` are their CODES in the same order."""
    if not len(ordinals):
        return []
    mapping = shelf.mapping(reader, load)
    raw = shelf.read_raw_rows(reader, load, list(ordinals))
    names = raw.schema.names[1:]
    texts = zip(*(column.to_pylist() for column in raw.columns[1:]), strict=True)
    coded = codes.to_pylist()
    spoken = {part: columns_by_meaning(mapping, part) for part in {row["part"] for row in coded}}
    return [
        PairRecord(
            load,
            int(ordinal),
            record["row"],
            record["part"],
            _fields(spoken[record["part"]], dict(zip(names, cells, strict=True)), record, book),
        )
        for ordinal, record, cells in zip(ordinals, coded, texts, strict=True)
    ]


def _fields(
    columns: Mapping[Meaning, Sequence[str]],
    cells: Mapping[str, str],
    record: dict[str, Any],
    book: Codebook,
) -> dict[str, tuple[str, str]]:
    standard = {
        name: book.text(DOMAINS[name], value) if name in DOMAINS else value
        for name, value in record.items()
        if value is not None
    }
    raw = raw_by_meaning(columns, cells)
    lines = layout(raw, describe(standard))
    return {line.name: (line.raw, line.standard) for line in lines}
