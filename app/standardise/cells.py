"""The cells of a batch by meaning: which columns carry what, and their text as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from app.base.errors import Refused, Where
from app.model.kinds import Field, Kind, Mapping
from app.model.loads import Rows
from app.model.meanings import Meaning

Place = tuple[Meaning, int]


class Source:
    """A kind and a mapping laid over the columns of a file."""

    def __init__(self, kind: Kind, mapping: Mapping, columns: tuple[str, ...]) -> None:
        """Raises Refused("mapping-column-unknown") where the file lacks a mapped column."""
        self.kind = kind
        self.mapping = mapping
        self._places: dict[Place, list[int]] = {}
        self._columns = columns
        for use in mapping.columns:
            if use.means is None:
                continue
            if use.column not in columns:
                raise Refused(
                    "mapping-column-unknown",
                    where=Where(column=use.column),
                    column=use.column,
                    columns=", ".join(columns),
                )
            self._places.setdefault((use.means, use.party), []).append(columns.index(use.column))

    @property
    def parties(self) -> tuple[int, ...]:
        """The parties a row may name: the first always, the second where columns carry it."""
        return (1, *sorted({party for _, party in self._places} - {1}))

    def has(self, means: Meaning, party: int = 1) -> bool:
        """Whether any column carries the meaning."""
        return (means, party) in self._places

    def label(self, means: Meaning, party: int = 1) -> str:
        """The first column that carries the meaning, or the meaning's own name."""
        found = self._places.get((means, party))
        return self._columns[found[0]] if found else str(means)

    def name_labels(self, party: int) -> tuple[str, str, str]:
        """Where given names, surname and full name come from (for notes)."""
        full = self.label(Meaning.FULL_NAME, party)
        given, family = (
            self.label(means, party) if self.has(means, party) else full
            for means in (Meaning.GIVEN_NAMES, Meaning.SURNAME)
        )
        return given, family, full

    def field(self, means: Meaning, party: int = 1) -> Field | None:
        """The kind's field of a meaning, of the same party where there is one."""
        fields = [field for field in self.kind.fields if field.means is means]
        return next((f for f in fields if f.party == party), fields[0] if fields else None)

    def date_format(self, means: Meaning, party: int = 1) -> str | None:
        """The format the mapping declares for the meaning's column."""
        for place in self._places.get((means, party), ()):
            if form := self.mapping.dates.get(self._columns[place]):
                return form
        return None

    def cells(self, batch: Batch) -> Cells:
        """The batch's columns by meaning."""
        return Cells(self._places, batch)


class Batch:
    """A batch of rows as whole columns of text, in the file's order of columns."""

    def __init__(self, numbers: Sequence[int], columns: Sequence[pa.Array]) -> None:
        self.numbers = numbers
        self.columns = columns

    @classmethod
    def of(cls, rows: Rows) -> Batch:
        """Rows turned into columns."""
        texts = zip(*rows.cells, strict=True)
        return cls(rows.numbers, [pa.array(text, pa.string()) for text in texts])

    def row(self, place: int) -> tuple[str, ...]:
        """The cells of one row."""
        return tuple(column[place].as_py() for column in self.columns)


class Cells:
    """The mapped columns of one batch as arrays of trimmed text."""

    def __init__(self, places: dict[Place, list[int]], batch: Batch) -> None:
        self._places = places
        self.number = len(batch.numbers)
        self._arrays = {
            place: pc.utf8_trim_whitespace(batch.columns[place])
            for found in places.values()
            for place in found
        }

    def nothing(self) -> pa.Array:
        """A column of empty text."""
        return pa.repeat("", self.number)

    def all(self, means: Meaning, party: int = 1) -> list[pa.Array]:
        """Every column of a meaning, in the file's order of mapping."""
        return [self._arrays[place] for place in self._places.get((means, party), ())]

    def joined(self, meanings: Sequence[Meaning], party: int = 1, mark: str = " ") -> pa.Array:
        """The columns of some meanings in one text, in order, with a mark between."""
        found = [array for means in meanings for array in self.all(means, party)]
        if not found:
            return self.nothing()
        if len(found) == 1:
            return found[0]
        return pc.utf8_trim_whitespace(pc.binary_join_element_wise(*found, mark))

    def first(self, means: Meaning, party: int = 1) -> pa.Array:
        """The first column of a meaning that is filled in each row."""
        found = self.all(means, party)
        if not found:
            return self.nothing()
        value = found[-1]
        for array in reversed(found[:-1]):
            value = pc.if_else(pc.equal(array, ""), value, array)
        return value
