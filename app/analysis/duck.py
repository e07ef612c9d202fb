"""DuckDB in memory only: locked down, never spilling, interruptible. The one door to it."""

from __future__ import annotations

import threading
from typing import Any

import duckdb

from app.base.errors import Refused
from app.base.progress import SILENT, Progress

OutOfMemory: type[Exception] = duckdb.OutOfMemoryException
"""Raised by a query that would need more than the ceiling; nothing is ever spilled to disk."""

POLL_SECONDS = 0.1


def connect(memory_mb: int, threads: int) -> Any:
    """A DuckDB connection in memory that can reach neither files, network nor its own settings.

    `memory_mb` is a ceiling: beyond it queries raise `OutOfMemory`, because DuckDB's temporary
    files would hold plaintext (its encryption of them is not available in the plain wheel).
    The order matters: `temp_directory` cannot be set once external access is off.
    Raises Refused("memory-ceiling-too-low") for a ceiling or thread count below one.
    """
    if memory_mb < 1 or threads < 1:
        raise Refused("memory-ceiling-too-low", memory_mb=memory_mb, threads=threads)
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "memory_limit": f"{memory_mb}MiB",
            "threads": str(threads),
            "preserve_insertion_order": "false",
        },
    )
    for setting in (
        "SET temp_directory = ''",
        "SET python_enable_replacements = false",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def run(connection: Any, sql: str, progress: Progress = SILENT) -> Any:
    """Execute one statement and return its whole result as an Arrow table (None if it has none).

    The statement runs in a thread of its own, so that a cancel is noticed within a tenth of a
    second and interrupts it; then `Cancelled` (or whatever `progress` raised) goes on up.
    """
    result: list[Any] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            relation = connection.sql(sql)
            result.append(None if relation is None else relation.to_arrow_table())
        except BaseException as error:  # handed to the caller's thread
            failure.append(error)

    worker = threading.Thread(target=work, name="duckdb")
    worker.start()
    try:
        while worker.is_alive():
            worker.join(POLL_SECONDS)
            progress.step(0)
    except BaseException:
        while worker.is_alive():
            connection.interrupt()
            worker.join(POLL_SECONDS)
        raise
    if failure:
        raise failure[0]
    return result[0]
