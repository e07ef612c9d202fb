"""The lines of a mapping: what a column is taken for, in codes and in words, and why."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.tables.rows import Listed
from app.model.kinds import ColumnUse, Suggestion
from app.model.meanings import Meaning
from app.model.notes import Note
from app.wording import field, note
from app.wording.window import tell

KEEP = ""
_DATES = frozenset(
    {
        Meaning.BIRTH_DATE,
        Meaning.DEATH_DATE,
        Meaning.REGISTERED_DATE,
        Meaning.START_DATE,
        Meaning.END_DATE,
    }
)
_SHOWN = 90


class Line:
    """One column: what it means, and in which form its dates are, as the steward has it now."""

    def __init__(self, suggestion: Suggestion, form: str) -> None:
        self.suggestion = suggestion
        self.column = suggestion.use.column
        self.code = code_of(suggestion.use)
        self.form = form

    @property
    def changed(self) -> bool:
        """Whether the steward chose another meaning than was proposed."""
        return self.code != code_of(self.suggestion.use)

    @property
    def why(self) -> Note:
        """Why the column means what it is taken for."""
        return Note("mapped-by-steward") if self.changed else self.suggestion.reason

    @property
    def reason(self) -> str:
        """The same in words, to the steward who is at work."""
        return tell("load.you-chose") if self.changed else note(self.suggestion.reason)

    def cells(self) -> tuple[str, ...]:
        """The line as it stands in the table."""
        samples = " · ".join(dict.fromkeys(s for s in self.suggestion.samples if s.strip()))
        dates = format_words(self.form) if is_date(self.code) else ""
        return self.column, samples[:_SHOWN], words_of(self.code), dates, self.reason


class Lines(Listed):
    """The lines as rows of a table, told as they are when they are asked for."""

    def __init__(self, columns: Sequence[str], lines: Sequence[Line]) -> None:
        super().__init__(columns, [line.cells() for line in lines])
        self._lines = lines

    def window(self, first: int, many: int) -> list[tuple[str, ...]]:
        """Rows from a position of the present order."""
        return [self._lines[n].cells() for n in self._order[first : first + many]]

    def arrange(self, sort: str | None, descending: bool, contains: str) -> None:
        """Set order and filter by what the lines are now."""
        self._rows = [line.cells() for line in self._lines]
        self._values = [tuple(cell.casefold() for cell in cells) for cells in self._rows]
        super().arrange(sort, descending, contains)


def code_of(use: ColumnUse) -> str:
    """A meaning and whose it is as one code."""
    if use.means is None:
        return KEEP
    return use.means.value if use.party == 1 else f"{use.means.value}#{use.party}"


def use_of(column: str, code: str) -> ColumnUse:
    """The use of a column that a code stands for."""
    means, _, party = code.partition("#")
    return ColumnUse(column, Meaning(means) if means else None, int(party or 1))


def is_date(code: str) -> bool:
    """Whether a code is the meaning of a column of dates."""
    return use_of("", code).means in _DATES


def words_of(code: str) -> str:
    """A code in words."""
    if code == KEEP:
        return tell("load.keep")
    means, _, party = code.partition("#")
    words = field(means)
    return tell("load.second-person", field=words) if party else words


def format_words(form: str) -> str:
    """A form of dates by an example."""
    if not form:
        return tell("load.date-any")
    examples = {"%d": "22", "%m": "08", "%Y": "2026", "%B": "August", "%b": "Aug"}
    for sign, example in examples.items():
        form = form.replace(sign, example)
    return tell("load.date-like", example=f"“{form}”")  # quoted, it is not spoken as a date
