"""Mappings a steward confirmed, remembered by the columns they were for."""

from __future__ import annotations

from app.base.digests import digest
from app.model.kinds import FixedColumn, Mapping
from app.stores import plain
from app.stores.sqlcipher import Reader, Writer


def signature(columns: tuple[str, ...], layout: tuple[FixedColumn, ...] = ()) -> str:
    """What a supplier's file is recognised by: the digest of its column names, case aside.

    Where a steward said at which places the columns stand, the places tell the file as well.
    """
    names: list[object] = [" ".join(column.split()).casefold() for column in columns]
    return digest([*names, *([column.start, column.width] for column in layout)])


def remember(
    writer: Writer, columns: tuple[str, ...], mapping: Mapping, at: str, by: str, supplier: str = ""
) -> None:
    """Keep a confirmed mapping; a later one for the same columns and supplier replaces it."""
    writer.run(
        "INSERT INTO remembered_mapping (signature, supplier, mapping, kept_at, kept_by)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (signature, supplier) DO UPDATE SET"
        " mapping = excluded.mapping, kept_at = excluded.kept_at, kept_by = excluded.kept_by",
        (signature(columns, mapping.layout), supplier, plain.write(mapping), at, by),
    )


def recall(
    reader: Reader,
    columns: tuple[str, ...],
    supplier: str = "",
    layout: tuple[FixedColumn, ...] = (),
) -> Mapping | None:
    """The mapping kept for these columns: this supplier's own, else the newest of any."""
    row = reader.first(
        "SELECT mapping FROM remembered_mapping WHERE signature = ?"
        " ORDER BY supplier = ? DESC, kept_at DESC LIMIT 1",
        (signature(columns, layout), supplier),
    )
    return None if row is None else plain.read(Mapping, row[0])


def layouts(reader: Reader) -> tuple[tuple[FixedColumn, ...], ...]:
    """Every fixed-width layout that was stated, the newest first."""
    rows = reader.rows("SELECT mapping FROM remembered_mapping ORDER BY kept_at DESC")
    held = (plain.read(Mapping, row[0]).layout for row in rows)
    return tuple(dict.fromkeys(layout for layout in held if layout))
