"""Parts of postcodes read from bytes are those that the expression tells."""

from __future__ import annotations

import re

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from app.matching.postcodes import UK_POSTCODE, parts

text = st.one_of(st.from_regex(UK_POSTCODE, fullmatch=True), st.text("AB1é -", max_size=9))
ENDS = {"sector": 2, "district": 3}


def expected(postcode: str | None, kind: str) -> str | None:
    if postcode is None or not re.fullmatch(UK_POSTCODE, postcode):
        return None
    if kind == "area":
        return re.match("[A-Z]+", postcode)[0]
    return postcode[: -ENDS[kind]]


@given(st.lists(st.one_of(st.none(), text), max_size=12), st.integers(0, 3))
@example(["W1A1AA", "W1A1AB", "W12AA", "EC1A1BB", "B338TH", "CR26XH", "DN551PT", "M11AE"], 0)
@example(["A1A1", "AAA11AA", "AA1AAA1AA", "1A11AA", "", "A1231AA", "ES12A", "ÉS12AB"], 0)
def test_parts_are_those_of_the_expression(postcodes, skipped) -> None:
    found = parts(pa.array(postcodes, pa.string())[skipped:])
    for kind in ("sector", "district", "area"):
        numbers, told = found[kind].tolist(), [expected(p, kind) for p in postcodes[skipped:]]
        assert [number < 0 for number in numbers] == [part is None for part in told]
        assert len(set(zip(numbers, told, strict=True))) == len(set(told))
