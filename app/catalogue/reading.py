"""Reads resources/policy/reading.toml: the bounds within which files are read."""

from __future__ import annotations

import re
from pathlib import Path

from app.base.places import resource
from app.catalogue.strict import Table, read_table
from app.model.reading import ReadLimits


def read_limits(path: Path | None = None) -> ReadLimits:
    """The declared limits.

    Raises Refused("declaration-invalid" | "declaration-unreadable" | "file-not-found").
    """
    table = read_table(path or resource("policy", "reading.toml"))
    text, footer, archive = table.table("text"), table.table("footer"), table.table("archive")
    workbook, xml = table.table("workbook"), table.table("xml")
    limits = ReadLimits(
        encodings=text.texts("encodings"),
        delimiters=text.texts("delimiters"),
        columns=_count(text, "columns"),
        line_characters=_count(text, "line_characters"),
        field_characters=_count(text, "field_characters"),
        record_lines=_count(text, "record_lines"),
        sample_lines=_count(text, "sample_lines"),
        footer_totals=_patterns(footer, "totals", groups=1),
        footer_labels=_patterns(footer, "labels", groups=0),
        footer_lines=_patterns(footer, "lines", groups=0),
        zip_entries=_count(archive, "entries"),
        zip_total_bytes=_count(archive, "total_bytes"),
        zip_ratio=_count(archive, "ratio"),
        zip_ratio_from_bytes=_count(archive, "ratio_from_bytes"),
        sheet_cells=_count(workbook, "sheet_cells"),
        number_digits=_count(workbook, "number_digits"),
        format_rows=_count(workbook, "format_rows"),
        xml_depth=_count(xml, "depth"),
        xml_sample_elements=_count(xml, "sample_elements"),
    )
    for part in (text, footer, archive, workbook, xml, table):
        part.finish()
    return limits


def _count(table: Table, key: str) -> int:
    value = table.integer(key)
    if value < 1:
        table.refuse(key, "value", "1 or more")
    return value


def _patterns(table: Table, key: str, groups: int) -> tuple[str, ...]:
    patterns = table.texts(key)
    for pattern in patterns:
        try:
            found = re.compile(pattern).groups
        except re.error:
            found = -1
        if found != groups:
            table.refuse(key, "value", f"regular expressions with {groups} groups")
    return patterns
