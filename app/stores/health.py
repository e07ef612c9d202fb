"""Whether a vault is whole: pages, cipher, schema, trail, and what a crash left behind."""

from __future__ import annotations

from collections.abc import Callable

from sqlcipher3 import dbapi2

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.model.vaults import Health
from app.stores import migrate, trail, unfinished
from app.stores.vault import Vault

_STAGES = 4


def check(vault: Vault, progress: Progress = SILENT) -> Health:
    """Every check, whatever the others found; damage is an answer here, not a refusal."""
    progress.stage("check-vault", _STAGES)
    with vault.copying() as connection:
        cipher = _answer(cipher_sound, connection)
        progress.step()
        integrity = _answer(pages_sound, connection)
        progress.step()
        schema = _answer(schema_sound, connection)
        progress.step()
    try:
        with vault.read() as reader:
            chained, left = trail.verify(reader).verified, unfinished.listing(reader)
    except (Refused, dbapi2.Error):
        chained, left = False, ()
    progress.step()
    return Health(integrity, cipher, schema, chained, left)


def pages_sound(connection: dbapi2.Connection) -> bool:
    """SQLite's `integrity_check` finds nothing, and no row points at a missing one."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    return (
        bool(found == [("ok",)]) and not connection.execute("PRAGMA foreign_key_check").fetchall()
    )


def cipher_sound(connection: dbapi2.Connection) -> bool:
    """The code of every page is right (`cipher_integrity_check` lists none)."""
    return not connection.execute("PRAGMA cipher_integrity_check").fetchall()


def schema_sound(connection: dbapi2.Connection) -> bool:
    """The tables are exactly those a new vault gets."""
    return migrate.schema_of(connection) == migrate.fresh_schema(migrate.steps())


def _answer(question: Callable[[dbapi2.Connection], bool], connection: dbapi2.Connection) -> bool:
    try:
        return question(connection)
    except dbapi2.DatabaseError:
        return False
