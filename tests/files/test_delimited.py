"""Delimited files: whatever the way of writing, every row arrives or is rejected by name."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.base.errors import Cancelled
from app.base.progress import Counters
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.files.table import is_rule
from app.model.loads import ReadChoices, Shape

LIMITS = read_limits()
HEADER = "id,surname,born"
BODY = "1,SMITH,1950-01-02\n2,O'NEIL,1960-02-03\n3,Zoë,1970-03-04\n"
TABLE = f"{HEADER}\n{BODY}"
ROWS = (("1", "SMITH", "1950-01-02"), ("2", "O'NEIL", "1960-02-03"), ("3", "Zoë", "1970-03-04"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_concluded(take, encoding):
    taken = take(TABLE.encode(encoding))
    assert taken.shape.encoding == encoding
    assert (taken.rows, taken.numbers, taken.rejected) == (ROWS, (2, 3, 4), ())


def test_utf16_with_a_big_endian_mark(take):
    taken = take(b"\xfe\xff" + TABLE.encode("utf-16-be"))
    assert taken.shape.encoding == "utf-16"
    assert taken.rows == ROWS


def test_windows_1252_is_the_fallback_and_says_so(take):
    taken = take(TABLE.encode("cp1252"))
    assert taken.shape.encoding == "cp1252"
    assert "encoding-not-utf-8" in taken.notes
    assert taken.rows == ROWS


def test_bytes_undefined_in_windows_1252_cost_their_row_only(take):
    taken = take(TABLE.encode("cp1252") + b"4,SM\x81TH,1980-01-01\n")
    assert taken.notes["encoding-undefined-bytes"]["count"] == 1
    assert taken.rows == ROWS
    (rejection,) = taken.rejected
    assert (rejection.row, rejection.column, rejection.code) == (5, "surname", "bytes-undecodable")
    assert rejection.facts == {"byte": "81"}
    assert rejection.cells == ("4", "SM\ufffdTH", "1980-01-01")


def test_one_strange_byte_in_utf8_does_not_turn_the_names(take):
    body = "".join(f"{n},Zoë,1970-03-04\n" for n in range(9))
    taken = take(f"{HEADER}\n{body}".encode() + b"9,Zo\xeb,1970-03-04\n")
    assert taken.shape.encoding == "utf-8"
    assert "encoding-mixed" in taken.notes
    assert {row[1] for row in taken.rows} == {"Zoë"}
    assert taken.codes == {11: "bytes-undecodable"}


def test_utf16_that_ends_within_a_letter_is_not_lost(take):
    taken = take(TABLE.encode("utf-16-le") + b"4\x00,\x00x\x00,\x00y")
    assert taken.rows == ROWS
    assert taken.codes == {5: "bytes-undecodable"}


def test_the_stewards_encoding_is_obeyed(take):
    taken = take(TABLE.encode("cp1252"), ReadChoices(encoding="iso-8859-15"))
    assert taken.shape.encoding == "iso-8859-15"
    assert taken.rows == ROWS


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_found(take, mark):
    taken = take(TABLE.replace(",", mark).encode())
    assert taken.shape.delimiter == mark
    assert taken.rows == ROWS


def test_semicolons_with_commas_in_every_name(take):
    taken = take(b"id;name;town\n1;SMITH, JOHN;EXETER\n2;JONES, ANN;EXETER\n3;BROWN, MAY;EXETER\n")
    assert taken.shape.delimiter == ";"
    assert taken.rows[0] == ("1", "SMITH, JOHN", "EXETER")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(take, end):
    taken = take(TABLE.replace("\n", end).encode())
    assert (taken.rows, taken.numbers) == (ROWS, (2, 3, 4))


def test_quoted_newlines_number_the_line_where_the_record_starts(take):
    taken = take(b'id,address,x\r\n1,"1 HIGH ST\r\nTOWN",a\r\n2,b,c\r\n3,"d\n\ne",f\r\n4,g,h\r\n')
    assert taken.numbers == (2, 4, 5, 8)
    assert taken.rows[0][1] == "1 HIGH ST\r\nTOWN"
    assert taken.rows[2][1] == "d\n\ne"


def test_doubled_and_bare_quotes(take):
    taken = take(b'id,name\n1,"THE ""ELMS"""\n2,6" PIPE\n3,x\n')
    assert [row[1] for row in taken.rows] == ['THE "ELMS"', '6" PIPE', "x"]


def test_quotes_that_are_ordinary_letters(take):
    body = "".join(f'{n}|"ROSE COTTAGE" LANE|X\n' for n in range(5))
    taken = take(f"id|address|z\n{body}".encode())
    assert taken.shape.quote is None
    assert "quotes-literal" in taken.notes
    assert taken.rows[0][1] == '"ROSE COTTAGE" LANE'
    assert len(taken.rows) == 5


