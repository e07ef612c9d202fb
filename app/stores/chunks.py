"""Columns as blobs: Arrow IPC streams compressed with zstd, 8,192 rows each."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.ipc

ROWS = 8_192


def pack(table: pa.Table) -> bytes:
    """A table as one Arrow stream."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpack(body: bytes, columns: Sequence[int] | None = None) -> pa.Table:
    """The table of a stream; when `columns` (positions) are given, only these, in that order."""
    if columns is None:
        with pa.ipc.open_stream(body) as stream:
            return stream.read_all()
    held = sorted(set(columns))
    options = pa.ipc.IpcReadOptions(included_fields=held)
    with pa.ipc.open_stream(body, options=options) as stream:
        return stream.read_all().select([held.index(column) for column in columns])


def names(body: bytes) -> list[str]:
    """Column names of a stream, without decompressing anything."""
    with pa.ipc.open_stream(body) as stream:
        return list(stream.schema.names)
