"""SHA-256 of files and of data in canonical form, keyed where the data are people's."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from app.base.progress import SILENT, Progress

CHUNK = 1 << 20


def file_sha256(path: Path, progress: Progress = SILENT) -> str:
    """Hex SHA-256 of a file's bytes, read in chunks of 1 MiB (one progress step each)."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
            progress.step()
    return digest.hexdigest()


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8; the form that digests and MACs cover."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")


def digest(value: Any) -> str:
    """Hex SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def keyed_digest(value: Any, key: bytes) -> str:
    """Hex HMAC-SHA256 of a value's canonical JSON: nobody without the key can guess the value."""
    return hmac.new(key, canonical(value), hashlib.sha256).hexdigest()
