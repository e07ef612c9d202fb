"""From an unknown file to an offer and an understanding: what every reader of files shares."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.base.digests import file_sha256
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.catalogue.mappings import mapping_toml, read_mapping
from app.files.dialect import sample_lines
from app.files.read import read
from app.files.sniff import sniff
from app.files.whole import part_for, refusing, require_absent
from app.model.kinds import FixedColumn, Kind, KindGuess, Mapping, Suggestion
from app.model.loads import (
    LoadWishes,
    Offer,
    Preview,
    ReadChoices,
    Rejection,
    Rows,
    Shape,
    Understanding,
)
from app.model.notes import Note
from app.services.others import without_others
from app.standardise.records import Standardiser, describe
from app.standardise.required import missing_required
from app.standardise.suggest import guess_kinds, kept_as_it_is
from app.stores import loads, suppliers
from app.stores.sqlcipher import Reader

SAMPLE_ROWS = 50
SAMPLE_LINES = 20
LINE_SHOWN = 2_000
_GUESSED = ("encoding-not-utf-8", "encoding-most")
_CHOSEN = ("encoding-chosen", "encoding-remembered")


@dataclass(frozen=True)
class Memory:
    """What loads before tell of a file: fixed-width layouts, mappings, the same file itself.

    `loaded` answers by hash, sheet and state of the load.
    """

    layouts: tuple[tuple[FixedColumn, ...], ...] = ()
    mapping: Callable[[Shape], Mapping | None] = lambda _shape: None
    loaded: Callable[[str, str | None, str], str | None] = lambda _sha, _sheet, _state: None


Vault = Callable[[], contextlib.AbstractContextManager[Reader]]
"""How what a vault remembers is read; None where a file is looked at without one."""


@contextlib.contextmanager
def _memory(vault: Vault | None) -> Iterator[Memory]:
    """What a vault remembers; of use within this block."""
    if vault is None:
        yield Memory()
        return
    with vault() as reader:
        yield _memory_of(reader)


def _memory_of(reader: Reader) -> Memory:
    def mapping(shape: Shape) -> Mapping | None:
        layout = () if shape.layout_from == "declared" else shape.fixed
        return suppliers.recall(reader, shape.columns, layout=layout)

    return Memory(
        suppliers.layouts(reader),
        mapping,
        lambda sha256, sheet, state: loads.by_sha256(reader, sha256, sheet, state),
    )


def look(
    catalogue: Catalogue,
    path: Path,
    choices: ReadChoices,
    vault: Vault | None = None,
    progress: Progress = SILENT,
) -> Offer:
    """A file looked at: shape, first rows, kinds it may be. Raises Refused where it is no table."""
    with _memory(vault) as memory:
        return _look(catalogue, path, choices, memory, progress)


def _look(
    catalogue: Catalogue, path: Path, choices: ReadChoices, memory: Memory, progress: Progress
) -> Offer:
    shape, remembered = _shape(catalogue, path, choices, memory, progress)
    set_aside: list[Rejection] = []
    sample = _first_rows(catalogue, path, shape, set_aside, progress)
    likely = guess_kinds(shape, sample, catalogue.kinds, catalogue.names, remembered)
    guesses = tuple(without_others(catalogue, guess) for guess in likely)
    if choices.kind:
        wanted = kind_of(catalogue, choices.kind).id
        guesses = tuple(guess for guess in guesses if guess.kind == wanted)
    progress.stage("digest")
    sha256 = file_sha256(path, progress)
    return Offer(
        path=path,
        sha256=sha256,
        size=path.stat().st_size,
        shape=shape,
        sample=sample,
        guesses=guesses,
        set_aside=tuple(set_aside),
        lines=_first_lines(catalogue, path, shape),
        seen_before=memory.loaded(sha256, shape.sheet, "visible"),
        withdrawn_before=memory.loaded(sha256, shape.sheet, "withdrawn"),
    )


def kind_of(catalogue: Catalogue, kind: str) -> Kind:
    """The kind with this id; raises Refused("kind-unknown") with those there are."""
    found = catalogue.kinds.get(kind)
    if found is None:
        raise Refused("kind-unknown", kind=kind, known=", ".join(catalogue.kinds))
    return found


def understand(
    catalogue: Catalogue,
    path: Path,
    wishes: LoadWishes,
    vault: Vault | None = None,
    progress: Progress = SILENT,
) -> Understanding:
    """A file with the mapping that is given, remembered or proposed for it, and why.

    Raises Refused where the file is no table or the wishes contradict each other, and file-exists
    where the mapping shall be saved over a file.
    """
    if (target := wishes.save_mapping) is not None:
        require_absent(target.parent, [target.name])
    kinds = catalogue.kinds
    given = read_mapping(wishes.mapping_file, kinds) if wishes.mapping_file else None
    wanted = wishes.kind or (given.kind if given else None)
    if given and wanted != given.kind:
        raise Refused("mapping-of-other-kind", kind=wanted, mapped=given.kind)
    choices = ReadChoices(
        encoding=wishes.encoding or (given.encoding if given else None),
        delimiter=wishes.delimiter or (given.delimiter if given else None),
        header_row=given.header_row if given else None,
        sheet=wishes.sheet or (given.sheet if given else None),
        kind=wanted,
        layout=(given.layout or None) if given else None,
    )
    offer = look(catalogue, path, choices, vault, progress)
    if wishes.sheet and offer.shape.sheet is None:
        where = Where(file=path.name)
        raise Refused("file-has-no-sheets", where=where, file=path.name, sheet=wishes.sheet)
    if given is not None:
        return _as_given(catalogue, offer, given)
    if not offer.guesses:
        return Understanding(offer, None, None, (), (), None)
    best = offer.guesses[0]
    reason = Note("kind-named") if wishes.kind else best.reason
    mapping, missing = mapping_from(offer, best), best.missing_required
    return Understanding(offer, best.kind, reason, best.suggestions, missing, mapping)


def require_sheet(file: str, shape: Shape) -> None:
    """Refuse `sheet-not-stated` where several sheets look like tables and nobody chose one."""
    for note in shape.notes:
        if note.code == "sheets-alike":
            sheets = note.facts["names"]
            raise Refused("sheet-not-stated", where=Where(file=file), file=file, sheets=sheets)


def mapping_of(found: Understanding) -> Mapping:
    """The mapping a file is understood by.

    Raises Refused: sheet-not-stated, kind-not-recognised, required-column-missing.
    """
    name = found.offer.path.name
    require_sheet(name, found.offer.shape)
    if found.mapping is None or found.kind is None:
        raise Refused("kind-not-recognised", where=Where(file=name))
    if not found.missing:
        return found.mapping
    raise Refused(
        "required-column-missing",
        where=Where(file=name, column=found.missing[0]),
        kind=found.kind,
        columns=", ".join(found.missing),
    )


def mapping_from(offer: Offer, guess: KindGuess) -> Mapping:
    """The mapping a guess proposes, with what it takes to read the next such file alike."""
    uses = tuple(suggestion.use for suggestion in guess.suggestions)
    return settled(Mapping(guess.kind, uses, guess.dates), offer.shape)


def settled(mapping: Mapping, shape: Shape) -> Mapping:
    """A mapping with its file's layout, and with what the steward chose of how to read it."""
    chosen = choices_of(shape)
    return replace(
        mapping,
        layout=() if shape.layout_from == "declared" else shape.fixed,
        encoding=chosen.encoding,
        delimiter=chosen.delimiter,
        header_row=chosen.header_row,
        sheet=chosen.sheet,
    )


