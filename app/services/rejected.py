"""Rows that were not loaded: looked at, counted by reason, handed back to the supplier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import part_for
from app.files.write_safe import safe_csv, safe_xlsx_bytes
from app.model.loads import HandOver, RejectedGroup, Rejection
from app.model.rowsource import RowSource
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores import listings, loads, rejections
from app.stores.sqlcipher import Reader

WORKBOOK = ".xlsx"
WORKBOOK_ROWS = 100_000
"""A workbook is made whole in memory; more rows than these are for CSV."""

Say = Callable[[Rejection], str]
"""Why a row was not loaded, in words."""


def rows(workspace: Workspace, load: str, say: Say) -> RowSource:
    """Rejected rows of a load as a table: row, column, reason in words, the row as it stood.

    They hold what people are called and where they live: opening them is recorded.
    """
    with workspace.read() as reader:
        loads.get(reader, load)
    workspace.note("look.rejections", {"load": load})
    return listings.RejectedRows(workspace.read, load, say)


def groups(workspace: Workspace, load: str) -> tuple[RejectedGroup, ...]:
    """How many rows each reason took, most first."""
    with workspace.read() as reader:
        loads.get(reader, load)
        return rejections.groups(reader, load)


def each(workspace: Workspace, load: str) -> Iterator[Rejection]:
    """Place and reason of every rejected row, in the order of the file and without its text.

    Streamed while the vault is open. The texts are for `rows`, which is recorded, and `export`.
    """
    with workspace.read() as reader:
        for one in rejections.each(reader, load):
            yield replace(one, cells=())


def export(
    workspace: Workspace, load: str, over: HandOver, say: Say, progress: Progress = SILENT
) -> int:
    """Hand rejected rows over in clear, so that the supplier can mend them; how many.

    A name that ends in .xlsx makes a workbook of text cells, any other a CSV file, which is
    streamed. Raises Refused: file-exists, purpose-unknown, load-unknown, right-missing,
    too-many-rows-for-workbook, disk-full, cannot-write; then neither file nor trail tells of it.
    """
    workspace.require_right("load.export-rejected")
    if over.to.exists():
        raise Refused("file-exists", where=Where(file=over.to.name))
    known = workspace.catalogue.governance.purposes
    if over.purpose not in known:
        raise Refused("purpose-unknown", purpose=over.purpose[:40], known=", ".join(known))
    with workspace.read() as reader:
        summary = loads.get(reader, load)
        progress.stage("hand-over", summary.rows_rejected)
        sheet = _Sheet(reader, load, say, progress)
        pieces = _pieces(sheet, over, summary.rows_rejected)
        with part_for(over.to) as part:
            with part.writing() as stream:
                stream.writelines(pieces)
            with named(workspace, "load.export-rejected", over.to, part.place) as change:
                change.facts |= {
                    "load": load,
                    "rows": sheet.count,
                    "purpose": over.purpose,
                    "file": over.to.name,
                }
    return sheet.count


def _pieces(sheet: _Sheet, over: HandOver, number: int) -> Iterable[bytes]:
    if over.to.suffix.lower() != WORKBOOK:
        return safe_csv(sheet.header, sheet.rows(), over.marking)
    if number > WORKBOOK_ROWS:
        raise Refused(
            "too-many-rows-for-workbook",
            where=Where(file=over.to.name),
            rows=number,
            limit=WORKBOOK_ROWS,
        )
    return [safe_xlsx_bytes(sheet.header, sheet.rows(), marking=over.marking)]


class _Sheet:
    """Rejected rows as lines of a table, counted as they go by."""

    def __init__(self, reader: Reader, load: str, say: Say, progress: Progress) -> None:
        self._reader, self._load, self._say, self._progress = reader, load, say, progress
        columns = loads.shape(reader, load).columns
        beyond = max(0, rejections.most_cells(reader, load) - len(columns))
        further = (f"+{n}" for n in range(1, beyond + 1))
        self.header = ("row", "column", "reason", "why", *columns, *further)
        self.count = 0

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The lines beneath the header."""
        for one in rejections.each(self._reader, self._load):
            self.count += 1
            self._progress.step()
            told = (str(one.row), one.column or "", one.code, self._say(one), *one.cells)
            yield told + ("",) * (len(self.header) - len(told))
