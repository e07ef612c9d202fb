"""Whether a vault is whole: pages, cipher, schema, trail, and what a crash left behind."""

from __future__ import annotations

from collections.abc import Callable

from sqlcipher3 import dbapi2

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.model.vaults import Health, Unfinished
from app.stores import migrate, trail, unfinished
from app.stores.sqlcipher import Reader
from app.stores.vault import Vault

_STAGES = 4


def check(vault: Vault, progress: Progress = SILENT) -> Health:
    """Every check, whatever the others found; damage is an answer here, not a refusal."""
    progress.stage("check-vault", _STAGES)
    answers = []
    for question in (_chain_holds, schema_sound, cipher_sound, pages_sound):
        answers.append(_answer(question, vault))
        progress.step()
    chained, schema, cipher, integrity = answers
    return Health(integrity, cipher, schema, chained, _left(vault))


def unspoilt(vault: Vault) -> bool:
    """Whether every page of the vault's file is as it was written."""
    return _answer(cipher_sound, vault)


def _chain_holds(connection: dbapi2.Connection) -> bool:
    return trail.verify(Reader(connection)).verified


def _left(vault: Vault) -> tuple[Unfinished, ...]:
    try:
        with vault.read() as reader:
            return unfinished.listing(reader)
    except (Refused, dbapi2.Error):
        return ()


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


def _answer(question: Callable[[dbapi2.Connection], bool], vault: Vault) -> bool:
    """Each question has a connection of its own: what one meets must not answer the next."""
    try:
        with vault.examining() as connection:
            return question(connection)
    except dbapi2.DatabaseError:
        return False
    except Refused as refusal:
        if refusal.code != "vault-damaged":
            raise
        return False
