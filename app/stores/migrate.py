"""The vault's schema: numbered SQL steps under user_version, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from app.base.errors import Refused
from app.base.places import resource
from app.stores import sqlcipher

APPLICATION = 0x4D554E49  # "MUNI"
_IGNORED = "sqlite_%"


@dataclass(frozen=True)
class Step:
    """One numbered step and its SQL."""

    version: int
    sql: str


def steps(folder: Path | None = None) -> tuple[Step, ...]:
    """All steps in order, from files `NNNN_name.sql`; numbers run from 1 without a gap."""
    found = sorted((folder or resource("schema")).glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ordered = tuple(Step(int(path.name[:4]), path.read_text(encoding="utf-8")) for path in found)
    if [step.version for step in ordered] != list(range(1, len(ordered) + 1)):
        raise RuntimeError("schema steps are not numbered 1, 2, 3 ...")
    return ordered


def version_of(connection: dbapi2.Connection) -> int:
    """The schema version a database stands at."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def build(connection: dbapi2.Connection, known: tuple[Step, ...]) -> None:
    """Every step on an empty database."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    for step in known:
        _apply(connection, step)


def upgrade(
    connection: dbapi2.Connection, known: tuple[Step, ...], backup: Callable[[], object]
) -> int | None:
    """Bring an opened vault up to date; `backup` runs before the first step.

    Returns the version it came from, or None when nothing was to do. Raises Refused:
    `vault-newer`, or `vault-damaged` for a database that never was a vault's (version 0).
    """
    stands, latest = version_of(connection), known[-1].version
    if stands > latest:
        raise Refused("vault-newer", needs=stands, understands=latest)
    if stands == 0:
        raise Refused("vault-damaged")
    if stands == latest:
        return None
    backup()
    for step in known[stands:]:
        _apply(connection, step)
    return stands


def schema_of(connection: dbapi2.Connection) -> list[tuple[str, str, str]]:
    """Type, name and SQL of every object, in order, to compare two databases."""
    rows = connection.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema"
        " WHERE name NOT LIKE ? ORDER BY type, name",
        (_IGNORED,),
    ).fetchall()
    return [(kind, name, " ".join(sql.split())) for kind, name, sql in rows]


def fresh_schema(known: tuple[Step, ...]) -> list[tuple[str, str, str]]:
    """The schema a new vault gets."""
    connection = sqlcipher.plain_memory()
    try:
        build(connection, known)
        return schema_of(connection)
    finally:
        connection.close()


def _apply(connection: dbapi2.Connection, step: Step) -> None:
    with sqlcipher.transaction(connection):
        for statement in _statements(step.sql):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {step.version}")


def _statements(sql: str) -> list[str]:
    """Single statements: `executescript` would commit before it begins."""
    found, held = [], ""
    for line in sql.splitlines(keepends=True):
        held += line
        if dbapi2.complete_statement(held):
            found.append(held.strip())
            held = ""
    if held.strip() and not all(line.startswith("--") for line in held.strip().splitlines()):
        raise RuntimeError("a schema step ends in the middle of a statement")
    return found
