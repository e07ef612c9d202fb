"""The rows of a package, taken from the vault by its specification, and where each came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from app.base.digests import canonical
from app.base.errors import Fact, Refused
from app.governance.gateways import Source
from app.model.governance import Governance
from app.model.meanings import Meaning
from app.model.notes import Note
from app.model.packaging import DataColumn, DataFile, Quality, SourceDate
from app.model.profiles import BandShare
from app.model.runs import Band, Verdict
from app.model.sharing import (
    Agreement,
    PackageColumn,
    PackageFile,
    PackagePreview,
    PackageSpec,
)
from app.model.viewing import raw_by_meaning
from app.reports.summary import bands_summary
from app.services.workspace import Workspace
from app.standardise.records import describe
from app.stores import decisions, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

DATES = {Meaning.BIRTH_DATE: "birth_date", Meaning.DEATH_DATE: "death_date"}
"""Dates leave as ISO 8601 where they were understood, else as the source wrote them."""

AT_ONCE = 4096

Origin = tuple[str, int]
"""A record that a row was made of: its load and its ordinal."""


@dataclass(frozen=True)
class DraftedFile:
    """One data file as drafted: its rows and, row by row, the records they were made of."""

    file: PackageFile
    rows: tuple[tuple[str, ...], ...]
    origins: tuple[tuple[Origin, ...], ...]


def draw(reader: Reader, spec: PackageSpec) -> tuple[DraftedFile, ...]:
    """Every file of a specification. Raises Refused load-unknown, run-unknown and the like."""
    return tuple(
        _drawn_pairs(reader, file, file.run) if file.run else _drawn_load(reader, file)
        for file in spec.files
    )


def content_digest(files: Sequence[DraftedFile], agreement: Agreement) -> str:
    """Digest of all that would leave, and of the agreement it would leave under.

    Rows are taken in one by one, so that a large package needs no second copy of itself.
    """
    whole = hashlib.sha256(canonical(asdict(agreement)))
    for drafted in files:
        header = [[column.name, column.take] for column in drafted.file.columns]
        whole.update(canonical([drafted.file.name, header, len(drafted.rows)]))
        for row in drafted.rows:
            whole.update(canonical(row))
    return whole.hexdigest()


def sources(reader: Reader, governance: Governance, spec: PackageSpec) -> tuple[Source, ...]:
    """The loads a package stands on, with their routes."""
    found: dict[str, Source] = {}
    for name in source_loads(reader, spec):
        load = shelf.require(reader, name)
        found[name] = Source(name, governance.routes[load.route or "unstated"])
    return tuple(found.values())


def source_loads(reader: Reader, spec: PackageSpec) -> tuple[str, ...]:
    """Ids of the loads a package stands on, in order of first mention."""
    names: list[str] = []
    for file in spec.files:
        if file.run:
            run = runs.require(reader, file.run)
            names += [run.left, *([run.right] if run.right else [])]
        elif file.load:
            names.append(file.load)
    return tuple(dict.fromkeys(names))


def _drawn_pairs(reader: Reader, file: PackageFile, run: str) -> DraftedFile:
    """Rows of the pairs that a steward confirmed; nothing else ever leaves a run."""
    summary = runs.require(reader, run)
    stands = decisions.standing(reader, run)
    same = sorted(
        (runs.split_id(pair)[1] for pair, d in stands.items() if d.verdict is Verdict.SAME)
    )
    pairs = [runs.pair(reader, runs.pair_id(run, number)) for number in same]
    sides = {
        "left": (summary.left, [pair.left_record for pair in pairs]),
        "right": (summary.right or summary.left, [pair.right_record for pair in pairs]),
    }
    values = {
        side: list(_records(reader, load, records, _coded(reader, load)))
        for side, (load, records) in sides.items()
    }
    rows = []
    for place in range(len(pairs)):
        held = {side: values[side][place] for side in sides}
        rows.append(tuple(_cell(held, column) for column in file.columns))
    origins = tuple(
        tuple((load, records[place]) for load, records in sides.values())
        for place in range(len(pairs))
    )
    return DraftedFile(file, tuple(rows), origins)


def _drawn_load(reader: Reader, file: PackageFile) -> DraftedFile:
    load = shelf.require(reader, file.load or "")
    every, coded = range(load.records), _coded(reader, load.load)
    rows, origins = [], []
    for start in range(0, load.records, AT_ONCE):
        part = every[start : start + AT_ONCE]
        for ordinal, held in zip(part, _records(reader, load.load, part, coded), strict=True):
            rows.append(tuple(_cell({"": held}, column) for column in file.columns))
            origins.append(((load.load, ordinal),))
    return DraftedFile(file, tuple(rows), tuple(origins))


def _records(
    reader: Reader, load: str, ordinals: Sequence[int], coded: pa.Table
) -> Iterator[dict[Meaning, str]]:
    """What records say by meaning, in the order given; `coded` are the load's parts and dates."""
    if not ordinals:
        return
    mapping = shelf.mapping(reader, load)
    raw = shelf.read_raw_rows(reader, load, list(ordinals))
    names = raw.schema.names[1:]
    codes = coded.take(list(ordinals)).to_pylist()
    cells = zip(*(column.to_pylist() for column in raw.columns[1:]), strict=True)
    for record, texts in zip(codes, cells, strict=True):
        held = raw_by_meaning(mapping, dict(zip(names, texts, strict=True)), record["part"])
        dates = describe({name: record[name] for name in DATES.values()})
        for meaning, name in DATES.items():
            if dates.get(name):
                held[meaning] = dates[name]
        yield held


