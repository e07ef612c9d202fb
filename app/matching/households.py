"""Whether two tables hold families at all: the guards against relatives are for real places."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from app.matching.sides import Ints, Properties, Side, dense
from app.model.codebook import Codebook

HOMES: tuple[tuple[str, ...], ...] = (
    ("surname", "house", "street"),
    ("surname", "postcode", "house"),
    ("surname", "email"),
)
"""What people of one family share, the first that both tables know being asked."""
ENOUGH = 100
"""Pairs of one home below which nothing is shown."""
FAMILIES = 0.05
"""Share of pairs of one home that are clearly two people, from which there are families.

In councils it is .46 (deaths against residents) to .90 (residents among themselves), in made-up
sets whose people were drawn one by one .006 to .03: slips in both forename and birth year.
"""


def families_shown(left: pa.Table, right: pa.Table | None, book: Codebook) -> bool:
    """Whether CODES tables show families, or are too small or too bare to tell (right None: one).

    Of pairs with one surname and one home those are counted that differ in birth year and in the
    forename's first letter: one person seldom errs in both, two of a family mostly differ so.
    """
    properties = Properties(book)
    sides = [Side(table, properties) for table in (left, left if right is None else right)]
    for home in HOMES:
        same, apart = _pairs(sides, home, within=right is None)
        if same >= ENOUGH:
            return apart >= FAMILIES * same
    return True


def _pairs(sides: list[Side], home: tuple[str, ...], within: bool) -> tuple[float, float]:
    """Pairs of different records of one home, and those of them that are clearly two people."""
    names = (*home, "birth_year", "forename_letter")
    columns = [np.concatenate([side[name] for side in sides]) for name in names]
    known = np.logical_and.reduce([column >= 0 for column in columns])
    second = np.repeat([False, True], [side.n for side in sides])[known]
    *homes, year, letter = (column[known] for column in columns)
    if not len(year):
        return 0.0, 0.0

    def agreeing(*more: Ints) -> float:
        groups = dense(*homes, *more)
        size = int(groups.max()) + 1
        counts = [np.bincount(groups[second == part], minlength=size) for part in (False, True)]
        return float((counts[0].astype(np.float64) * counts[1]).sum())

    same = agreeing()
    apart = same - agreeing(year) - agreeing(letter) + agreeing(year, letter)
    itself = float((~second).sum()) if within else 0.0
    return (same - itself) / (2 if within else 1), apart / (2 if within else 1)
