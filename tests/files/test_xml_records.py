"""XML: the record is found, everything in it becomes a column, and nothing hostile is parsed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.kinds import Layout
from app.model.loads import ReadChoices

LIMITS = read_limits()
DEATHS = {"deaths": (Layout("xml", record="death"),)}


def test_nested_elements_attributes_and_late_columns(take):
    taken = take(
        b'<?xml version="1.0"?><deaths asAt="2026-10-02" xmlns="urn:x">'
        b"<death><id>1</id><usualAddress><line1>1 High St</line1>"
        b"<postcode>EX1 1AA</postcode></usualAddress></death>"
        b'<death no="2"><id> 2 </id><amends/><born kind="exact">1950</born>'
        b"<alias>SMITH</alias><alias>SMYTH</alias></death></deaths>"
    )
    assert taken.shape.format == "xml"
    assert taken.shape.record == "death"
    assert taken.shape.declared == {"asAt": "2026-10-02"}
    assert taken.shape.columns == (
        "id",
        "usualAddress/line1",
        "usualAddress/postcode",
        "@no",
        "amends",
        "born",
        "born@kind",
        "alias",
        "alias[2]",
    )
    assert taken.rows == (
        ("1", "1 High St", "EX1 1AA", "", "", "", "", "", ""),
        ("2", "", "", "2", "", "1950", "exact", "SMITH", "SMYTH"),
    )
    assert taken.numbers == (1, 2)


def test_repeated_groups_and_text_among_children_are_kept(take):
    taken = take(
        b"<r><p><a>1</a><home><l>x</l></home><home><l>y</l></home>note<b>2</b> more</p>"
        b"<p><a>1</a><b>2</b></p></r>"
    )
    assert taken.shape.columns == ("a", "home/l", "home[2]/l", "b", "text")
    assert taken.rows[0] == ("1", "x", "y", "2", "note more")


def test_the_declared_record_wins_even_when_it_comes_once(take):
    one = b"<r><head><x>1</x><y>2</y></head><death><a>1</a></death></r>"
    taken = take(one, layouts=DEATHS)
    assert taken.shape.record == "death"
    assert taken.notes["xml-record-declared"] == {"record": "death", "count": 1}
    assert taken.rows == (("1",),)


@pytest.mark.parametrize(
    ("text", "record", "rows"),
    [
        ("<r><row a='1' b='2'/><row a='3' b='4'/></r>", "row", 2),
        ("<r><meta><x>1</x></meta><list><p><a>1</a><b>2</b></p><p><a>3</a></p></list></r>", "p", 2),
        ("<names><n>A</n><n>B</n></names>", "n", 2),
        ("<person><name>A</name><born>1950</born></person>", "person", 1),
        ("<r><p><a>1</a><b>2</b></p></r>", "p", 1),
        (
            "<r><b n='1'><p><x>1</x><y>2</y></p><p><x>3</x></p></b>"
            "<b n='2'><p><x>1</x></p></b></r>",
            "p",
            3,
        ),
    ],
)
def test_the_record_is_found(take, text, record, rows):
    taken = take(text.encode())
    assert (taken.shape.record, len(taken.rows)) == (record, rows)
    assert taken.notes["xml-record-found"]["record"] == record


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings(take, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><r><p><a>Zoë</a></p><p><a>é</a></p></r>'
    assert [row[0] for row in take(text.encode(encoding)).rows] == ["Zoë", "é"]


def test_a_choice_of_encoding_does_not_turn_xml_into_text(take):
    taken = take(b"<r><p><a>1</a></p><p><a>2</a></p></r>", ReadChoices(encoding="cp1252"))
    assert taken.shape.format == "xml"


def test_angle_brackets_in_a_delimited_header(take):
    taken = take(b"<id>,<name>\n1,a\n2,b\n", ReadChoices(delimiter=","))
    assert taken.shape.columns == ("<id>", "<name>")


def test_records_within_records_of_the_same_name_stay_whole(take):
    taken = take(
        b"<r><p><a>1</a><q><p><a>inner</a></p></q></p><p><a>2</a></p></r>",
        layouts={"k": (Layout("xml", record="p"),)},
    )
    assert taken.rows == (("1", "inner"), ("2", ""))


def test_an_overlong_field_is_rejected(take):
    small = replace(LIMITS, field_characters=100)
    taken = take(b"<r><p><a>1</a></p><p><a>" + b"x" * 101 + b"</a></p></r>", limits=small)
    assert taken.codes == {2: "field-too-long"}
    assert taken.rejected[0].column == "a"


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><r><p><a>&lol9;</a></p></r>"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "xml-doctype"),
        ('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r><p>&e;</p></r>', "xml-doctype"),
        ('<!DOCTYPE r SYSTEM "http://example.org/x.dtd"><r><p/></r>', "xml-doctype"),
        ("<!DOCTYPE r><r><p><a>1</a></p></r>", "xml-doctype"),
        ("<r><p><a>x&unknown;y</a></p><p><a>1</a></p></r>", "xml-damaged"),
        ("<r><p><a>1</a></p><p>", "xml-damaged"),
        ("<r><p><a>1</p></a></r>", "xml-damaged"),
        ("<?xml version='1.0'?>", "xml-damaged"),
        ("<r><p><a>\x01</a></p></r>", "xml-damaged"),
        ("<r/>", "xml-no-records"),
        ("<r>" + "<a>" * 200_000, "xml-too-deep"),
        ("<r><p>" + "<a>" * 240 + "</a>" * 240 + "</p><p/></r>", ""),
    ],
)
def test_what_is_refused(take, refusal, text, code):
    if code:
        assert refusal(text.encode()) == code
    else:
        assert take(text.encode()).shape.format == "xml"


def test_a_doctype_in_utf16_is_seen_too(refusal):
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'
    assert refusal(text.encode("utf-16")) == "xml-doctype"


def test_a_huge_text_is_refused(refusal):
    assert refusal(b"<r><p><a>" + b"x" * 12_000_000 + b"</a></p></r>") == "xml-too-large"


def test_a_record_without_end_is_refused_before_it_fills_the_memory(refusal):
    small = replace(LIMITS, line_characters=100_000)
    endless = b"<r><p><b>1</b></p><p>" + b"<a>1</a>" * 200_000
    assert refusal(endless, layouts={"k": (Layout("xml", record="p"),)}, limits=small) in {
        "xml-too-large",
        "xml-damaged",
    }


def test_too_many_columns(refusal):
    small = replace(LIMITS, columns=50)
    many = "".join(f"<c{n}>1</c{n}>" for n in range(51))
    assert refusal(f"<r><p>{many}</p><p/></r>".encode(), limits=small) == "too-many-columns"


def test_a_file_that_changes_is_refused(tmp_path):
    path = tmp_path / "x.xml"
    path.write_bytes(b"<r><p><a>1</a></p><p><a>2</a></p></r>")
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    path.write_bytes(b"<r><p><a>1</a></p><p><b>2</b></p></r>")
    with pytest.raises(Refused, match="file-changed"):
        list(read(path, shape, lambda _: None, LIMITS))


def test_batches_and_cancel(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text("<r>" + "".join(f"<p><a>{n}</a></p>\n" for n in range(20_000)) + "</r>")
    shape = sniff(path, ReadChoices(), {}, LIMITS)
    progress = Counters()
    batches = read(path, shape, lambda _: None, LIMITS, progress)
    assert len(next(batches).cells) == 8192
    progress.cancel()
    with pytest.raises(Cancelled):
        next(batches)


NAMES = st.text("abcdefgh", min_size=1, max_size=5)
VALUES = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    ),
    max_size=10,
).map(str.strip)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=5), min_size=2, max_size=10))
def test_what_is_written_as_elements_is_read_as_cells(tmp_path, records):
    root = etree.Element("root")
    for record in records:
        element = etree.SubElement(root, "person")
        for name, value in record.items():
            etree.SubElement(element, name).text = value
    path = tmp_path / "x.xml"
    path.write_bytes(etree.tostring(root, encoding="utf-8"))
    layouts = {"k": (Layout("xml", record="person"),)}
    shape = sniff(path, ReadChoices(), layouts, LIMITS)
    assert set(shape.columns) == {name for record in records for name in record}
    rows = {
        number: dict(zip(shape.columns, cells, strict=True))
        for batch in read(path, shape, lambda _: None, LIMITS)
        for number, cells in zip(batch.numbers, batch.cells, strict=True)
    }
    for number, record in enumerate(records, start=1):
        if any(record.values()):
            assert {k: v for k, v in rows[number].items() if v} == {
                k: v for k, v in record.items() if v
            }
