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
    runs to the end of the line. `encoding` names how the text is encoded. Raises Refused:
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
    encoding = table.optional_text("encoding")
    table.finish()
    if not columns:
        table.refuse("columns", "missing")
    uses = tuple(_use(table, column, text) for column, text in columns.items())
    names = {place.name for place in layout}
    for column in columns:
        if layout and column not in names:
            table.refuse(f"columns.{column}", "value", ", ".join(names))
    for column, form in dates.items():
        if column not in columns:
            table.refuse(f"dates.{column}", "value", ", ".join(columns))
        if not _FORMAT.fullmatch(form):
            table.refuse(f"dates.{column}", "value", "%d %m %Y %y %b %B and plain text")
    return Mapping(kind, uses, dates, layout, encoding)


def mapping_toml(mapping: Mapping) -> str:
    """The mapping as the text of a mapping file; columns without a meaning need no line."""
    lines = [f"kind = {_quoted(mapping.kind)}"]
    if mapping.encoding is not None:
        lines.append(f"encoding = {_quoted(mapping.encoding)}")
    lines += ["", "[columns]"]
    for use in mapping.columns:
        if use.means is not None:
            means = use.means if use.party == 1 else f"{use.means}@{use.party}"
            lines.append(f"{_quoted(use.column)} = {_quoted(means)}")
    if mapping.dates:
        lines += ["", "[dates]"]
        lines += [f"{_quoted(column)} = {_quoted(form)}" for column, form in mapping.dates.items()]
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


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
