"""Names in families: whose surname a person bears, maiden names, namesakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.exampleshire.dice import Dice, Flags, Ints
from app.exampleshire.names import FEMALE, MALE, NONE, NameBook
from app.exampleshire.people import CHILD, ELDER, HEAD, SHARER, Population, year_of
from app.model.exampleshire import ExampleshireProfile

_ADULT_YEARS = 16
_ROUNDS = 4


@dataclass(frozen=True)
class Named:
    """Codes into the name book, one entry a person; NONE where there is no such name.

    `maiden` is the surname a woman was born with where it differs from the one she bears.
    """

    forename: Ints
    middle: Ints
    surname: Ints
    maiden: Ints


def name_people(
    dice: Dice, profile: ExampleshireProfile, book: NameBook, people: Population
) -> Named:
    """Names for a whole population, by the habits of each community."""
    surname, maiden = _family_names(dice.child("surnames"), profile, book, people)
    year = year_of(people.birth)
    rules = dice.child("rules")
    surname, maiden = bear(
        rules, profile, book, (people.community, people.sex, year), surname, maiden
    )
    forename = _forenames(dice.child("forenames"), profile, book, people)
    middle = middles(
        dice.child("middles"), profile, book, (people.community, people.sex, year), forename
    )
    dropped = (surname != book.singh) & (surname != book.kaur)
    sikh = _has_rule(profile, people.community, "singh-kaur") & dropped
    middle = np.where(
        sikh, np.where(people.sex == MALE, book.middle_singh, book.middle_kaur), middle
    )
    return Named(forename, middle, surname, maiden)


def bear(
    dice: Dice,
    profile: ExampleshireProfile,
    book: NameBook,
    who: tuple[Ints, Ints, Ints],
    surname: Ints,
    maiden: Ints,
) -> tuple[Ints, Ints]:
    """Apply last names that go by sex; `who` is community, sex and year of birth."""
    community, sex, year = who
    count = len(community)
    bears = np.array([c.bears for c in profile.communities], dtype=np.int64)[community]
    own = np.array([c.own for c in profile.communities], dtype=np.int64)[community]
    drawn, other = dice.chance(bears, count), dice.chance(own, count)
    surname, maiden = surname.copy(), maiden.copy()
    sikh = _has_rule(profile, community, "singh-kaur") & drawn
    surname[sikh] = np.where(sex[sikh] == MALE, book.singh, book.kaur)
    mixed = _has_rule(profile, community, "mixed")
    grown = year < year.max(initial=0) - _ADULT_YEARS
    women = mixed & (sex == FEMALE) & drawn & grown
    for number in np.unique(community[women]).tolist():
        where = np.flatnonzero(women & (community == number))
        surname[where] = book.draw_womens(dice, number, len(where))
    men = np.flatnonzero(mixed & (sex == MALE) & other)
    surname[men] = book.draw_surnames(dice, community[men])
    maiden[sikh | women] = NONE
    gendered = _has_rule(profile, community, "gendered") & (sex == FEMALE)
    slavic = np.flatnonzero(gendered & dice.chance(profile.families.ska, count))
    surname[slavic] = _feminine(book, surname[slavic])
    born = slavic[maiden[slavic] != NONE]
    maiden[born] = _feminine(book, maiden[born])
    return surname, maiden


def middles(
    dice: Dice, profile: ExampleshireProfile, book: NameBook, who: tuple[Ints, Ints, Ints],
    forename: Ints,
) -> Ints:  # fmt: skip
    """Middle names; nobody has the first name twice."""
    community, sex, year = who
    rate = np.array([c.middle for c in profile.communities], dtype=np.int64)[community]
    has = np.flatnonzero(dice.chance(rate, len(community)))
    middle = np.full(len(community), NONE, dtype=np.int64)
    middle[has] = book.draw_forenames(dice, community[has], sex[has], year[has])
    return np.where(middle == forename, NONE, middle)


def takes_name(dice: Dice, profile: ExampleshireProfile, community: Ints, year: Ints) -> Flags:
    """Whether a wife takes her husband's name."""
    families = profile.families
    share = np.where(year < 1975, families.takes_name, families.takes_name_later)
    keeps = _has_rule(profile, community, "own")
    return dice.chance(share, len(community)) & ~keeps


