"""Every table as it stands, for taking all of it out of the product: nothing can be forgotten.

Tables are asked of the schema itself, so that one made tomorrow is taken out tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.stores.sqlcipher import Reader

PACKED = frozenset({"load_raw", "load_codes", "dictionary"})
"""Tables of packed columns: they are taken out load by load, as rows."""
KEPT_IN = frozenset({"office"})
"""The private keys of the office: whoever has them can sign as the office."""
OWN = frozenset({"series", "unfinished", "pair_record"})
"""What only the program needs: its counters, and narrow copies of rows that are taken out whole."""


def tables(reader: Reader) -> tuple[str, ...]:
    """The tables that are taken out as they stand, by name."""
    rows = reader.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return tuple(name for (name,) in rows if name not in PACKED | KEPT_IN | OWN)


def columns(reader: Reader, table: str) -> tuple[str, ...]:
    """The columns of a table, in their order."""
    return tuple(name for (name,) in reader.rows("SELECT name FROM pragma_table_info(?)", (table,)))


def rows(reader: Reader, table: str) -> Iterator[tuple[str, ...]]:
    """The rows of a table as texts; null is empty, a blob is hexadecimal."""
    names = ", ".join(f'"{name}"' for name in columns(reader, table))
    for row in reader.each(f'SELECT {names} FROM "{table}"'):  # noqa: S608
        yield tuple(_text(value) for value in row)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else str(value)
