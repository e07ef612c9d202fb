"""Households and the people in them: ages, sexes, origins, who belongs to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.exampleshire.dice import Dice, Flags, Ints
from app.exampleshire.names import FEMALE, MALE, NONE
from app.model.exampleshire import ExampleshireProfile, HouseholdKind

HEAD, PARTNER, CHILD, ELDER, SHARER = range(5)
YEAR = 365.2425
_EPOCH = date(1970, 1, 1)
_OLDEST = 104 * 365


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def year_of(days: Ints) -> Ints:
    """Calendar year of day numbers."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.asarray(years, dtype=np.int64)


def january_first(years: Ints) -> Ints:
    """Day number of 1 January of each year."""
    return (years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True)
class Households:
    """One entry a household: its kind, community, first member and member counts."""

    kind: Ints
    community: Ints
    first: Ints
    partner: Flags
    children: Ints
    elders: Ints


@dataclass(frozen=True)
class Population:
    """One entry a person, households one after the other.

    `ordinal` is the place within the household, `nth` the place among those of the same role;
    `spouse` the position of the husband, wife or partner (NONE: without); `birth` a day number.
    """

    households: Households
    household: Ints
    role: Ints
    nth: Ints
    sex: Ints
    birth: Ints
    community: Ints
    spouse: Ints

    def __len__(self) -> int:
        return len(self.household)

    def head(self) -> Ints:
        """Position of the first member of each person's household."""
        return self.households.first[self.household]


def settle(dice: Dice, profile: ExampleshireProfile, people: int) -> Population:
    """Exactly `people` people in households; the last household may be cut short."""
    kinds = profile.households
    households, sizes = _households(dice.child("households"), profile, people)
    household = np.repeat(np.arange(len(sizes)), sizes)[:people]
    ordinal = np.arange(people) - households.first[household]
    role, nth = _roles(households, household, ordinal)
    partnered = np.append(role[1:] == PARTNER, False)
    spouse = np.full(people, NONE, dtype=np.int64)
    heads = np.flatnonzero(partnered)
    spouse[heads], spouse[heads + 1] = heads + 1, heads
    elders = np.flatnonzero((role == ELDER) & (nth == 1))
    spouse[elders], spouse[elders - 1] = elders - 1, elders
    bare = Population(
        households, household, role, nth, np.zeros_like(role), np.zeros_like(role),
        households.community[household], spouse,
    )  # fmt: skip
    community = _communities(dice.child("communities"), profile, bare)
    sex = _sexes(dice.child("sexes"), profile, bare)
    age = _ages(dice.child("ages"), kinds, bare, sex)
    birth = day_number(profile.extracts_as_at) - age
    birth = _twins(dice.child("twins"), profile, bare, birth)
    birth = first_januaries(dice.child("januaries"), profile, community, birth)
    return Population(households, household, role, nth, sex, birth, community, spouse)


def first_januaries(dice: Dice, profile: ExampleshireProfile, community: Ints, birth: Ints) -> Ints:
    """Births of which only the year was known when papers were made are on 1 January."""
    rate = np.array([c.january for c in profile.communities], dtype=np.int64)
    old_enough = year_of(birth) < 2000
    hit = dice.chance(rate[community], len(birth)) & old_enough
    return np.where(hit, january_first(year_of(birth)), birth)


def _households(dice: Dice, profile: ExampleshireProfile, people: int) -> tuple[Households, Ints]:
    kinds = profile.households
    count = people
    kind = dice.pick([k.share for k in kinds], count)
    community = dice.pick([c.share for c in profile.communities], count)

    def drawn(spans: list[tuple[int, int]]) -> Ints:
        low = np.array([low for low, _ in spans], dtype=np.int64)[kind]
        high = np.array([high for _, high in spans], dtype=np.int64)[kind]
        return dice.between(low, high, count)

    children = drawn([k.children for k in kinds])
    elders = drawn([k.elders for k in kinds])
    sharers = drawn([k.sharers for k in kinds])
    partner = np.array([k.partner for k in kinds], dtype=bool)[kind]
    sizes = 1 + partner + children + elders + sharers
    ends = np.cumsum(sizes)
    used = int(np.searchsorted(ends, people)) + 1
    first = (ends - sizes)[:used]
    made = Households(
        kind[:used], community[:used], first, partner[:used], children[:used], elders[:used]
    )
    return made, sizes[:used]


