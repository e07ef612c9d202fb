"""Turns a workbook's typed cells into the text a steward sees in the sheet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


class CellWriter:
    """Writes rows of cells as text; `lost` is the place of a number with lost digits, or None.

    `zeros` tells for a place (from 0) how many digits its numbers are shown with.
    """

    def __init__(self, digits: int, zeros: Mapping[int, int] | None = None) -> None:
        self.lost: int | None = None
        self._bound = 10**digits
        self._zeros = zeros or {}

    def row(self, cells: Sequence[Any]) -> list[str]:
        """A row as text. Numbers without a fraction lose the point, dates are ISO 8601."""
        self.lost = None
        return [
            cell if type(cell) is str else self._text(place, cell)
            for place, cell in enumerate(cells)
        ]

    def _text(self, place: int, cell: Any) -> str:
        if isinstance(cell, bool):
            return "TRUE" if cell else "FALSE"
        if isinstance(cell, int | float):
            return self._number(place, cell)
        return "" if cell is None else _moment(cell)

    def _number(self, place: int, number: float) -> str:
        if abs(number) >= self._bound and self.lost is None:
            self.lost = place
        if not math.isfinite(number):
            return str(number)
        if number == int(number):
            text = str(int(number))
            return text.zfill(self._zeros[place]) if place in self._zeros else text
        return format(Decimal(f"{number:.15g}"), "f")


def _moment(cell: Any) -> str:
    """A date, time or duration; a date's midnight is no time of day."""
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return cell.isoformat("seconds")
    return _duration(cell) if isinstance(cell, dt.timedelta) else str(cell)


def _duration(length: dt.timedelta) -> str:
    seconds = round(length.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
