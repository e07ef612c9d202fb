"""What the product writes for office programs reads back cell by cell, and what they write is read.

In every run openpyxl and the standard library's csv are the other reader; before a release it is
LibreOffice, which also writes the formats that councils send.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook

from app.base.places import RESOURCES
from app.base.progress import SILENT
from app.catalogue.house import Catalogue
from app.catalogue.reading import read_limits
from app.exampleshire.council import generate
from app.files.read import read
from app.files.sniff import sniff
from app.files.write_safe import safe_xlsx_bytes
from app.model.cells import guard, unguard
from app.model.loads import HandOver, LoadWishes, ReadChoices
from app.model.packaging import DataColumn, DataFile
from app.model.policy import KdfCost
from app.sealing.rows import RowWriter
from app.services import intake, rejected, vaults
from app.services.catalogue import catalogue
from app.services.sample import sample

Rows = list[list[str]]
HEADER = ("Ref", "Name", "Note")
AWKWARD = (
    ("00012", "O'Neill", "=1+1"),
    ("1E5", "Zoë Müller", "@SUM(A1:A9)"),
    ("12345678901234567890", "Łukasz", "+44 7700 900123"),
    ("01/02/2026", "-5.20", "-cmd|' /c calc'!A1"),
    ("TRUE", '"quoted", and more', "two\nlines"),
    ("3-4", "  spaces  ", "'already"),
    ("½", "😀 smile", "tab\tinside"),
    ("", "لا", "last"),
)
MARKING = ("OFFICIAL-SENSITIVE", "For a test")
PEOPLE, SEED = 1_000, 7
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
EMPTY_TO_THE_END = 1_000
AS_TEXT = "CSV:44,34,76,1," + "/".join(f"{column}/2" for column in range(1, 40))


@dataclass(frozen=True)
class Written:
    """A file of the product and the cells it was made of."""

    path: Path
    cells: Rows


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Written]:
    """A workbook handed over, rejected rows, a package's data file, and the sample's workbook."""
    folder = tmp_path_factory.mktemp("office") / "written"
    folder.mkdir()
    book = folder / "handed.xlsx"
    book.write_bytes(safe_xlsx_bytes(HEADER, AWKWARD, marking=MARKING))
    package = folder / "package.csv"
    columns = tuple(map(DataColumn, HEADER))
    writer = RowWriter(DataFile("package.csv", "A package", columns, iter(AWKWARD)))
    package.write_bytes(b"".join(writer.batches()))
    guarded = [[guard(cell) for cell in row] for row in (HEADER, *AWKWARD)]
    return [
        Written(book, [*([line] for line in MARKING), list(HEADER), *map(list, AWKWARD)]),
        Written(package, guarded),
        *rejections(folder),
        tenancies(folder),
    ]


def rejections(folder: Path) -> list[Written]:
    """Rejected rows as the service hands them over."""
    declared = Catalogue(RESOURCES)
    declared.__dict__["vault_policy"] = replace(declared.vault_policy, kdf=KdfCost(64, 1, 1))

    def clock() -> datetime:
        return datetime(2026, 8, 22, 9, tzinfo=UTC)

    source, out = folder.parent / "badges.csv", folder / "rejected.csv"
    lines = ["reference,title,surname,forenames,date of birth", "1,Mr,Smith,John,01/02/1950"]
    lines += ['=2+3,"@Mrs, x"', "-7 AND,+44,O'Neill", "00012"]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    vaults.create(declared, folder.parent / "vault", "Ann", "three random words", clock)
    with vaults.unlock(
        declared, folder.parent / "vault", "Ann", "three random words", clock
    ) as workspace:
        answer = intake.load_file(workspace, source, LoadWishes(kind="people"))
        load, over = answer.load, HandOver(out, "service-update")
        assert rejected.export(workspace, load, over, lambda one: f"={one.code}") == 3
        over = HandOver(out.with_name("rejected_rows.xlsx"), "service-update")
        assert rejected.export(workspace, load, over, lambda one: f"={one.code}") == 3
        assert len(list(rejected.each(workspace, load))) == 3
    with out.open(encoding="utf-8-sig", newline="") as stream:
        cells = [list(row) for row in csv.reader(stream)]
    assert len(cells) >= 4
    assert sum(cell.startswith("'") for row in cells for cell in row) >= 3
    return [Written(out, cells), Written(over.to, [[unguard(c) for c in row] for row in cells])]


def tenancies(folder: Path) -> Written:
    sample(catalogue(), folder / "sample", PEOPLE, None, SEED)
    council = generate(PEOPLE, None, SEED, catalogue().exampleshire)
    (extract,) = (e for e in council.extracts if e.form.format == "workbook")
    rows = zip(*(column.tolist() for column in extract.columns), strict=True)
    cells = [[shown(cell) for cell in row] for row in rows]
    preamble = [[line] for line in extract.form.text.preamble]
    path = folder / "sample" / extract.form.name
    assert len(cells) > 10
    return Written(path, [*preamble, list(extract.form.columns), *cells])


def shown(cell: Any) -> str:
    """A typed cell as one text, the same whichever program tells its value."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    return str(cell)


