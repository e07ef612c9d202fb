"""The open vault: one writer, readers of their own, and nothing written without a trail entry."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sqlcipher3 import dbapi2

from app.base import durable
from app.base.errors import Refused, Where
from app.model.policy import VaultPolicy
from app.stores import header as headers
from app.stores import migrate, places, sqlcipher
from app.stores.header import Header
from app.stores.keys import DataKey, Opened
from app.stores.locks import VaultLock
from app.stores.sqlcipher import Reader, Writer

DATABASE = "vault.db"
BACKUPS = "backups"
EXPORTS = "exports"
LOG_PAGES = 1000
"""How far the write-ahead log grows before a write brings it into the file: SQLite's own rule."""
CHUNK_TABLES = frozenset(
    {"load_raw", "load_codes", "rejection", "pair", "pair_evidence", "pair_record"}
)
"""Tables that a long write may fill before its last transaction."""


class Vault:
    """An opened vault folder. Made by `open_database`; closed by `close`."""

    def __init__(
        self, folder: Path, header: Header, data_key: DataKey, lock: VaultLock, policy: VaultPolicy
    ) -> None:
        """Open the database behind a header whose MAC held, so the key is known to be right."""
        self.folder = folder
        self.header = header
        self.policy = policy
        self.alone = places.on_network(folder.absolute(), policy)
        self._data_key = data_key
        self._lock = lock
        self._still = threading.Lock()
        """Held while the database file itself may not change; always taken before `_writing`."""
        self._writing = threading.RLock()
        self._owner: int | None = None
        self._closed = False
        self._writer = self._connect()
        self._readers = sqlcipher.Pool(self._connect_reader)

    @property
    def database(self) -> Path:
        """The encrypted database file."""
        return self.folder / DATABASE

    @property
    def key(self) -> DataKey:
        """The data key, for backups and header changes inside this package."""
        return self._data_key

    @contextlib.contextmanager
    def read(self) -> Iterator[Reader]:
        """A reading handle on one still picture of the vault; dead at the end."""
        with sqlcipher.translated(), self.copying() as connection:
            reader = Reader(connection)
            try:
                yield reader
            finally:
                reader.end()

    @contextlib.contextmanager
    def copying(self) -> Iterator[dbapi2.Connection]:
        """A bare connection inside one read transaction, for backups and checks of this package."""
        self._refuse_closed()
        if self.alone:
            with self._writing:
                yield self._writer
        else:
            with self._readers.lend() as connection:
                yield connection

    @contextlib.contextmanager
    def examining(self) -> Iterator[dbapi2.Connection]:
        """A bare connection for one question about damage, thrown away after it: what the cipher
        finds wrong spoils the connection it is found on.

        The file stands still meanwhile, for it is read past the write-ahead log; what is written
        goes to the log, so nobody waits. A vault that is shut to all others has one connection.
        """
        if self.alone:
            with self._writing:
                self._refuse_closed()
                yield self._writer
            return
        with self._still, self._log_only():
            connection = self._connect_reader()
            try:
                yield connection
            finally:
                connection.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[Writer]:
        """One transaction; rolled back on any exception, and when no trail entry was made.

        Raises Refused `disk-full`, `disk-failed`, `vault-damaged`; writing inside a write is
        a bug (RuntimeError).
        """
        with self._turn() as writer, sqlcipher.transaction(self._writer):
            yield writer
            if not writer.witnessed:
                raise RuntimeError("a write without a trail entry")

    @contextlib.contextmanager
    def write_chunk(self) -> Iterator[Writer]:
        """One transaction that may only add rows to the tables of loads and runs."""
        with (
            self._turn() as writer,
            sqlcipher.transaction(self._writer),
            sqlcipher.inserting_only(self._writer, CHUNK_TABLES),
        ):
            yield writer

    def replace_header(self, header: Header) -> None:
        """Put a new header in place (signed by the caller)."""
        headers.save(self.folder, header)
        self.header = header

    def rekey(self, new: DataKey) -> None:
        """Write the whole database anew under another key: one transaction of SQLCipher's.

        Whoever reads meanwhile keeps the picture they have. Raises Refused as a write does; then
        the old key still opens it.
        """
        with self._still, self._turn():
            self._readers.renew()
            sqlcipher.rekey(self._writer, new.pragma())
            self._data_key = new
            self._readers.renew()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def upgrade(self, backup: Callable[[], object]) -> int | None:
        """Bring the schema up to date, `backup` first; the version it came from, or None."""
        with self._writing, sqlcipher.translated():
            return migrate.upgrade(self._writer, migrate.steps(), backup)

    def checkpoint(self) -> None:
        """Bring the write-ahead log into the database and empty it, if no reader is at work.

        It waits for whoever examines the file, never inside a write.
        """
        with self._still, self._writing, sqlcipher.translated():
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def compact(self) -> None:
        """Write the whole database anew without its free pages. Raises Refused as a write does."""
        with self._still, self._writing, sqlcipher.translated():
            self._refuse_closed()
            self._readers.renew()
            self._writer.execute("VACUUM").fetchall()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close every connection and let the lock go. Closing twice does nothing."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            self._readers.close()
            self._empty_log()
            self._writer.close()
            self._data_key = replace(self._data_key, key=b"", salt=b"")
            self._lock.release()

    def _empty_log(self) -> None:
        """At the end, and not under the eyes of whoever examines the file: the log keeps it all."""
        if self._still.acquire(blocking=False):
            try:
                with contextlib.suppress(dbapi2.Error):
                    self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._still.release()

    @contextlib.contextmanager
    def _log_only(self) -> Iterator[None]:
        """Let no write bring the log into the file by itself, as one does each thousand pages."""
        with self._writing:
            self._refuse_closed()
            self._writer.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        try:
            yield
        finally:
            with self._writing:
                if not self._closed:
                    self._writer.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}").fetchall()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[Writer]:
        with self._writing:
            self._refuse_closed()
            if self._owner is not None:
                raise RuntimeError("a write inside a write")
            self._owner = threading.get_ident()
            writer = Writer(self._writer)
            try:
                with sqlcipher.translated():
                    yield writer
            finally:
                writer.end()
                self._owner = None

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Refused("vault-closed")

    def _connect(self) -> dbapi2.Connection:
        return open_connection(self.database, self._data_key, alone=self.alone)

    def _connect_reader(self) -> dbapi2.Connection:
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON").fetchall()
        return connection


