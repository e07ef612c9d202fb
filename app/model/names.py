"""The declared rules for reading people: names, addresses, identifiers, dates, headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class AddressRules:
    """Words of addresses, folded; `streets` writes out short forms of street types."""

    communal: tuple[str, ...]
    placeholders: frozenset[str]
    care_of: tuple[str, ...]
    flats: tuple[str, ...]
    streets: Mapping[str, str]
    postcode_placeholders: frozenset[str]


@dataclass(frozen=True)
class IdentifierRules:
    """Numbers that stand for nobody, and codes of sex (1 male, 2 female, None unknown).

    `phone_ending`: equal or counting digits at a number's end from which it is nobody's.
    """

    nino_administrative: frozenset[str]
    nino_placeholders: frozenset[str]
    nino_placeholder_digits: frozenset[str]
    nhs_placeholders: frozenset[str]
    uprn_placeholders: frozenset[str]
    phone_placeholders: frozenset[str]
    phone_ending: int
    email_placeholders: frozenset[str]
    email_local_parts: frozenset[str]
    sex: Mapping[str, int | None]


@dataclass(frozen=True)
class DateRules:
    """Explicit strptime formats in the order they are tried, and dates that mean unknown.

    `unknown_numbers` are what is typed for unknown where day numbers stand.

    `day_zero` is what a spreadsheet's day numbers count from. `in_workbook` tells that the cells
    come from a workbook, where a bare number among dates is a day number.
    """

    formats: tuple[str, ...]
    earliest_year: int
    placeholders: frozenset[date]
    unknown_numbers: frozenset[int] = frozenset()
    day_zero: date = date(1899, 12, 30)
    in_workbook: bool = False


@dataclass(frozen=True)
class HeaderRules:
    """Words of column names in lower case: of no weight, of a row's second person, of others.

    `own_around` are what a name or an address of the record's own person may lie in.
    """

    noise: frozenset[str]
    second_party: frozenset[str]
    somebody_else: frozenset[str]
    own_around: frozenset[str]


@dataclass(frozen=True)
class NameRules:
    """How names are read. All words are folded: upper case, no accents, apostrophes or stops.

    `roots` leads from a nickname or spelling variant to the one name it counts as; a root is
    never itself a key. `forenames` are all given names known to the tables.
    """

    cut_at: frozenset[int]
    titles: frozenset[str]
    titles_also_names: frozenset[str]
    suffixes: frozenset[str]
    placeholders: frozenset[str]
    given_placeholders: frozenset[str]
    executors_before: tuple[str, ...]
    executors_after: tuple[str, ...]
    joint_words: frozenset[str]
    joint_marks: frozenset[str]
    most_people: int
    alias_markers: tuple[str, ...]
    birth_markers: tuple[str, ...]
    organisations: frozenset[str]
    particles: frozenset[str]
    patronymics: frozenset[str]
    mac: frozenset[str]
    o: frozenset[str]
    mac_exceptions: frozenset[str]
    mac_exception_stems: tuple[str, ...]
    roots: Mapping[str, str] = field(repr=False)
    forenames: frozenset[str] = field(repr=False)
    addresses: AddressRules
    identifiers: IdentifierRules
    dates: DateRules
    headers: HeaderRules

    @cached_property
    def telling(self) -> frozenset[str]:
        """Every single word that some rule looks for: plain words beside these need no rules."""
        phrases = (
            *self.placeholders,
            *self.given_placeholders,
            *self.executors_before,
            *self.executors_after,
            *self.alias_markers,
            *self.birth_markers,
        )
        words = {word for phrase in phrases for word in phrase.split()}
        sets = (self.titles, self.titles_also_names, self.suffixes, self.particles, self.mac)
        return frozenset(words.union(*sets, self.o, self.joint_words))

    @cached_property
    def executor_words(self) -> frozenset[str]:
        """Every word of the phrases that tell of executors or of a death."""
        phrases = (*self.executors_before, *self.executors_after)
        return frozenset(word for phrase in phrases for word in phrase.split())

    @cached_property
    def executor_alone(self) -> frozenset[str]:
        """Single words that tell of executors or of a death, and are nobody's name."""
        phrases = (*self.executors_before, *self.executors_after)
        return frozenset(phrase for phrase in phrases if " " not in phrase) - self.forenames

    def root(self, forename: str) -> str:
        """The name a folded forename counts as: William for Bill, itself when unknown."""
        return self.roots.get(forename, forename)