def choices_of(shape: Shape) -> ReadChoices:
    """What was insisted on when a file was read so."""
    encoding = any(note.code in _CHOSEN for note in shape.notes)
    return ReadChoices(
        encoding=shape.encoding if encoding else None,
        delimiter=shape.delimiter if "delimiter" in shape.chosen else None,
        header_row=(shape.header_row or 0) if "header_row" in shape.chosen else None,
        sheet=shape.sheet if "sheet" in shape.chosen else None,
        layout=shape.fixed if shape.layout_from == "stated" else None,
    )


def missing(catalogue: Catalogue, mapping: Mapping) -> tuple[str, ...]:
    """Names of fields that the mapping's kind needs and no column carries."""
    return missing_required(kind_of(catalogue, mapping.kind), mapping)


def standardiser_of(
    catalogue: Catalogue, shape: Shape, mapping: Mapping, today: date
) -> Standardiser:
    """What makes records of a file's rows; the days of a workbook are numbered as it says."""
    kind, rules = kind_of(catalogue, mapping.kind), catalogue.names
    if shape.day_zero is not None:
        zero = date.fromisoformat(shape.day_zero)
        rules = replace(rules, dates=replace(rules.dates, day_zero=zero, in_workbook=True))
    return Standardiser(kind, mapping, shape.columns, rules, today)


