"""What a matching found: pairs as arrays, with levels, bits, probabilities and their evidence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
class RuleEstimate:
    """What a blocking rule would yield, before anything is compared.

    `values_left_out` are values too frequent for the rule, `pairs_left_out` what they would have
    made; `hubs` are the largest of them.
    """

    rule: str
    pairs: int
    values_left_out: int
    pairs_left_out: int
    hubs: tuple[Hub, ...]


@dataclass(frozen=True)
class Cost:
    """What a matching would compare: by rule, in all, and of how many pairs there could be.

    A pair that several rules find is counted in each of them, but compared once.
    """

    plan: str
    rules: tuple[RuleEstimate, ...]
    most: int

    @property
    def pairs(self) -> int:
        """Pairs of all rules: at most so many are compared."""
        return min(self.most, sum(rule.pairs for rule in self.rules))


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

    def only(self, pairs: npt.NDArray[np.bool_]) -> Matches:
        """Some of the pairs, with their bands counted anew."""
        kept = {
            name: getattr(self, name)[pairs]
            for name in (
                *("left", "right", "levels", "weights", "adjustments"),
                *("weight", "probability", "band"),
            )
        }
        tally = np.bincount(kept["band"], minlength=len(BANDS)).tolist()
        unlikely, possible, probable, certain = tally
        return replace(self, bands=Bands(certain, probable, possible, unlikely), **kept)

    def band_of(self, pair: int) -> Band:
        """The band of one stored pair."""
        return BANDS[int(self.band[pair])]

    def evidence(
        self, pairs: Sequence[int], left: pa.Table, right: pa.Table | None, book: Codebook
    ) -> list[tuple[Evidence, ...]]:
        """The waterfall of each pair: prior, every field of the plan, adjustments that applied.

        The weights of a pair sum to its `weight`. Tables are the CODES tables that were matched.
        """
        at = np.asarray(pairs, dtype=np.int64)
        texts = [
            self._texts(table, ordinals[at], book)
            for table, ordinals in (
                (left, self.left),
                (left if right is None else right, self.right),
            )
        ]
        prior = Evidence("prior", None, None, "prior", round(self.prior, 2))
        levels, weights = self.levels[at].tolist(), self.weights[at].tolist()
        adjustments = self.adjustments[at].tolist()
        rows = []
        for n in range(len(at)):
            row = [prior]
            for k, field in enumerate(self.fields):
                level = levels[n][k]
                code = LEVELS[field][level - 1] if level else MISSING
                one, other = texts[0][k][n], texts[1][k][n]
                row.append(Evidence(field, one, other, code, round(weights[n][k], 2)))
            for code, raw in zip(self.adjustment_codes, adjustments[n], strict=True):
                if bits := round(raw, 2):
                    row.append(Evidence(code, None, None, "applied", bits))
            rows.append(tuple(row))
        return rows

    def _texts(
        self, table: pa.Table, records: npt.NDArray[np.int32], book: Codebook
    ) -> list[list[str | None]]:
        """The texts of all fields of some records, field by field; each record is read once."""
        once, back = np.unique(records, return_inverse=True)
        rows = table.take(pa.array(once)).to_pylist()
        return [
            np.array([field_text(row, field, book) for row in rows], dtype=object)[back].tolist()
            for field in self.fields
        ]


_COLUMNS = {
    "forename": ("forename", "alias_forename"),
    "surname": ("surname", "birth_surname", "alias_surname"),
    "place": ("house", "street", "postcode"),
}
"""Columns that a compared field is read from, where it is not the one of its own name."""


def field_text(record: Mapping[str, Any], field: str, book: Codebook) -> str | None:
    """The standardised text of a compared field of a CODES row; None where nothing is known.

    Names carry their alternatives after a slash, a place is house, street and postcode.
    """
    if field == "birth_date":
        return _date_text(record["birth_date"], record["birth_year"], record["birth_month"])
    if field == "sex":
        return {1: "M", 2: "F"}.get(record["sex"])
    found = []
    for column in _COLUMNS.get(field, (field,)):
        if (value := record[column]) is not None:
            found.append(book.text(DOMAINS[column], value) if column in DOMAINS else str(value))
    return (", " if field == "place" else " / ").join(text for text in found if text) or None


def _date_text(day: int | None, year: int | None, month: int | None) -> str | None:
    if day is not None:
        return (_EPOCH + datetime.timedelta(days=day)).isoformat()
    if year is None:
        return None
    return f"{year:04d}" if month is None else f"{year:04d}-{month:02d}"
