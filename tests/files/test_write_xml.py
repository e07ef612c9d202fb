"""Records in XML: grouped elements, escaped text, nothing for empty cells."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.files.write_xml import write_records
from app.model.writing import XmlForm

FORM = XmlForm("deaths", "death", {"route": 's"1"', "asAt": "2026-10-02"})
COLUMNS = ("id", "address/line1", "address/postcode", "note")
CELLS = st.text(st.characters(whitelist_categories=("L", "N", "P", "S", "Zs")), max_size=10)


def written(rows: list[tuple[str, ...]]) -> bytes:
    stream = io.BytesIO()
    assert write_records(stream, FORM, COLUMNS, rows) == len(rows)
    return stream.getvalue()


def test_neighbours_share_their_group_and_empty_cells_are_left_out() -> None:
    text = written([("1", "2 High Road", "ES1 1AA", ""), ("2", "", "", "x & <y>")]).decode()
    assert (
        "<death><id>1</id><address><line1>2 High Road</line1>"
        "<postcode>ES1 1AA</postcode></address></death>\n"
    ) in text
    assert "<death><id>2</id><note>x &amp; &lt;y&gt;</note></death>" in text


def test_the_root_bears_its_attributes() -> None:
    root = ET.fromstring(written([]))
    assert root.tag == "deaths"
    assert root.attrib == FORM.attributes


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=6))
def test_every_text_reads_back(rows: list[tuple[str, ...]]) -> None:
    root = ET.fromstring(written(rows))
    paths = ("id", "address/line1", "address/postcode", "note")
    read = [tuple(record.findtext(path) or "" for path in paths) for record in root]
    assert read == rows


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_what_xml_cannot_hold_is_refused(bad: str) -> None:
    with pytest.raises(Refused) as refused:
        written([("1", bad, "", "")])
    assert refused.value.code == "text-not-in-encoding"