def current_key(folder: Path, opened: Opened) -> DataKey:
    """The key that the database is under, where changing it was begun and not ended."""
    if opened.pending is None:
        return opened.data_key
    try:
        open_connection(folder / DATABASE, opened.data_key).close()
    except Refused as refusal:
        if refusal.code != "vault-damaged":  # what a wrong key looks like
            raise
        return opened.pending
    return opened.data_key


def open_connection(path: Path, data_key: DataKey, *, alone: bool = False) -> dbapi2.Connection:
    """A settled connection to an existing database; refused `vault-damaged` when unreadable."""
    if not path.is_file():
        raise Refused("vault-damaged", where=Where(file=path.name))
    with sqlcipher.translated(path.parent):
        connection = sqlcipher.connect(path, data_key.pragma())
        try:
            sqlcipher.settle(connection, alone=alone)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        except BaseException:
            connection.close()
            raise
    return connection


def create_database(path: Path, data_key: DataKey) -> None:
    """A new database with today's schema, readable by its owner alone; so is what goes with it."""
    os.close(durable.create(path, durable.PRIVATE))
    with sqlcipher.translated():
        connection = sqlcipher.connect(path, data_key.pragma())
        try:
            sqlcipher.settle(connection)
            migrate.build(connection, migrate.steps())
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
