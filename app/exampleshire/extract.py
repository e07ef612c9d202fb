"""One file of the sample council as columns, and the truth about whom its rows describe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.exampleshire.dice import Ints, Texts
from app.model.exampleshire import FileForm

Column = npt.NDArray[np.object_]
"""Cells of one column: text, and in a workbook also numbers and dates."""


@dataclass(frozen=True)
class Extract:
    """A file's columns in the order of its form, and who its rows truly are.

    `truth_rows` are row positions from 0 (a joint row stands twice, a row nobody can know not at
    all), `truth_people` person numbers from 0. `heights` are the lines a record takes where a cell
    holds line breaks.
    """

    form: FileForm
    columns: tuple[Column, ...]
    truth_rows: Ints
    truth_people: Ints
    heights: Ints | None = None

    def __len__(self) -> int:
        return len(self.columns[0])

    def line_numbers(self) -> Ints:
        """The number of each row as a reader counts: line of the file, sheet row or record."""
        first = 1
        if self.form.format in {"delimited", "workbook"}:
            first = len(self.form.text.preamble) + 2
        if self.heights is None:
            return first + np.arange(len(self), dtype=np.int64)
        return first + np.cumsum(self.heights) - self.heights

    def references(self) -> Column:
        """The reference column."""
        return self.columns[self.form.columns.index(self.form.reference)]


def extract(
    form: FileForm,
    columns: dict[str, Texts],
    truth: tuple[Ints, Ints],
    heights: Ints | None = None,
) -> Extract:
    """An extract with its columns in declared order; a column too many or few is a bug."""
    if set(columns) != set(form.columns):
        raise KeyError(f"{form.id}: {sorted(set(columns) ^ set(form.columns))}")
    ordered = tuple(columns[name] for name in form.columns)
    order = np.argsort(truth[0], kind="stable")
    return Extract(form, ordered, truth[0][order], truth[1][order], heights)
