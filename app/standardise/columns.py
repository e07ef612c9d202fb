"""Work on whole columns: each distinct value is cleaned once, dates get their formats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from app.base.errors import Fact
from app.model.names import DateRules
from app.model.notes import ROWS_NAMED, Note, first_rows
from app.standardise.dates import DateFormat, day_number, exists, tidy, twin

Value = TypeVar("Value")
Indices = npt.NDArray[np.int64]
_KEEP_AT_MOST = 300_000
_ENOUGH_DATES = 2_000
_ANY_DAY = date(9998, 12, 31)
_A_NUMBER = re.compile(r"\s*\d{5}(?!\d)", re.ASCII)
_A_DAY = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?", re.ASCII)


class Distinct(Generic[Value]):
    """A function of text that is called once for each distinct value.

    `remember` keeps results over batches: of use where values come again (names, not numbers).
    """

    def __init__(self, function: Callable[[str], Value], *, remember: bool = True) -> None:
        self._function = function
        self._remember = remember
        self._known: dict[str, Value] = {}

    def __call__(self, column: pa.Array) -> tuple[list[Value], Indices]:
        """Results of the column's distinct values, and for each row the place of its result."""
        coded = pc.dictionary_encode(column)
        places = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return self.each(coded.dictionary), places

    def each(self, texts: pa.Array) -> list[Value]:
        """Results of texts that stand once each."""
        if not self._remember:
            return list(map(self._function, texts.to_pylist()))
        if len(self._known) > _KEEP_AT_MOST:
            self._known.clear()
        listed = texts.to_pylist()
        results: list[Any] = list(map(self._known.get, listed))
        for place, result in enumerate(results):
            if result is None:
                results[place] = self._known[listed[place]] = self._function(listed[place])
        return results

    def one(self, text: str) -> Value:
        """The result for one value."""
        result = self._known.get(text)
        if result is None:
            result = self._known[text] = self._function(text)
        return result


def by_distinct(function: Callable[[pa.Array], pa.Array], column: pa.Array) -> pa.Array:
    """A function of whole columns called on the column's distinct values alone."""
    coded = pc.dictionary_encode(column)
    return function(coded.dictionary).take(coded.indices)


def spread(values: Sequence[Any], places: Indices, kind: pa.DataType) -> pa.Array:
    """Values of distinct texts laid out over the rows."""
    return pa.array(values, kind).take(pa.array(places))


