"""Readers under torture: whatever the bytes, the answer is rows or a refusal, soon."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.base.errors import Refused
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.kinds import FixedColumn, Layout
from app.model.loads import ReadChoices, Rejection

LIMITS = replace(read_limits(), sheet_cells=2_000_000)
LAYOUTS = {
    "payroll": (Layout("fixed", columns=(FixedColumn("a", 1, 10), FixedColumn("b", 11, 10))),),
    "deaths": (Layout("xml", record="death"),),
}


def outcome(path: Path, choices: ReadChoices | None = None) -> str:
    """Read a file to its end: its format, or the code it is refused with; else the test fails."""
    rejected: list[Rejection] = []
    try:
        shape = sniff(path, choices or ReadChoices(), LAYOUTS, LIMITS)
        numbers = []
        for batch in read(path, shape, rejected.append, LIMITS):
            assert all(len(cells) == len(shape.columns) for cells in batch.cells)
            assert len(batch.numbers) == len(batch.cells)
            numbers += batch.numbers
    except Refused as refused:
        return refused.code
    assert numbers == sorted(set(numbers))
    assert len(set(shape.columns)) == len(shape.columns)
    for one in rejected:
        assert one.row >= 1
        "".join(one.cells).encode("utf-8")
    return shape.format


def csv_sample() -> bytes:
    rows = "".join(f'{n},"N{n}, x",1980-01-0{n % 9 + 1}\n' for n in range(1, 40))
    return f"id,name,born\n{rows}Total records: 39\n".encode()


def fixed_sample() -> bytes:
    return "".join(f"{f'N{n}':10}{'x':10}\r\n" for n in range(40)).encode()


def xml_sample() -> bytes:
    records = "".join(f'<death id="{n}"><a>{n}</a><u><l>é &amp;</l></u></death>' for n in range(40))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<r asAt="x">{records}</r>'.encode()


def xlsx_sample() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Ref", "Name", "Born", "Sum"])
    for number in range(1, 30):
        book.active.append([number, f"N{number}", "1980-01-01", number * 1.5])
        book.active.cell(number + 1, 1).number_format = "00000"
    book.active.append([99, "=A2", None, "#N/A"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods_sample() -> bytes:
    def cell(text: str) -> str:
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{text}</text:p></table:table-cell>"
        )

    space = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = "".join(
        "<table:table-row>" + cell(f"R{n}") + cell("NAME") + "</table:table-row>" for n in range(20)
    )
    content = (
        f'<office:document-content xmlns:office="{space}office:1.0"'
        f' xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "csv": csv_sample,
    "utf-16": lambda: csv_sample().decode().replace("N", "é").encode("utf-16"),
    "fixed": fixed_sample,
    "xml": xml_sample,
    "xlsx": xlsx_sample,
    "ods": ods_sample,
}


def mutated(content: bytes, seed: int) -> bytes:
    """A sample with a few bytes changed, taken out, put in, or its end cut off."""
    chance = random.Random(seed)
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(data))
        match chance.randrange(5):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                data[place] ^= 1 << chance.randrange(8)
            case 2:
                del data[place : place + chance.randrange(1, 50)]
            case 3:
                data[place:place] = chance.randbytes(chance.randrange(1, 20))
            case _:
                del data[max(1, place) :]
        data = data or bytearray(b"x")
    return bytes(data)


def mutated_entry(content: bytes, seed: int) -> bytes:
    """An archive with one entry mutated and packed soundly again: damage beyond the checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = [name for name in old.namelist() if name.endswith(("xml", "rels"))]
        likely = [name for name in names if "sheet1.xml" in name or name == "content.xml"]
        chosen = random.Random(seed).choice(likely * 3 + names)
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, mutated(data, seed) if name == chosen else data)
    return out.getvalue()


def storm(path: Path, kind: str, seeds: range) -> Counter[str]:
    """Outcomes of many mutations of a sample; archives are also mutated within."""
    content = SAMPLES[kind]()
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        within = kind in ("xlsx", "ods") and seed % 4
        path.write_bytes(mutated_entry(content, seed) if within else mutated(content, seed))
        outcomes[outcome(path)] += 1
    return outcomes


@pytest.mark.parametrize("kind", SAMPLES)
def test_samples_are_sound(tmp_path, kind):
    path = tmp_path / "sample"
    path.write_bytes(SAMPLES[kind]())
    assert outcome(path) in ("csv", "fixed", "xml", "workbook")


@pytest.mark.parametrize("kind", SAMPLES)
def test_mutations_give_rows_or_a_refusal(tmp_path, kind):
    outcomes = storm(tmp_path / "mutant", kind, range(200))
    assert outcomes.total() == 200
    assert len(outcomes) > 1


@pytest.mark.release
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_thousand_mutations(tmp_path, kind):
    assert storm(tmp_path / "mutant", kind, range(1000, 2000)).total() == 1000


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_at_all(tmp_path, content):
    path = tmp_path / "any"
    path.write_bytes(content)
    outcome(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from('ab1 ,;|\t"\n\r\x00\x1a<>&é\x81'), max_size=300))
def test_any_text_of_delimiters_and_quotes(tmp_path, text):
    path = tmp_path / "any"
    path.write_bytes(text.encode("utf-8"))
    outcome(path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.text(st.sampled_from('ab1 ,"'), max_size=20), min_size=1, max_size=30),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_no_letter_is_lost_between_rows_and_rejections(tmp_path, lines, encoding):
    """Every letter of the body is in a delivered row, in a rejected one, or in a blank line."""
    path = tmp_path / "any.csv"
    path.write_bytes(("id,name,born\n" + "\n".join(lines) + "\n").encode(encoding))
    choices = ReadChoices(encoding=encoding, delimiter=",", header_row=1)
    assume(any(line.strip(' ,"') for line in lines))
    shape = sniff(path, choices, {}, LIMITS)
    rejected: list[Rejection] = []
    rows = [cells for batch in read(path, shape, rejected.append, LIMITS) for cells in batch.cells]
    kept = "".join("".join(cells) for cells in [*rows, *(one.cells for one in rejected)])
    for letter in "ab1":
        assert kept.count(letter) == sum(line.count(letter) for line in lines)


def test_quotes_opened_on_every_line_do_not_take_for_ever(tmp_path):
    path = tmp_path / "x.csv"
    rows = "".join(f'{n},"open,x\n' if n % 2 else f'{n},plain,"\n' for n in range(60_000))
    path.write_text(f"id,name,born\n{rows}")
    assert outcome(path, ReadChoices(delimiter=",", header_row=1)) == "csv"


def test_a_zip_bomb_in_a_workbook(tmp_path):
    out = io.BytesIO(xlsx_sample())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", bytes(40_000_000))
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(out.getvalue())
    assert outcome(path) == "archive-bomb"
    forged = out.getvalue().replace((40_000_000).to_bytes(4, "little"), (99).to_bytes(4, "little"))
    assert forged != out.getvalue()
    path.write_bytes(forged)
    assert outcome(path) == "archive-damaged"
