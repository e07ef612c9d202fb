"""Templates filled: every text escaped, every gap in a template an error."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from string import Template

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def fill_html(
    template: str, texts: Mapping[str, str], blocks: Mapping[str, str] | None = None
) -> str:
    """The template with `texts` escaped and `blocks` (HTML already) put in.

    A placeholder nobody fills raises KeyError: templates ship with the program.
    """
    escaped = {name: html.escape(text) for name, text in texts.items()}
    return Template(template).substitute({**escaped, **(blocks or {})})


def fill_text(template: str, texts: Mapping[str, str]) -> bytes:
    """A plain text file: UTF-8, CRLF."""
    return Template(template).substitute(texts).replace("\n", "\r\n").encode("utf-8")


def rows_html(rows: Sequence[Sequence[str | int]], empty: str) -> str:
    """Table rows, whole numbers set right; one row that says `empty` where there are none."""
    lines = ["<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows]
    return "\n".join(lines or [f"<tr><td>{html.escape(empty)}</td></tr>"])


def list_html(items: Sequence[str], empty: str) -> str:
    """List items; one that says `empty` where there are none."""
    return "\n".join(f"<li>{html.escape(item)}</li>" for item in items or [empty])


def long_date(iso: str) -> str:
    """22 August 2026 for 2026-08-22 or a moment on it; other text stays as it is."""
    year, _, rest = iso[:10].partition("-")
    month, _, day = rest.partition("-")
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12):
        return iso
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def number(value: int) -> str:
    """1,234,567."""
    return f"{value:,}"


def percent(share: float) -> str:
    """12.3 %."""
    return f"{share * 100:.1f} %"


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f'<td class="number">{number(value)}</td>'
    return f"<td>{html.escape(value)}</td>"