class Tally:
    """Remarks counted by code and column, with the first rows they are about: notes of a load."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], list[int]] = {}
        self._numbers: Sequence[int] = ()

    def begin(self, numbers: Sequence[int]) -> None:
        """The row numbers of the batch, or of the part of it, that is remarked on next."""
        self._numbers = numbers

    def add(self, code: str | None, column: str, number: int = 1) -> None:
        """Count a remark that is about no row of its own."""
        if code is not None and number:
            self._counts[code, column] += number

    def add_at(self, code: str, column: str, places: Iterable[int]) -> None:
        """Count a remark about the rows at these places of the batch."""
        at = list(places)
        self.add(code, column, len(at))
        named = {*self._first.get((code, column), ()), *(self._numbers[n] for n in at[:ROWS_NAMED])}
        self._first[code, column] = sorted(named)[:ROWS_NAMED]

    def add_where(self, code: str, column: str, mask: pa.Array) -> None:
        """Count a remark about the rows where a mask is true."""
        self.add_at(code, column, pc.indices_nonzero(mask).to_pylist())

    def add_distinct(
        self,
        codes: Sequence[str | None],
        places: Indices,
        column: str,
        rows: Indices | None = None,
    ) -> None:
        """Count the remarks of distinct values, each as often as its value occurs.

        `rows` are the places in the batch that `places` are about; without it all, in order.
        """
        met: dict[str, list[int]] = {}
        for place, code in enumerate(codes):
            if code is not None:
                met.setdefault(code, []).append(place)
        for code, values in met.items():
            at = np.flatnonzero(np.isin(places, values))
            self.add_at(code, column, (at if rows is None else rows[at]).tolist())

    def notes(self) -> tuple[Note, ...]:
        """One note for each code and column, in order of both."""
        return tuple(
            Note(code, {"column": column, "count": count, **self._rows(code, column)})
            for (code, column), count in sorted(self._counts.items())
        )

    def _rows(self, code: str, column: str) -> dict[str, Fact]:
        return first_rows(self._first.get((code, column), ()))


def infer_date_formats(values: Iterable[str], accepts: Sequence[str]) -> tuple[str, ...]:
    """The formats of `accepts` in the order they shall be tried on a column of these values.

    Decided over the distinct values: where a format and its twin (day and month exchanged) both
    stand in `accepts`, the one that more values need goes first; without evidence the order of
    `accepts` (British day first) stands. Formats that read something go before those that do not.
    """
    seen = {tidy(value) for value in values if value.strip()}
    forms = list(dict.fromkeys(accepts))
    reads = {form: _readable(form, seen) for form in forms}
    for place, form in enumerate(forms):
        other = twin(form)
        if other not in forms[place + 1 :]:
            continue
        if len(reads[other] - reads[form]) > len(reads[form] - reads[other]):
            at = forms.index(other)
            forms[place], forms[at] = other, form
    return (*(form for form in forms if reads[form]), *(form for form in forms if not reads[form]))


def order_is_assumed(values: Iterable[str], formats: Sequence[str]) -> int:
    """How many distinct values could be read with day and month either way while none decides."""
    seen = {tidy(value) for value in values if value.strip()}
    for place, form in enumerate(formats):
        other = twin(form)
        if other == form or other not in formats[place + 1 :]:
            continue
        one, two = _readable(form, seen), _readable(other, seen)
        if one and one == two:
            return sum(not _same_either_way(text, form, other) for text in one)
    return 0


def month_first(values: Iterable[str], formats: Sequence[str]) -> int:
    """How many distinct values that could be either are read month first, as others decided."""
    seen = {tidy(value) for value in values if value.strip()}
    for place, form in enumerate(formats):
        other = twin(form)
        if other == form or form.find("%m") > form.find("%d") or form.startswith("%Y"):
            continue
        if other in formats[place + 1 :] and (read := _readable(form, seen)):
            either = read & _readable(other, seen)
            return sum(not _same_either_way(text, form, other) for text in either)
    return 0


def _readable(form: str, seen: set[str]) -> set[str]:
    compiled = DateFormat(form)
    return {text for text in seen if (f := compiled.match(text, _ANY_DAY)) and exists(*f)}


def _same_either_way(text: str, form: str, other: str) -> bool:
    return DateFormat(form).match(text, _ANY_DAY) == DateFormat(other).match(text, _ANY_DAY)


class DateColumn:
    """The formats of one date column, settled by the first rows that hold dates."""

    def __init__(
        self,
        explicit: str | None,
        accepts: Sequence[str],
        rules: DateRules,
        latest: date = _ANY_DAY,
    ) -> None:
        self._rules, self._latest = rules, latest
        self._explicit = explicit
        self._candidates = tuple(dict.fromkeys((*accepts, *rules.formats)))
        self._formats: tuple[DateFormat, ...] | None = None
        self.assumed = 0
        self.month_first = 0
        self.numbered = False

    @property
    def settled(self) -> bool:
        """Whether rows with dates were seen."""
        return self._formats is not None

    @property
    def formats(self) -> tuple[DateFormat, ...]:
        """The formats in the order they are tried."""
        return self._formats or ()

    def settle(self, values: Iterable[str]) -> None:
        """Settle the order, and whether days are numbered, by the values of the first rows."""
        dates = sorted(value for value in values if value.strip())
        # Spread over the whole range: the first in order would all be first days of a month.
        held = dates[:: -(-len(dates) // _ENOUGH_DATES) or 1]
        if self.settled or not held:
            return
        order = infer_date_formats(held, self._candidates)
        if self._explicit is not None:
            order = tuple(dict.fromkeys((self._explicit, *order)))
        else:
            self.assumed = order_is_assumed(held, order)
            self.month_first = month_first(held, order)
        self._formats = tuple(DateFormat(form) for form in order)
        in_question = dates if self._rules.in_workbook else filter(_A_NUMBER.match, dates)
        self.numbered = any(map(self._tells_of_numbers, in_question))

    def _tells_of_numbers(self, text: str) -> bool:
        """Whether a value shows that bare numbers of the column are a spreadsheet's day numbers."""
        rules = self._rules
        if day_number(text, 5, rules, self._latest) is not None:
            return True
        return rules.in_workbook and _A_DAY.fullmatch(text) is not None