def _coded(reader: Reader, load: str) -> pa.Table:
    return shelf.read_codes(reader, load, ["part", *DATES.values()])


def _cell(held: dict[str, dict[Meaning, str]], column: PackageColumn) -> str:
    side, _, meaning = column.take.rpartition(".")
    if side not in held or meaning not in set(Meaning):
        raise Refused("package-column-unknown", column=column.take)
    return held[side].get(Meaning(meaning), "")


def data_file(drafted: DraftedFile) -> DataFile:
    """A drafted file as a package writes it, each column with its source and reason."""
    return DataFile(
        name=drafted.file.name,
        title=drafted.file.name.removesuffix(".csv"),
        columns=tuple(
            DataColumn(name=column.name, source=column.take, why=column.why)
            for column in drafted.file.columns
        ),
        rows=drafted.rows,
        key=drafted.file.columns[0].name,
    )


def quality(workspace: Workspace, reader: Reader, spec: PackageSpec) -> Quality:
    """What the recipient needs to weigh the data: sources, bands, thresholds, decisions."""
    sources = []
    for name in source_loads(reader, spec):
        load = shelf.get(reader, name)
        title = workspace.catalogue.kinds[load.kind].title
        sources.append(SourceDate(f"{title} ({name})", load.as_at or load.loaded_at[:10]))
    bands: list[BandShare] = []
    thresholds: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name in dict.fromkeys(file.run for file in spec.files if file.run):
        run = runs.get(reader, name)
        bands += bands_summary(run.bands)
        plan = workspace.catalogue.plans[run.plan]
        thresholds |= {f"{plan.id} {k}": f"{v:g}" for k, v in vars(plan.thresholds).items()}
        verdicts = decisions.counts(reader, name)
        counts |= {f"{name} {verdict.value}": number for verdict, number in verdicts.items()}
    return Quality(tuple(sources), tuple(bands), thresholds, counts)


def warnings(
    workspace: Workspace,
    agreement: Agreement,
    spec: PackageSpec,
    files: tuple[DraftedFile, ...],
) -> tuple[Note, ...]:
    """What a steward should weigh before this leaves."""
    policy = workspace.catalogue.sharing
    notes = list(agreement.doubts)
    for file in files:
        facts: dict[str, Fact] = {"file": file.file.name, "rows": len(file.rows)}
        if len(file.rows) < policy.small_group:
            notes.append(Note("package-few-rows", {**facts, "least": policy.small_group}))
        for place, column in enumerate(file.file.columns):
            meaning = column.take.rpartition(".")[2]
            if meaning in policy.identifiers:
                notes.append(Note("package-identifier-leaves", {"column": column.name}))
            if not any(row[place] for row in file.rows):
                notes.append(Note("package-column-empty", {**facts, "column": column.name}))
    with workspace.read() as reader:
        for name in dict.fromkeys(file.run for file in spec.files if file.run):
            sure = runs.pair_ids(reader, name, (Band.CERTAIN, Band.PROBABLE))
            waiting = len(set(sure) - set(decisions.standing(reader, name)))
            if waiting:
                notes.append(Note("package-pairs-undecided", {"run": name, "pairs": waiting}))
    return tuple(notes)


def previews(workspace: Workspace, files: tuple[DraftedFile, ...]) -> tuple[PackagePreview, ...]:
    """The first rows of each file, as they would leave."""
    number = workspace.catalogue.sharing.preview_rows
    return tuple(
        PackagePreview(
            name=file.file.name,
            header=tuple(column.name for column in file.file.columns),
            rows=file.rows[:number],
            count=len(file.rows),
        )
        for file in files
    )
