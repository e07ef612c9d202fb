"""The one door to SQLCipher: keyed connections, reading and writing handles, and their errors."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from app.base.errors import Refused
from app.stores.places import free_bytes

Row = tuple[Any, ...]
Progressing = Callable[[int, int, int], None]

BUSY_MS = 10_000
CACHE_KIB = 16_384
"""Decrypted pages each connection may keep: enough for the lists, little beside the tables."""
SHARED_MEMORY = 32 * 1024
"""Bytes of the file through which connections to one database share its write-ahead log."""
_REFUSALS = {
    3: "vault-unreadable",
    5: "vault-busy",
    8: "vault-read-only",
    10: "disk-failed",
    11: "vault-damaged",
    13: "disk-full",
    14: "vault-unreadable",
    26: "vault-damaged",
}
"""SQLite's primary result codes that are the world's doing; all others are bugs."""


class Reader:
    """A handle that can only ask, dead once its picture of the vault is given back."""

    def __init__(self, connection: dbapi2.Connection) -> None:
        self._connection = connection
        self._over = False

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a question with a small answer."""
        return self._live().execute(sql, values).fetchall()  # type: ignore[no-any-return]

    def first(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        cursor = self._live().execute(sql, values)
        try:
            return cursor.fetchone()  # type: ignore[no-any-return]
        finally:
            cursor.close()

    def each(self, sql: str, values: Sequence[Any] = (), batch: int = 500) -> Iterator[Row]:
        """Rows one after another, fetched in batches: for long answers and blobs."""
        cursor = self._live().execute(sql, values)
        try:
            while found := cursor.fetchmany(batch):
                yield from found
                self._live()
        finally:
            with contextlib.suppress(dbapi2.ProgrammingError):
                cursor.close()

    def end(self) -> None:
        """The reading or the transaction is over: this handle does no more."""
        self._over = True

    def _live(self) -> dbapi2.Connection:
        if self._over:
            raise RuntimeError("this handle's reading or transaction is over")
        return self._connection


class Writer(Reader):
    """The handle that can write, made by `Vault` for one transaction and dead after it.

    `witnessed` is set by the trail: a transaction that ends without it is rolled back.
    """

    def __init__(self, connection: dbapi2.Connection) -> None:
        super().__init__(connection)
        self.witnessed = False

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute one statement; rows it touched."""
        return self._live().execute(sql, values).rowcount  # type: ignore[no-any-return]

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute one statement for each row of values."""
        self._live().executemany(sql, rows)

    def insert(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute an INSERT; the new row's number."""
        return self._live().execute(sql, values).lastrowid  # type: ignore[no-any-return]


def connect(path: Path, pragma_key: str) -> dbapi2.Connection:
    """A keyed connection to a file that exists, if only empty; nothing has been read yet.

    `cipher_memory_security` stays off: locking each allocation made row inserts seven times
    slower, and Python holds the key in memory that cannot be wiped anyway.
    """
    connection = dbapi2.connect(
        f"{_uri(path)}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
    )
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.execute(f"PRAGMA key = \"x'{pragma_key}'\"").fetchall()
    connection.execute("PRAGMA temp_store = 2").fetchall()
    if connection.execute("PRAGMA temp_store").fetchone() != (2,):
        connection.close()
        raise RuntimeError("temporary tables would go to disk in clear")
    return connection


def _uri(path: Path) -> str:
    """A file's address as SQLite reads it: an empty authority, for shares (//server) too."""
    place = path.absolute().as_posix()
    for sign, code in (("%", "%25"), ("?", "%3f"), ("#", "%23")):
        place = place.replace(sign, code)
    return f"file://{place}" if place.startswith("/") else f"file:///{place}"


def settle(connection: dbapi2.Connection, *, alone: bool = False) -> None:
    """The pragmas of a vault's connection; `alone` shuts all others out (network shares)."""
    if alone:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        f"cache_size = -{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def plain_memory() -> dbapi2.Connection:
    """An empty database in memory, to compare schemas with."""
    return dbapi2.connect(":memory:", isolation_level=None)


@contextlib.contextmanager
def translated(folder: Path | None = None) -> Iterator[None]:
    """Turn the world's SQLite errors into Refused; our own mistakes pass as they are.

    Opening reads the database by a small file of its own, and where a full disk has no room for
    that, SQLite only says that the disk failed: `folder` tells which of the two it was.
    """
    try:
        yield
    except dbapi2.Error as error:
        number = getattr(error, "sqlite_errorcode", None)
        code = _REFUSALS.get(number & 0xFF) if isinstance(number, int) else None
        if code is None:
            raise
        if code == "disk-failed" and folder is not None and free_bytes(folder) < SHARED_MEMORY:
            code = "disk-full"
        raise Refused(code) from error


@contextlib.contextmanager
def transaction(connection: dbapi2.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE, then COMMIT, or ROLLBACK on any exception at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def rekey(connection: dbapi2.Connection, pragma_key: str) -> None:
    """Write every page anew under another raw key, in one transaction of SQLCipher's own.

    It says no more of a failure than that there is nothing to say; then the old key stands.
    Raises Refused `disk-failed`.
    """
    if connection.execute(f"PRAGMA rekey = \"x'{pragma_key}'\"").fetchall() != [("ok",)]:
        raise Refused("disk-failed")


@contextlib.contextmanager
def inserting_only(connection: dbapi2.Connection, tables: frozenset[str]) -> Iterator[None]:
    """Let statements insert into these tables and change nothing else."""
    changes = {
        dbapi2.SQLITE_INSERT,
        dbapi2.SQLITE_UPDATE,
        dbapi2.SQLITE_DELETE,
        dbapi2.SQLITE_CREATE_TABLE,
        dbapi2.SQLITE_DROP_TABLE,
        dbapi2.SQLITE_ALTER_TABLE,
    }

    def decide(action: int, first: str | None, *_: str | None) -> int:
        if action in changes and not (action == dbapi2.SQLITE_INSERT and first in tables):
            return int(dbapi2.SQLITE_DENY)
        return int(dbapi2.SQLITE_OK)

    connection.set_authorizer(decide)
    try:
        yield
    finally:
        connection.set_authorizer(None)


class Pool:
    """Reading connections, one to a user at a time, opened when needed and kept."""

    def __init__(self, opener: Callable[[], dbapi2.Connection]) -> None:
        self._opener = opener
        self._idle: list[dbapi2.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._age = 0

    @contextlib.contextmanager
    def lend(self) -> Iterator[dbapi2.Connection]:
        """A connection inside one read transaction: a still picture of the vault."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
            age = self._age
        connection = connection or self._opener()
        spoilt = False
        try:
            connection.execute("BEGIN")
            yield connection
        except dbapi2.DatabaseError:
            spoilt = True  # damage once met stays with the connection
            raise
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._lock:
                keep = not self._closed and not spoilt and age == self._age
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def renew(self) -> None:
        """Let go of every connection made so far: those lent, when they come back."""
        with self._lock:
            self._age += 1
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
