"""Match plans: what is compared, with which weights, how candidates are found, where bands lie.

A plan is declared in `resources/plans/*.toml`; the words it may use are the closed vocabularies
below. A new plan is a file, a new word is code in `app.matching`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from app.base.digests import digest
from app.model.runs import Band

LEVELS: dict[str, tuple[str, ...]] = {
    "birth_date": (
        "exact",
        "day-month-swapped",
        "one-part-differs",
        "first-january",
        "partly-known",
        "year-differs",
        "near",
        "differs",
        "far",
    ),
    "forename": (
        "exact",
        "nickname",
        "close",
        "alias",
        "initial",
        "middle-used",
        "names-swapped",
        "similar",
        "differs",
    ),
    "surname": ("exact", "former", "half", "close", "names-swapped", "similar", "differs"),
    "middle": ("exact", "initial", "differs", "used-as-forename"),
    "sex": ("exact", "differs"),
    "place": (
        "same-uprn",
        "same-address",
        "same-street",
        "same-postcode-house-unknown",
        "same-postcode",
        "same-street-name",
        "same-sector",
        "same-district",
        "same-area",
        "differs",
        "differs-communal",
    ),
    "nino": ("exact", "close", "differs"),
    "nhs_number": ("exact", "differs"),
    "phone": ("exact", "differs"),
    "email": ("exact", "close", "differs"),
    "account": ("exact", "differs"),
    "other_id": ("exact", "close", "differs"),
}
"""Fields that can be compared, and the levels of each, best first. Level 0 of every field is
`missing` (0 bits); level k stands at position k - 1 here."""

MISSING = "missing"

UNWEIGHTED = frozenset(
    {("middle", "used-as-forename"), ("surname", "names-swapped"), ("place", "differs-communal")}
)
"""Levels that carry 0 bits: their weight stands in another field, or they say nothing."""

KEYS: frozenset[str] = frozenset(
    [
        "forename",
        "canonical",
        "middle",
        "surname",
        "surname_a",
        "surname_b",
        "birth_surname",
        "alias_surname",
        "alias_forename",
        "sex",
        "birth_date",
        "birth_year",
        "month_day",
        "name_initials",
        "postcode",
        "sector",
        "district",
        "house",
        "street",
        "uprn",
        "nino",
        "nhs_number",
        "phone",
        "email",
        "account",
        "other_id",
        "death_date",
    ]
)
"""Integer columns that a blocking rule may join on."""

MOST_RULES = 63
"""Blocking rules that a plan may have."""

ADJUSTMENTS = (
    "household-surname",
    "household-contact",
    "possible-twin",
    "possible-father-and-son",
    "chance-namesake",
    "namesake-at-address",
    "initial-only",
    "name-only",
    "elsewhere",
    "contradicted",
    "nameless",
    "middle-unmatched",
    "other-sex-name",
    "other-surname",
    "undated",
    "other-forename",
    "forename-unknown",
    "number-contradicts",
    "shared-partner",
)
"""Named corrections for what independent weights cannot know, in the order they are shown.

