"""A kind, a confirmed mapping and rows of text become RECORDS and rejected rows with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.model.kinds import Kind, Mapping
from app.model.loads import Rejection, Rows
from app.model.meanings import Meaning
from app.model.names import NameRules
from app.model.notes import Note
from app.model.records import RECORDS
from app.standardise.cells import Batch, Cells, Source
from app.standardise.columns import Tally
from app.standardise.datecells import EPOCH
from app.standardise.fields import Household, Personal
from app.standardise.fullnames import Person
from app.standardise.persons import Extra, NameCells, NameReader, at_most, without_named
from app.standardise.required import rejected_rows

_LETTERS_OF_SEX = {1: "M", 2: "F"}


class Standardiser:
    """Turns batches of one file into RECORDS; what it noticed on the way is in `notes`.

    Rows keep their order and give one record, or one for each person they name (`part` 1, 2 ...).
    The first rows that hold dates settle the order of day and month of their column.
    """

    def __init__(
        self,
        kind: Kind,
        mapping: Mapping,
        columns: Sequence[str],
        rules: NameRules,
        today: date,
    ) -> None:
        """Raises Refused("mapping-column-unknown") where the file lacks a mapped column."""
        self._source = Source(kind, mapping, tuple(columns))
        self._tally = Tally()
        self._most_people = rules.most_people
        self._names = NameReader(rules, self._tally)
        self._personal = {
            party: Personal(self._source, party, rules, today, self._tally)
            for party in self._source.parties
        }
        self._households = {
            party: Household(self._source, rules, self._tally, party)
            for party in self._source.parties
            if party == 1 or any(self._source.has(means, party) for means in Household.PLACE)
        }

    def batch(self, rows: Rows) -> tuple[pa.Table, list[Rejection]]:
        """A RECORDS table of the rows that can be loaded, and the others with their reasons."""
        if not rows.numbers:
            return RECORDS.empty_table(), []
        return self.columns(Batch.of(rows))

    def columns(self, batch: Batch) -> tuple[pa.Table, list[Rejection]]:
        """`batch` for rows that stand as whole columns of text."""
        cells = self._source.cells(batch)
        self._tally.begin(batch.numbers)
        homes = {party: reader.columns(cells) for party, reader in self._households.items()}
        own = {party: reader.columns(cells) for party, reader in self._personal.items()}
        given, family, extras = self._names.lead(self._name_cells(cells, 1))
        labels = self._source.name_labels(1)
        lead = homes[1] | own[1] | self._named(cells, 1, given, family)
        lead["row"] = pa.array(np.asarray(batch.numbers, dtype=np.int32))
        lead["part"] = pa.array(np.ones(len(batch.numbers), dtype=np.int8))
        nameless = pc.and_(pc.is_null(lead["forename"]), pc.is_null(lead["surname"]))
        self._tally.add_where("row-without-name", labels[1], nameless)
        table = pa.table(lead).select(RECORDS.names).cast(RECORDS)
        rejections = rejected_rows(self._source, cells, batch, lead)
        other_home = _other_home(lead, homes[2]) if 2 in homes else {}
        own_second = own[2] | other_home if 2 in own else None
        further = self._further(cells, lead, own_second, extras)
        if further is not None:
            table = pa.concat_tables([table, further]).combine_chunks()
            table = table.take(
                pc.sort_indices(table, [("row", "ascending"), ("part", "ascending")])
            )
        if rejections:
            refused = pa.array([rejection.row for rejection in rejections], pa.int32())
            table = table.filter(pc.invert(pc.is_in(table["row"], refused)))
        return table.combine_chunks(), rejections

    def notes(self) -> tuple[Note, ...]:
        """What was noticed so far: how often and in which column."""
        return self._tally.notes()

    def _name_cells(self, cells: Cells, party: int) -> NameCells:
        given = cells.joined((Meaning.GIVEN_NAMES, Meaning.MIDDLE_NAMES), party)
        return NameCells(
            given=given,
            surname=cells.joined((Meaning.SURNAME,), party),
            full=cells.joined((Meaning.FULL_NAME,), party),
            columns=self._source.name_labels(party),
        )

    def _named(
        self, cells: Cells, party: int, given: pa.Array, family: pa.Array
    ) -> dict[str, pa.Array]:
        """Name columns with aliases and birth surname, those of their own columns first."""
        table = self._names.name_columns(given, family, self._source.name_labels(party)[:2])
        forename, alias = self._names.key_columns(
            cells.joined((Meaning.ALIAS_GIVEN_NAMES,), party),
            cells.joined((Meaning.ALIAS_SURNAME,), party),
        )
        _, birth = self._names.key_columns(
            cells.nothing(), cells.joined((Meaning.BIRTH_SURNAME,), party)
        )
        table["alias_forename"] = pc.coalesce(forename, table["alias_forename"])
        table["alias_surname"] = pc.coalesce(alias, table["alias_surname"])
        table["birth_surname"] = pc.coalesce(birth, table["birth_surname"])
        return table

    def _further(
        self,
        cells: Cells,
        lead: dict[str, pa.Array],
        own: dict[str, pa.Array] | None,
        extras: list[Extra],
    ) -> pa.Table | None:
        """Records of the second party's columns, then of persons found in joint names."""
        tables = []
        second: dict[int, Person] = {}
        if own is not None:
            given, family, _ = self._names.lead(self._name_cells(cells, 2))
            places = [
                n
                for n, (one, two) in enumerate(
                    zip(given.to_pylist(), family.to_pylist(), strict=True)
                )
                if one.strip() or two.strip()
            ]
            at = pa.array(places, pa.int64())
            one, two = given.take(at), family.take(at)
            second = {
                n: Person(g, s)
                for n, g, s in zip(places, one.to_pylist(), two.to_pylist(), strict=True)
            }
            personal = own | self._named(cells, 2, given, family)
            mine = {name: column.take(at) for name, column in personal.items()}
            tables.append(self._household_table(lead, places, [2] * len(places), mine))
        extras, left_out = at_most(without_named(extras, second), self._most_people)
        label = self._source.name_labels(1)[0]
        self._tally.add_at("name-crowded", label, [extra.place for extra in left_out])
        if extras:
            places = [extra.place for extra in extras]
            self._tally.begin(lead["row"].take(pa.array(places, pa.int64())).to_pylist())
            given = pa.array([extra.person.given for extra in extras], pa.string())
            family = pa.array([extra.person.surname for extra in extras], pa.string())
            mine = self._names.name_columns(given, family, self._source.name_labels(1)[:2])
            parts = _part_numbers(places, second)
            tables.append(self._household_table(lead, places, parts, mine))
        return pa.concat_tables(tables) if tables else None

    def _household_table(
        self,
        lead: dict[str, pa.Array],
        places: list[int],
        parts: list[int],
        mine: dict[str, pa.Array],
    ) -> pa.Table:
        """Further persons: what belongs to the household is the lead person's, the rest theirs."""
        at = pa.array(places, pa.int64())
        table = {name: lead[name].take(at) for name in ("row", *Household.COLUMNS)}
        table["part"] = pa.array(parts, pa.int8())
        table |= mine
        for field in RECORDS:
            table.setdefault(field.name, pa.nulls(len(places), field.type))
        return pa.table(table).select(RECORDS.names).cast(RECORDS)


