"""Dataset kinds: resources/kinds/*.toml, and a council's own, read strictly."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from app.base.digests import digest
from app.catalogue.strict import Table, read_table
from app.model.kinds import SUBJECTS, Field, FixedColumn, Kind, Layout, header_key
from app.model.meanings import Meaning

FORMATS = ("csv", "workbook", "xml", "fixed")
MEANINGS = tuple(Meaning)


def read_kinds(folder: Path) -> dict[str, Kind]:
    """Every kind of a folder by id, in order of id; a file's name must be its kind's id.

    Raises Refused("declaration-invalid" | "declaration-unreadable") naming file and key.
    """
    return {path.stem: read_kind(path) for path in sorted(folder.glob("*.toml"))}


def read_kind(path: Path) -> Kind:
    """One kind file; `digest` covers everything it declares, whatever its layout as text."""
    table = read_table(path)
    kind = Kind(
        id=table.choice("id", (path.stem,)),
        title=table.text("title"),
        version=table.integer("version"),
        subject=table.choice("subject", SUBJECTS),
        source=table.text("source"),
        fields=tuple(_field(part) for part in table.tables("fields")),
        layouts=tuple(_layout(part) for part in table.tables("layouts")),
        one_row_a_person=table.flag("one_row_a_person", False),
        signs=table.texts("signs", ()),
        duplicate_free=table.optional_text("duplicate_free"),
    )
    table.finish()
    _refuse_doubles(kind, table)
    return replace(kind, digest=digest(asdict(kind)))


def _field(table: Table) -> Field:
    field = Field(
        name=table.text("name"),
        means=Meaning(table.choice("means", MEANINGS)),
        required=table.flag("required", False),
        headers=table.texts("headers", ()),
        accepts=table.texts("accepts", ()),
        party=table.integer("party", 1),
        column_required=table.flag("column_required", False),
    )
    if field.party not in (1, 2):
        table.refuse("party", "value", "1, 2")
    table.finish()
    return field


def _layout(table: Table) -> Layout:
    layout = Layout(
        format=table.choice("format", FORMATS),
        record=table.optional_text("record"),
        columns=tuple(_fixed_column(part) for part in table.tables("columns")),
    )
    end = 0
    for column in layout.columns:
        if column.start <= end:
            table.refuse("columns", "value", f"a start after {end} for {column.name}")
        end = column.start + column.width - 1
    table.finish()
    return layout


def _fixed_column(table: Table) -> FixedColumn:
    column = FixedColumn(table.text("name"), table.integer("start"), table.integer("width"))
    if column.start < 1:
        table.refuse("start", "value", "1 or more")
    if column.width < 1:
        table.refuse("width", "value", "1 or more")
    table.finish()
    return column


def _refuse_doubles(kind: Kind, table: Table) -> None:
    """A field name or header that stands twice would make the mapping a matter of luck."""
    if not kind.fields:
        table.refuse("fields", "missing")
    names = [field.name for field in kind.fields]
    for name in names:
        if names.count(name) > 1:
            table.refuse("fields", "value", f"one field named {name}")
    owners: dict[str, str] = {}
    for field in kind.fields:
        for header in field.headers:
            owner = owners.setdefault(header_key(header), field.name)
            if owner != field.name:
                table.refuse("fields", "value", f"{header} in {owner} or {field.name}, not both")