def _has_rule(profile: ExampleshireProfile, community: Ints, rule: str) -> Flags:
    return np.array([c.surname_rule == rule for c in profile.communities])[community]


def _family_names(
    dice: Dice, profile: ExampleshireProfile, book: NameBook, people: Population
) -> tuple[Ints, Ints]:
    """Surname borne and maiden name, before the rules that go by sex."""
    count, year = len(people), year_of(people.birth)
    family = book.draw_surnames(dice, people.households.community)
    family = _hyphened(dice, profile, book, people.households.community, family)
    born = book.draw_surnames(dice, people.community)
    surname = family[people.household]
    wife = (people.sex == FEMALE) & (people.spouse != NONE)
    other_sex = people.sex[people.spouse] != people.sex
    second = (people.spouse != NONE) & (people.spouse < np.arange(count))
    takes = takes_name(dice, profile, people.community, year)
    single = (people.sex == FEMALE) & (people.role == HEAD) & (people.spouse == NONE)
    was_married = single & (year < 1976) & dice.chance(profile.families.divorced_name, count)
    own = (wife & other_sex & ~takes) | (second & ~other_sex) | (people.role == SHARER)
    married = (wife & other_sex & takes) | (was_married & takes)
    surname = np.where(own, born, surname)
    maiden = np.where(married & (born != surname), born, NONE)
    elder = people.role == ELDER
    parent_of = (
        people.head()
        + (people.households.partner & (people.households.first % 5 < 2))[people.household]
    )
    parent_of = np.minimum(parent_of, count - 1)
    of_child = np.where(maiden[parent_of] != NONE, maiden[parent_of], surname[parent_of])
    surname = np.where(elder, of_child, surname)
    elder_wife = elder & (people.sex == FEMALE) & (born != surname) & takes
    return surname, np.where(elder, np.where(elder_wife, born, NONE), maiden)


def _hyphened(
    dice: Dice, profile: ExampleshireProfile, book: NameBook, community: Ints, family: Ints
) -> Ints:
    rate = np.array([c.hyphen for c in profile.communities], dtype=np.int64)[community]
    where = np.flatnonzero(dice.chance(rate, len(family)))
    second = book.draw_surnames(dice, community[where])
    known = book.surnames.folded()
    names = (known[family[where]] + "-") + known[second]
    family = family.copy()
    family[where] = book.surnames.codes(names)
    return family


def _forenames(
    dice: Dice, profile: ExampleshireProfile, book: NameBook, people: Population
) -> Ints:
    """First names: no two of one sex in a household alike, but for chosen namesakes."""
    year = year_of(people.birth)
    forename = book.draw_forenames(dice, people.community, people.sex, year)
    for _ in range(_ROUNDS):
        again = _repeated(people, forename)
        forename[again] = book.draw_forenames(
            dice, people.community[again], people.sex[again], year[again]
        )
    rate = np.array([c.twice for c in profile.communities], dtype=np.int64)[people.community]
    eldest = (people.role == CHILD) & (people.nth == 0)
    named_after = np.flatnonzero(eldest & dice.chance(rate, len(people)))
    head = people.head()[named_after]
    spouse = np.where(people.spouse[head] == NONE, head, people.spouse[head])
    parent = np.where(people.sex[head] == people.sex[named_after], head, spouse)
    fits = people.sex[parent] == people.sex[named_after]
    forename[named_after[fits]] = forename[parent[fits]]
    return forename


def _repeated(people: Population, forename: Ints) -> Ints:
    """Positions of people whose first name an earlier member of the household has already."""
    key = (people.household * 3 + people.sex) * 65536 + forename
    order = np.argsort(key, kind="stable")
    same = np.append(False, key[order][1:] == key[order][:-1])
    return np.sort(order[same])


def _feminine(book: NameBook, codes: Ints) -> Ints:
    """KOWALSKI becomes KOWALSKA."""
    if not len(codes):
        return codes
    known = book.surnames.folded()
    unique, inverse = np.unique(codes, return_inverse=True)
    changed = [
        book.surnames.code(f"{name[:-1]}A") if name.endswith("SKI") else int(code)
        for name, code in zip(known[unique], unique.tolist(), strict=True)
    ]
    return np.array(changed, dtype=np.int64)[inverse]
