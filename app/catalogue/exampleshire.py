"""Reads the sample council's declared data (resources/exampleshire) strictly into the model."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from app.base.errors import Refused, Where
from app.catalogue.strict import Table, read_table
from app.model.exampleshire import (
    Accounts,
    Community,
    ComposedNames,
    Errors,
    ExampleshireProfile,
    FalseFriends,
    Families,
    FileForm,
    Homes,
    HouseholdKind,
    Lag,
    Mortality,
    Moves,
    NameLists,
    Places,
    SlipShares,
    Systems,
)
from app.model.writing import TextForm, XmlForm

T = TypeVar("T")
RULES = ("shared", "own", "singh-kaur", "mixed", "gendered")
FORMATS = ("delimited", "fixed", "workbook", "xml")
SEXES = {"male": 1, "female": 2}


def read_exampleshire(folder: Path) -> ExampleshireProfile:
    """The sample council declared in a folder.

    Raises Refused: declaration-invalid, declaration-unreadable, file-not-found.
    """
    table = _dated(folder / "profile.toml")
    communities = tuple(_community(entry) for entry in table.tables("communities"))
    placeholders = table.table("placeholders")
    identifiers = table.table("identifiers")
    profile = ExampleshireProfile(
        version=table.integer("version"),
        extracts_as_at=_day(table, "extracts_as_at"),
        deaths_as_at=_day(table, "deaths_as_at"),
        communities=communities,
        households=tuple(_household(entry) for entry in table.tables("households")),
        families=_figures(table.table("families"), Families),
        homes=_figures(table.table("homes"), Homes),
        mortality=_figures(table.table("mortality"), Mortality),
        moves=_figures(table.table("moves"), Moves),
        lag=_figures(table.table("lag"), Lag),
        slips=_figures(table.table("slips"), SlipShares),
        systems=_figures(table.table("systems"), Systems),
        accounts=_figures(table.table("accounts"), Accounts),
        false_friends=_figures(table.table("false_friends"), FalseFriends),
        errors=_figures(_dated(folder / "errors.toml"), Errors),
        placeholder_surnames=_words(placeholders, "surnames"),
        placeholder_birth=_day(placeholders, "birth_date"),
        nino_prefixes=_words(identifiers, "nino_prefixes"),
        uprn_first=identifiers.integer("uprn_first"),
        places=_places(folder / "places.toml"),
        names=_names(folder, communities),
        files=_files(folder / "files.toml"),
    )
    for part in (placeholders, identifiers, table):
        part.finish()
    return profile


def _dated(path: Path) -> Table:
    table = read_table(path)
    table.text("source")
    _day(table, "date")
    return table


def _day(table: Table, key: str) -> date:
    try:
        return date.fromisoformat(table.text(key))
    except ValueError:
        table.refuse(key, "value", "a date as YYYY-MM-DD")


def _words(table: Table, key: str) -> tuple[str, ...]:
    """Words parted by spaces; `_` within a word stands for a space."""
    words = tuple(word.replace("_", " ") for word in table.text(key).split())
    if not words or len(set(words)) != len(words):
        table.refuse(key, "value", "words, each of them once")
    return words


def _figures(table: Table, kind: type[T]) -> T:
    """A dataclass of numbers, one key a field; negative numbers are refused."""
    values: dict[str, float] = {}
    for entry in fields(kind):  # type: ignore[arg-type]
        whole = entry.type == "int"
        values[entry.name] = table.integer(entry.name) if whole else table.number(entry.name)
        if values[entry.name] < 0:
            table.refuse(entry.name, "value", "a number from 0")
    table.finish()
    return kind(**values)


def _community(table: Table) -> Community:
    values: dict[str, Any] = {
        "id": table.text("id"),
        "surname_rule": table.choice("surname_rule", RULES),
        "tail_of": table.text("tail_of"),
        "women": tuple(table.text("women", "").split()),
    }
    for entry in fields(Community):
        if entry.name not in values:
            default = {} if entry.default is MISSING else {"default": entry.default}
            values[entry.name] = table.integer(entry.name, **default)
    table.finish()
    return Community(**values)


def _household(table: Table) -> HouseholdKind:
    kind = HouseholdKind(
        id=table.text("id"),
        share=table.integer("share"),
        head=_span(table, "head"),
        old=table.flag("old", False),
        women=table.integer("women", 500),
        partner=table.flag("partner", False),
        children=_span(table, "children", (0, 0)),
        child_ages=_span(table, "child_ages", (0, 0)),
        elders=_span(table, "elders", (0, 0)),
        sharers=_span(table, "sharers", (0, 0)),
    )
    table.finish()
    return kind


def _span(table: Table, key: str, default: tuple[int, int] | None = None) -> tuple[int, int]:
    numbers = table.numbers(key) if default is None else table.numbers(key, default)
    if len(numbers) != 2 or numbers[0] > numbers[1] or numbers[0] < 0:
        table.refuse(key, "value", "two numbers, the smaller first")
    return int(numbers[0]), int(numbers[1])


def _places(path: Path) -> Places:
    table = _dated(path)
    single = ("county", "local_area")
    values: dict[str, Any] = {
        entry.name: table.text(entry.name) if entry.name in single else _words(table, entry.name)
        for entry in fields(Places)
    }
    table.finish()
    return Places(**values)


def _names(folder: Path, communities: tuple[Community, ...]) -> NameLists:
    surnames = _surnames(folder / "surnames.csv", {c.id for c in communities})
    composed = _dated(folder / "composed.toml")
    offset = composed.integer("rank_offset")
    whole_from = composed.integer("whole_from")
    if whole_from < 1:
        composed.refuse("whole_from", "value", "a number from 1")
    parts = {name: _composed(composed.table(name)) for name in {c.tail_of for c in communities}}
    composed.finish()
    forenames = _dated(folder / "forenames.toml")
    top, rank_offset = forenames.integer("rank_top"), forenames.integer("rank_offset")
    lists: dict[tuple[str, int, int], tuple[str, ...]] = {}
    for community in communities:
        lists.update(_forenames(forenames.table(community.id), community.id))
    forenames.finish()
    known = _dated(folder / "nicknames.toml")
    known_as = {name: tuple(forms.split()) for name, forms in known.mapping("known_as").items()}
    known.finish()
    return NameLists(surnames, parts, offset, whole_from, lists, top, rank_offset, known_as)


def _composed(table: Table) -> ComposedNames:
    names = ComposedNames(_words(table, "first"), _words(table, "last"))
    table.finish()
    return names


def _forenames(table: Table, community: str) -> dict[tuple[str, int, int], tuple[str, ...]]:
    lists = {}
    for word, sex in SEXES.items():
        cohorts = table.table(word)
        for key in cohorts:
            if not key.isdigit():
                cohorts.refuse(key, "unknown", "years of birth")
            lists[community, sex, int(key)] = _words(cohorts, key)
        cohorts.finish()
    table.finish()
    return lists


def _surnames(path: Path, communities: set[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """`community,name,weight` under two comment lines that state source and date."""
    lists: dict[str, dict[str, int]] = {name: {} for name in communities}
    for number, (community, name, weight) in _csv_rows(path, ["community", "name", "weight"]):
        if community not in lists or not weight.isdigit() or name in lists[community]:
            raise _wrong(path, number, "value")
        lists[community][name] = int(weight)
    return {community: tuple(names.items()) for community, names in lists.items()}


def _csv_rows(path: Path, header: list[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Refused("file-not-found", where=Where(file=path.name)) from None
    if not (lines[:1] and lines[0].startswith("# source: ") and lines[1].startswith("# date: ")):
        raise _wrong(path, 1, "missing")
    rows = enumerate(csv.reader(lines[2:]), start=3)
    if next(rows, (3, []))[1] != header:
        raise _wrong(path, 3, "missing")
    for number, row in rows:
        if len(row) != len(header):
            raise _wrong(path, number, "value")
        yield number, row


def _wrong(path: Path, row: int, problem: str) -> Refused:
    return Refused(
        "declaration-invalid",
        where=Where(file=path.name, row=row),
        key=f"line {row}",
        problem=problem,
        accepted="source and date as comments, a header, then complete rows",
    )


def _files(path: Path) -> tuple[FileForm, ...]:
    table = _dated(path)
    forms = tuple(_file(entry) for entry in table.tables("files"))
    table.finish()
    return forms


def _file(table: Table) -> FileForm:
    columns = table.texts("columns")
    form_is = table.choice("format", FORMATS)
    form = FileForm(
        id=table.text("id"),
        name=table.text("name"),
        kind=table.text("kind"),
        format=form_is,
        columns=columns,
        reference=table.choice("reference", columns),
        text=TextForm(
            encoding=table.text("encoding", "utf-8"),
            delimiter=table.text("delimiter", ","),
            bom=table.flag("bom", False),
            preamble=table.texts("preamble", ()),
            footer=table.optional_text("footer"),
        ),
        widths=tuple(int(width) for width in table.numbers("widths", ())),
        sheet=table.text("sheet", ""),
        notes_sheet=table.text("notes_sheet", ""),
        notes=table.texts("notes", ()),
        xml=_xml(table) if form_is == "xml" else None,
    )
    if form.format == "fixed" and len(form.widths) != len(columns):
        table.refuse("widths", "value", "one width for each column")
    table.finish()
    return form


def _xml(table: Table) -> XmlForm:
    return XmlForm(table.text("root"), table.text("record"), table.mapping("attributes"))
