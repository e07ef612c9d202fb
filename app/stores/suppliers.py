"""Mappings a steward confirmed, remembered by the columns they were for."""

from __future__ import annotations

from app.base.digests import digest
from app.model.kinds import Mapping
from app.stores import plain
from app.stores.sqlcipher import Reader, Writer


def signature(columns: tuple[str, ...]) -> str:
    """What a supplier's file is recognised by: the digest of its column names, case aside."""
    return digest([" ".join(column.split()).casefold() for column in columns])


def remember(
    writer: Writer, columns: tuple[str, ...], mapping: Mapping, at: str, by: str, supplier: str = ""
) -> None:
    """Keep a confirmed mapping; a later one for the same columns and supplier replaces it."""
    writer.run(
        "INSERT INTO remembered_mapping (signature, supplier, mapping, kept_at, kept_by)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (signature, supplier) DO UPDATE SET"
        " mapping = excluded.mapping, kept_at = excluded.kept_at, kept_by = excluded.kept_by",
        (signature(columns), supplier, plain.write(mapping), at, by),
    )


def recall(reader: Reader, columns: tuple[str, ...], supplier: str = "") -> Mapping | None:
    """The mapping kept for these columns: this supplier's own, else the newest of any."""
    row = reader.first(
        "SELECT mapping FROM remembered_mapping WHERE signature = ?"
        " ORDER BY supplier = ? DESC, kept_at DESC LIMIT 1",
        (signature(columns), supplier),
    )
    return None if row is None else plain.read(Mapping, row[0])
