"""The columns of RECORDS that belong to a person alone, and those a household shares."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.model.meanings import Meaning
from app.model.names import NameRules
from app.standardise import identifiers
from app.standardise.addresses import AddressReader, communal_pattern, postcode, postcode_in
from app.standardise.cells import Cells, Source
from app.standardise.columns import DateColumn, Distinct, Tally, by_distinct, spread
from app.standardise.datecells import DateReader, laid_out
from app.standardise.dates import MONTHS, NOTHING, DateFormat, Parts, read_date
from app.standardise.regular import (
    Reader,
    holds_digits,
    ninos,
    postcodes,
    simple_lines,
    uprns,
)
from app.standardise.text import words

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
        self._clean = {
            "sex": (
                Meaning.SEX,
                Reader(lambda text: identifiers.sex(text, ids), pa.int8(), remember=True),
            ),
            "nino": (
                Meaning.NINO,
                Reader(lambda text: identifiers.nino(text, ids), pa.string(), ninos(ids)),
            ),
            "nhs_number": (
                Meaning.NHS_NUMBER,
                Reader(lambda text: identifiers.nhs_number(text, ids), pa.int64()),
            ),
            "phone": (
                Meaning.PHONE,
                Reader(lambda text: identifiers.phone(text, ids), pa.int64()),
            ),
            "email": (
                Meaning.EMAIL,
                Reader(lambda text: identifiers.email(text, ids), pa.string()),
            ),
        }
        self._account = Reader(identifiers.account, pa.string())
        self._dates = {
            means: DateReader(self._date_column(means), rules.dates, today)
            for means in (Meaning.BIRTH_DATE, Meaning.DEATH_DATE)
        }

    def columns(self, cells: Cells) -> dict[str, pa.Array]:
        """The person's own columns of RECORDS, names aside."""
        table: dict[str, pa.Array] = {}
        for name, (means, reader) in self._clean.items():
            table[name] = self._coalesced(cells, means, reader)
        table["account"] = self._account_column(cells)
        table["other_id"] = _compact(cells.first(Meaning.OTHER_ID, self._party))
        table |= self._birth(cells)
        table["death_date"] = self._read_dates(cells, Meaning.DEATH_DATE)["date"]
        return table

    def _coalesced(self, cells: Cells, means: Meaning, reader: Reader) -> pa.Array:
        """The first readable value among the columns of a meaning."""
        label = self._source.label(means, self._party)
        columns = [reader(array, self._tally, label) for array in cells.all(means, self._party)]
        return pc.coalesce(*columns) if columns else pa.nulls(cells.number, reader.kind)

    def _account_column(self, cells: Cells) -> pa.Array:
        sort_code = cells.first(Meaning.SORT_CODE, self._party)
        number = cells.first(Meaning.ACCOUNT_NUMBER, self._party)
        label = self._source.label(Meaning.ACCOUNT_NUMBER, self._party)
        both = pc.binary_join_element_wise(sort_code, number, _MARK)
        return self._account(both, self._tally, label)

    def _date_column(self, means: Meaning) -> DateColumn:
        field = self._source.field(means, self._party)
        return DateColumn(
            self._source.date_format(means, self._party),
            field.accepts if field else (),
            self._rules.dates,
            self._today,
        )

    def _read_dates(self, cells: Cells, means: Meaning) -> dict[str, pa.Array]:
        column = cells.first(means, self._party)
        return self._dates[means](column, self._tally, self._source.label(means, self._party))

    def _birth(self, cells: Cells) -> dict[str, pa.Array]:
        read = self._read_dates(cells, Meaning.BIRTH_DATE)
        table = {f"birth_{part}": column for part, column in read.items()}
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
        read = laid_out([part for part, _ in found], pa.array(at))
        return {
            name: pc.if_else(missing, read[name.removeprefix("birth_")], column)
            for name, column in table.items()
        }