def test_ragged_rows_are_rejected_and_reading_goes_on(take):
    taken = take(f"{TABLE}4,short\n5,long,1980-01-01,extra\n6,fine,1980-01-01\n".encode())
    assert taken.codes == {5: "row-too-short", 6: "row-too-long"}
    assert taken.rejected[0].column == "born"
    assert taken.rejected[0].facts == {"found": 2, "expected": 3}
    assert taken.rejected[1].cells == ("5", "long", "1980-01-01", "extra")
    assert taken.numbers == (2, 3, 4, 7)


def test_empty_cells_beyond_the_header_are_no_fault(take):
    taken = take(f"{TABLE}4,x,1980-01-01,,\n".encode())
    assert taken.rejected == ()
    assert taken.rows[-1] == ("4", "x", "1980-01-01")


def test_an_unclosed_quote_costs_one_line(take):
    taken = take(f'{TABLE}4,"BROWN,1980-01-01\n5,GREEN,1981-01-01\n6,GREY,1982-01-01\n'.encode())
    assert taken.codes == {5: "quote-unclosed"}
    assert taken.rejected[0].cells == ("4", '"BROWN', "1980-01-01")
    assert taken.numbers == (2, 3, 4, 6, 7)


def test_an_unclosed_quote_that_a_later_one_closes_swallows_nothing(take):
    taken = take(f'{TABLE}4,"BROWN,x\n5,GREEN,"y"\n6,GREY,z\n7,BLACK,"q"\n'.encode())
    assert taken.codes == {5: "quote-unclosed"}
    assert [row[0] for row in taken.rows] == ["1", "2", "3", "5", "6", "7"]


def test_rows_within_a_quote_closed_by_accident_are_given_back(take):
    taken = take(f'{TABLE}4,"BROWN,x\n5,GREEN,z\n6,"\n7,GREY,z\n'.encode())
    assert taken.codes == {5: "quote-unclosed", 7: "quote-unclosed"}
    assert taken.numbers == (2, 3, 4, 6, 8)


@pytest.mark.parametrize("count", [5, 10, 200])
def test_a_field_of_more_lines_than_allowed_is_an_unclosed_quote(take, count):
    few = replace(LIMITS, record_lines=5)
    within = "".join(f"{n},b,c\n" for n in range(count))
    taken = take(f'{TABLE}4,"open\n{within}close",x\n5,d,e\n'.encode(), limits=few)
    assert taken.codes[5] == "quote-unclosed"
    assert set(range(6, 6 + count)) <= set(taken.numbers)
    assert taken.rows[-1] == ("5", "d", "e")


def test_a_line_end_cut_in_two_by_a_block_is_one(take):
    block = 1 << 20
    head = "id,note\r\n"
    first = "1," + "x" * (block - len(head) - 3)
    text = head + first + "\r\n2,b\r\n3,c\r\n"
    assert text[block - 1 : block + 1] == "\r\n"
    assert take(text.encode()).numbers == (2, 3, 4)


def test_a_quote_unclosed_over_more_lines_than_allowed(take):
    few = replace(LIMITS, record_lines=5)
    rows = "".join(f"{n},plain,x\n" for n in range(20))
    taken = take(f'{TABLE}100,"open,x\n{rows}101,"a ""b""",x\n'.encode(), limits=few)
    assert taken.codes == {5: "quote-unclosed"}
    assert len(taken.rows) == 3 + 20 + 1


def test_a_long_ragged_record_with_newlines_is_one_rejection(take):
    taken = take(f'{TABLE}4,"a\nb",x,y\n5,c,d\n'.encode())
    assert taken.codes == {5: "row-too-long"}
    assert taken.numbers == (2, 3, 4, 7)


def test_blank_lines_are_no_rows(take):
    taken = take(f"\n{HEADER}\n\n1,a,b\n,,\n   \n2,c,d\n\n\n".encode())
    assert taken.shape.header_row == 2
    assert taken.numbers == (4, 7)
    assert taken.rejected == ()


def test_nul_and_control_characters_are_named(take):
    taken = take(f"{TABLE}4,a\x00b,x\n5,c\x0bd,y\n6,e,f\n".encode())
    assert taken.codes == {5: "control-character", 6: "control-character"}
    assert taken.rejected[0].column == "surname"
    assert taken.rejected[0].facts == {"character": "U+0000"}
    assert taken.numbers[-1] == 7


def test_the_old_end_of_file_mark_is_no_row(take):
    assert take(f"{TABLE}\x1a".encode()).rejected == ()


def test_report_header_and_footer(take):
    text = (
        "Exampleshire Council - Revenues and Benefits\n"
        "Report CT123, live accounts as at 01/10/2026\n"
        f"{TABLE}Total records: 3\n"
    ).replace("\n", "\r\n")
    taken = take(text.encode("cp1252"))
    assert taken.shape.header_row == 3
    assert taken.shape.footer_total == 3
    assert taken.notes["report-header-skipped"] == {"lines": 2}
    assert (taken.rows, taken.numbers, taken.rejected) == (ROWS, (4, 5, 6), ())


