"""The columns of RECORDS that belong to a person alone, and those a household shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.model.meanings import Meaning
from app.model.names import NameRules
from app.standardise import identifiers
from app.standardise.addresses import AddressReader, communal_pattern, postcode, postcode_in
from app.standardise.cells import Cells, Source
from app.standardise.columns import DateColumn, Distinct, Tally, spread
from app.standardise.dates import MONTHS, NOTHING, DateFormat, Parts, read_date
from app.standardise.text import words

EPOCH = date(1970, 1, 1)
_NO_PARTS: tuple[Parts, str | None] = (NOTHING, None)
_MARK = "\t"

Remarked = tuple[Any, str | None]


class Personal:
    """What belongs to one person: dates, sex and numbers; read for one party."""

    def __init__(
        self, source: Source, party: int, rules: NameRules, today: date, tally: Tally
    ) -> None:
        self._source, self._party, self._tally = source, party, tally
        self._rules, self._today = rules, today
        ids = rules.identifiers
        clean: dict[Meaning, tuple[str, pa.DataType, Callable[[str], Remarked]]] = {
            Meaning.SEX: ("sex", pa.int8(), lambda t: identifiers.sex(t, ids)),
            Meaning.NINO: ("nino", pa.string(), lambda t: identifiers.nino(t, ids)),
            Meaning.NHS_NUMBER: (
                "nhs_number",
                pa.int64(),
                lambda t: identifiers.nhs_number(t, ids),
            ),
            Meaning.PHONE: ("phone", pa.int64(), lambda t: identifiers.phone(t, ids)),
            Meaning.EMAIL: ("email", pa.string(), lambda t: identifiers.email(t, ids)),
        }
        self._clean = {
            means: (name, kind, Distinct(function, remember=means is Meaning.SEX))
            for means, (name, kind, function) in clean.items()
        }
        self._account = Distinct(identifiers.account, remember=False)
        self._dates = {
            means: self._date_column(means) for means in (Meaning.BIRTH_DATE, Meaning.DEATH_DATE)
        }
        self._readers = {
            means: Distinct(self._date_reader(means))
            for means in (Meaning.BIRTH_DATE, Meaning.DEATH_DATE)
        }

    def columns(self, cells: Cells) -> dict[str, pa.Array]:
        """The person's own columns of RECORDS, names aside."""
        table: dict[str, pa.Array] = {}
        for means, (name, kind, distinct) in self._clean.items():
            table[name] = self._coalesced(cells, means, kind, distinct)
        table["account"] = self._account_column(cells)
        table["other_id"] = _compact(cells.first(Meaning.OTHER_ID, self._party))
        table |= self._birth(cells)
        parts, at = self._read_dates(cells, Meaning.DEATH_DATE)
        table["death_date"] = spread([_days(part) for part, _ in parts], at, pa.int32())
        return table

    def _coalesced(
        self, cells: Cells, means: Meaning, kind: pa.DataType, distinct: Distinct[Remarked]
    ) -> pa.Array:
        """The first readable value among the columns of a meaning."""
        columns = []
        for array in cells.all(means, self._party):
            found, at = distinct(array)
            label = self._source.label(means, self._party)
            self._tally.add_distinct([remark for _, remark in found], at, label)
            columns.append(spread([value for value, _ in found], at, kind))
        if not columns:
            return pa.nulls(len(cells.nothing()), kind)
        return pc.coalesce(*columns)

    def _account_column(self, cells: Cells) -> pa.Array:
        sort_code = cells.first(Meaning.SORT_CODE, self._party)
        number = cells.first(Meaning.ACCOUNT_NUMBER, self._party)
        found, at = self._account(pc.binary_join_element_wise(sort_code, number, _MARK))
        label = self._source.label(Meaning.ACCOUNT_NUMBER, self._party)
        self._tally.add_distinct([remark for _, remark in found], at, label)
        return spread([value for value, _ in found], at, pa.string())

    def _date_column(self, means: Meaning) -> DateColumn:
        field = self._source.field(means, self._party)
        return DateColumn(
            self._source.date_format(means, self._party),
            field.accepts if field else (),
            self._rules.dates,
            self._today,
        )

    def _date_reader(self, means: Meaning) -> Callable[[str], tuple[Parts, str | None]]:
        column, rules, today = self._dates[means], self._rules.dates, self._today

        def read(text: str) -> tuple[Parts, str | None]:
            return read_date(text, column.formats, rules, today, numbered=column.numbered)

        return lambda text: read(text) if text else _NO_PARTS

    def _read_dates(self, cells: Cells, means: Meaning) -> tuple[list[Remarked], Any]:
        column = cells.first(means, self._party)
        label = self._source.label(means, self._party)
        dates = self._dates[means]
        if not dates.settled:
            dates.settle(pc.unique(column).to_pylist())
            self._tally.add("date-order-assumed", label, dates.assumed)
            self._tally.add("date-order-month-first", label, dates.month_first)
        found, at = self._readers[means](column)
        self._tally.add_distinct([remark for _, remark in found], at, label)
        return found, at

    def _birth(self, cells: Cells) -> dict[str, pa.Array]:
        found, at = self._read_dates(cells, Meaning.BIRTH_DATE)
        parts = [part for part, _ in found]
        table = {
            "birth_year": spread([part.year for part in parts], at, pa.int16()),
            "birth_month": spread([part.month for part in parts], at, pa.int8()),
            "birth_day": spread([part.day for part in parts], at, pa.int8()),
            "birth_date": spread([_days(part) for part in parts], at, pa.int32()),
        }
        split = (Meaning.BIRTH_YEAR, Meaning.BIRTH_MONTH, Meaning.BIRTH_DAY)
        if not any(self._source.has(means, self._party) for means in split):
            return table
        return self._with_split_birth(cells, table, split)

    def _with_split_birth(
        self, cells: Cells, table: dict[str, pa.Array], split: tuple[Meaning, ...]
    ) -> dict[str, pa.Array]:
        """Birth dates from columns of their own for day, month and year, where nothing else is."""
        columns = [cells.first(means, self._party) for means in split]
        reader = Distinct(lambda text: _split_date(text, self._rules, self._today))
        found, at = reader(pc.binary_join_element_wise(*columns, _MARK))
        label = self._source.label(Meaning.BIRTH_YEAR, self._party)
        self._tally.add_distinct([remark for _, remark in found], at, label)
        missing = pc.is_null(table["birth_year"])
        values = {
            "birth_year": [part.year for part, _ in found],
            "birth_month": [part.month for part, _ in found],
            "birth_day": [part.day for part, _ in found],
            "birth_date": [_days(part) for part, _ in found],
        }
        return {
            name: pc.if_else(missing, spread(values[name], at, column.type), column)
            for name, column in table.items()
        }


