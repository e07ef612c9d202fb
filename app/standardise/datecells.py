"""Columns of dates as years, months, days and day numbers: regular ones whole, the rest singly."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.model.names import DateRules
from app.standardise.columns import DateColumn, Distinct, Tally
from app.standardise.dates import NOTHING, Parts, read_date

EPOCH = date(1970, 1, 1)
_NO_PARTS: tuple[Parts, str | None] = (NOTHING, None)
_WIDTHS = {"%Y": 4, "%m": 2, "%d": 2}
KINDS = {"year": pa.int16(), "month": pa.int8(), "day": pa.int8(), "date": pa.int32()}


def days(parts: Parts) -> int | None:
    """Days since 1970-01-01, None unless the date is whole."""
    whole = parts.whole
    return None if whole is None else (whole - EPOCH).days


def laid_out(found: list[Parts], at: pa.Array) -> dict[str, pa.Array]:
    """Dates as far as they are known, as columns over rows; `at` are places among `found`."""
    values = {
        "year": [part.year for part in found],
        "month": [part.month for part in found],
        "day": [part.day for part in found],
        "date": [days(part) for part in found],
    }
    return {name: pa.array(values[name], kind).take(at) for name, kind in KINDS.items()}


class DateReader:
    """Reads one column of dates by its settled formats; distinct texts are read once."""

    def __init__(self, column: DateColumn, rules: DateRules, latest: date) -> None:
        self.column = column
        self._rules, self._latest = rules, latest
        self._one = Distinct(self._read)

    def __call__(self, texts: pa.Array, tally: Tally, label: str) -> dict[str, pa.Array]:
        """`year`, `month`, `day` and `date` (days since 1970-01-01) of each row, null: unknown."""
        self._settle(texts, tally, label)
        coded = pc.dictionary_encode(texts)
        values, odd = self._regular(coded.dictionary)
        places = pc.indices_nonzero(odd)
        found = self._one.each(coded.dictionary.take(places))
        slow = laid_out([part for part, _ in found], pa.array(np.arange(len(found))))
        remarks: list[str | None] = [None] * len(coded.dictionary)
        for place, (_, remark) in zip(places.to_pylist(), found, strict=True):
            remarks[place] = remark
        tally.add_distinct(remarks, coded.indices.to_numpy(), label)
        return {
            name: pc.replace_with_mask(values[name], odd, slow[name]).take(coded.indices)
            for name in KINDS
        }

    def _settle(self, texts: pa.Array, tally: Tally, label: str) -> None:
        if not self.column.settled:
            self.column.settle(pc.unique(texts).to_pylist())
            tally.add("date-order-assumed", label, self.column.assumed)
            tally.add("date-order-month-first", label, self.column.month_first)

    def _read(self, text: str) -> tuple[Parts, str | None]:
        if not text:
            return _NO_PARTS
        formats, numbered = self.column.formats, self.column.numbered
        return read_date(text, formats, self._rules, self._latest, numbered=numbered)

    def _regular(self, texts: pa.Array) -> tuple[dict[str, pa.Array], pa.Array]:
        """Dates of full width in the first format that stand and need no remark; the others."""
        fields = self._fields(texts)
        if fields is None:
            nothing = {name: pa.nulls(len(texts), kind) for name, kind in KINDS.items()}
            return nothing, pa.repeat(True, len(texts))
        year, month, day, wide = fields
        number, exists = _day_numbers(year, month, day)
        stand_ins = [(day - EPOCH).days for day in self._rules.placeholders]
        sound = (
            wide
            & exists
            & (year >= self._rules.earliest_year)
            & (number <= (self._latest - EPOCH).days)
            & ~np.isin(number, stand_ins)
        )
        read = zip(KINDS.items(), (year, month, day, number), strict=True)
        return {
            name: pa.array(values, mask=~sound).cast(kind) for (name, kind), values in read
        }, pa.array(~sound)

    def _fields(self, texts: pa.Array) -> tuple[npt.NDArray[np.int64], ...] | None:
        """Year, month and day as written and which texts are of full width; None of no format."""
        first = self.column.formats[0].text if self.column.formats else ""
        pieces = re.findall(r"%.|[^%]", first)
        if sorted(piece for piece in pieces if piece[0] == "%") != sorted(_WIDTHS):
            return None
        digits = {piece: f"[0-9]{{{width}}}" for piece, width in _WIDTHS.items()}
        pattern = "".join(digits.get(piece) or re.escape(piece) for piece in pieces)
        wide = pc.match_substring_regex(texts, rf"\A{pattern}\z")
        if not pc.any(wide).as_py():
            return None
        plain = pc.if_else(wide, texts, "")
        read, start = {}, 0
        for piece in pieces:
            width = _WIDTHS.get(piece, 1)
            if piece in _WIDTHS:
                cut = pc.utf8_slice_codeunits(plain, start, start + width)
                read[piece] = pc.cast(pc.if_else(wide, cut, "0"), pa.int64()).to_numpy()
            start += width
        return read["%Y"], read["%m"], read["%d"], wide.to_numpy(zero_copy_only=False)


def _day_numbers(
    year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Days since 1970-01-01, and whether such a day stands in the calendar."""
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    stands = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= after - first)
    return first + day - 1, stands
