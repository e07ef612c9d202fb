"""Text files come out exactly as their form says, or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.files.write_text import write_delimited, write_fixed
from app.model.writing import TextForm

CELLS = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r"), max_size=12
)


def written(rows: list[list[str]], form: TextForm) -> bytes:
    stream = io.BytesIO()
    write_delimited(stream, ["a", "b"], rows, form)
    return stream.getvalue()


def test_preamble_header_rows_and_counted_footer_in_one_newline() -> None:
    form = TextForm(preamble=("Report",), footer="Total records: {rows}", encoding="cp1252")
    assert written([["O’Brien", "x,y"]], form) == (
        b'Report\r\na,b\r\nO\x92Brien,"x,y"\r\nTotal records: 1\r\n'
    )


@pytest.mark.parametrize(
    ("form", "start"),
    [
        (TextForm(bom=True), b"\xef\xbb\xbfa,b"),
        (TextForm(encoding="utf-16-le", bom=True, delimiter="|"), b"\xff\xfea\x00|\x00b\x00"),
        (TextForm(), b"a,b"),
    ],
)
def test_the_byte_order_mark_is_written_when_asked(form: TextForm, start: bytes) -> None:
    assert written([], form).startswith(start)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8))
def test_what_is_written_reads_back(rows: list[list[str]]) -> None:
    form = TextForm(encoding="utf-16-le", bom=True, delimiter="|")
    text = written(rows, form).decode("utf-16")
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter="|"))[1:] == rows


def test_rows_are_counted_and_told() -> None:
    counters = Counters()
    counters.stage("sample-write", 3)
    count = write_delimited(io.BytesIO(), ["a"], [["1"], ["2"], ["3"]], TextForm(), counters)
    assert count == counters.read().done == 3


def test_fixed_cells_are_cut_and_padded() -> None:
    stream = io.BytesIO()
    assert write_fixed(stream, (3, 4), [["abcdef", "x"], ["", ""]], TextForm()) == 2
    assert stream.getvalue() == b"abcx   \r\n       \r\n"


def test_a_letter_the_encoding_lacks_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with pytest.raises(Refused) as refused:
        write_delimited(target, ["a"], [["Łukasz"]], TextForm(encoding="cp1252"))
    assert refused.value.code == "text-not-in-encoding"
    assert refused.value.facts == {"encoding": "cp1252"}
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    counters = Counters()
    counters.cancel()
    with pytest.raises(Cancelled):
        write_delimited(tmp_path / "out.csv", ["a"], [["1"]], TextForm(), counters)
    assert list(tmp_path.iterdir()) == []
