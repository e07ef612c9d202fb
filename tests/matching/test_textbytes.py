"""Texts are put in order as by their bytes, and read as bytes from any part of a column."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from app.matching.textbytes import first_bytes, order

text = st.one_of(st.text("AB\0é", max_size=12), st.text("AB", min_size=8, max_size=12))


@given(st.lists(text, unique=True, max_size=20), st.integers(0, 3))
def test_different_texts_come_in_order_of_their_bytes(texts, skipped) -> None:
    column = pa.array(texts, pa.string())[skipped:]
    ordered = [column[place].as_py() for place in order(column).tolist()]
    assert ordered == sorted(texts[skipped:], key=str.encode)


@given(st.lists(st.one_of(st.none(), text), max_size=8), st.integers(0, 3))
def test_bytes_beyond_the_end_are_nought(texts, skipped) -> None:
    cells, lengths = first_bytes(pa.array(texts, pa.string())[skipped:], 5)
    told = [(text or "").encode() for text in texts[skipped:]]
    assert lengths.tolist() == list(map(len, told))
    assert [bytes(row.tolist()) for row in cells] == [t[:5].ljust(5, b"\0") for t in told]
