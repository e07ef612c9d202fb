"""Loads: what goes in comes out, only the needed chunks are read, and a withdrawal leaves none."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import Refused
from app.model.records import CODES
from app.stores import chunks, dictionary, loads, trail, unfinished
from app.stores.vault import Vault

NAMES = [["SMITH", "JONES", None], ["SMITH", "BROWN"], [f"N{n}" for n in range(40)]]


def scan(vault: Vault, text: str) -> bool:
    """Whether a text stands anywhere in the decrypted vault, deleted pages and blobs included."""
    needle = text.encode()
    with vault.read() as reader:
        pages = reader.first("PRAGMA page_count")
        for table in ("load_raw", "load_codes", "dictionary"):
            for (body,) in reader.rows(f"SELECT body FROM {table}"):
                if needle in str(chunks.unpack(body).to_pylist()).encode():
                    return True
        names = [
            name for (name,) in reader.rows("SELECT name FROM sqlite_schema WHERE type='table'")
        ]
        rows = (str(row) for name in names for row in reader.rows(f"SELECT * FROM {name}"))
        return bool(pages) and any(text in row for row in rows)


def test_what_goes_in_comes_out(vault, fill) -> None:
    load = fill.load(NAMES, frozenset({2, 5}))
    with vault.read() as reader:
        summary = loads.get(reader, load)
        raw, codes = loads.read_raw(reader, load), loads.read_codes(reader, load)
        book = dictionary.codebook(reader)
        assert loads.columns(reader, load) == fill.columns
        assert loads.mapping(reader, load) == fill.mapping
        assert loads.shape(reader, load).columns == fill.columns
        assert loads.digests(reader, load)[0] == "k" * 64
    assert (summary.rows_read, summary.rows_loaded, summary.records) == (45, 45, 47)
    assert (summary.state, summary.warnings[0].code) == ("visible", "footer-total")
    flat = [name for chunk in NAMES for name in chunk]
    assert raw.column(2).to_pylist() == flat
    assert raw.column(0).to_pylist() == list(range(2, 47))
    assert raw.schema.names == ["row", *fill.columns]
    assert codes.schema == CODES
    surnames = [book.text("name", code) for code in codes.column("surname").to_pylist()]
    assert surnames == [n for line, n in enumerate(flat, 2) for _ in range(1 + (line in {2, 5}))]


def test_only_the_columns_asked_for_are_read(vault, fill) -> None:
    load = fill.load(NAMES)
    with vault.read() as reader:
        some = loads.read_raw(reader, load, ["name", "ref"])
        assert some.schema.names == ["row", "name", "ref"]
        assert some.column(1).to_pylist()[:2] == ["SMITH", "JONES"]
        codes = loads.read_codes(reader, load, ["surname", "row"])
        assert codes.schema.names == ["surname", "row"]
        whole = loads.read_codes(reader, load)
        assert codes.column("surname").equals(whole.column("surname"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.integers(0, 46), max_size=12))
def test_rows_behind_records_come_in_the_order_asked(vault, fill, wanted) -> None:
    with vault.read() as reader:
        known = loads.summaries(reader)
    load = known[0].load if known else fill.load(NAMES, frozenset({2, 5}))
    with vault.read() as reader:
        lines = loads.read_codes(reader, load, ["row"]).column(0).to_pylist()
        raw = {row["ref"]: row for row in loads.read_raw(reader, load, ["ref", "name"]).to_pylist()}
        found = loads.read_raw_rows(reader, load, wanted)
    assert found.column(0).to_pylist() == [lines[record] for record in wanted]
    assert found.column(2).to_pylist() == [raw[f"A{lines[r]}"]["name"] for r in wanted]


def test_an_empty_load_reads_as_empty(vault, fill) -> None:
    load = fill.load([])
    with vault.read() as reader:
        assert loads.read_raw(reader, load).schema.names == ["row", *fill.columns]
        assert loads.read_raw(reader, load, ["name"]).num_rows == 0
        assert loads.read_codes(reader, load).schema == CODES
        assert loads.read_codes(reader, load, ["row"]).num_rows == 0
        assert loads.read_raw_rows(reader, load, []).num_rows == 0


def test_chunks_of_another_form_or_out_of_order_are_mistakes(vault, fill) -> None:
    raw, codes = fill.raw_table([2], ["A"]), CODES.empty_table()
    with pytest.raises(ValueError, match="begin with"), vault.write_chunk() as writer:
        loads.add_chunk(writer, "L1", 0, raw.select([1, 0]), codes)
    with pytest.raises(ValueError, match="CODES"), vault.write_chunk() as writer:
        loads.add_chunk(writer, "L1", 0, raw, codes.select([0, 1]))
    with pytest.raises(ValueError, match="order"), vault.write_chunk() as writer:
        loads.add_chunk(writer, "L1", 1, raw, codes)


def test_the_same_file_is_known_by_its_hash_until_it_is_withdrawn(vault, fill) -> None:
    load = fill.load(NAMES, sha256="b" * 64)
    with vault.read() as reader:
        assert loads.by_sha256(reader, "b" * 64) == load
        assert loads.by_sha256(reader, "b" * 64, sheet="Two") is None
        assert loads.by_sha256(reader, "b" * 64, state="withdrawn") is None
        assert loads.by_sha256(reader, "c" * 64) is None
    fill.withdraw(load)
    with vault.read() as reader:
        assert loads.by_sha256(reader, "b" * 64) is None
        assert loads.by_sha256(reader, "b" * 64, state="withdrawn") == load


def test_a_withdrawal_takes_rows_and_texts_and_leaves_the_others(vault, fill) -> None:
    first = fill.load([["COMMON", "ONLYFIRST"]])
    second = fill.load([["COMMON", "ONLYSECOND"]], sha256="b" * 64)
    assert scan(vault, "ONLYFIRST")
    fill.withdraw(first)
    assert not scan(vault, "ONLYFIRST")
    assert scan(vault, "ONLYSECOND")
    with vault.read() as reader:
        book = dictionary.codebook(reader)
        codes = loads.read_codes(reader, second, ["surname"]).column(0).to_pylist()
        assert [book.text("name", code) for code in codes] == ["COMMON", "ONLYSECOND"]
        summary = loads.get(reader, first)
        assert (summary.state, summary.rows_loaded) == ("withdrawn", 2)
        for read in (loads.read_raw, loads.read_codes, loads.columns, loads.require):
            with pytest.raises(Refused, match="load-withdrawn"):
                read(reader, first)
    third = fill.load([["ONLYFIRST", "COMMON"]], sha256="c" * 64)
    with vault.read() as reader:
        book = dictionary.codebook(reader)
        codes = loads.read_codes(reader, third, ["surname"]).column(0).to_pylist()
        assert [book.text("name", code) for code in codes] == ["ONLYFIRST", "COMMON"]


def test_what_a_crash_left_neither_stops_a_withdrawal_nor_keeps_its_texts(vault, fill) -> None:
    """An unfinished load shares codes with others, and has some no dictionary ever got."""
    going = fill.load([["ONLYFIRST"]])
    fill.load([["SMITH"]], sha256="b" * 64)
    with vault.read() as reader:
        codes = loads.read_codes(reader, going)
    beyond = pa.array([99_999], CODES.field("surname").type)
    ghost = codes.set_column(CODES.get_field_index("surname"), CODES.field("surname"), beyond)
    with vault.write_chunk() as writer:
        loads.add_chunk(writer, "L9", 0, fill.raw_table([2], ["GHOST"]), ghost)
        loads.add_chunk(writer, "L9", 1, fill.raw_table([3], ["GHOST"]), codes)
    fill.withdraw(going)
    assert not scan(vault, "ONLYFIRST")
    assert scan(vault, "SMITH")


def test_unknown_loads_are_refused(vault, fill) -> None:
    with vault.read() as reader:
        for read in (loads.get, loads.require, loads.read_raw, loads.mapping, loads.shape):
            with pytest.raises(Refused, match="load-unknown"):
                read(reader, "L9")


def test_ids_are_never_used_twice(vault, fill) -> None:
    with vault.write() as writer:
        first = unfinished.next_id(writer, "L")
        unfinished.begin(writer, first, "load.accept", fill.at, "Ann")
        trail.append(writer, fill.at, "Ann", "x", {})
    with vault.write_chunk() as writer:
        loads.add_chunk(writer, first, 0, fill.raw_table([2], ["GHOST"]), CODES.empty_table())
    with vault.read() as reader:
        assert [left.id for left in unfinished.listing(reader)] == ["L1"]
    with vault.write() as writer:
        assert unfinished.discard(writer, first) == 2
        trail.append(writer, fill.at, "Ann", "x", {})
    assert fill.load([["SMITH"]]) == "L2"
    assert not scan(vault, "GHOST")
    with vault.read() as reader:
        assert unfinished.listing(reader) == ()


def test_a_withdrawal_leaves_nothing_on_any_page(vault, fill) -> None:
    """Every page decrypted and searched, those on the free list too."""
    load = fill.load([[f"N{n}" for n in range(300)]])
    fill.run(load, None, [fill.pair(n, 5.0) for n in range(1, 300)])
    assert any(b'"surname":["Smith","SMITH"]' in page for page in fill.pages())
    fill.withdraw(load)
    assert not any(b"SMITH" in page for page in fill.pages())
    with vault.read() as reader:
        free = reader.first("PRAGMA freelist_count")
        assert free is not None
        assert free[0] > 5


def test_a_chunk_is_one_compressed_stream(fill) -> None:
    table = fill.raw_table(range(2, 8000), ["SMITH"] * 7998)
    body = chunks.pack(table)
    assert len(body) < table.nbytes / 2
    assert chunks.unpack(body).equals(table)
    assert chunks.unpack(body, [2, 0]).equals(table.select([2, 0]))
    assert chunks.names(body) == ["row", *fill.columns]
    assert chunks.unpack(chunks.pack(pa.table({"a": pa.array([], pa.string())}))).num_rows == 0
