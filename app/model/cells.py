"""Cells of a file written for others: text that a spreadsheet would run is written as text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUNS = re.compile("'*[ \v\f\xa0]*[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_NEGATIVE_AMOUNT = re.compile(r"-[0-9]+(\.[0-9]+)?\Z")
_SUSPECTS = frozenset("'=+-@\uff1d\uff0b\uff0d\uff20\t\r\n\v\f \xa0")


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unguard` gives back what came in.

    An apostrophe is put before a cell that begins (after spaces) with = + - @, their full-width
    forms, or with TAB, CR or LF. Plain negative amounts stay numbers: they cannot run. A cell that
    already looks guarded gets one more, so that nothing is ambiguous.
    Source: OWASP, CSV Injection.
    """
    return f"'{cell}" if _runs(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell


def guard_row(row: Iterable[str]) -> list[str]:
    """A row of guarded cells; rows with nothing suspicious cost one look at first letters."""
    cells = list(row)
    if _SUSPECTS.isdisjoint([cell[:1] for cell in cells]):
        return cells
    return [guard(cell) for cell in cells]


def _runs(cell: str) -> bool:
    return _RUNS.match(cell) is not None and _NEGATIVE_AMOUNT.match(cell) is None