def _other_home(lead: dict[str, pa.Array], other: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """The second party's address where it has one of its own, the row's elsewhere."""
    columns = [name for name in Household.COLUMNS if name != "reference"]
    told = pc.is_valid(other["postcode"])
    for name in ("house", "street", "uprn"):
        told = pc.or_(told, pc.is_valid(other[name]))
    return {name: pc.if_else(told, other[name], lead[name]) for name in columns}


def _part_numbers(places: list[int], second: dict[int, Person]) -> list[int]:
    counted: dict[int, int] = {}
    parts = []
    for place in places:
        counted[place] = counted.get(place, 2 if place in second else 1) + 1
        parts.append(counted[place])
    return parts


def describe(record: dict[str, Any]) -> dict[str, str]:
    """The human text of a RECORDS row's columns; what is missing is left out.

    Dates are ISO 8601 (a partial birth date as far as it is known), sex is M or F, an NHS number
    is printed 3-3-4, a postcode with its space, a telephone number with its leading 0.
    """
    text = {
        name: str(value)
        for name, value in record.items()
        if value is not None and name not in ("row", "part", "sex", "communal")
    }
    for name in ("birth_date", "death_date"):
        if record.get(name) is not None:
            text[name] = (EPOCH + timedelta(days=record[name])).isoformat()
    if record.get("birth_date") is None and (partial := _partial(record)):
        text["birth_date"] = partial
    if record.get("sex") in _LETTERS_OF_SEX:
        text["sex"] = _LETTERS_OF_SEX[record["sex"]]
    if record.get("communal"):
        text["communal"] = "yes"
    return text | _printed(text)


def _partial(record: dict[str, Any]) -> str:
    year, month, day = (record.get(f"birth_{part}") for part in ("year", "month", "day"))
    if year is None and month is None and day is None:
        return ""
    known = [f"{year:04d}" if year else "????"]
    if month or day:
        known.append(f"{month:02d}" if month else "??")
    if day:
        known.append(f"{day:02d}")
    return "-".join(known)


def _printed(text: dict[str, str]) -> dict[str, str]:
    printed = {}
    if number := text.get("nhs_number"):
        number = number.rjust(10, "0")
        printed["nhs_number"] = f"{number[:3]} {number[3:6]} {number[6:]}"
    code = text.get("postcode", "")
    if 5 <= len(code) <= 7 and not code.isdigit():
        printed["postcode"] = f"{code[:-3]} {code[-3:]}"
    if (number := text.get("phone")) and len(number) <= 10:
        printed["phone"] = f"0{number}"
    if (number := text.get("account")) and len(number) == 14:
        printed["account"] = f"{number[:2]}-{number[2:4]}-{number[4:6]} {number[6:]}"
    return printed