class Household:
    """What all persons of a row share: the reference and the address.

    A second party may have an address of its own, as each has before a marriage.
    """

    COLUMNS = ("reference", "postcode", "house", "street", "communal", "uprn")
    PLACE = (Meaning.ADDRESS, Meaning.HOUSE_NUMBER, Meaning.POSTCODE, Meaning.UPRN)

    def __init__(self, source: Source, rules: NameRules, tally: Tally, party: int = 1) -> None:
        self._source, self._tally, self._party = source, tally, party
        self._rules = rules.addresses
        ids = rules.identifiers
        self._postcode = Reader(
            lambda text: postcode(text, rules.addresses), pa.string(), postcodes(rules.addresses)
        )
        self._uprn = Reader(lambda text: identifiers.uprn(text, ids), pa.int64(), uprns(ids))
        reader = AddressReader(rules.addresses)
        self._house = Distinct(lambda text: _house(text, reader), remember=False)
        self._street = Distinct(reader.street)
        self._communal = communal_pattern(rules.addresses)
        self._digits_tell = holds_digits(rules.addresses.communal)

    def columns(self, cells: Cells) -> dict[str, pa.Array]:
        """The household's columns of RECORDS."""
        reference = cells.first(Meaning.REFERENCE)
        lines = cells.all(Meaning.ADDRESS, self._party)
        table = {"reference": pc.if_else(pc.equal(reference, ""), None, reference)}
        table["postcode"] = self._postcodes(cells, lines)
        table["uprn"] = self._column(cells, Meaning.UPRN, self._uprn)
        number = cells.first(Meaning.HOUSE_NUMBER, self._party)
        house, street = simple_lines(number, lines)
        table["communal"] = self._communal_column(cells, street)
        table["house"], table["street"] = self._houses(number, lines, house, street)
        return table

    def _column(self, cells: Cells, means: Meaning, reader: Reader) -> pa.Array:
        label = self._source.label(means, self._party)
        return reader(cells.first(means, self._party), self._tally, label)

    def _houses(
        self, number: pa.Array, lines: list[pa.Array], house: pa.Array, street: pa.Array
    ) -> tuple[pa.Array, pa.Array]:
        """Houses and streets; `house` and `street` hold those of simple lines, null elsewhere."""
        found, at = self._street(pc.fill_null(street, ""))
        street = spread([name or None for name in found], at, pa.string())
        rest = pc.is_null(house)
        places = pc.indices_nonzero(rest)
        if not len(places):
            return house, street
        cells = [column.take(places) for column in (number, *lines[:3])]
        read, at = self._house(pc.binary_join_element_wise(*cells, _MARK))
        remarks = [remark for _, _, remark in read]
        self._tally.add_distinct(remarks, at, self._address_label(), places.to_numpy())
        return (
            pc.replace_with_mask(house, rest, spread([one for one, _, _ in read], at, pa.string())),
            pc.replace_with_mask(street, rest, spread([of for _, of, _ in read], at, pa.string())),
        )

    def _postcodes(self, cells: Cells, lines: list[pa.Array]) -> pa.Array:
        """The postcode column, or where it is empty the postcode at the end of an address line."""
        given = cells.first(Meaning.POSTCODE, self._party)
        codes = self._column(cells, Meaning.POSTCODE, self._postcode)
        empty = pc.equal(given, "")
        if not lines or not pc.any(empty).as_py():
            return codes
        rows = zip(*(line.filter(empty).to_pylist() for line in lines), strict=True)
        found = pa.array([postcode_in(row, self._rules) for row in rows], pa.string())
        return pc.replace_with_mask(codes, empty, found)

    def _communal_column(self, cells: Cells, street: pa.Array) -> pa.Array:
        """Whether an address tells of a place that many people share.

        House numbers of simple lines are left aside: no phrase has a digit, and without them few
        texts are distinct.
        """
        numbers = cells.all(Meaning.HOUSE_NUMBER, self._party)
        lines = [*numbers, *cells.all(Meaning.ADDRESS, self._party)]
        if not lines:
            return pa.repeat(False, cells.number)
        if not self._digits_tell:
            first = len(numbers)
            lines[first:] = [pc.coalesce(street, lines[first]), *lines[first + 1 :]]
        return by_distinct(self._tells_of_many, pc.binary_join_element_wise(*lines, " "))

    def _tells_of_many(self, texts: pa.Array) -> pa.Array:
        plain = pc.replace_substring_regex(pc.utf8_upper(texts), r"['’.]", "")
        plain = pc.replace_substring_regex(plain, r"[^0-9A-Z]+", " ")
        return pc.match_substring_regex(plain, self._communal)

    def _address_label(self) -> str:
        numbered = self._source.has(Meaning.HOUSE_NUMBER, self._party)
        means = Meaning.HOUSE_NUMBER if numbered else Meaning.ADDRESS
        return self._source.label(means, self._party)


def _house(text: str, reader: AddressReader) -> tuple[str | None, str | None, str | None]:
    number, *lines = text.split(_MARK)
    return reader.house_and_street(number, lines)


def _compact(column: pa.Array) -> pa.Array:
    """Other identifiers in upper case without spaces and punctuation; empty is missing."""
    plain = pc.replace_substring_regex(pc.utf8_upper(column), r"[\s\-/.]+", "")
    return pc.if_else(pc.equal(plain, ""), None, plain)


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
