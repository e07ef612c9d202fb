"""Dataset kinds and column mappings: how a supplier's columns become meanings."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.meanings import Meaning
from app.model.notes import Note

SUBJECTS = ("person", "death", "birth", "marriage")
"""What a record tells of: somebody on a list, or one event of the civil register."""


def header_key(text: str) -> str:
    """A column name without case, spaces and punctuation: how headers are compared."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@dataclass(frozen=True)
class Field:
    """One field of a kind. `party` 2 is the second person of a row (a joint liable person).

    A `required` field must be filled in every row; of a `column_required` one only the column must
    be there. `headers` are known column names (compared without case, spaces and punctuation);
    `accepts` are explicit strptime formats tried in order for dates.
    """

    name: str
    means: Meaning
    required: bool = False
    headers: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    party: int = 1
    column_required: bool = False


@dataclass(frozen=True)
class FixedColumn:
    """One column of a fixed-width layout: `start` counts from 1, `width` in characters.

    The last column may have the width 0: it runs to the end of the line.
    """

    name: str
    start: int
    width: int


@dataclass(frozen=True)
class Layout:
    """A declared file shape of a kind, for files that do not describe themselves."""

    format: str
    record: str | None = None
    columns: tuple[FixedColumn, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A declared dataset kind. `subject` is one of SUBJECTS; `digest` is of the file.

    `signs` are words that column names of this kind hold and those of others do not.
    `duplicate_free` says why a file of this kind holds nobody twice; None where one may.
    """

    id: str
    title: str
    version: int
    subject: str
    source: str
    fields: tuple[Field, ...]
    layouts: tuple[Layout, ...] = ()
    one_row_a_person: bool = False
    signs: tuple[str, ...] = ()
    duplicate_free: str | None = None
    digest: str = ""


@dataclass(frozen=True)
class ColumnUse:
    """What one source column means; `means` None keeps the column as it is."""

    column: str
    means: Meaning | None
    party: int = 1


@dataclass(frozen=True)
class Mapping:
    """A confirmed mapping of one supplier's columns; `dates` are formats by column.

    `layout` says where the columns of a fixed-width file stand whose kind does not declare it;
    `encoding`, `delimiter`, `header_row` (0: no row names the columns) and `sheet` are there where
    the steward chose them.
    """

    kind: str
    columns: tuple[ColumnUse, ...]
    dates: dict[str, str] = field(default_factory=dict)
    layout: tuple[FixedColumn, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """A proposed use of a column, why (`header`, `content`, `remembered`, `none`), examples."""

    use: ColumnUse
    reason: Note
    confidence: float
    samples: tuple[str, ...]


@dataclass(frozen=True)
class KindGuess:
    """A kind the file may be, why, how well it fits (0-1) and the mapping proposed for it."""

    kind: str
    fit: float
    suggestions: tuple[Suggestion, ...]
    missing_required: tuple[str, ...]
    reason: Note
    dates: dict[str, str] = field(default_factory=dict)
