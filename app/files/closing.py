"""A report's closing lines: which of a table's last rows are none, and what they claim of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.model.loads import ColumnSum
from app.model.reading import ReadLimits

CLOSING_ROWS = 5  # a report's closing lines, at most
_CELLS = 3  # more than these in a line are a row of data
_THOUSANDS = re.compile(r"\d{3}")
_LABELLED = re.compile(r"(.*?[^\d\s,.])\s+(\S+)")
_FIGURE = re.compile(r"[-(]?£?-?\d[\d,]*(?:\.\d+)?[-)]?")


@dataclass(frozen=True)
class Footer:
    """Closing rows at a table's end, the number of rows they claim, and sums of columns."""

    rows: int = 0
    total: int | None = None
    sums: tuple[ColumnSum, ...] = ()


class Closing:
    """Recognises closing lines: "Total records: 1,234", `Total | 17`, "End of report"."""

    def __init__(self, limits: ReadLimits) -> None:
        self._totals = _compiled(limits.footer_totals)
        self._labels = _compiled(limits.footer_labels)
        self._lines = _compiled(limits.footer_lines)

    def matches(self, cells: Sequence[str]) -> bool:
        """Whether a row is a closing line."""
        text = _text(cells)
        if text and any(p.match(text) for p in (*self._totals, *self._lines)):
            return True
        return bool(self._figures(cells))

    def count(self, rows: Sequence[Sequence[str]]) -> int:
        """How many of a table's last rows are closing lines."""
        number = 0
        while number < min(len(rows), CLOSING_ROWS) and self.matches(rows[-1 - number]):
            number += 1
        return number

    def footer(self, rows: Sequence[Sequence[str]], columns: Sequence[str]) -> Footer:
        """What the closing lines among a table's last rows claim; the last to claim decides.

        Figures of a row as wide as the table belong to the columns they stand in.
        """
        number = self.count(rows)
        total: int | None = None
        sums: dict[str, ColumnSum] = {}
        for cells in rows[len(rows) - number :]:
            claimed = self._total(cells)
            total = total if claimed is None else claimed
            if claimed is None:
                for place, figure in self._figures(cells):
                    name = columns[place] if len(cells) == len(columns) else ""
                    sums[name] = ColumnSum(name, figure)
        return Footer(number, total, tuple(sums.values()))

    def _total(self, cells: Sequence[str]) -> int | None:
        """The number of rows a closing line claims, or None."""
        text = _text(cells)
        for pattern in self._totals if text else ():
            if found := pattern.match(text):
                return int(found[1].replace(",", ""))
        return None

    def _figures(self, cells: Sequence[str]) -> list[tuple[int, str]]:
        """Places and figures of a row that holds a bare "Total" and nothing else but figures."""
        held = [(place, cell.strip()) for place, cell in enumerate(cells) if cell.strip()]
        if len(held) == 1 and (found := _LABELLED.fullmatch(held[0][1])):
            held = [(held[0][0], found[1]), (held[0][0], found[2])]
        if len(held) < 2 or not any(p.match(held[0][1]) for p in self._labels):
            return []
        figures = held[1:]
        return figures if all(_FIGURE.fullmatch(text) for _, text in figures) else []


def figure(text: str) -> Decimal | None:
    """The value of a figure as reports print it (`£1,234.50`, `(12.00)`, `7-`), or None."""
    bare = text.strip()
    if not _FIGURE.fullmatch(bare):
        return None
    value = Decimal(re.sub(r"[^\d.]", "", bare))
    return -value if re.search(r"[-(]", bare) else value


def _text(cells: Sequence[str]) -> str:
    held = [cell.strip() for cell in cells if cell and cell.strip()]
    if not held or len(held) > _CELLS:
        return ""
    thousands = held[0][-1:].isdigit() and all(map(_THOUSANDS.fullmatch, held[1:]))
    return ("," if thousands else " ").join(held)


@lru_cache(maxsize=8)
def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
