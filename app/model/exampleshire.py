"""The sample council as declared: people, places, habits, errors, files; and what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.model.writing import TextForm, XmlForm

THOUSAND = 1000
"""Shares and rates of the profile are whole numbers per thousand."""


@dataclass(frozen=True)
class Community:
    """People of one origin: share of households, and how they name themselves (per thousand)."""

    id: str
    share: int
    other: int
    surname_rule: str
    tail: int
    tail_of: str
    middle: int
    bears: int = 0
    own: int = 0
    women: tuple[str, ...] = ()
    january: int = 0
    twice: int = 0
    hyphen: int = 0


@dataclass(frozen=True)
class HouseholdKind:
    """A kind of household: pairs are (from, to), ages in years, counts of people."""

    id: str
    share: int
    head: tuple[int, int]
    old: bool = False
    women: int = 500
    partner: bool = False
    children: tuple[int, int] = (0, 0)
    child_ages: tuple[int, int] = (0, 0)
    elders: tuple[int, int] = (0, 0)
    sharers: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Families:
    """Habits of families, per thousand."""

    twins: int
    takes_name: int
    takes_name_later: int
    same_sex: int
    divorced_name: int
    ska: int


@dataclass(frozen=True)
class Homes:
    """Dwellings: kinds per thousand; dwellings to a postcode and a street; residents to a home."""

    flats: int
    named: int
    lettered: int
    ranges: int
    to_postcode: int
    to_street: int
    empty: int
    residents_to_care_home: int


@dataclass(frozen=True)
class Mortality:
    """Gompertz mortality, and how registrations of deaths are made up (per thousand)."""

    risk: float
    slope: float
    ceiling: float
    death_ages_from: int
    local_share: int
    national_share: int
    registered_within_days: int
    late: int
    late_within_days: int
    inquest: int
    national_within_days: int
    alias: int
    maiden_given: int
    s19aa_share: int
    licensed_share: int
    amended: int
    withdrawn: int


@dataclass(frozen=True)
class Moves:
    """Who moved in the last two years, per thousand."""

    household: int
    care_75: int
    care_85: int
    in_with_others: int
    outside: int


@dataclass(frozen=True)
class Lag:
    """Of those who moved, how many each system shows at the old place, per thousand."""

    council_tax: int
    electoral_register: int
    blue_badges: int
    concessionary_passes: int
    pensions_payroll: int
    housing_tenancies: int
    people: int
    stays_listed: int


@dataclass(frozen=True)
class SlipShares:
    """How many slips each system makes, per thousand of the declared rates."""

    council_tax: int
    electoral_register: int
    blue_badges: int
    concessionary_passes: int
    pensions_payroll: int
    housing_tenancies: int
    people: int


@dataclass(frozen=True)
class Systems:
    """Whom each system knows and what its export damages, per thousand."""

    register_adults: int
    attainers: int
    badges: int
    passes: int
    pensions: int
    social_homes: int
    tenancies_cap: int
    joint_accounts: int
    joint_initials: int
    occupier: int
    executors: int
    uprn_council_tax: int
    uprn_tenancies: int
    uprn_people: int
    nino_badges: int
    nino_passes: int
    nino_pensions: int
    nino_tenancies: int
    nino_people: int
    smart_quotes: int
    excel_reference: int
    excel_uprn: int
    excel_text_date: int
    excel_phone: int
    newline_addresses: int
    placeholder_names: int
    placeholder_births: int
    renewed_after_death: int


@dataclass(frozen=True)
class Accounts:
    """Council tax accounts, per thousand of those each can happen to; bands of all accounts."""

    discount: int
    discount_wrong: int
    vacated: int
    vacated_within_days: int
    band_a: int
    band_b: int
    band_c: int
    band_d: int
    band_e: int
    band_f: int
    band_g: int
    band_h: int

    def bands(self) -> tuple[int, ...]:
        """Weights of the bands from A to H."""
        return (
            self.band_a, self.band_b, self.band_c, self.band_d,
            self.band_e, self.band_f, self.band_g, self.band_h,
        )  # fmt: skip


@dataclass(frozen=True)
class FalseFriends:
    """People from elsewhere who resemble a resident: how many, and of which kind."""

    for_each_death: int
    namesake_parent: int
    parent: int
    spouse: int
    sibling: int
    twin: int
    namesake_elsewhere: int


@dataclass(frozen=True)
class Errors:
    """Errors between a registration and an extract, per thousand true pairs."""

    in_extract: int
    habits_in_extract: int
    care_home: int
    moved: int
    birth_missing: int
    birth_digit: int
    birth_first_of_january: int
    birth_next_day: int
    birth_swapped: int
    birth_year_only: int
    surname_typo: int
    nickname: int
    forename_typo: int
    initial: int
    middle_used: int
    postcode_missing: int
    postcode_typo: int
    maiden: int
    sex: int
    names_swapped: int
    hyphen: int
    apostrophe: int


@dataclass(frozen=True)
class Places:
    """Invented places, in capitals; postcode areas are of letters nobody is allocated."""

    county: str
    local_area: str
    other_areas: tuple[str, ...]
    town_names: tuple[str, ...]
    other_town_names: tuple[str, ...]
    localities: tuple[str, ...]
    streets: tuple[str, ...]
    street_kinds: tuple[str, ...]
    blocks: tuple[str, ...]
    block_kinds: tuple[str, ...]
    house_names: tuple[str, ...]
    care_homes: tuple[str, ...]
    care_home_kinds: tuple[str, ...]
    birthplaces_abroad: tuple[str, ...]


@dataclass(frozen=True)
class ComposedNames:
    """Parts of rare surnames: every `first` before every `last`."""

    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True)
class NameLists:
    """Surnames with weights by community, forenames in rank order by (community, sex, cohort).

    Places of fewer people than `composed_whole_from` have a smaller share of composed names.
    A cohort is the first birth year it holds for; sex is 1 (male) or 2 (female).
    """

    surnames: Mapping[str, tuple[tuple[str, int], ...]]
    composed: Mapping[str, ComposedNames]
    composed_offset: int
    composed_whole_from: int
    forenames: Mapping[tuple[str, int, int], tuple[str, ...]]
    rank_top: int
    rank_offset: int
    known_as: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FileForm:
    """One file of the sample council: its name, kind, format, columns and reference column."""

    id: str
    name: str
    kind: str
    format: str
    columns: tuple[str, ...]
    reference: str
    text: TextForm = field(default_factory=TextForm)
    widths: tuple[int, ...] = ()
    sheet: str = ""
    notes_sheet: str = ""
    notes: tuple[str, ...] = ()
    xml: XmlForm | None = None


@dataclass(frozen=True)
class ExampleshireProfile:
    """Everything that is declared about the sample council."""

    version: int
    extracts_as_at: date
    deaths_as_at: date
    communities: tuple[Community, ...]
    households: tuple[HouseholdKind, ...]
    families: Families
    homes: Homes
    mortality: Mortality
    moves: Moves
    lag: Lag
    slips: SlipShares
    systems: Systems
    accounts: Accounts
    false_friends: FalseFriends
    errors: Errors
    placeholder_surnames: tuple[str, ...]
    placeholder_birth: date
    nino_prefixes: tuple[str, ...]
    uprn_first: int
    places: Places
    names: NameLists
    files: tuple[FileForm, ...]

    def form(self, file: str) -> FileForm:
        """The form of a file by its id."""
        return next(form for form in self.files if form.id == file)


@dataclass(frozen=True)
class SampleFile:
    """One file written: its name, its dataset kind (empty for the truth) and its rows."""

    name: str
    kind: str
    rows: int


@dataclass(frozen=True)
class SampleAnswer:
    """A sample council written to a folder."""

    folder: Path
    files: tuple[SampleFile, ...]
    people: int
    deaths: int
    seed: int
    seconds: float
