"""Loads erased for good, and the search that proves it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.base.errors import Refused
from app.base.progress import Progress
from app.model.erasures import Erasure
from app.stores.pages import AT_ONCE, PAGE, pages_of, pages_of_log
from app.stores.probes import Probes
from app.stores.sqlcipher import Reader, Row, Writer
from app.stores.vault import DATABASE, Vault

_ERASURE = (
    "SELECT load, reason, proposed_at, proposed_by, erased_at, erased_by, pages, pieces, shared,"
    " found, backups FROM erasure"
)


@dataclass(frozen=True)
class Search:
    """What a search of every page came to: pages passed over, pieces met."""

    pages: int
    met: frozenset[bytes]


def propose(writer: Writer, load: str, reason: str, at: str, by: str) -> None:
    """Keep that a load is to be erased, in place of an earlier proposal."""
    writer.run(
        "INSERT OR REPLACE INTO erasure (load, reason, proposed_at, proposed_by)"
        " VALUES (?, ?, ?, ?)",
        (load, reason, at, by),
    )


def drop(writer: Writer, load: str) -> None:
    """Forget a proposal that was not done."""
    writer.run("DELETE FROM erasure WHERE load = ? AND erased_at IS NULL", (load,))


def done(writer: Writer, load: str, at: str, by: str) -> None:
    """The load is gone from every table."""
    writer.run("UPDATE erasure SET erased_at = ?, erased_by = ? WHERE load = ?", (at, by, load))


def proved(writer: Writer, load: str, figures: tuple[int, int, int, int, int]) -> None:
    """What the search came to: pages, pieces, shared, found, and backups removed."""
    writer.run(
        "UPDATE erasure SET pages = ?, pieces = ?, shared = ?, found = ?, backups = ?"
        " WHERE load = ?",
        (*figures, load),
    )


def get(reader: Reader, load: str) -> Erasure:
    """One erasure. Raises Refused `erasure-unknown`."""
    row = reader.first(f"{_ERASURE} WHERE load = ?", (load,))
    if row is None:
        raise Refused("erasure-unknown", load=load[:40])
    return _erasure(row)


def listing(reader: Reader) -> tuple[Erasure, ...]:
    """Every erasure, in the order of proposing."""
    return tuple(_erasure(row) for row in reader.rows(f"{_ERASURE} ORDER BY proposed_at, load"))


def search(vault: Vault, backup: Path, probes: Probes, progress: Progress) -> Search:
    """Look for pieces in every page of the vault's file, of its log, and of a backup.

    The file stands still meanwhile; nobody has to wait but whoever would examine it too.
    Raises Refused `vault-damaged`, `Cancelled`.
    """
    size = vault.database.stat().st_size + backup.stat().st_size
    progress.stage("erase-prove", size // (PAGE * AT_ONCE) + 1)
    pages, met = 0, set[bytes]()
    for content in _everywhere(vault, backup):
        progress.step()
        pages += max(1, len(content) // (PAGE - 80))
        met |= probes.met(content)
    return Search(pages, frozenset(met))


def _everywhere(vault: Vault, backup: Path) -> Iterator[bytes]:
    with vault.examining(), vault.database.open("rb") as stream:
        yield from pages_of(stream, vault.key, DATABASE)
        log = vault.database.with_name(f"{DATABASE}-wal")
        yield from pages_of_log(log, vault.key)
    with zipfile.ZipFile(backup) as archive, archive.open(DATABASE) as member:
        yield from pages_of(member, vault.key, backup.name)  # type: ignore[arg-type]


def _erasure(row: Row) -> Erasure:
    return Erasure(*row)
