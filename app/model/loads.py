"""Files offered, previewed and accepted: shapes, offers, rejections, loads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.base.errors import Fact
from app.model.kinds import FixedColumn, KindGuess, Mapping
from app.model.notes import Note


@dataclass(frozen=True)
class Shape:
    """How a file is read. `format`: csv, workbook, xml or fixed; `header_row` is a line number.

    `declared` is what the file says of itself (attributes of an XML document's first element).
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
    footer_total: int | None = None
    declared: dict[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class ReadChoices:
    """What the steward insists on when a file is read; None leaves it to the sniffer."""

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    kind: str | None = None


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
class Offer:
    """A file looked at but not loaded."""

    path: Path
    sha256: str
    size: int
    shape: Shape
    sample: Rows
    guesses: tuple[KindGuess, ...]
    seen_before: str | None


@dataclass(frozen=True)
class Preview:
    """The first rows as they would be stored: raw beside standardised, and what is rejected."""

    columns: tuple[str, ...]
    before: Rows
    after: tuple[dict[str, str], ...]
    rejections: tuple[Rejection, ...]
    warnings: tuple[Note, ...]


@dataclass(frozen=True)
class LoadRequest:
    """A file to accept, as confirmed by the steward; `sha256` is of the file looked at."""

    path: Path
    mapping: Mapping
    shape: Shape
    agreement: str | None = None
    route: str | None = None
    as_at: str | None = None
    supplier: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class LoadWishes:
    """What a steward states when a file is loaded in one go; None leaves it to the program."""

    kind: str | None = None
    mapping_file: Path | None = None
    sheet: str | None = None
    agreement: str | None = None
    route: str | None = None
    as_at: str | None = None


@dataclass(frozen=True)
class LoadAnswer:
    """What came of accepting a file."""

    load: str
    kind: str
    sha256: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rejections: tuple[Rejection, ...]
    warnings: tuple[Note, ...]


@dataclass(frozen=True)
class LoadSummary:
    """One accepted load in a list; `state` is `visible` or `withdrawn`."""

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


@dataclass(frozen=True)
class Withdrawal:
    """What depends on a load and falls with it."""

    load: str
    runs: tuple[str, ...]
    decisions: int
    packages: tuple[str, ...]
    notices: tuple[Note, ...]
