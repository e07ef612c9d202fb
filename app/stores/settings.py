"""Settings that belong to the vault, as JSON by key."""

from __future__ import annotations

import json
from typing import Any

from app.stores.sqlcipher import Reader, Writer


def put(writer: Writer, key: str, value: Any) -> None:
    """Keep a value under a key; None removes it."""
    if value is None:
        writer.run("DELETE FROM setting WHERE key = ?", (key,))
        return
    writer.run(
        "INSERT INTO setting (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value, ensure_ascii=False, allow_nan=False)),
    )


def get(reader: Reader, key: str, default: Any = None) -> Any:
    """The value under a key, or `default`."""
    row = reader.first("SELECT value FROM setting WHERE key = ?", (key,))
    return default if row is None else json.loads(row[0])
