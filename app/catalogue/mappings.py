"""Mapping files: a supplier's columns, what they mean and where they stand, as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Map
from itertools import pairwise
from pathlib import Path

from app.base.errors import Refused, Where
from app.catalogue.strict import Table, read_table
from app.model.kinds import ColumnUse, FixedColumn, Kind, Mapping
from app.model.meanings import Meaning

_FORMAT = re.compile(r"(?:[^%]|%[dmYybB])*%[YydmbB](?:[^%]|%[dmYybB])*")


def read_mapping(path: Path, kinds: Map[str, Kind]) -> Mapping:
    """A mapping file: `kind`, `[columns]` of "source column" = "meaning", `[dates]` of formats.

    `meaning@2` is the second person of a row. `[layout]` of "column" = [start, width] says where
    the columns of a fixed-width file stand, counted from 1; the last may leave its width out and
    runs to the end of the line. `encoding` names how the text is encoded, `delimiter` what parts
    the columns, `header_row` the line that names them (0: none does), `sheet` the sheet of a
    workbook. `[columns]` may be empty: every column is then kept as it is. Raises Refused:
    declaration-invalid (naming file and key), declaration-unreadable, file-not-found,
    kind-unknown.
    """
    table = read_table(path)
    kind = table.text("kind")
    if kind not in kinds:
        raise Refused(
            "kind-unknown", where=Where(file=path.name), kind=kind, known=", ".join(kinds)
        )
    columns = table.mapping("columns")
    dates = table.mapping("dates")
    layout = _layout(table) if "layout" in table else ()
    mapping = Mapping(
        kind,
        tuple(_use(table, column, text) for column, text in columns.items()),
        dates,
        layout,
        table.optional_text("encoding"),
        table.optional_text("delimiter"),
        table.integer("header_row") if "header_row" in table else None,
        table.optional_text("sheet"),
    )
    table.finish()
    _refuse_contradictions(table, mapping)
    return mapping


def _refuse_contradictions(table: Table, mapping: Mapping) -> None:
    """Refuse what cannot stand beside each other in one mapping file, by its key."""
    if "columns" not in table:
        table.refuse("columns", "missing")
    if mapping.layout and mapping.delimiter is not None:
        table.refuse("delimiter", "value", "nothing where there is a [layout]")
    if (mapping.header_row or 0) < 0:
        table.refuse("header_row", "value", "0 or more")
    columns = [use.column for use in mapping.columns]
    names = {place.name for place in mapping.layout}
    for column in columns:
        if mapping.layout and column not in names:
            table.refuse(f"columns.{column}", "value", ", ".join(names))
    for column, form in mapping.dates.items():
        if column not in columns:
            table.refuse(f"dates.{column}", "value", ", ".join(columns))
        if not _FORMAT.fullmatch(form):
            table.refuse(f"dates.{column}", "value", "%d %m %Y %y %b %B and plain text")


def mapping_toml(mapping: Mapping) -> str:
    """The mapping as the text of a mapping file; a column without a meaning needs no line."""
    lines = [f"kind = {_quoted(mapping.kind)}"]
    for name in ("encoding", "delimiter", "sheet"):
        if (value := getattr(mapping, name)) is not None:
            lines.append(f"{name} = {_quoted(value)}")
    if mapping.header_row is not None:
        lines.append(f"header_row = {mapping.header_row}")
    lines += ["", "[columns]"]
    used = {use.column: _means(use) for use in mapping.columns if use.means is not None}
    lines += [f"{_quoted(column)} = {_quoted(means)}" for column, means in used.items()]
    if dates := {column: form for column, form in mapping.dates.items() if column in used}:
        lines += ["", "[dates]"]
        lines += [f"{_quoted(column)} = {_quoted(form)}" for column, form in dates.items()]
    if mapping.layout:
        lines += ["", "# Where each column stands: its first place, counted from 1, and its width."]
        lines += ["[layout]", *map(_place, mapping.layout)]
    return "\n".join(lines) + "\n"


def _layout(table: Table) -> tuple[FixedColumn, ...]:
    """Where columns stand, from left to right; they may not overlap."""
    places = table.table("layout")
    found = []
    for column in places:
        numbers = places.integers(column)
        if len(numbers) not in (1, 2) or min(numbers) < 1:
            places.refuse(column, "value", "[start, width], both 1 or more")
        found.append(FixedColumn(column, numbers[0], numbers[1] if len(numbers) == 2 else 0))
    if not found:
        table.refuse("layout", "missing")
    found.sort(key=lambda column: column.start)
    for one, other in pairwise(found):
        if not one.width:
            places.refuse(one.name, "value", "[start, width]; only the last may have no width")
        if one.start + one.width > other.start:
            places.refuse(other.name, "value", f"a start after {one.start + one.width - 1}")
    return tuple(found)


def _place(column: FixedColumn) -> str:
    width = f", {column.width}" if column.width else ""
    return f"{_quoted(column.name)} = [{column.start}{width}]"


def _use(table: Table, column: str, text: str) -> ColumnUse:
    means, at, party = text.partition("@")
    accepted = tuple(Meaning)
    if means not in accepted or (at and party not in ("1", "2")):
        table.refuse(f"columns.{column}", "value", ", ".join(accepted))
    return ColumnUse(column, Meaning(means), int(party) if at else 1)


def _means(use: ColumnUse) -> str:
    return str(use.means) if use.party == 1 else f"{use.means}@{use.party}"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
