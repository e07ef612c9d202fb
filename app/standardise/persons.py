"""The persons of a row: its name cells read together, whatever mixture of columns they came in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter

import pyarrow as pa
import pyarrow.compute as pc

from app.model.names import NameRules
from app.standardise.columns import Distinct, Indices, Tally, by_distinct, spread
from app.standardise.fullnames import (
    NameCell,
    Person,
    full_name,
    is_joint,
    is_loose_match,
    joint_parts,
    others,
)
from app.standardise.names import Given, Surname, given_names, surname
from app.standardise.regular import GivenWords, plain_surnames

GIVEN_COLUMNS = ("forename", "canonical", "middle", "initials")
SURNAME_COLUMNS = ("surname", "surname_a", "surname_b", "birth_surname", "alias_surname")


@dataclass(frozen=True)
class NameCells:
    """The name columns of one party as text, one value a row, '' where there is none."""

    given: pa.Array
    surname: pa.Array
    full: pa.Array
    columns: tuple[str, str, str]


@dataclass(frozen=True)
class Extra:
    """A further person of a row: the row's place in the batch and the name as folded text."""

    place: int
    person: Person


class NameReader:
    """Reads name cells of batches; distinct values are read once."""

    def __init__(self, rules: NameRules, tally: Tally) -> None:
        self._rules = rules
        self._tally = tally
        self._plain_given = GivenWords(rules)
        self._plain_surnames = plain_surnames(rules)
        self._given: Distinct[Given] = Distinct(lambda text: given_names(text, rules))
        self._surname: Distinct[Surname] = Distinct(lambda text: surname(text, rules))
        self._cell: Distinct[NameCell] = Distinct(
            lambda text: full_name(text, rules), remember=False
        )
        self._joint: Distinct[bool] = Distinct(lambda text: is_joint(text, rules), remember=False)
        marks = "|".join(re.escape(mark) for mark in sorted(rules.joint_marks))
        alone = sorted({*rules.joint_words, *rules.organisations, *_first_words(rules)})
        self._telling = rf"{marks}|\b(?:{'|'.join(alone)})\b"

    def lead(self, cells: NameCells) -> tuple[pa.Array, pa.Array, list[Extra]]:
        """Given names and surname of each row's first person as text, and the further persons.

        Columns of their own go before a name cell; a name cell still tells of further persons,
        and of the half of the name that has no column or is blank there.
        """
        given, family = cells.given, cells.surname
        whole = pc.and_(pc.not_equal(given, ""), pc.not_equal(family, ""))
        read = pc.and_(
            pc.not_equal(cells.full, ""), pc.or_(pc.invert(whole), self._tells(cells.full))
        )
        extras: list[Extra] = []
        if pc.any(read).as_py():
            given, family, extras = self._with_full(cells, given, family, read)
        self._count_cut(cells)
        return self._with_joint(cells, given, family, extras)

    def name_columns(
        self, given: pa.Array, family: pa.Array, labels: tuple[str, str]
    ) -> dict[str, pa.Array]:
        """The RECORDS columns of given names and surnames."""
        table = self._given_columns(given, labels[0])
        return table | self._surname_columns(family, labels[1])

    def _surname_columns(self, family: pa.Array, label: str | None) -> dict[str, pa.Array]:
        """The columns of surnames: single plain words by whole columns, the rest one by one.

        Remarks are counted under the label, if there is one.
        """
        coded = pc.dictionary_encode(family)
        whole = self._plain_surnames(coded.dictionary)
        odd = pc.is_null(whole)
        places = pc.indices_nonzero(odd)
        slow = self._surname.each(coded.dictionary.take(places))
        fields = ("surname", "first_half", "second_half", "birth", "alias")
        read = zip(*map(attrgetter(*fields), slow), strict=True) if slow else ([],) * len(fields)
        nothing = pa.nulls(len(whole), pa.string())
        table = {}
        for column, texts in zip(SURNAME_COLUMNS, read, strict=True):
            values = whole if column == "surname" else nothing
            told = pc.replace_with_mask(values, odd, pa.array(texts, pa.string()))
            table[column] = told.take(coded.indices)
        if label is not None:
            remarks: list[str | None] = [None] * len(whole)
            for place, last in zip(places.to_pylist(), slow, strict=True):
                remarks[place] = last.remark
            self._tally.add_distinct(remarks, coded.indices.to_numpy(), label)
        return table

    def key_columns(self, given: pa.Array, family: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The first given name and the surname key alone (aliases, birth surnames)."""
        names, at = self._given(given)
        first = spread([name.forename for name in names], at, pa.string())
        return first, self._surname_columns(family, None)["surname"]

    def _given_columns(self, given: pa.Array, label: str) -> dict[str, pa.Array]:
        """The columns of given names: plain words by whole columns, the rest one by one."""
        coded = pc.dictionary_encode(given)
        names = self._plain_given(coded.dictionary)
        odd = pc.invert(names.plain)
        places = pc.indices_nonzero(odd)
        slow = self._given.each(coded.dictionary.take(places))
        table = {}
        for column in (*GIVEN_COLUMNS, "alias"):
            values = getattr(names, column)
            read = pa.array([getattr(name, column) for name in slow], pa.string())
            table[column] = pc.replace_with_mask(values, odd, read).take(coded.indices)
        table["alias_forename"] = table.pop("alias")
        remarks: list[str | None] = [None] * len(coded.dictionary)
        for place, name in zip(places.to_pylist(), slow, strict=True):
            remarks[place] = name.remark
        self._tally.add_distinct(remarks, coded.indices.to_numpy(), label)
        return table

    def _with_full(
        self, cells: NameCells, given: pa.Array, family: pa.Array, read: pa.Array
    ) -> tuple[pa.Array, pa.Array, list[Extra]]:
        """Names with those of the name cells that have to be read."""
        found, at = self._cell(pc.if_else(read, cells.full, ""))
        for number in range(max((len(cell.remarks) for cell in found), default=0)):
            codes = [cell.remarks[number] if len(cell.remarks) > number else None for cell in found]
            self._tally.add_distinct(codes, at, cells.columns[2])
        firsts = [cell.persons[0] if cell.persons else Person() for cell in found]
        read_given = spread([p.given for p in firsts], at, pa.string())
        read_family = spread([p.surname for p in firsts], at, pa.string())
        given = pc.if_else(pc.not_equal(given, ""), given, read_given)
        family = pc.if_else(pc.not_equal(family, ""), family, read_family)
        return given, family, self._further(found, at, given, family)

    def _further(
        self, found: list[NameCell], at: Indices, given: pa.Array, family: pa.Array
    ) -> list[Extra]:
        joint = [place for place, cell in enumerate(at.tolist()) if len(found[cell].persons) > 1]
        if not joint:
            return []
        first, last = given.take(pa.array(joint)), family.take(pa.array(joint))
        return [
            Extra(place, person)
            for place, one, two in zip(joint, first.to_pylist(), last.to_pylist(), strict=True)
            for person in others(found[at[place]], Person(one, two))
        ]

    def _with_joint(
        self, cells: NameCells, given: pa.Array, family: pa.Array, extras: list[Extra]
    ) -> tuple[pa.Array, pa.Array, list[Extra]]:
        """Columns of given names or surnames that hold a couple: `John & Ann` | `Smith`."""
        mask = pc.or_(self._tells(given), self._tells(family))
        if not pc.any(mask).as_py():
            return given, family, extras
        firsts, lasts = given.to_pylist(), family.to_pylist()
        known = {extra.place for extra in extras}
        for place in (n for n, telling in enumerate(mask.to_pylist()) if telling):
            if not (self._joint.one(firsts[place]) or self._joint.one(lasts[place])):
                continue
            one, two = (
                joint_parts(firsts[place], self._rules),
                joint_parts(lasts[place], self._rules),
            )
            persons = [Person(g, s or two[0]) for g, s in zip_longest(one, two, fillvalue="")]
            firsts[place], lasts[place] = persons[0].given, persons[0].surname
            if place not in known:
                self._tally.add_at("name-joint", cells.columns[0], [place])
                extras.extend(Extra(place, person) for person in persons[1:])
        return pa.array(firsts, pa.string()), pa.array(lasts, pa.string()), extras

    def _tells(self, column: pa.Array) -> pa.Array:
        """Where a column may tell of several people, of executors or of an organisation."""
        return by_distinct(
            lambda texts: pc.match_substring_regex(pc.utf8_upper(texts), self._telling), column
        )

    def _count_cut(self, cells: NameCells) -> None:
        """Count names of exactly the width at which old systems cut them."""
        for column, label in zip((cells.given, cells.surname), cells.columns, strict=False):
            full = pc.is_in(pc.utf8_length(column), pa.array(self._rules.cut_at, pa.int32()))
            self._tally.add_where("name-cut", label, full)


def without_named(extras: list[Extra], second: dict[int, Person]) -> list[Extra]:
    """Further persons but those whom columns of the second party name already."""
    return [
        extra
        for extra in extras
        if extra.place not in second or not is_loose_match(second[extra.place], extra.person)
    ]


def at_most(extras: list[Extra], people: int) -> tuple[list[Extra], list[Extra]]:
    """Further persons of each row up to `people` a row in all, and those left out."""
    counted: dict[int, int] = {}
    kept: list[Extra] = []
    left_out: list[Extra] = []
    for extra in extras:
        counted[extra.place] = counted.get(extra.place, 1) + 1
        (kept if counted[extra.place] <= people else left_out).append(extra)
    return kept, left_out


def _first_words(rules: NameRules) -> set[str]:
    before = {phrase.split()[0] for phrase in rules.executors_before} - {"THE"}
    return before | {"THE"} | {phrase.split()[0] for phrase in rules.executors_after} | {"DEC'D"}