household-surname: same dwelling, so the surname counts at most `bits`;
household-contact: same dwelling and another forename, so phone, e-mail and account together
count at most `bits`;
possible-twin: same birth date and surname or dwelling, unrelated forename and not one middle name:
adds `bits`;
possible-father-and-son: same dwelling and forename, birth dates far apart: adds `bits`;
chance-namesake: forename and birth date agree, and neither dwelling nor postcode does: adds `bits`,
because forenames go with years of birth, and the names of one community with each other;
namesake-at-address: birth date unknown and another left record of that name lives there;
initial-only: forename only an initial, birth date unknown, and not told apart by sex from a widow
under her husband's initials, or shared by another of that surname at the dwelling;
name-only: neither birth date, place nor an identifier agrees, and the name is not rare (`rare`:
expected other records of that full name on the left; `middle`: the middle name must agree too and
makes it rarer) or the address lies in another postal area;
elsewhere: name and birth date agree, the address lies in another postal area or is unknown, and
neither middle name nor identifier agrees;
contradicted: birth dates differ by more than a slip, no identifier agrees, and the address does
not either or the forename only if one name is taken for another; or they lie ten
years apart or more at one dwelling and no personal number agrees: a father and a son;
nameless: neither forename nor surname could be compared;
middle-unmatched: birth date unknown, and the middle names differ, or one record has one and the
other, of a table that gives names in full, has none (the first name of somebody known by the
middle one may be missing on a list, but not in a register);
other-sex-name: no personal number agrees, and the forenames differ by the ending of one sex, as
Paul and Paula do, with sexes that are not known to agree, or the sexes differ and the forename is
not the same or the birth date unknown;
other-surname: birth date unknown, and two different surnames;
undated: birth date unknown, and the middle name does not agree either;
other-forename: two forenames that have nothing in common, and no personal number agrees;
forename-unknown: a forename missing, and no personal number agrees;
number-contradicts: both records have a National Insurance or an NHS number, and not the same.
These cap the total: at even odds where `cap` is `possible`, just below certain where it is
`probable` (what candidates compete with is then the total without that cap: two of them held at
one mark are not therefore alike).
shared-partner: within one table, both records match a third (p and q), so their own probability is
at least p + q - 1; `bits` is the least total at which this may lift a pair.
"""


@dataclass(frozen=True)
class Level:
    """One level of agreement; `m` is its probability among true pairs.

    `provenance` is `estimated` (from labelled or generated data), `judged`, or `trained`.
    """

    code: str
    m: float
    provenance: str


@dataclass(frozen=True)
class Comparison:
    """One compared field and all its levels in the order of `LEVELS`."""

    field: str
    levels: tuple[Level, ...]

    def m(self, code: str) -> float:
        """The m-probability of a level."""
        return next(level.m for level in self.levels if level.code == code)


@dataclass(frozen=True)
class BlockRule:
    """Candidates are pairs equal on all keys (`left[k]` = `right[k]`).

    `cap`: pairs per record of both tables that the rule may yield; beyond it the most frequent
    values are left out and listed. `hub`: pairs that one value may make.
    """

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    cap: float
    hub: int


@dataclass(frozen=True)
class Adjustment:
    """One named correction in use (see `ADJUSTMENTS`)."""

    code: str
    provenance: str
    because: str
    bits: float = 0.0
    cap: Band | None = None
    rare: float = 0.0
    middle: bool = False


@dataclass(frozen=True)
class Prior:
    """Share of right records expected to have a partner, and how many records that is worth.

    The share is re-estimated from the data (m and u held fixed); `strength` steadies it.
    """

    share: float
    strength: float


@dataclass(frozen=True)
class Thresholds:
    """Lowest probability of each band; below `possible` is unlikely."""

    certain: float
    probable: float
    possible: float


@dataclass(frozen=True)
class MatchPlan:
    """A declared way of matching. `digest` is of its canonical form.

    `one_to_one`: a record has at most one partner *person*; records of one side that look like
    the same person do not compete, unless `left_unique` / `right_unique` say that the side holds
    nobody twice. `keep`: lowest probability of a stored pair. `pair_ceiling`: refuse beyond.
    """

    id: str
    title: str
    version: int
    source: str
    left: str
    right: str
    one_to_one: bool
    left_unique: bool
    right_unique: bool
    prior: Prior
    thresholds: Thresholds
    keep: float
    minimum_tf: float
    pair_ceiling: int
    comparisons: tuple[Comparison, ...]
    rules: tuple[BlockRule, ...]
    adjustments: tuple[Adjustment, ...]
    digest: str = ""

    def comparison(self, field: str) -> Comparison | None:
        """The comparison of a field, None where the plan does not compare it."""
        return next((c for c in self.comparisons if c.field == field), None)

    def m(self, field: str, code: str) -> float:
        """The m-probability of a level; KeyError where the plan does not compare the field."""
        comparison = self.comparison(field)
        if comparison is None:
            raise KeyError(field)
        return comparison.m(code)

    def adjustment(self, code: str) -> Adjustment | None:
        """A named adjustment, None where the plan does not use it."""
        return next((a for a in self.adjustments if a.code == code), None)

    def sealed(self) -> MatchPlan:
        """The plan with the digest of its present values."""
        bare = dataclasses.replace(self, digest="")
        return dataclasses.replace(self, digest=digest(dataclasses.asdict(bare)))

    @property
    def against_register(self) -> bool:
        """Whether the right side is a register, which gives every name, and not another list."""
        return self.right != self.left

    @property
    def fields(self) -> tuple[str, ...]:
        """Compared fields in order."""
        return tuple(comparison.field for comparison in self.comparisons)
