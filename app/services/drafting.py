"""A package before it is sealed: what its rows amount to, its sources, warnings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from app.base.digests import canonical
from app.base.errors import Fact, Refused
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.governance.gateways import Source, source_of
from app.model.notes import Note
from app.model.packaging import DataColumn, DataFile
from app.model.runs import Band
from app.model.sharing import Agreement, PackagePreview, PackageSpec, Recipient
from app.services.drawing import AT_ONCE, Cells, DraftedFile
from app.services.workspace import Workspace
from app.stores import decisions, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader


@dataclass(frozen=True)
class Survey:
    """What one passage over all rows of a package tells: their digest, the first, empty columns.

    `empty` are positions of columns without a single value, file by file.
    """

    digest: str
    previews: tuple[PackagePreview, ...]
    empty: tuple[tuple[int, ...], ...]


class Digest:
    """The digest of all that would leave and of the agreement, row by row as they pass."""

    def __init__(self, agreement: Agreement) -> None:
        self._whole = hashlib.sha256(canonical(asdict(agreement)))

    def rows(self, drafted: DraftedFile) -> Iterator[Cells]:
        """The rows of the next file, taken in as they pass."""
        header = [[column.name, column.take] for column in drafted.file.columns]
        self._whole.update(canonical([drafted.file.name, header, drafted.count]))
        for row in drafted.rows():
            self._whole.update(canonical(row))
            yield row

    def hex(self) -> str:
        """The digest of everything taken in."""
        return self._whole.hexdigest()


def survey(
    files: Sequence[DraftedFile],
    agreement: Agreement,
    first: int,
    progress: Progress = SILENT,
) -> Survey:
    """Read every row once, keeping the `first` few of each file and no more."""
    digest, shown, empty = Digest(agreement), [], []
    progress.stage("draft", sum(drafted.count for drafted in files))
    for drafted in files:
        rows: list[Cells] = []
        waiting = set(range(len(drafted.file.columns)))
        for number, row in enumerate(digest.rows(drafted), start=1):
            if number <= first:
                rows.append(row)
            if waiting:
                waiting -= {place for place in waiting if row[place]}
            if number % AT_ONCE == 0:
                progress.step(AT_ONCE)
        shown.append(_preview(drafted, rows))
        empty.append(tuple(sorted(waiting)))
    return Survey(digest.hex(), tuple(shown), tuple(empty))


def glimpse(files: Sequence[DraftedFile], first: int) -> tuple[PackagePreview, ...]:
    """The first rows of each file, as they would leave; no other row is read."""
    return tuple(_preview(drafted, list(islice(drafted.rows(), first))) for drafted in files)


def data_files(
    files: Sequence[DraftedFile], agreement: Agreement, package: str, expected: str
) -> tuple[DataFile, ...]:
    """The files as a package writes them, held to the digest of what was drafted.

    The rows of the last one end with Refused package-changed where they are not the same.
    """
    digest = Digest(agreement)

    def passing(drafted: DraftedFile) -> Iterator[Cells]:
        yield from digest.rows(drafted)
        if drafted is files[-1] and digest.hex() != expected:
            raise Refused("package-changed", package=package)

    return tuple(_data_file(drafted, passing(drafted)) for drafted in files)


def _preview(drafted: DraftedFile, rows: Sequence[Cells]) -> PackagePreview:
    header = tuple(column.name for column in drafted.file.columns)
    takes = tuple(column.take for column in drafted.file.columns)
    return PackagePreview(drafted.file.name, header, tuple(rows), drafted.count, takes)


def sources(reader: Reader, catalogue: Catalogue, spec: PackageSpec) -> tuple[Source, ...]:
    """The loads a package stands on, with their routes."""
    found: dict[str, Source] = {}
    for name in source_loads(reader, spec):
        load = shelf.require(reader, name)
        found[name] = source_of(catalogue.governance, load, catalogue.kinds[load.kind].subject)
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


def _data_file(drafted: DraftedFile, rows: Iterator[Cells]) -> DataFile:
    """A drafted file as a package writes it, each column with its source and reason."""
    return DataFile(
        name=drafted.file.name,
        title=drafted.file.name.removesuffix(".csv"),
        columns=tuple(
            DataColumn(name=column.name, source=column.take, why=column.why)
            for column in drafted.file.columns
        ),
        rows=rows,
        key=drafted.file.columns[0].name,
    )


def warnings(
    workspace: Workspace,
    agreement: Agreement,
    recipient: Recipient,
    spec: PackageSpec,
    previews: Sequence[PackagePreview],
) -> tuple[Note, ...]:
    """What a steward should weigh before this leaves, as far as the first rows and counts tell."""
    policy = workspace.catalogue.sharing
    notes = list(agreement.doubts)
    if recipient.confirmed_at is None:
        notes.append(Note("recipient-unconfirmed", {"recipient": recipient.name}))
    for file, shown in zip(spec.files, previews, strict=True):
        if shown.count < policy.small_group:
            facts: dict[str, Fact] = {"file": file.name, "rows": shown.count}
            notes.append(Note("package-few-rows", {**facts, "least": policy.small_group}))
        for column in file.columns:
            if column.take.rpartition(".")[2] in policy.identifiers:
                notes.append(Note("package-identifier-leaves", {"column": column.name}))
    with workspace.read() as reader:
        for name in dict.fromkeys(file.run for file in spec.files if file.run):
            sure = runs.pair_ids(reader, name, (Band.CERTAIN, Band.PROBABLE))
            waiting = len(set(sure) - set(decisions.standing(reader, name)))
            if waiting:
                notes.append(Note("package-pairs-undecided", {"run": name, "pairs": waiting}))
    return tuple(notes)


def held_back(files: Sequence[DraftedFile]) -> tuple[Note, ...]:
    """A remark for each file that rows are left out of, since an objection to them was upheld."""
    return tuple(
        Note("package-held-back", {"file": one.file.name, "rows": one.held_back})
        for one in files
        if one.held_back
    )


def empty_columns(spec: PackageSpec, seen: Survey) -> tuple[Note, ...]:
    """A warning for each column without a single value, once all rows have been seen."""
    return tuple(
        Note(
            "package-column-empty",
            {"file": file.name, "rows": shown.count, "column": file.columns[place].name},
        )
        for file, shown, empty in zip(spec.files, seen.previews, seen.empty, strict=True)
        for place in empty
    )
