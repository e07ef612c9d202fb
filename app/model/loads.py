"""Files offered, previewed and accepted: shapes, offers, rejections, loads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.base.errors import Fact
from app.model.kinds import FixedColumn, KindGuess, Mapping, Suggestion
from app.model.notes import Note

FIRST_REJECTIONS = 1_000
"""How many rejections an answer carries; the rest are read from the vault."""


@dataclass(frozen=True)
class ColumnSum:
    """What a closing row of totals claims of one column: the sum as it stands in the file."""

    column: str
    total: str


@dataclass(frozen=True)
class Shape:
    """How a file is read. `format`: csv, workbook, xml or fixed; `header_row` is a line number.

    `declared` is what the file says of itself (attributes of an XML document's first element).
    `layout_from` tells who says where the columns of a fixed-width file stand: its kind
    (`declared`), the steward (`stated`), a load before (`remembered`) or the program's own
    look at the blanks (`proposed`). `footer_rows` are closing lines that are no rows. `day_zero`
    is the day, in ISO 8601, that the day numbers of a workbook count from. `chosen` names what the
    steward insisted on: delimiter, header_row, sheet. `spaced` says that blanks between a mark
    and a value belong to neither.
    """

    format: str
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    record: str | None = None
    fixed: tuple[FixedColumn, ...] = ()
    layout_from: str | None = None
    footer_rows: int = 0
    footer_total: int | None = None
    footer_sums: tuple[ColumnSum, ...] = ()
    day_zero: str | None = None
    declared: dict[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    chosen: tuple[str, ...] = ()
    spaced: bool = False


@dataclass(frozen=True)
class ReadChoices:
    """What the steward insists on when a file is read; None leaves it to the sniffer.

    A `layout` makes it a fixed-width file; an empty one asks where the columns might stand.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    kind: str | None = None
    layout: tuple[FixedColumn, ...] | None = None


@dataclass(frozen=True)
class Rows:
    """A batch of rows as text: `numbers` are lines, sheet rows or record ordinals.

    Every tuple of `cells` has exactly as many cells as the shape has columns.
    """

    numbers: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Rejection:
    """A row that was not loaded: where, why (code, facts) and its text, kept in the vault."""

    row: int
    column: str | None
    code: str
    facts: dict[str, Fact] = field(default_factory=dict)
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class RejectedGroup:
    """How many rows were rejected for one reason; the first of them speaks for all."""

    first: Rejection
    count: int


@dataclass(frozen=True)
class Offer:
    """A file looked at but not loaded.

    `lines` are its first lines as text, of a workbook or XML none; `set_aside` are rows among the
    first that cannot be rows. `seen_before` is the load
    in use that was made of the same file, `withdrawn_before` one that was withdrawn.
    """

    path: Path
    sha256: str
    size: int
    shape: Shape
    sample: Rows
    guesses: tuple[KindGuess, ...]
    set_aside: tuple[Rejection, ...] = ()
    lines: tuple[str, ...] = ()
    seen_before: str | None = None
    withdrawn_before: str | None = None


@dataclass(frozen=True)
class Preview:
    """The first rows as they would be stored: raw beside standardised, and what is rejected.

    `warnings` are of the whole file, `noticed` counts what was met in these rows alone.
    """

    columns: tuple[str, ...]
    before: Rows
    after: tuple[dict[str, str], ...]
    rejections: tuple[Rejection, ...]
    warnings: tuple[Note, ...]
    noticed: tuple[Note, ...]


@dataclass(frozen=True)
class FilePreview:
    """A file as loading would understand it; no first rows where no mapping is complete."""

    found: Understanding
    preview: Preview | None


@dataclass(frozen=True)
class LoadRequest:
    """A file to accept, as confirmed by the steward; `sha256` is of the file looked at.

    `reasons` tell by column why it means what the mapping says, `kind_reason` why it is the kind.
    """

    path: Path
    mapping: Mapping
    shape: Shape
    agreement: str | None = None
    route: str | None = None
    as_at: str | None = None
    supplier: str | None = None
    sha256: str | None = None
    kind_reason: Note | None = None
    reasons: dict[str, Note] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadWishes:
    """What a steward states when a file is loaded in one go; None leaves it to the program.

    `save_mapping` is a new file that the mapping used is written to.
    """

    kind: str | None = None
    mapping_file: Path | None = None
    sheet: str | None = None
    agreement: str | None = None
    route: str | None = None
    as_at: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    save_mapping: Path | None = None


@dataclass(frozen=True)
class Understanding:
    """How a file is understood before anything is kept: the kind and why, each column and why.

    Nothing fits at all where `kind` and `mapping` are None; `missing` are fields of the kind that
    no column carries, and the mapping is not complete without them.
    """

    offer: Offer
    kind: str | None
    reason: Note | None
    suggestions: tuple[Suggestion, ...]
    missing: tuple[str, ...]
    mapping: Mapping | None

    @property
    def dates(self) -> dict[str, str]:
        """Formats of dates by column."""
        return self.mapping.dates if self.mapping is not None else {}

    @property
    def reasons(self) -> dict[str, Note]:
        """Why each column means what it is taken for."""
        return {one.use.column: one.reason for one in self.suggestions}


@dataclass(frozen=True)
class LoadAnswer:
    """What came of accepting a file: at most FIRST_REJECTIONS rejections, and all by reason."""

    load: str
    kind: str
    sha256: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rejections: tuple[Rejection, ...]
    groups: tuple[RejectedGroup, ...]
    warnings: tuple[Note, ...]


@dataclass(frozen=True)
class HandOver:
    """A file that leaves in clear: where to, what for, and the lines that mark it at its top."""

    to: Path
    purpose: str
    marking: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadSummary:
    """One accepted load in a list; `state` is `visible` or `withdrawn`.

    `destroy_by` is the last day it may be kept, where an agreement says so.
    """

    load: str
    kind: str
    file: str
    sha256: str
    state: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    records: int
    agreement: str | None
    route: str | None
    as_at: str | None
    loaded_at: str
    loaded_by: str
    warnings: tuple[Note, ...] = ()
    destroy_by: str | None = None


@dataclass(frozen=True)
class Withdrawal:
    """What depends on a load and falls with it."""

    load: str
    runs: tuple[str, ...]
    decisions: int
    packages: tuple[str, ...]
    notices: tuple[Note, ...]
