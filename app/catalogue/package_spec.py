"""SPEC.toml: what a package shall hold, field by field, each with its reason."""

from __future__ import annotations

from pathlib import Path

from app.catalogue.strict import Table, read_table
from app.model.meanings import Meaning
from app.model.sharing import PackageColumn, PackageFile, PackageSpec

SIDES = ("left", "right")


def read_spec(path: Path, purposes: tuple[str, ...]) -> PackageSpec:
    """A package's contents; refuses unknown purposes, keys, meanings and files with no column."""
    table = read_table(path)
    purpose = table.choice("purpose", purposes)
    classification = table.text("classification", "OFFICIAL-SENSITIVE")
    files = tuple(_file(row) for row in table.tables("file"))
    if not files:
        table.refuse("file", "missing")
    names = [file.name for file in files]
    if len(set(names)) < len(names):
        table.refuse("file", "value", "file names that differ")
    table.finish()
    return PackageSpec(purpose, classification, files)


def _file(row: Table) -> PackageFile:
    name = row.text("name")
    if not name.endswith(".csv") or "/" in name or "\\" in name:
        row.refuse("name", "value", "a plain name ending in .csv")
    run, load = row.optional_text("run"), row.optional_text("load")
    if (run is None) == (load is None):
        row.refuse("run", "value", "either run or load")
    columns = tuple(_column(column, paired=run is not None) for column in row.tables("column"))
    if not columns:
        row.refuse("column", "missing")
    row.finish()
    return PackageFile(name, run, load, columns)


def _column(row: Table, *, paired: bool) -> PackageColumn:
    take = row.text("take")
    side, _, meaning = take.rpartition(".")
    wanted = tuple(f"{s}.{m}" for s in SIDES for m in Meaning) if paired else tuple(Meaning)
    if meaning not in tuple(Meaning) or (side in SIDES) != paired:
        row.refuse("take", "value", ", ".join(wanted))
    column = PackageColumn(name=row.text("name", meaning), take=take, why=row.text("why"))
    row.finish()
    return column
