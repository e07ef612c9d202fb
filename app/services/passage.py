"""An accepted file on its way to records: rows and records, rejected rows, closing figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from app.base.progress import SILENT, Progress
from app.catalogue.house import Catalogue
from app.files.closing import figure
from app.files.read import read
from app.model.kinds import Mapping
from app.model.loads import ColumnSum, Rejection, Rows, Shape
from app.model.notes import Note
from app.services.reading import standardiser_of

HELD = 2_000
"""Rejections held in memory before they are handed on."""
_NUMERIC = 0.9  # share of filled cells that makes a column one of figures

Keep = Callable[[Sequence[Rejection]], object]


@dataclass(frozen=True)
class Batch:
    """One batch of a file: its rows as read and the RECORDS made of them."""

    rows: Rows
    records: pa.Table


class Passage:
    """One file on its way to records: iterate once, then ask what was rejected and noticed.

    Rejections go to `keep` in batches of at most HELD; only counts and the first stay here.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        path: Path,
        shape: Shape,
        mapping: Mapping,
        today: date,
        keep: Keep | None = None,
    ) -> None:
        self._catalogue, self._path, self._shape = catalogue, path, shape
        self._standardiser = standardiser_of(catalogue, shape, mapping, today)
        self._keep = keep
        self._held: list[Rejection] = []
        self._early_row = 0
        self._sums = [
            _Sum(claim, shape.columns.index(claim.column) if claim.column else None)
            for claim in shape.footer_sums
        ]
        self.first: Rejection | None = None
        self.rows_read = 0
        self.loaded = 0

    def batches(self, progress: Progress = SILENT) -> Iterator[Batch]:
        """Rows and records batch by batch; rows refused on the way go to `keep`."""
        for rows in read(self._path, self._shape, self._early, self._catalogue.reading, progress):
            records, late = self._standardiser.batch(rows)
            self.rows_read += len(rows.numbers)
            for one in self._sums:
                one.add(rows)
            for rejection in late:
                self._reject(rejection)
            kept = _without(rows, {rejection.row for rejection in late})
            self.loaded += len(kept.numbers)
            yield Batch(kept, records)
        self._hand_on()

    def notes(self) -> tuple[Note, ...]:
        """What was noticed: how the file was read, its footer, what standardising met."""
        notes = [*self._shape.notes, *self._standardiser.notes()]
        declared = self._shape.footer_total
        if declared is not None and declared != self.rows_read:
            notes.append(
                Note("footer-total-differs", {"declared": declared, "read": self.rows_read})
            )
        notes += (note for one in self._sums if (note := one.note(self.rows_read)))
        return tuple(notes)

    def _early(self, rejection: Rejection) -> None:
        """A row that the reader sets aside; it may have several faults."""
        if rejection.row != self._early_row:
            self._early_row = rejection.row
            self.rows_read += 1
        self._reject(rejection)

    def _reject(self, rejection: Rejection) -> None:
        if self.first is None or rejection.row < self.first.row:
            self.first = rejection
        self._held.append(rejection)
        if len(self._held) >= HELD:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._held and self._keep is not None:
            self._keep(tuple(self._held))
        self._held.clear()


class _Sum:
    """The figures of one column against what a closing row says they add up to."""

    def __init__(self, claim: ColumnSum, place: int | None) -> None:
        self._claim, self._place = claim, place
        self._sum, self._filled, self._read = Decimal(0), 0, 0

    def add(self, rows: Rows) -> None:
        """Add the figures of a batch."""
        if self._place is None:
            return
        cells = [cell for row in rows.cells if (cell := row[self._place]).strip()]
        figures = [value for cell in cells if (value := figure(cell)) is not None]
        self._filled += len(cells)
        self._read += len(figures)
        self._sum += sum(figures)

    def note(self, rows_read: int) -> Note | None:
        """A warning where the claim is neither the number of rows nor the column's sum."""
        claimed = figure(self._claim.total)
        numeric = self._filled > 0 and self._read >= _NUMERIC * self._filled
        if claimed is None or claimed == rows_read or (numeric and claimed == self._sum):
            return None
        if not numeric and claimed == int(claimed):
            return Note("footer-total-differs", {"declared": int(claimed), "read": rows_read})
        if not numeric:
            return Note("footer-unreconciled", {"declared": self._claim.total})
        return Note(
            "footer-sum-differs",
            {
                "declared": self._claim.total,
                "column": self._claim.column,
                "sum": f"{self._sum:,}",
                "read": rows_read,
            },
        )


def _without(rows: Rows, refused: set[int]) -> Rows:
    if not refused:
        return rows
    kept = [i for i, number in enumerate(rows.numbers) if number not in refused]
    return Rows(tuple(rows.numbers[i] for i in kept), tuple(rows.cells[i] for i in kept))
