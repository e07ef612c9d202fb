"""From an unknown file to an offer, and from an accepted one to records: what intake and
evaluation share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from app.base.digests import file_sha256
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.files.read import read
from app.files.sniff import sniff
from app.model.kinds import Kind, KindGuess, Mapping
from app.model.loads import Offer, ReadChoices, Rejection, Rows, Shape
from app.model.notes import Note
from app.standardise.records import Standardiser
from app.standardise.suggest import guess_kinds

SAMPLE_ROWS = 50


@dataclass(frozen=True)
class Batch:
    """One batch of a file: its rows as read and the RECORDS made of them."""

    rows: Rows
    records: pa.Table


def look(
    catalogue: Catalogue,
    path: Path,
    choices: ReadChoices,
    remembered: Callable[[tuple[str, ...]], Mapping | None],
    progress: Progress = SILENT,
) -> Offer:
    """A file looked at: shape, first rows, kinds it may be. Raises Refused where it is no table."""
    if not path.is_file():
        raise Refused("file-not-found", where=Where(file=path.name))
    kinds = catalogue.kinds
    layouts = {kind.id: kind.layouts for kind in kinds.values() if kind.layouts}
    shape = sniff(path, choices, layouts, catalogue.reading, progress)
    sample = _first_rows(catalogue, path, shape)
    guesses = guess_kinds(shape, sample, kinds, catalogue.names, remembered(shape.columns))
    if choices.kind:
        wanted = kind_of(catalogue, choices.kind).id
        guesses = tuple(guess for guess in guesses if guess.kind == wanted)
    progress.stage("digest")
    return Offer(
        path=path,
        sha256=file_sha256(path, progress),
        size=path.stat().st_size,
        shape=shape,
        sample=sample,
        guesses=guesses,
        seen_before=None,
    )


def kind_of(catalogue: Catalogue, kind: str) -> Kind:
    """The kind with this id; raises Refused("kind-unknown") with those there are."""
    found = catalogue.kinds.get(kind)
    if found is None:
        raise Refused("kind-unknown", kind=kind, known=", ".join(catalogue.kinds))
    return found


def mapping_from(offer: Offer, guess: KindGuess | None = None) -> Mapping:
    """The mapping proposed for the best guess (or the one given); refused where one is needed."""
    guess = guess or (offer.guesses[0] if offer.guesses else None)
    where = Where(file=offer.path.name)
    if guess is None:
        raise Refused("kind-not-recognised", where=where)
    if guess.missing_required:
        raise Refused(
            "required-column-missing",
            where=Where(file=offer.path.name, column=guess.missing_required[0]),
            kind=guess.kind,
            columns=", ".join(guess.missing_required),
        )
    return Mapping(guess.kind, tuple(s.use for s in guess.suggestions))


class Intake:
    """One file on its way to records: iterate once, then ask what was rejected and noticed."""

    def __init__(
        self, catalogue: Catalogue, path: Path, shape: Shape, mapping: Mapping, today: date
    ) -> None:
        self._catalogue = catalogue
        self._path = path
        self._shape = shape
        self._standardiser = Standardiser(
            kind_of(catalogue, mapping.kind), mapping, shape.columns, catalogue.names, today
        )
        self.rejections: list[Rejection] = []
        self.rows_read = 0
        self.loaded = 0

    def batches(self, progress: Progress = SILENT) -> Iterator[Batch]:
        """Rows and records batch by batch; rows refused on the way are in `rejections`."""
        early: list[Rejection] = []
        for rows in read(self._path, self._shape, early.append, self._catalogue.reading, progress):
            records, late = self._standardiser.batch(rows)
            self.rows_read += len(rows.numbers)
            refused = {rejection.row for rejection in late}
            self.rejections.extend(late)
            kept = _without(rows, refused)
            self.loaded += len(kept.numbers)
            yield Batch(kept, records)
        self.rows_read += len({rejection.row for rejection in early})
        self.rejections.extend(early)
        self.rejections.sort(key=lambda rejection: rejection.row)

    def notes(self) -> tuple[Note, ...]:
        """What was noticed: how the file was read, its footer, what standardising met."""
        notes = [*self._shape.notes, *self._standardiser.notes()]
        declared = self._shape.footer_total
        if declared is not None and declared != self.rows_read:
            notes.append(
                Note("footer-total-differs", {"declared": declared, "read": self.rows_read})
            )
        return tuple(notes)


def _without(rows: Rows, refused: set[int]) -> Rows:
    if not refused:
        return rows
    kept = [i for i, number in enumerate(rows.numbers) if number not in refused]
    return Rows(tuple(rows.numbers[i] for i in kept), tuple(rows.cells[i] for i in kept))


def _first_rows(catalogue: Catalogue, path: Path, shape: Shape) -> Rows:
    for rows in read(path, shape, lambda _rejection: None, catalogue.reading):
        return Rows(rows.numbers[:SAMPLE_ROWS], rows.cells[:SAMPLE_ROWS])
    return Rows((), ())