def _roles(households: Households, household: Ints, ordinal: Ints) -> tuple[Ints, Ints]:
    """Role of each person, and the place among those of the same role in the household."""
    partner = households.partner[household].astype(np.int64)
    children, elders = households.children[household], households.elders[household]
    after = ordinal - 1 - partner
    role = np.full(len(ordinal), SHARER, dtype=np.int64)
    role[after < children + elders] = ELDER
    role[after < children] = CHILD
    role[after < 0] = PARTNER
    role[ordinal == 0] = HEAD
    nth = np.select(
        [role == CHILD, role == ELDER, role == SHARER],
        [after, after - children, after - children - elders],
        0,
    )
    return role, nth


def _communities(dice: Dice, profile: ExampleshireProfile, bare: Population) -> Ints:
    """The household's community; sharers come from anywhere."""
    own = dice.pick([c.share for c in profile.communities], len(bare))
    return np.where(bare.role == SHARER, own, bare.community)


def _sexes(dice: Dice, profile: ExampleshireProfile, bare: Population) -> Ints:
    women = np.array([k.women for k in profile.households], dtype=np.int64)
    share = np.where(bare.role == HEAD, women[bare.households.kind[bare.household]], 500)
    share = np.where(bare.role == ELDER, 650, share)
    sex = np.where(dice.chance(share, len(bare)), FEMALE, MALE)
    second = np.flatnonzero((bare.spouse != NONE) & (bare.spouse < np.arange(len(bare))))
    same = dice.chance(profile.families.same_sex, len(second))
    sex[second] = np.where(same, sex[bare.spouse[second]], 3 - sex[bare.spouse[second]])
    return sex


def _ages(dice: Dice, kinds: tuple[HouseholdKind, ...], bare: Population, sex: Ints) -> Ints:
    """Ages in days at the date of the extracts."""
    count, head = len(bare), bare.head()
    kind = bare.households.kind[bare.household]
    low = np.array([k.head[0] for k in kinds], dtype=np.int64)[kind] * 365
    high = np.array([k.head[1] for k in kinds], dtype=np.int64)[kind] * 365
    drawn = dice.uniform(count)
    drawn = np.where(np.array([k.old for k in kinds])[kind], drawn * drawn, drawn)
    age = low + np.floor((high - low) * drawn).astype(np.int64)
    husband_older = np.where(sex == MALE, 1, -1) * 2 * 365
    partner = age[head] + husband_older + dice.between(-5 * 365, 5 * 365, count)
    age = np.where(bare.role == PARTNER, np.maximum(partner, 19 * 365), age)
    age = np.where(bare.role == CHILD, _child_ages(dice, kinds, bare, age, sex), age)
    elder = age[head] + dice.between(21 * 365, 34 * 365, count)
    age = np.where(bare.role == ELDER, np.minimum(elder, _OLDEST), age)
    second = np.flatnonzero((bare.role == ELDER) & (bare.nth == 1))
    age[second] = age[second - 1] + dice.between(-3 * 365, 3 * 365, len(second))
    return age


def _child_ages(
    dice: Dice, kinds: tuple[HouseholdKind, ...], bare: Population, age: Ints, sex: Ints
) -> Ints:
    """Each child some time after the one before, the first one when its mother was grown."""
    count, head = len(bare), bare.head()
    kind = bare.households.kind[bare.household]
    mother = np.where((sex[head] == MALE) & (bare.spouse[head] != NONE), bare.spouse[head], head)
    low = np.array([k.child_ages[0] for k in kinds], dtype=np.int64)[kind] * 365
    high = np.array([k.child_ages[1] for k in kinds], dtype=np.int64)[kind] * 365
    oldest = np.clip(age[mother] - 18 * 365, low, high)
    homes = len(bare.households.first)
    drawn, gap = dice.uniform(homes), dice.between(500, 1500, homes)
    first = low + np.floor((oldest - low) * drawn[bare.household]).astype(np.int64)
    age_of_child = first - bare.nth * gap[bare.household] - dice.below(90, count)
    youngest: Ints = low + 20 + (3 - bare.nth) * 310
    return np.maximum(age_of_child, youngest)


def _twins(dice: Dice, profile: ExampleshireProfile, bare: Population, birth: Ints) -> Ints:
    """Some second children are born with the first."""
    second = np.flatnonzero((bare.role == CHILD) & (bare.nth == 1))
    pairs = second[dice.chance(profile.families.twins, len(second))]
    birth = birth.copy()
    birth[pairs] = birth[pairs - 1]
    return birth
