"""The office's own key pair, as bytes this package does not look into."""

from __future__ import annotations

from app.stores.sqlcipher import Reader, Writer


def put(writer: Writer, name: str, body: bytes) -> None:
    """Keep a key under a name, in place of one kept before."""
    writer.run(
        "INSERT INTO office (name, body) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
        (name, body),
    )


def get(reader: Reader, name: str) -> bytes | None:
    """The key of this name, or None."""
    row = reader.first("SELECT body FROM office WHERE name = ?", (name,))
    return None if row is None else bytes(row[0])
