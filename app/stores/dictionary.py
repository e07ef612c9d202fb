"""The vault-wide dictionaries: texts by code, kept in blocks, filled into a Codebook."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.model.codebook import Codebook
from app.stores import chunks
from app.stores.sqlcipher import Reader, Writer

BLOCK = 65_536
PURGED = "\x00"
"""First character of what stands in place of a purged text; its code follows."""


def codebook(reader: Reader) -> Codebook:
    """Every dictionary of the vault."""
    book = Codebook()
    rows = reader.each("SELECT domain, body FROM dictionary ORDER BY domain, first_code", (), 16)
    for domain, blocks in itertools.groupby(rows, key=lambda row: row[0]):
        texts = [chunks.unpack(body).column("text") for _, body in blocks]
        book.fill(domain, itertools.chain.from_iterable(text.to_pylist() for text in texts))
    return book


def texts(reader: Reader, domain: str) -> pa.Array:
    """The texts of one dictionary in code order."""
    sql = "SELECT body FROM dictionary WHERE domain = ? ORDER BY first_code"
    parts = [chunks.unpack(body).column("text") for (body,) in reader.each(sql, (domain,), 16)]
    held = [chunk for part in parts for chunk in part.chunks]
    return pa.concat_arrays(held) if held else pa.array([], pa.string())


def append(writer: Writer, book: Codebook) -> int:
    """Store what the codebook learned since it was filled; how many texts.

    Call it in the last transaction of a load, then `book.keep()` once that has committed: a
    discarded load leaves no text behind.
    """
    added = 0
    for domain in book.domains():
        fresh = book.new_values(domain)
        first = len(book.values(domain)) - len(fresh)
        stored = size(writer, domain)
        if stored != first:
            raise RuntimeError(f"the dictionary {domain} has moved on under a codebook")
        for start in range(0, len(fresh), BLOCK):
            part = pa.table({"text": pa.array(fresh[start : start + BLOCK], pa.string())})
            _put(writer, domain, first + start, part)
        added += len(fresh)
    return added


def size(reader: Reader, domain: str) -> int:
    """How many codes a domain has."""
    row = reader.first("SELECT sum(number) FROM dictionary WHERE domain = ?", (domain,))
    return int(row[0] or 0) if row else 0


def purge(writer: Writer, used: Mapping[str, npt.NDArray[np.bool_]]) -> int:
    """Overwrite every text whose code is not `used` (a mask by code); codes keep their places.

    Domains that `used` does not name are purged whole. Returns how many texts went.
    """
    gone = 0
    places = writer.rows("SELECT rowid, domain, first_code, number FROM dictionary")
    for rowid, domain, first, number in places:
        mask = used.get(domain, np.zeros(0, dtype=np.bool_))
        keep = np.zeros(number, dtype=np.bool_)
        held = mask[first : first + number]
        keep[: len(held)] = held
        gone += _purge_block(writer, rowid, first, keep)
    return gone


def _purge_block(writer: Writer, rowid: int, first: int, keep: npt.NDArray[np.bool_]) -> int:
    row = writer.first("SELECT body FROM dictionary WHERE rowid = ?", (rowid,))
    texts = chunks.unpack(row[0]).column("text").combine_chunks() if row else pa.array([])
    already = pc.starts_with(texts, PURGED).to_numpy(zero_copy_only=False)
    going = ~keep & ~already
    if not going.any():
        return 0
    blanks = pa.array([f"{PURGED}{first + place}" for place in range(len(texts))], pa.string())
    body = chunks.pack(pa.table({"text": pc.if_else(pa.array(going), blanks, texts)}))
    writer.run("UPDATE dictionary SET body = ? WHERE rowid = ?", (body, rowid))
    return int(going.sum())


def _put(writer: Writer, domain: str, first: int, part: pa.Table) -> None:
    writer.run(
        "INSERT INTO dictionary (domain, first_code, number, body) VALUES (?, ?, ?, ?)",
        (domain, first, part.num_rows, chunks.pack(part)),
    )