def trimmed(rows: Sequence[Sequence[str]]) -> Rows:
    """Rows without the empty cells and rows at their ends: no file can tell those."""
    made = [list(row) for row in rows]
    for row in made:
        while row and not row[-1]:
            row.pop()
    while made and not made[-1]:
        made.pop()
    return made


def by_the_libraries(files: list[Written]) -> list[Rows]:
    found = []
    for file in files:
        if file.path.suffix == ".csv":
            with file.path.open(encoding="utf-8-sig", newline="") as stream:
                found.append([list(row) for row in csv.reader(stream)])
        else:
            page = load_workbook(file.path).worksheets[0]
            assert not [c for row in page.iter_rows() for c in row if c.data_type == "f"]
            found.append([[shown(c) for c in row] for row in page.iter_rows(values_only=True)])
    return found


def test_every_cell_reads_back(written: list[Written]) -> None:
    for file, found in zip(written, by_the_libraries(written), strict=True):
        assert trimmed(found) == trimmed(file.cells), file.path.name


Convert = Callable[..., list[Path]]


@pytest.fixture
def convert(tmp_path: Path, programs: ModuleType) -> Convert:
    """`convert(files, to, *options)`: LibreOffice opens files and saves them in another form."""
    program = programs.find("soffice")
    if program is None:
        pytest.fail(f"LibreOffice Calc is missing. Run: {programs.line('soffice')}")

    def run(files: list[Path], to: str, *options: str) -> list[Path]:
        out = tmp_path / f"as-{len(list(tmp_path.iterdir()))}"
        profile = (tmp_path / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        command += [*options, "--convert-to", to, "--outdir", str(out), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        made = [out / f"{file.stem}.{to.partition(':')[0]}" for file in files]
        assert all(path.is_file() for path in made), done
        return made

    return run


@pytest.mark.release
@pytest.mark.timeout(900)
def test_libreoffice_reads_every_cell(written: list[Written], convert: Convert) -> None:
    books = [file for file in written if file.path.suffix == ".xlsx"]
    texts = [file for file in written if file.path.suffix == ".csv"]
    for file, opened in zip(books, convert([f.path for f in books], "fods"), strict=True):
        assert trimmed(flat(opened)) == trimmed(file.cells), file.path.name
    paths = [file.path for file in texts]
    as_text = convert(paths, "fods", f"--infilter={AS_TEXT}")
    for file, opened in zip(texts, as_text, strict=True):
        assert trimmed(flat(opened)) == trimmed(file.cells), file.path.name
    for opened in convert(paths, "fods"):  # as it opens when somebody clicks on it: nothing runs
        assert len(flat(opened)) > 2


@pytest.mark.release
@pytest.mark.timeout(900)
def test_what_libreoffice_writes_is_read(written: list[Written], convert: Convert) -> None:
    source = written[-1].path
    expected = ours(source)
    assert len(expected) > 10
    for form in ("xlsx", "xlsm:Calc MS Excel 2007 VBA XML", "xls:MS Excel 97", "ods"):
        (saved,) = convert([source], form)
        assert ours(saved) == expected, form


def ours(path: Path) -> list[tuple[str, ...]]:
    limits = read_limits()
    shape = sniff(path, ReadChoices(sheet="Tenancies"), {}, limits, SILENT)
    refused: list[object] = []
    batches = list(read(path, shape, refused.append, limits))
    assert not refused
    return [shape.columns, *(row for batch in batches for row in batch.cells)]


def flat(path: Path) -> Rows:
    """The first sheet of a flat OpenDocument file by its values; a formula fails the proof."""
    sheet = next(etree.parse(path).iter(f"{TABLE}table"))
    rows: Rows = []
    for row in sheet.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            assert cell.get(f"{TABLE}formula") is None, etree.tostring(cell)
            times = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            cells += [value(cell)] * (1 if times > EMPTY_TO_THE_END else times)
        times = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        rows += [cells] * (1 if times > EMPTY_TO_THE_END else times)
    return rows


def value(cell: etree._Element) -> str:
    kind = cell.get(f"{OFFICE}value-type")
    if kind == "date":
        return str(cell.get(f"{OFFICE}date-value"))[:10]
    if kind in ("float", "percentage", "currency"):
        return shown(float(str(cell.get(f"{OFFICE}value"))))
    return "\n".join(spelt(line) for line in cell.iter(f"{TEXT}p"))


def spelt(line: etree._Element) -> str:
    """A paragraph's text: OpenDocument writes spaces and tabs as elements."""
    text = line.text or ""
    for part in line:
        if part.tag == f"{TEXT}s":
            text += " " * int(part.get(f"{TEXT}c", "1"))
        elif part.tag == f"{TEXT}tab":
            text += "\t"
        else:
            text += spelt(part)
        text += part.tail or ""
    return text
