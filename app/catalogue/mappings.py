"""Mapping files: a supplier's columns and what they mean, as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Map
from pathlib import Path

from app.base.errors import Refused, Where
from app.catalogue.strict import Table, read_table
from app.model.kinds import ColumnUse, Kind, Mapping
from app.model.meanings import Meaning

_FORMAT = re.compile(r"(?:[^%]|%[dmYybB])*%[YydmbB](?:[^%]|%[dmYybB])*")


def read_mapping(path: Path, kinds: Map[str, Kind]) -> Mapping:
    """A mapping file: `kind`, `[columns]` of "source column" = "meaning", `[dates]` of formats.

    `meaning@2` is the second person of a row. Raises Refused: declaration-invalid (naming file
    and key), declaration-unreadable, file-not-found, kind-unknown.
    """
    table = read_table(path)
    kind = table.text("kind")
    if kind not in kinds:
        raise Refused(
            "kind-unknown", where=Where(file=path.name), kind=kind, known=", ".join(kinds)
        )
    columns = table.mapping("columns")
    dates = table.mapping("dates")
    table.finish()
    if not columns:
        table.refuse("columns", "missing")
    uses = tuple(_use(table, column, text) for column, text in columns.items())
    for column, form in dates.items():
        if column not in columns:
            table.refuse(f"dates.{column}", "value", ", ".join(columns))
        if not _FORMAT.fullmatch(form):
            table.refuse(f"dates.{column}", "value", "%d %m %Y %y %b %B and plain text")
    return Mapping(kind, uses, dates)


def mapping_toml(mapping: Mapping) -> str:
    """The mapping as the text of a mapping file; columns without a meaning need no line."""
    lines = [f"kind = {_quoted(mapping.kind)}", "", "[columns]"]
    for use in mapping.columns:
        if use.means is not None:
            means = use.means if use.party == 1 else f"{use.means}@{use.party}"
            lines.append(f"{_quoted(use.column)} = {_quoted(means)}")
    if mapping.dates:
        lines += ["", "[dates]"]
        lines += [f"{_quoted(column)} = {_quoted(form)}" for column, form in mapping.dates.items()]
    return "\n".join(lines) + "\n"


def _use(table: Table, column: str, text: str) -> ColumnUse:
    means, at, party = text.partition("@")
    accepted = tuple(Meaning)
    if means not in accepted or (at and party not in ("1", "2")):
        table.refuse(f"columns.{column}", "value", ", ".join(accepted))
    return ColumnUse(column, Meaning(means), int(party) if at else 1)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