def preview(catalogue: Catalogue, offer: Offer, mapping: Mapping, today: date) -> Preview:
    """The first rows as they would be stored, and what would be rejected among them."""
    standardiser = standardiser_of(catalogue, offer.shape, mapping, today)
    records, rejected = standardiser.batch(offer.sample)
    after = tuple(describe(record) for record in records.to_pylist())
    rejections = sorted((*offer.set_aside, *rejected), key=lambda one: one.row)
    return Preview(
        columns=offer.shape.columns,
        before=offer.sample,
        after=after,
        rejections=tuple(rejections),
        warnings=offer.shape.notes,
        noticed=standardiser.notes(),
    )


def write_mapping(mapping: Mapping, to: Path) -> None:
    """Write a mapping file that reads and maps the next such file alike.

    Raises Refused: file-exists, disk-full, cannot-write.
    """
    with mapping_written(mapping, to) as place:
        place()


@contextlib.contextmanager
def mapping_written(mapping: Mapping, to: Path) -> Iterator[Callable[[], None]]:
    """A mapping file that is written, and gets its name when what is yielded is called.

    Raises Refused: file-exists, disk-full, cannot-write.
    """
    require_absent(to.parent, [to.name])

    def place() -> None:
        with refusing(to.name):
            part.place()

    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(mapping_toml(mapping).encode("utf-8"))
        yield place


def _as_given(catalogue: Catalogue, offer: Offer, given: Mapping) -> Understanding:
    """How a mapping file understands a file: what it says of each column, the rest kept."""
    kind = kind_of(catalogue, given.kind)
    uses = {use.column: use for use in given.columns}
    suggestions = tuple(
        Suggestion(uses[one.use.column], Note("mapped-by-file"), 1.0, one.samples)
        if one.use.column in uses
        else one
        for one in kept_as_it_is(offer.shape, offer.sample)
    )
    mapping = settled(given, offer.shape)
    missing = missing_required(kind, mapping)
    reason = Note("kind-by-mapping")
    return Understanding(offer, kind.id, reason, suggestions, missing, mapping)


def _shape(
    catalogue: Catalogue, path: Path, choices: ReadChoices, memory: Memory, progress: Progress
) -> tuple[Shape, Mapping | None]:
    """The shape of a file and the mapping remembered for it.

    Where the encoding is a mere guess, what the steward chose for such a file before decides.
    """
    kinds = catalogue.kinds
    layouts = {kind.id: kind.layouts for kind in kinds.values() if kind.layouts}

    def sniffed(chosen: ReadChoices) -> Shape:
        return sniff(path, chosen, layouts, catalogue.reading, progress, memory.layouts)

    shape = sniffed(choices)
    remembered = memory.mapping(shape)
    before = remembered.encoding if remembered is not None else None
    guessed = any(note.code in _GUESSED for note in shape.notes)
    if before is None or before == shape.encoding or not guessed:
        return shape, remembered
    again = sniffed(replace(choices, encoding=before))
    notes = tuple(
        Note("encoding-remembered", note.facts) if note.code == "encoding-chosen" else note
        for note in again.notes
    )
    again = replace(again, notes=notes)
    return again, memory.mapping(again)


def _first_rows(
    catalogue: Catalogue,
    path: Path,
    shape: Shape,
    set_aside: list[Rejection],
    progress: Progress,
) -> Rows:
    """The first rows; what the reader sets aside before or among them is put in `set_aside`."""

    def reject(rejection: Rejection) -> None:
        if len(set_aside) < SAMPLE_ROWS:
            set_aside.append(rejection)

    for rows in read(path, shape, reject, catalogue.reading, progress):
        first = Rows(rows.numbers[:SAMPLE_ROWS], rows.cells[:SAMPLE_ROWS])
        if len(rows.numbers) > SAMPLE_ROWS:
            set_aside[:] = [one for one in set_aside if one.row < first.numbers[-1]]
        return first
    return Rows((), ())


def _first_lines(catalogue: Catalogue, path: Path, shape: Shape) -> tuple[str, ...]:
    """The first lines of a text file as they stand, for a steward to see where columns begin."""
    if shape.format not in ("csv", "fixed") or shape.encoding is None:
        return ()
    limits = replace(catalogue.reading, sample_lines=SAMPLE_LINES)
    lines = sample_lines(path, shape.encoding, limits).lines
    return tuple(line.rstrip("\r\n")[:LINE_SHOWN] for line in lines)
