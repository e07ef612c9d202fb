"""Blocks of rows parted by blank ones: a second, narrower table beneath the first of a sheet."""

from __future__ import annotations

from dataclasses import dataclass

_NARROW = 2  # times as wide must the table be as what stands beneath it


@dataclass
class Block:
    """Rows that follow each other: the first one's number, how many, and how many cells filled."""

    first: int
    rows: int = 0
    filled: int = 0


class Blocks:
    """The blocks of a sheet, row by row."""

    def __init__(self) -> None:
        self.rows = 0
        self._blocks: list[Block] = []
        self._open = False

    def add(self, number: int, filled: int) -> None:
        """One row and how many of its cells hold something."""
        if not filled:
            self._open = False
            return
        if not self._open:
            self._blocks.append(Block(number))
        self._open = True
        self.rows += 1
        self._blocks[-1].rows += 1
        self._blocks[-1].filled += filled

    def beneath(self) -> Block | None:
        """All rows beneath a gap, where they are much narrower than those above it."""
        rows = filled = 0
        sums = []
        for block in self._blocks:
            sums.append((rows, filled))
            rows, filled = rows + block.rows, filled + block.filled
        found, widest = None, 0.0
        for block, (above, cells) in zip(self._blocks[:0:-1], sums[:0:-1], strict=True):
            widest = max(widest, block.filled / block.rows)
            if widest * _NARROW <= cells / above:
                found = Block(block.first, self.rows - above)
        return found
