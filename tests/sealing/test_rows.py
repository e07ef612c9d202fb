"""Rows as RFC 4180: read back by the standard library, guarded, counted and summed."""

from __future__ import annotations

import csv
import hashlib
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.cells import guard, guard_row, unguard
from app.model.packaging import DataColumn, DataFile
from app.sealing.rows import RecordCounter, RowWriter, rfc4180

CELLS = st.text(
    st.one_of(
        st.sampled_from("'\"=+-@,;\t\r\n \xa0\uff1d0.9a"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=8,
)
DANGEROUS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@given(CELLS)
def test_what_is_guarded_can_be_taken_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(CELLS)
def test_no_guarded_cell_begins_like_a_formula(cell: str) -> None:
    shown = guard(cell).lstrip(" \xa0\v\f")
    number = shown.startswith("-") and shown[1:].replace(".", "", 1).isdigit()
    assert number or not shown.startswith(DANGEROUS)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_a_row_is_guarded_as_its_cells_are(row: list[str]) -> None:
    assert guard_row(row) == [guard(cell) for cell in row]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+447700900123", "'+447700900123"),
        ("-12.50", "-12.50"),
        ("-12.50+cmd", "'-12.50+cmd"),
        ("-1\n=2", "'-1\n=2"),
        ("  @SUM", "'  @SUM"),
        ("'=x", "''=x"),
        ("'tis", "'tis"),
        ("O'Neil", "O'Neil"),
        ("", ""),
        ("-", "'-"),
        ("\uff1dSUM(1)", "'\uff1dSUM(1)"),
    ],
)
def test_guarding_by_example(cell: str, shown: str) -> None:
    assert guard(cell) == shown


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6))
def test_records_are_read_back_and_counted(rows: list[list[str]]) -> None:
    text = "".join(rfc4180(row) for row in rows)
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows
    counter = RecordCounter()
    content = ("h,i\r\n" + text).encode()
    cut = random.Random(len(content)).randrange(len(content) + 1)
    counter.feed(content[:cut])
    counter.feed(content[cut:])
    assert counter.rows == len(rows)


def test_one_empty_cell_is_a_record() -> None:
    assert rfc4180([""]) == '""\r\n'


def test_a_last_record_without_line_end_counts() -> None:
    counter = RecordCounter()
    counter.feed(b"h\r\n1\r\n2")
    assert counter.rows == 2


def data(rows, key=None, amounts=()) -> DataFile:
    columns = (DataColumn("id"), DataColumn("amount", type="number"))
    return DataFile("a.csv", "a", columns, rows, key, amounts)


def written(file: DataFile) -> tuple[bytes, RowWriter]:
    writer = RowWriter(file)
    return b"".join(writer.batches()), writer


def test_totals_are_sums_in_pence_and_of_keys_in_any_order() -> None:
    rows = [("b", "1,200.05"), ("a", "-0.10"), ("c", ""), ("a", "x"), ("d", "1.005")]
    _, writer = written(data(rows, "id", ("amount",)))
    totals = {(t.measure, t.column): t.value for t in writer.totals()}
    digests = (int(hashlib.sha256(key).hexdigest(), 16) for key in (b"a", b"a", b"b", b"c", b"d"))
    assert totals == {
        ("rows", ""): "5",
        ("sum-pence", "amount"): "119995",
        ("not-an-amount", "amount"): "2",
        ("sum-sha256", "id"): f"{sum(digests) % 2**256:064x}",
    }


def test_a_doubled_row_changes_the_sum_of_keys() -> None:
    """Two equal rows must not cancel out, as they would under exclusive or."""
    one = written(data([("a", "")], "id"))[1].totals()[-1].value
    three = written(data([("a", "")] * 3, "id"))[1].totals()[-1].value
    assert one != three


def test_many_batches_are_one_file() -> None:
    content, writer = written(data([(str(n), "1") for n in range(4_500)]))
    assert writer.rows == 4_500
    assert content.count(b"\r\n") == 4_501
    assert content.count(b"\xef\xbb\xbf") == 1


def test_an_empty_file_keeps_its_header() -> None:
    content, writer = written(data([]))
    assert (content, writer.rows) == (b"\xef\xbb\xbfid,amount\r\n", 0)


def test_a_row_of_another_width_is_a_bug() -> None:
    with pytest.raises(ValueError, match="wide"):
        written(data([("1",)]))
