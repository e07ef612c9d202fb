"""Writes the sample council: one file per dataset kind and the truth."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from app.base.progress import SILENT, Progress
from app.exampleshire.council import TRUTH_COLUMNS, Council, generate
from app.exampleshire.extract import Extract
from app.files.whole import require_absent, staging
from app.files.write_text import write_delimited, write_fixed
from app.files.write_workbook import Sheet, write_xlsx
from app.files.write_xml import write_records
from app.model.exampleshire import ExampleshireProfile, SampleAnswer, SampleFile
from app.model.writing import TextForm

TRUTH_FILE = "truth.csv"
_BATCH = 50_000


class HasExampleshire(Protocol):
    """What this needs of the catalogue."""

    @property
    def exampleshire(self) -> ExampleshireProfile:
        """The declared sample council."""


def sample(
    catalogue: HasExampleshire,
    out: Path,
    people: int,
    deaths: int | None,
    seed: int,
    progress: Progress = SILENT,
) -> SampleAnswer:
    """Write the sample council to a folder: the same arguments give the same bytes.

    `deaths` None gives one for 25 people. All files appear together or none does, and none is
    written over. Raises Refused: file-exists, sample-size-out-of-range, disk-full, cannot-write;
    Cancelled.
    """
    started = time.perf_counter()
    require_absent(out, (*(form.name for form in catalogue.exampleshire.files), TRUTH_FILE))
    council = generate(people, deaths, seed, catalogue.exampleshire, progress=progress)
    files = tuple(_write(council, out, progress))
    return SampleAnswer(
        folder=out,
        files=files,
        people=people,
        deaths=council.deaths_registered,
        seed=seed,
        seconds=round(time.perf_counter() - started, 3),
    )


def _write(council: Council, out: Path, progress: Progress) -> list[SampleFile]:
    total = sum(len(extract) + len(extract.truth_rows) for extract in council.extracts)
    progress.stage("sample-write", total)
    files = []
    with staging(out) as stage:
        for extract in council.extracts:
            with stage.writing(extract.form.name) as stream:
                count = _write_extract(stream, extract, progress)
            files.append(SampleFile(extract.form.name, extract.form.kind, count))
        with stage.writing(TRUTH_FILE) as stream:
            count = write_delimited(stream, TRUTH_COLUMNS, council.truth(), TextForm(), progress)
        files.append(SampleFile(TRUTH_FILE, "", count))
    return files


def _write_extract(stream: BinaryIO, extract: Extract, progress: Progress) -> int:
    form, rows = extract.form, _rows(extract)
    if form.format == "fixed":
        return write_fixed(stream, form.widths, rows, form.text, progress)
    if form.xml is not None:
        return write_records(stream, form.xml, form.columns, rows, progress)
    if form.format == "workbook":
        sheets = [Sheet(form.sheet, form.columns, rows, form.text.preamble)]
        if form.notes_sheet:
            sheets.append(Sheet(form.notes_sheet, (), [(note,) for note in form.notes]))
        return write_xlsx(stream, sheets, progress)
    return write_delimited(stream, form.columns, rows, form.text, progress)


def _rows(extract: Extract) -> Iterator[tuple[Any, ...]]:
    """Rows out of columns, a batch at a time."""
    batches = (
        zip(*(column[start : start + _BATCH].tolist() for column in extract.columns), strict=True)
        for start in range(0, len(extract), _BATCH)
    )
    return chain.from_iterable(batches)
