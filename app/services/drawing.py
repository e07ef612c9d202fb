"""The rows of a package, drawn from the vault block by block, and where each came from."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from app.base.errors import Refused
from app.model.meanings import Meaning
from app.model.runs import Verdict
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.model.viewing import columns_by_meaning
from app.standardise.records import describe
from app.stores import decisions, runs
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

DATES = {Meaning.BIRTH_DATE: "birth_date", Meaning.DEATH_DATE: "death_date"}
"""Dates leave as ISO 8601 where they were understood, else as the source wrote them."""

AT_ONCE = 16_384
"""Records read at once: two chunks of a load, and all that is ever held of a package."""

Cells = tuple[str, ...]
Origin = tuple[str, int]
"""A record that a row was made of: its load and its ordinal."""
Barred = Callable[[str], frozenset[int]]
"""Which records of a load may leave in no package."""


@dataclass(frozen=True)
class DraftedFile:
    """One data file as drafted; `held_back` rows are left out of it.

    `rows` and `origins` are read anew each time they are called, and live as long as the reading
    handle that the file was drawn with.
    """

    file: PackageFile
    count: int
    held_back: int
    rows: Callable[[], Iterator[Cells]]
    origins: Callable[[], Iterator[Origin]]


def draw(reader: Reader, spec: PackageSpec, barred: Barred) -> tuple[DraftedFile, ...]:
    """Every file of a specification, without the records that may not leave.

    Raises Refused load-unknown, run-unknown and the like.
    """
    return tuple(
        _drawn_pairs(reader, file, file.run, barred)
        if file.run
        else _drawn_load(reader, file, barred)
        for file in spec.files
    )


def _drawn_pairs(reader: Reader, file: PackageFile, run: str, barred: Barred) -> DraftedFile:
    """Rows of the pairs that a steward confirmed; nothing else ever leaves a run."""
    summary = runs.require(reader, run)
    stands = decisions.standing(reader, run)
    same = sorted(runs.split_id(pair)[1] for pair, d in stands.items() if d.verdict is Verdict.SAME)
    places = runs.places(reader, run, same)
    loads = {"left": summary.left, "right": summary.right or summary.left}
    kept_in = [barred(load) for load in loads.values()]
    free = [p for p in places if not any(p[at] in kept_in[at] for at in (0, 1))]
    records = {side: array("q", (place[at] for place in free)) for at, side in enumerate(loads)}
    return _drawn(reader, file, loads, records, len(places) - len(free))


def _drawn_load(reader: Reader, file: PackageFile, barred: Barred) -> DraftedFile:
    load = shelf.require(reader, file.load or "")
    kept_in = barred(load.load)
    every: Sequence[int] = range(load.records)
    free = array("q", (n for n in every if n not in kept_in)) if kept_in else every
    return _drawn(reader, file, {"": load.load}, {"": free}, len(every) - len(free))


def _drawn(
    reader: Reader,
    file: PackageFile,
    loads: dict[str, str],
    records: Mapping[str, Sequence[int]],
    held_back: int,
) -> DraftedFile:
    """A file whose n-th row is made of the n-th record of each side."""
    takes = [_take(column, loads) for column in file.columns]
    count = len(next(iter(records.values())))

    def rows() -> Iterator[Cells]:
        sides = {
            side: Side(reader, load, [means for of, means in takes if of == side])
            for side, load in loads.items()
        }
        for start in range(0, count, AT_ONCE):
            held = {
                side: sides[side].read(list(ordinals[start : start + AT_ONCE]))
                for side, ordinals in records.items()
            }
            yield from zip(*(held[side][means] for side, means in takes), strict=True)

    def origins() -> Iterator[Origin]:
        for side, load in loads.items():
            for record in records[side]:
                yield load, record

    return DraftedFile(file, count, held_back, rows, origins)


def _take(column: PackageColumn, loads: dict[str, str]) -> tuple[str, Meaning]:
    side, _, meaning = column.take.rpartition(".")
    if side not in loads or meaning not in set(Meaning):
        raise Refused("package-column-unknown", column=column.take)
    return side, Meaning(meaning)


class Side:
    """One load, read by meaning, some records at a time; only the columns asked for."""

    def __init__(self, reader: Reader, load: str, meanings: Sequence[Meaning]) -> None:
        self._reader = reader
        self._load = load
        self._meanings = frozenset(meanings)
        self._coded = shelf.read_codes(reader, load, ["part", *DATES.values()])
        mapping, held = shelf.mapping(reader, load), set(shelf.columns(reader, load))
        self._columns = {
            party: {
                means: [column for column in columns if column in held]
                for means, columns in columns_by_meaning(mapping, party).items()
                if means in self._meanings
            }
            for party in pc.unique(self._coded.column("part")).to_pylist()
        }
        every = (c for by in self._columns.values() for columns in by.values() for c in columns)
        self._names = tuple(dict.fromkeys(every))

    def read(self, ordinals: Sequence[int]) -> dict[Meaning, list[str]]:
        """What these records say, a list for each meaning in the order given."""
        if not ordinals:
            return {means: [] for means in self._meanings}
        coded = self._coded.take(pa.array(ordinals))
        texts = self._texts(ordinals)
        parts = coded.column("part").to_pylist()
        found = {means: self._said(means, parts, texts) for means in self._meanings}
        for means in self._meanings & DATES.keys():
            days = coded.column(DATES[means]).to_pylist()
            found[means] = [
                said if day is None else _iso(DATES[means], day)
                for said, day in zip(found[means], days, strict=True)
            ]
        return found

    def _texts(self, ordinals: Sequence[int]) -> dict[str, list[str]]:
        if not self._names:
            return {}
        raw = shelf.read_raw_rows(self._reader, self._load, ordinals, self._names)
        return {
            name: [cell.strip() for cell in column.to_pylist()]
            for name, column in zip(self._names, raw.columns[1:], strict=True)
        }

    def _said(self, means: Meaning, parts: Sequence[int], texts: dict[str, list[str]]) -> list[str]:
        """One meaning of every record; each party of a row reads its own columns."""
        by_party = {
            party: _joined([texts[column] for column in self._columns[party].get(means, ())])
            for party in set(parts)
        }
        if len(by_party) == 1:
            return by_party[parts[0]] or [""] * len(parts)
        return [by_party[part][n] if by_party[part] else "" for n, part in enumerate(parts)]


def _joined(columns: Sequence[list[str]]) -> list[str]:
    if len(columns) == 1:
        return columns[0]
    return [" ".join(filter(None, cells)) for cells in zip(*columns, strict=True)]


def _iso(name: str, day: int) -> str:
    return describe({name: day})[name]
