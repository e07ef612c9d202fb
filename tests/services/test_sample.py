"""The sample council as files: the same bytes for a seed, readable as declared, or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.base.errors import Cancelled, Refused
from app.base.places import resource
from app.base.progress import Counters
from app.catalogue.exampleshire import read_exampleshire
from app.model.exampleshire import ExampleshireProfile, FileForm, SampleAnswer
from app.services.sample import sample

FILES = (
    "council_tax.csv",
    "electoral_register.csv",
    "blue_badges.csv",
    "concessionary_passes.csv",
    "pensions_payroll.txt",
    "housing_tenancies.xlsx",
    "deaths_s19aa.xml",
    "deaths_licensed.xml",
    "truth.csv",
)


@dataclass(frozen=True)
class Declared:
    """As much of the catalogue as the sample needs."""

    exampleshire: ExampleshireProfile


@pytest.fixture(scope="module")
def declared() -> Declared:
    return Declared(read_exampleshire(resource("exampleshire")))


@pytest.fixture(scope="module")
def made(declared: Declared, tmp_path_factory: pytest.TempPathFactory) -> SampleAnswer:
    return sample(declared, tmp_path_factory.mktemp("made") / "council", 2_000, None, 20260822)


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_every_file_is_written_and_counted(made: SampleAnswer) -> None:
    assert tuple(file.name for file in made.files) == FILES
    assert sorted(p.name for p in made.folder.iterdir()) == sorted(FILES)
    assert (made.people, made.deaths, made.seed) == (2_000, 80, 20260822)
    assert all(file.rows > 0 for file in made.files)
    assert [file.kind for file in made.files].count("deaths") == 2
    assert made.files[-1].kind == ""


def test_the_same_seed_writes_the_same_bytes(
    declared: Declared, made: SampleAnswer, tmp_path: Path
) -> None:
    again = sample(declared, tmp_path / "again", 2_000, None, 20260822)
    assert digests(again.folder) == digests(made.folder)
    other = sample(declared, tmp_path / "other", 2_000, None, 1)
    same = [n for n, d in digests(other.folder).items() if digests(made.folder)[n] == d]
    assert same == []


def test_council_tax_has_report_lines_and_a_footer_that_counts(made: SampleAnswer) -> None:
    content = (made.folder / "council_tax.csv").read_bytes()
    lines = content.decode("cp1252").split("\r\n")
    assert lines[0] == "Exampleshire Council - Revenues and Benefits"
    assert lines[1] == "Report CT123 live accounts as at 01/10/2026"
    assert lines[2].startswith("account_ref,account_cd,lead_liab_name,")
    assert lines[-2] == f"Total records: {made.files[0].rows}"
    assert lines[-1] == ""
    assert len(lines) == made.files[0].rows + 5


def test_the_register_and_the_passes_bear_their_marks(made: SampleAnswer) -> None:
    assert (made.folder / "electoral_register.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert (made.folder / "concessionary_passes.csv").read_bytes()[:2] == b"\xff\xfe"


def test_the_pensions_have_lines_of_one_length(made: SampleAnswer) -> None:
    lines = (made.folder / "pensions_payroll.txt").read_bytes().decode("cp1252").split("\r\n")
    assert {len(line) for line in lines[:-1]} == {234}
    assert all(re.fullmatch(r"\d{8}|\s{8}", line[190:198]) for line in lines[:-1])


def test_the_workbook_has_its_title_and_notes(made: SampleAnswer) -> None:
    book = load_workbook(made.folder / "housing_tenancies.xlsx")
    assert book.sheetnames == ["Tenancies", "Notes"]
    assert book["Tenancies"]["A3"].value == "Tenancy ref"
    assert book["Tenancies"].max_row == 3 + made.files[5].rows


def test_the_death_files_say_their_route_and_that_they_are_illustrative(
    made: SampleAnswer,
) -> None:
    for name, route in (("deaths_s19aa.xml", "s19aa"), ("deaths_licensed.xml", "ddri-licence")):
        root = ET.parse(made.folder / name).getroot()
        assert root.tag == "deathRegistrations"
        assert root.get("profile") == "muniment-illustrative-1"
        assert root.get("route") == route
        assert root.get("asAt") == "2026-10-02"
        assert "not the GRO schema" in (root.get("source") or "")
        for death in root:
            tags = Counter(element.tag for element in death)
            assert max(tags.values()) == 1
            assert death.findtext("entryId")
            assert death.findtext("status") in {"new", "amended", "withdrawn"}


def test_the_truth_points_at_the_references_the_files_hold(
    declared: Declared, made: SampleAnswer
) -> None:
    held = {
        form.name: references(made.folder / form.name, form) for form in declared.exampleshire.files
    }
    with (made.folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["file", "row", "id", "person"]
    assert len(rows) == made.files[-1].rows
    for row in rows:
        assert held[row["file"]][int(row["row"])] == row["id"]


def references(path: Path, form: FileForm) -> dict[int, str]:
    """The reference of each row by its number, read by other means than ours."""
    at = form.columns.index(form.reference)
    if form.format == "xml":
        records = ET.parse(path).getroot()
        return {n: r.findtext(form.reference) or "" for n, r in enumerate(records, start=1)}
    if form.format == "workbook":
        page = load_workbook(path)[form.sheet]
        return {n: str(page.cell(n, at + 1).value) for n in range(4, page.max_row + 1)}
    text = path.read_bytes().decode(form.text.encoding).removeprefix("\ufeff")
    if form.format == "fixed":
        width = form.widths[0]
        return {n: line[:width].strip() for n, line in enumerate(text.split("\r\n"), start=1)}
    found, reader, before = (
        {},
        csv.reader(io.StringIO(text, newline=""), delimiter=form.text.delimiter),
        0,
    )
    for cells in reader:
        if len(cells) == len(form.columns):
            found[before + 1] = cells[at]
        before = reader.line_num
    return found


@settings(max_examples=8)
@given(st.integers(50, 900), st.integers(0, 60), st.integers(0, 2**63))
def test_every_row_of_every_file_decodes_as_declared(
    tmp_path_factory: pytest.TempPathFactory, people: int, deaths: int, seed: int
) -> None:
    declared = Declared(read_exampleshire(resource("exampleshire")))
    folder = tmp_path_factory.mktemp("property")
    made = sample(declared, folder, people, deaths, seed)
    rows = {file.name: file.rows for file in made.files}
    for form in declared.exampleshire.files:
        if rows.get(form.name):
            held = references(folder / form.name, form)
            held = {n: r for n, r in held.items() if r and r != form.reference}
            assert len(held) == rows[form.name]


def test_files_that_are_there_are_not_written_over(declared: Declared, tmp_path: Path) -> None:
    (tmp_path / "council_tax.csv").write_bytes(b"the council's own")
    with pytest.raises(Refused) as refused:
        sample(declared, tmp_path, 200, None, 2)
    assert refused.value.code == "file-exists"
    assert refused.value.where is not None
    assert refused.value.where.file == str(tmp_path / "council_tax.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["council_tax.csv"]
    assert (tmp_path / "council_tax.csv").read_bytes() == b"the council's own"


def test_cancelling_leaves_no_folder(declared: Declared, tmp_path: Path) -> None:
    class CancelOnWriting(Counters):
        def stage(self, code: str, total: int | None = None) -> None:
            super().stage(code, total)
            if code == "sample-write":
                self.cancel()

    with pytest.raises(Cancelled):
        sample(declared, tmp_path / "out", 300, None, 1, CancelOnWriting())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_older_files_as_they_were(
    declared: Declared, tmp_path: Path, full_disk: Callable[[str], None]
) -> None:
    (tmp_path / "older.csv").write_bytes(b"a,b")
    before = digests(tmp_path)
    full_disk("deaths_s19aa.xml")
    with pytest.raises(Refused) as refused:
        sample(declared, tmp_path, 200, None, 2)
    assert refused.value.code == "disk-full"
    assert digests(tmp_path) == before


SCALE = """
import sys, time
from pathlib import Path
from app.base.memory import peak_mb
from app.base.places import resource as place
from app.catalogue.exampleshire import read_exampleshire
from app.services.sample import sample
class Declared:
    exampleshire = read_exampleshire(place("exampleshire"))
began = time.perf_counter()
sample(Declared(), Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), 7)
print(time.perf_counter() - began, peak_mb())
"""


@pytest.mark.release
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory of a process")
@pytest.mark.parametrize(
    ("people", "deaths", "seconds", "megabytes"),
    [(50_000, 30_000, 20, 500), (1_000_000, 600_000, 180, 4_000)],
)
def test_a_large_council_is_made_in_time_and_memory(
    tmp_path: Path, people: int, deaths: int, seconds: int, megabytes: int
) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", SCALE, str(tmp_path / "big"), str(people), str(deaths)],
        capture_output=True,
        text=True,
        check=True,
    )
    took, peak = (float(word) for word in answer.stdout.split())
    assert took < seconds
    assert peak < megabytes
    assert (tmp_path / "big" / "deaths_licensed.xml").exists()