@pytest.mark.parametrize(
    ("footer", "total"),
    [
        ("Total records: 3", 3),
        ("Total Records,3,", 3),
        ("TOTAL NUMBER OF RECORDS = 1,234", 1234),
        ("Number of rows: 3\nEnd of report", 3),
        ("(3 rows affected)", 3),
        ("3 records", 3),
        ('"Total records: 1,003"', 1003),
        ("*** End of report ***", None),
        ("-----\nRecords written: 3\nPage 1 of 1\n\n", 3),
        ("Total records: 3,,", 3),
    ],
)
def test_footers(take, footer, total):
    taken = take(f"{TABLE}{footer}\n".encode())
    assert taken.shape.footer_total == total
    assert (taken.rows, taken.rejected) == (ROWS, ())


def test_a_total_in_the_middle_is_a_rejection(take):
    taken = take(f"{TABLE}Total records: 3\n4,x,y\n".encode())
    assert taken.codes == {5: "row-too-short"}
    assert taken.numbers == (2, 3, 4, 6)
    assert taken.shape.footer_total is None


def test_a_repeated_header_is_a_rejection(take):
    taken = take(f"{TABLE}{HEADER}\n4,x,y\n".encode())
    assert taken.codes == {5: "header-repeated"}


def test_a_rule_beneath_the_header_is_no_row(take):
    taken = take(f"{HEADER}\n--,-----,---\n{BODY}".encode())
    assert taken.numbers == (3, 4, 5)
    assert taken.rejected == ()


def test_doubled_and_nameless_columns(take):
    taken = take(b"id,name,name,,last\n1,a,b,c,d\n2,e,f,g,h\n")
    assert taken.shape.columns == ("id", "name", "name (2)", "Column 4", "last")
    assert {"columns-doubled", "columns-nameless"} <= set(taken.notes)


def test_a_last_column_that_holds_nothing_is_dropped_with_a_note(take):
    taken = take(b"id,name,\n1,a,\n2,b,\n")
    assert taken.shape.columns == ("id", "name")
    assert taken.notes["columns-empty-dropped"] == {"count": 1}
    assert taken.rows == (("1", "a"), ("2", "b"))


def test_rows_with_a_trailing_delimiter_that_the_header_lacks(take):
    taken = take(b"id,name,town\n1,a,x,\n2,b,y,\n3,c,z,\n")
    assert taken.shape.columns == ("id", "name", "town")
    assert (len(taken.rows), taken.rejected) == (3, ())


def test_a_file_without_header_is_numbered_not_guessed(take):
    taken = take(BODY.encode())
    assert taken.shape.header_row is None
    assert taken.shape.columns == ("Column 1", "Column 2", "Column 3")
    assert "header-missing" in taken.notes
    assert taken.rows == ROWS


def test_the_stewards_header_row_is_obeyed(take):
    text = f"a,b,c\n{TABLE}".encode()
    assert take(text, ReadChoices(header_row=2)).rows == ROWS
    bare = take(text, ReadChoices(header_row=0))
    assert (bare.shape.header_row, len(bare.rows)) == (None, 5)


@pytest.mark.parametrize("row", [-1, 99])
def test_a_header_row_that_is_not_there(refusal, row):
    assert refusal(TABLE.encode(), ReadChoices(header_row=row)) == "header-row-not-there"


def test_everything_stays_text(take):
    cells = ("00123", "NA", "null", "1E10", "TRUE", "01/02/2003", " x ", "=1+1")
    text = ",".join(f"c{n}" for n in range(8)) + "\n" + ",".join(cells) + "\n"
    assert take(text.encode()).rows == (cells,)


def test_one_column(take):
    taken = take(b"reference\n0001\n0002\n0003\n")
    assert taken.shape.columns == ("reference",)
    assert taken.rows == (("0001",), ("0002",), ("0003",))


def test_an_overlong_line_is_rejected_in_bounded_pieces(take):
    small = replace(LIMITS, line_characters=2000)
    long = "9," + "x" * 5_000_000 + ",y"
    taken = take(f"{TABLE}{long}\n4,a,b\n{long}\n".encode(), limits=small)
    assert taken.codes == {5: "line-too-long", 7: "line-too-long"}
    assert taken.rejected[0].facts == {"characters": len(long), "limit": 2000}
    assert len(taken.rejected[0].cells[0]) == 1000
    assert taken.numbers == (2, 3, 4, 6)


def test_an_overlong_field_is_rejected(take):
    small = replace(LIMITS, field_characters=100)
    taken = take(f"{TABLE}4,{'x' * 101},y\n5,a,b\n".encode(), limits=small)
    assert taken.codes == {5: "field-too-long"}
    assert taken.numbers == (2, 3, 4, 6)


