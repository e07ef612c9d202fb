"""The bounds within which files are read: declared as data, handed to every reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """Sizes are characters, bytes or counts as their names say; patterns are regular expressions.

    `footer_totals` patterns hold one group, the number of rows a file says it has;
    `footer_labels` are first cells of closing rows that hold nothing else but figures;
    `footer_lines` are other closing lines of a report that hold no data.
    """

    encodings: tuple[str, ...]
    delimiters: tuple[str, ...]
    columns: int
    line_characters: int
    field_characters: int
    record_lines: int
    sample_lines: int
    footer_totals: tuple[str, ...]
    footer_labels: tuple[str, ...]
    footer_lines: tuple[str, ...]
    zip_entries: int
    zip_total_bytes: int
    zip_ratio: int
    zip_ratio_from_bytes: int
    sheet_cells: int
    number_digits: int
    format_rows: int
    xml_depth: int
    xml_sample_elements: int
