"""Groups of surnames by which a match is tested for fairness, from resources/reference."""

from __future__ import annotations

from pathlib import Path

from app.catalogue.strict import Table, read_table
from app.model.profiles import NameGroup


def read_name_groups(path: Path) -> tuple[NameGroup, ...]:
    """The groups in the order of the file; a surname stands in one of them only.

    Raises Refused("declaration-invalid") naming file and key.
    """
    table = read_table(path)
    table.text("source")
    table.text("as_at")
    groups = tuple(_group(part) for part in table.tables("group"))
    table.finish()
    named = [name for group in groups for name in group.names]
    if len(set(named)) < len(named):
        twice = sorted({name for name in named if named.count(name) > 1})
        table.refuse("group", "value", f"each surname once, not {', '.join(twice)} twice")
    return groups


def _group(table: Table) -> NameGroup:
    group = NameGroup(
        id=table.text("id"),
        title=table.text("title"),
        names=frozenset(table.texts("names")),
        starts=table.texts("starts", ()),
        endings=table.texts("endings", ()),
    )
    table.finish()
    return group
