"""Accepted files: immutable chunks of raw text and codes, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from app.base.digests import digest
from app.base.errors import Refused
from app.model.kinds import Mapping
from app.model.loads import LoadSummary, Shape
from app.model.notes import Note
from app.model.particulars import Reasons, Withdrawn
from app.model.records import CODES, DOMAINS
from app.stores import chunks, dictionary, plain, unfinished
from app.stores.sqlcipher import Reader, Row, Writer

PREFIX = "L"
ROW = "row"
_SUMMARY = (
    "id, kind, file, sha256, state, rows_read, rows_loaded, rows_rejected, records,"
    " agreement, route, as_at, loaded_at, loaded_by, warnings"
)


@dataclass(frozen=True)
class LoadFacts:
    """What is recorded of a load when it is finished; counts of rows come from its chunks."""

    kind: str
    kind_digest: str
    file: str
    sha256: str
    size: int
    mapping: Mapping
    shape: Shape
    rows_read: int
    loaded_at: str
    loaded_by: str
    agreement: str | None = None
    route: str | None = None
    supplier: str | None = None
    as_at: str | None = None
    warnings: tuple[Note, ...] = ()
    reasons: Reasons = field(default_factory=Reasons)


def add_chunk(writer: Writer, load: str, n: int, raw: pa.Table, codes: pa.Table) -> None:
    """Store chunk `n` (from 0, in order) of a load.

    `raw` holds the accepted source rows: first `row` (int32, the line), then every source
    column as text. `codes` holds their records in the form CODES, one row a person.
    """
    if raw.schema.field(0) != pa.field(ROW, pa.int32()):
        raise ValueError("raw columns begin with `row` (int32)")
    if codes.schema != CODES:
        raise ValueError("codes have the form CODES")
    before = writer.first(
        "SELECT count(*), coalesce(sum(records), 0) FROM load_codes WHERE load = ?", (load,)
    )
    if before is None or before[0] != n:
        raise ValueError("chunks of a load come in order")
    writer.run(
        "INSERT INTO load_raw (load, n, rows, body) VALUES (?, ?, ?, ?)",
        (load, n, raw.num_rows, chunks.pack(raw)),
    )
    writer.run(
        "INSERT INTO load_codes (load, n, first_record, records, body) VALUES (?, ?, ?, ?, ?)",
        (load, n, before[1], codes.num_rows, chunks.pack(codes)),
    )


def finish(writer: Writer, load: str, facts: LoadFacts) -> LoadSummary:
    """Make a load visible; call it in the long write's last transaction."""
    rows = _sum(writer, "SELECT sum(rows) FROM load_raw WHERE load = ?", load)
    records = _sum(writer, "SELECT sum(records) FROM load_codes WHERE load = ?", load)
    rejected = _sum(writer, "SELECT count(DISTINCT row) FROM rejection WHERE load = ?", load)
    mapping = plain.write(facts.mapping)
    values = {
        "id": load,
        "n": unfinished.number_of(load),
        "state": "visible",
        "kind": facts.kind,
        "kind_digest": facts.kind_digest,
        "file": facts.file,
        "sha256": facts.sha256,
        "size": facts.size,
        "mapping": mapping,
        "mapping_digest": digest(mapping),
        "shape": plain.write(facts.shape),
        "rows_read": facts.rows_read,
        "rows_loaded": rows,
        "rows_rejected": rejected,
        "records": records,
        "agreement": facts.agreement,
        "route": facts.route,
        "supplier": facts.supplier,
        "as_at": facts.as_at,
        "loaded_at": facts.loaded_at,
        "loaded_by": facts.loaded_by,
        "warnings": plain.write(facts.warnings),
        "reasons": plain.write(facts.reasons),
    }
    marks = ", ".join("?" * len(values))
    writer.run(f"INSERT INTO load ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
    return get(writer, load)


def summaries(reader: Reader) -> tuple[LoadSummary, ...]:
    """Every load, withdrawn ones too, oldest first."""
    rows = reader.rows(f"SELECT {_SUMMARY} FROM load ORDER BY n")  # noqa: S608
    return tuple(_summary(row) for row in rows)


def get(reader: Reader, load: str) -> LoadSummary:
    """One load. Raises Refused `load-unknown`."""
    row = reader.first(f"SELECT {_SUMMARY} FROM load WHERE id = ?", (load,))  # noqa: S608
    if row is None:
        raise Refused("load-unknown", load=load)
    return _summary(row)


def require(reader: Reader, load: str) -> LoadSummary:
    """One load that may be used. Raises Refused `load-unknown` or `load-withdrawn`."""
    summary = get(reader, load)
    if summary.state == "withdrawn":
        raise Refused("load-withdrawn", load=load)
    return summary


def by_sha256(
    reader: Reader, sha256: str, sheet: str | None = None, state: str = "visible"
) -> str | None:
    """The latest load of a state made from a file of this hash and, of a workbook, this sheet."""
    rows = reader.rows(
        "SELECT id, shape FROM load WHERE sha256 = ? AND state = ? ORDER BY n DESC",
        (sha256, state),
    )
    made = (str(load) for load, text in rows if plain.read(Shape, text).sheet == sheet)
    return next(made, None)


def mapping(reader: Reader, load: str) -> Mapping:
    """The mapping a load was made with."""
    return plain.read(Mapping, _field(reader, load, "mapping"))


def shape(reader: Reader, load: str) -> Shape:
    """The shape a load's file was read in."""
    return plain.read(Shape, _field(reader, load, "shape"))


def reasons(reader: Reader, load: str) -> Reasons:
    """Why a load was taken as its kind and its columns for what they mean."""
    return plain.read(Reasons, _field(reader, load, "reasons"))


def file_of(reader: Reader, load: str) -> tuple[int, str | None]:
    """The size of the file a load was made of, and who supplied it."""
    row = reader.first("SELECT size, supplier FROM load WHERE id = ?", (load,))
    if row is None:
        raise Refused("load-unknown", load=load)
    return row[0], row[1]


def withdrawn(reader: Reader, load: str) -> Withdrawn | None:
    """When, by whom and why a load was withdrawn; None while it is in use."""
    row = reader.first(
        "SELECT withdrawn_at, withdrawn_by, withdrawn_reason FROM load"
        " WHERE id = ? AND state = 'withdrawn'",
        (load,),
    )
    return None if row is None else Withdrawn(*row)


def digests(reader: Reader, load: str) -> tuple[str, str]:
    """Digests of the kind and of the mapping a load was made with."""
    return _field(reader, load, "kind_digest"), _field(reader, load, "mapping_digest")


def columns(reader: Reader, load: str) -> tuple[str, ...]:
    """Source columns in file order, as the raw chunks hold them."""
    require(reader, load)
    row = reader.first("SELECT body FROM load_raw WHERE load = ? AND n = 0", (load,))
    if row is None:
        return shape(reader, load).columns
    return tuple(chunks.names(row[0])[1:])


def read_codes(reader: Reader, load: str, names: Sequence[str] | None = None) -> pa.Table:
    """All records of a load in the form CODES (or these columns of it), in record order."""
    require(reader, load)
    schema = CODES if names is None else pa.schema([CODES.field(name) for name in names])
    places = [CODES.get_field_index(name) for name in schema.names]
    rows = reader.each("SELECT body FROM load_codes WHERE load = ? ORDER BY n", (load,), 16)
    parts = [chunks.unpack(body, places) for (body,) in rows]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def read_raw(reader: Reader, load: str, names: Sequence[str] | None = None) -> pa.Table:
    """All accepted rows of a load, or only the columns named.

    The first column is always `row` (int32, the line); a source column may bear that name too.
    """
    held = columns(reader, load)
    wanted = held if names is None else tuple(names)
    places = [0, *(1 + held.index(name) for name in wanted)]
    parts = list(_raw_parts(reader, load, places))
    if parts:
        return pa.concat_tables(parts)
    return pa.schema([(ROW, pa.int32()), *((name, pa.string()) for name in wanted)]).empty_table()


def each_raw(reader: Reader, load: str) -> Iterator[pa.Table]:
    """The accepted rows of a load, one chunk after another."""
    require(reader, load)
    return _raw_parts(reader, load, None)


def read_raw_rows(
    reader: Reader, load: str, records: Sequence[int], names: Sequence[str] | None = None
) -> pa.Table:
    """The source rows behind record ordinals, in the order given, or only the columns named.

    Decodes only the chunks they stand in. The first column is always `row`, as in `read_raw`.
    """
    held = columns(reader, load)
    fields = None if names is None else [0, *(1 + held.index(name) for name in names)]
    starts = reader.rows(
        "SELECT n, first_record FROM load_codes WHERE load = ? ORDER BY n", (load,)
    )
    if not records or not starts:
        return read_raw(reader, load, names).slice(0, 0)
    wanted = np.asarray(records, dtype=np.int64)
    firsts = np.array([first for _, first in starts], dtype=np.int64)
    chunk_of = np.searchsorted(firsts, wanted, side="right") - 1
    parts, order = [], np.empty(len(wanted), dtype=np.int64)
    for chunk in np.unique(chunk_of):
        places = np.flatnonzero(chunk_of == chunk)
        rows, raw = _chunk(reader, load, int(starts[chunk][0]), fields)
        lines = rows[wanted[places] - firsts[chunk]]
        own = raw.column(0).to_numpy()
        sorter = np.argsort(own, kind="stable")
        parts.append(raw.take(sorter[np.searchsorted(own, lines, sorter=sorter)]))
        order[places] = sum(part.num_rows for part in parts[:-1]) + np.arange(len(places))
    return pa.concat_tables(parts).take(order).combine_chunks()


def withdraw(writer: Writer, load: str, reason: str, at: str, by: str) -> None:
    """Take a load away: its rows, rejections, narrow copies and texts go, its entry stays.

    Runs that used it are withdrawn by the caller (`runs.of_load`, `runs.withdraw`).
    """
    require(writer, load)
    for table in ("load_raw", "load_codes", "rejection", "pair_record"):
        writer.run(f"DELETE FROM {table} WHERE load = ?", (load,))  # noqa: S608
    writer.run(
        "UPDATE load SET state = 'withdrawn', withdrawn_reason = ?, withdrawn_at = ?,"
        " withdrawn_by = ? WHERE id = ?",
        (reason, at, by, load),
    )
    dictionary.purge(writer, _used(writer))


def _used(reader: Reader) -> dict[str, np.ndarray]:
    """By dictionary, which codes some visible load still uses.

    Codes of a load that a crash cut short may never have reached the dictionary.
    """
    used = {d: np.zeros(dictionary.size(reader, d), dtype=np.bool_) for d in set(DOMAINS.values())}
    visible = (
        "SELECT c.body FROM load_codes c JOIN load l ON l.id = c.load WHERE l.state = 'visible'"
    )
    for (body,) in reader.each(visible, (), 16):
        table = chunks.unpack(body)
        for name, domain in DOMAINS.items():
            codes = table.column(name).drop_null().to_numpy()
            used[domain][codes[codes < len(used[domain])]] = True
    return used


def _chunk(
    reader: Reader, load: str, n: int, places: Sequence[int] | None
) -> tuple[np.ndarray, pa.Table]:
    codes = reader.first("SELECT body FROM load_codes WHERE load = ? AND n = ?", (load, n))
    raw = reader.first("SELECT body FROM load_raw WHERE load = ? AND n = ?", (load, n))
    if codes is None or raw is None:
        raise Refused("vault-damaged")
    return chunks.unpack(codes[0], [0]).column(0).to_numpy(), chunks.unpack(raw[0], places)


def _raw_parts(reader: Reader, load: str, places: Sequence[int] | None) -> Iterator[pa.Table]:
    rows = reader.each("SELECT body FROM load_raw WHERE load = ? ORDER BY n", (load,), 16)
    return (chunks.unpack(body, places) for (body,) in rows)


def _field(reader: Reader, load: str, name: str) -> str:
    row = reader.first(f"SELECT {name} FROM load WHERE id = ?", (load,))  # noqa: S608
    if row is None:
        raise Refused("load-unknown", load=load)
    return str(row[0])


def _sum(reader: Reader, sql: str, load: str) -> int:
    row = reader.first(sql, (load,))
    return int(row[0] or 0) if row else 0


def _summary(row: Row) -> LoadSummary:
    return LoadSummary(
        load=row[0],
        kind=row[1],
        file=row[2],
        sha256=row[3],
        state=row[4],
        rows_read=row[5],
        rows_loaded=row[6],
        rows_rejected=row[7],
        records=row[8],
        agreement=row[9],
        route=row[10],
        as_at=row[11],
        loaded_at=row[12],
        loaded_by=row[13],
        warnings=plain.read_all(Note, row[14]),
    )
