"""What a table view needs of its data: columns, a count and windows of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class RowSource(Protocol):
    """Rows fetched by window on paint; sort and filter give a new order, never new rows."""

    @property
    def columns(self) -> Sequence[str]:
        """Column names."""

    @property
    def numbered(self) -> bool:
        """Whether a row's own number is worth showing beside it."""

    def count(self) -> int:
        """Rows in the present order."""

    def total(self) -> int:
        """Rows without filter."""

    def window(self, first: int, number: int) -> list[tuple[str, ...]]:
        """`number` rows as text from position `first` of the present order."""

    def key(self, position: int) -> int:
        """The row's own number (line of the file) at a position."""

    def arrange(self, sort: str | None, descending: bool, contains: str) -> None:
        """Set order and substring filter (all columns); slow: call it in a worker."""