def test_batches_are_of_8192_rows_and_footers_do_not_hide_between_them(tmp_path):
    for count in (8190, 8191, 8192, 8193, 8197, 16390):
        path = tmp_path / "x.csv"
        rows = "".join(f"{n},a\n" for n in range(count))
        path.write_text(f"id,name\n{rows}Total records: {count},\nEnd of report,\n\n")
        shape = sniff(path, ReadChoices(), {}, LIMITS)
        rejected = []
        sizes = [len(batch.cells) for batch in read(path, shape, rejected.append, LIMITS)]
        assert sum(sizes) == count
        assert all(size == 8192 for size in sizes[:-1])
        assert rejected == []


def test_cancel_stops_within_a_batch(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,name\n" + "".join(f"{n},a\n" for n in range(50_000)))
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    progress = Counters()
    batches = read(path, shape, lambda _: None, LIMITS, progress)
    next(batches)
    assert progress.read().code == "read"
    assert progress.read().total == path.stat().st_size
    progress.cancel()
    with pytest.raises(Cancelled):
        next(batches)


def test_a_file_of_nothing_but_faults_can_be_cancelled(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(TABLE + "short\n" * 1000)
    shape = sniff(path, ReadChoices(delimiter=",", header_row=1), {}, LIMITS)
    progress, seen = Counters(), []

    def reject(rejection: object) -> None:
        seen.append(rejection)
        progress.cancel()

    with pytest.raises(Cancelled):
        list(read(path, shape, reject, LIMITS, progress))
    assert len(seen) == 1


def test_progress_ends_at_the_file_size(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(TABLE)
    progress = Counters()
    shape = sniff(path, ReadChoices(), {}, LIMITS, progress)
    list(read(path, shape, lambda _: None, LIMITS, progress))
    assert progress.read().done == progress.read().total == path.stat().st_size


def test_records_across_block_ends_keep_their_numbers(take):
    filler = "x" * 997
    text = "id,note\r\n" + "".join(f'{n},"{filler}\r\n{n}"\r\n' for n in range(3000))
    taken = take(text.encode())
    assert taken.numbers == tuple(range(2, 6002, 2))
    assert taken.rows[-1] == ("2999", f"{filler}\r\n2999")


def test_a_mark_or_two_in_a_cell_is_no_line_beneath_the_header(take) -> None:
    assert take(b"a,b\n-,-\n1,2\n").rows == (("-", "-"), ("1", "2"))
    assert take(b"a,b\n----,--\n1,2\n").rows == (("1", "2"),)


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from('\n",;|\t'),
    max_size=12,
)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 6))
    row = st.lists(CELLS, min_size=width, max_size=width).filter(
        lambda cells: any(cell.strip() for cell in cells)
    )
    return draw(st.lists(row, min_size=1, max_size=12))


@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    table=tables(),
    mark=st.sampled_from(LIMITS.delimiters),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_written_reads_back_cell_for_cell(tmp_path, table, mark, encoding, end):
    assume(not is_rule(table[0]))
    header = [f"name {n}" for n in range(len(table[0]))]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark, lineterminator=end).writerows([header, *table])
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    shape = Shape("csv", tuple(header), encoding, mark, '"', header_row=1)
    rejected = []
    rows = [row for batch in read(path, shape, rejected.append, LIMITS) for row in batch.cells]
    assert rejected == []
    assert rows == [tuple(row) for row in table]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    table=st.lists(
        st.tuples(
            st.integers(1, 10**9).map(str),
            st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ' -,é", min_size=1, max_size=15),
            st.dates().map(str),
            CELLS,
        ),
        min_size=2,
        max_size=20,
    ),
    mark=st.sampled_from(LIMITS.delimiters),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_of_people_is_found_without_being_told(tmp_path, table, mark, encoding):
    text = io.StringIO(newline="")
    rows = [("id", "name", "born", "note"), *table]
    csv.writer(text, delimiter=mark, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    assert (shape.delimiter, shape.header_row) == (mark, 1)
    got = [row for batch in read(path, shape, lambda _: None, LIMITS) for row in batch.cells]
    assert got == [tuple(row) for row in table]


@pytest.mark.parametrize("name", ["febrl4/febrl4_a.csv", "febrl4/febrl4_b.csv"])
def test_a_published_set_reads_whole(name):
    path = Path(__file__).resolve().parents[2].parent / "shared" / "data" / name
    if not path.exists():
        pytest.skip("the published test data is not beside this checkout")
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    rejected = []
    rows = [row for batch in read(path, shape, rejected.append, LIMITS) for row in batch.cells]
    assert (len(rows), rejected) == (5000, [])
    assert shape.columns[0] == "rec_id"
