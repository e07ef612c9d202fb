"""Rows that cannot be loaded: a field the kind requires is empty or cannot be read."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from app.model.kinds import Field, Kind, Mapping
from app.model.loads import Rejection
from app.model.meanings import Meaning
from app.standardise.cells import Batch, Cells, Source

_NAMES = (Meaning.SURNAME, Meaning.GIVEN_NAMES)
_DATES = {Meaning.BIRTH_DATE: "birth_year", Meaning.DEATH_DATE: "death_date"}


def missing_required(kind: Kind, mapping: Mapping) -> tuple[str, ...]:
    """Names of the kind's required fields that no column carries; a full name is a surname too.

    Whatever the kind, some column must carry a name (`surname`).
    """
    carried = {(use.means, use.party) for use in mapping.columns}
    missing = [
        field.name
        for field in kind.fields
        if (field.required or field.column_required) and not _carried(field, carried)
    ]
    if not {(Meaning.SURNAME, 1), (Meaning.FULL_NAME, 1)} & carried:
        name = next((f.name for f in kind.fields if f.means is Meaning.SURNAME), "surname")
        missing += [] if name in missing else [name]
    return tuple(missing)


def rejected_rows(
    source: Source, cells: Cells, batch: Batch, table: dict[str, pa.Array]
) -> list[Rejection]:
    """The rows to refuse, one rejection a row: the first required field that fails."""
    rejections: dict[int, Rejection] = {}
    for field in source.kind.fields:
        if not field.required:
            continue
        empty = pc.equal(_text(cells, field), "")
        column = source.label(field.means, field.party)
        for place in _places(empty):
            _refuse(rejections, batch, place, column, "required-missing", field.name)
        if field.means in _DATES and field.party == 1:
            unread = pc.and_(pc.invert(empty), pc.is_null(table[_DATES[field.means]]))
            for place in _places(unread):
                _refuse(rejections, batch, place, column, "date-unreadable", field.name)
    return [rejections[place] for place in sorted(rejections)]


def _refuse(
    rejections: dict[int, Rejection], batch: Batch, place: int, column: str, code: str, field: str
) -> None:
    if place not in rejections:
        rejections[place] = Rejection(
            batch.numbers[place], column, code, {"field": field}, batch.row(place)
        )


def _text(cells: Cells, field: Field) -> pa.Array:
    """The text that fulfils a requirement: a full name stands for the parts of a name."""
    meanings = [field.means]
    if field.means in _NAMES:
        meanings.append(Meaning.FULL_NAME)
    return cells.joined(meanings, field.party)


def _carried(field: Field, carried: set[tuple[Meaning | None, int]]) -> bool:
    if (field.means, field.party) in carried:
        return True
    return field.means in _NAMES and (Meaning.FULL_NAME, field.party) in carried


def _places(mask: pa.Array) -> list[int]:
    if not pc.any(mask).as_py():
        return []
    return [place for place, refused in enumerate(mask.to_pylist()) if refused]