class Household:
    """What all persons of a row share: the reference and the address."""

    COLUMNS = ("reference", "postcode", "house", "street", "communal", "uprn")

    def __init__(self, source: Source, rules: NameRules, tally: Tally) -> None:
        self._source, self._tally = source, tally
        self._rules = rules.addresses
        self._postcode = Distinct(lambda text: postcode(text, rules.addresses))
        self._uprn = Distinct(
            lambda text: identifiers.uprn(text, rules.identifiers), remember=False
        )
        reader = AddressReader(rules.addresses)
        self._house = Distinct(lambda text: _house(text, reader), remember=False)
        self._communal = communal_pattern(rules.addresses)

    def columns(self, cells: Cells) -> dict[str, pa.Array]:
        """The household's columns of RECORDS."""
        reference = cells.first(Meaning.REFERENCE)
        lines = cells.all(Meaning.ADDRESS)
        table = {"reference": pc.if_else(pc.equal(reference, ""), None, reference)}
        table["postcode"] = self._postcodes(cells, lines)
        table["uprn"] = self._column(
            cells.first(Meaning.UPRN), self._uprn, Meaning.UPRN, pa.int64()
        )
        number = cells.first(Meaning.HOUSE_NUMBER)
        found, at = self._house(pc.binary_join_element_wise(number, *lines[:3], _MARK))
        self._tally.add_distinct([remark for _, _, remark in found], at, self._address_label())
        table["house"] = spread([house for house, _, _ in found], at, pa.string())
        table["street"] = spread([street for _, street, _ in found], at, pa.string())
        table["communal"] = self._communal_column(cells)
        return table

    def _column(
        self, column: pa.Array, distinct: Distinct[Any], means: Meaning, kind: pa.DataType
    ) -> pa.Array:
        found, at = distinct(column)
        self._tally.add_distinct([remark for _, remark in found], at, self._source.label(means))
        return spread([value for value, _ in found], at, kind)

    def _postcodes(self, cells: Cells, lines: list[pa.Array]) -> pa.Array:
        """The postcode column, or where it is empty the postcode at the end of an address line."""
        given = cells.first(Meaning.POSTCODE)
        codes = self._column(given, self._postcode, Meaning.POSTCODE, pa.string())
        empty = pc.equal(given, "")
        if not lines or not pc.any(empty).as_py():
            return codes
        rows = zip(*(line.filter(empty).to_pylist() for line in lines), strict=True)
        found = pa.array([postcode_in(row, self._rules) for row in rows], pa.string())
        return pc.replace_with_mask(codes, empty, found)

    def _communal_column(self, cells: Cells) -> pa.Array:
        lines = cells.joined((Meaning.HOUSE_NUMBER, Meaning.ADDRESS))
        plain = pc.replace_substring_regex(pc.utf8_upper(lines), r"['’.]", "")
        plain = pc.replace_substring_regex(plain, r"[^0-9A-Z]+", " ")
        return pc.match_substring_regex(plain, self._communal)

    def _address_label(self) -> str:
        means = Meaning.HOUSE_NUMBER if self._source.has(Meaning.HOUSE_NUMBER) else Meaning.ADDRESS
        return self._source.label(means)


def _house(text: str, reader: AddressReader) -> tuple[str | None, str | None, str | None]:
    number, *lines = text.split(_MARK)
    return reader.house_and_street(number, lines)


def _compact(column: pa.Array) -> pa.Array:
    """Other identifiers in upper case without spaces and punctuation; empty is missing."""
    plain = pc.replace_substring_regex(pc.utf8_upper(column), r"[\s\-/.]+", "")
    return pc.if_else(pc.equal(plain, ""), None, plain)


def _days(parts: Parts) -> int | None:
    whole = parts.whole
    return None if whole is None else (whole - EPOCH).days


def _split_date(text: str, rules: NameRules, today: date) -> tuple[Parts, str | None]:
    """Year, month and day cells as a date; a month may be a name."""
    year, month, day = (cell.strip().removesuffix(".0") for cell in text.split(_MARK))
    if not year and not month and not day:
        return _NO_PARTS
    name = words(month)
    for number, full in enumerate(MONTHS, start=1):
        if len(name) >= 3 and full.startswith(name):
            month = str(number)
    if not year.isdigit() or len(year) != 4:
        return NOTHING, "date-unreadable"
    plain = "-".join((year, month.rjust(2, "0") if month else "00", day.rjust(2, "0")))
    return read_date(plain, (DateFormat("%Y-%m-%d"),), rules.dates, today)
