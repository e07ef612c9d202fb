"""Groups of surnames by which a match is tested for fairness, from resources/reference."""

from __future__ import annotations

import re
from pathlib import Path

from app.catalogue.strict import Table, read_table
from app.model.profiles import NameGroup

_KEY = re.compile(r"[A-Z]+")
"""Standardised surnames: another spelling would stand in the list and never be counted."""


def read_name_groups(path: Path) -> tuple[NameGroup, ...]:
    """The groups in the order of the file; a surname stands in one of them only.

    Raises Refused("declaration-invalid") naming file and key.
    """
    table = read_table(path)
    table.text("source")
    table.text("as_at")
    groups = tuple(_group(part) for part in table.tables("group"))
    table.finish()
    _once(table, "group", "title", [group.title for group in groups])
    _once(table, "group", "surname", [name for group in groups for name in group.names])
    return groups


def _group(table: Table) -> NameGroup:
    title, names = table.text("title"), _surnames(table, "names")
    if not title.strip():
        table.refuse("title", "value", "a title")
    if not names:
        table.refuse("names", "value", "at least one surname")
    _once(table, "names", "surname", list(names))
    group = NameGroup(
        title=title,
        names=frozenset(names),
        starts=_surnames(table, "starts", ()),
        endings=_surnames(table, "endings", ()),
    )
    table.finish()
    return group


def _surnames(table: Table, key: str, *default: tuple[str, ...]) -> tuple[str, ...]:
    names = table.texts(key, *default)
    for name in names:
        if not _KEY.fullmatch(name):
            table.refuse(key, "value", f"A to Z without spaces or accents, not {name!r}")
    return names


def _once(table: Table, key: str, what: str, given: list[str]) -> None:
    if len(set(given)) < len(given):
        twice = sorted({one for one in given if given.count(one) > 1})
        table.refuse(key, "value", f"each {what} once, not {', '.join(twice)} twice")
