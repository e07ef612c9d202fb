"""What a matching found: pairs as arrays, with levels, bits, probabilities and their evidence."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from app.model.codebook import Codebook
from app.model.plan import LEVELS, MISSING
from app.model.records import DOMAINS
from app.model.runs import Band, Bands, Evidence

BANDS = (Band.UNLIKELY, Band.POSSIBLE, Band.PROBABLE, Band.CERTAIN)
"""Meaning of the numbers in `Matches.band`."""

_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class RuleCost:
    """What one blocking rule yielded: its pairs, and those no earlier rule had found.

    `values_left_out` are values too frequent for the rule, `pairs_left_out` what they would have
    made.
    """

    rule: str
    pairs: int
    new_pairs: int
    values_left_out: int = 0
    pairs_left_out: int = 0


@dataclass(frozen=True)
class Hub:
    """A value left out of one rule because it would have made too many pairs.

    The twenty largest of each rule are listed; `RuleCost` counts them all.
    """

    rule: str
    values: tuple[str, ...]
    pairs: int


@dataclass(frozen=True, eq=False)
class Matches:
    """Stored pairs of one run, ordered by left record, then falling probability, then right.

    Arrays of length n: `left`, `right` int32 record ordinals; `levels` int8 n x fields (0 is
    missing, k the k-th of `LEVELS[field]`); `weights` float32 n x fields and `adjustments`
    float32 n x adjustment codes, log2 in steps of 0.01; `weight` float64 = prior + all of them;
    `probability` float64 after competition; `band` int8 into `BANDS`. `bands` and
    `candidate_pairs` count every pair compared, stored or not. `share` is the estimated share
    of right records with a partner. `seconds`: standardise, block, score.
    """

    fields: tuple[str, ...]
    adjustment_codes: tuple[str, ...]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    levels: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float32]
    adjustments: npt.NDArray[np.float32]
    prior: float
    weight: npt.NDArray[np.float64]
    probability: npt.NDArray[np.float64]
    band: npt.NDArray[np.int8]
    candidate_pairs: int
    bands: Bands
    share: float
    seconds: dict[str, float]
    costs: tuple[RuleCost, ...]
    hubs: tuple[Hub, ...]

    def __len__(self) -> int:
        return len(self.left)

    def band_of(self, pair: int) -> Band:
        """The band of one stored pair."""
        return BANDS[int(self.band[pair])]

    def evidence(
        self, pair: int, left: pa.Table, right: pa.Table | None, book: Codebook
    ) -> tuple[Evidence, ...]:
        """The waterfall of one pair: prior, every field of the plan, adjustments that applied.

        The weights sum to `weight[pair]`. Tables are the CODES tables that were matched.
        """
        a, b = int(self.left[pair]), int(self.right[pair])
        other = left if right is None else right
        rows = [Evidence("prior", None, None, "prior", round(self.prior, 2))]
        for k, field in enumerate(self.fields):
            level = int(self.levels[pair, k])
            rows.append(
                Evidence(
                    field,
                    field_text(left, a, field, book),
                    field_text(other, b, field, book),
                    LEVELS[field][level - 1] if level else MISSING,
                    round(float(self.weights[pair, k]), 2),
                )
            )
        for k, code in enumerate(self.adjustment_codes):
            bits = round(float(self.adjustments[pair, k]), 2)
            if bits:
                rows.append(Evidence(code, None, None, "applied", bits))
        return tuple(rows)


def field_text(table: pa.Table, record: int, field: str, book: Codebook) -> str | None:
    """The standardised text of a compared field of one record; None where nothing is known.

    Names carry their alternatives after a slash, a place is house, street and postcode.
    """

    def cell(column: str) -> Any:
        return table.column(column)[record].as_py()

    def text(column: str) -> str | None:
        return book.text(DOMAINS[column], cell(column))

    if field == "birth_date":
        return _date_text(cell("birth_date"), cell("birth_year"), cell("birth_month"))
    if field == "sex":
        return {1: "M", 2: "F"}.get(cell("sex"))
    columns = {
        "forename": ("forename", "alias_forename"),
        "surname": ("surname", "birth_surname", "alias_surname"),
        "place": ("house", "street", "postcode"),
    }.get(field, (field,))
    found = [text(c) if c in DOMAINS else cell(c) for c in columns]
    joined = (", " if field == "place" else " / ").join(str(v) for v in found if v is not None)
    return joined or None


def _date_text(day: int | None, year: int | None, month: int | None) -> str | None:
    if day is not None:
        return (_EPOCH + datetime.timedelta(days=day)).isoformat()
    if year is None:
        return None
    return f"{year:04d}" if month is None else f"{year:04d}-{month:02d}"
