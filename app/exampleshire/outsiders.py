"""People of elsewhere who died: strangers, and some who resemble a living resident."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from app.exampleshire.dice import Dice, Flags, Ints
from app.exampleshire.families import bear, middles, takes_name
from app.exampleshire.lives import Within, death_age_weights, registration_days
from app.exampleshire.names import FEMALE, MALE, NONE
from app.exampleshire.people import ELDER, HEAD, first_januaries, year_of
from app.exampleshire.places import Addresses, elsewhere, join
from app.exampleshire.world import World
from app.model.exampleshire import THOUSAND, FalseFriends


@dataclass
class Deceased:
    """People who died, one entry each; names are codes, `place` a position in `addresses`."""

    forename: Ints
    middle: Ints
    surname: Ints
    maiden: Ints
    sex: Ints
    birth: Ints
    community: Ints
    died: Ints
    registered: Ints
    place: Ints
    addresses: Addresses


def resident_dead(world: World) -> Deceased:
    """The residents who died, at their last address, in the order of `Lives.dead`."""
    who, named, lives = world.lives.dead(), world.named, world.lives
    return Deceased(
        named.forename[who], named.middle[who], named.surname[who], named.maiden[who],
        world.people.sex[who], world.people.birth[who], world.people.community[who],
        lives.died[who], lives.registered[who], lives.now[who], lives.addresses,
    )  # fmt: skip


def outsiders(world: World, count: int, within: Within) -> Deceased:
    """`count` dead of elsewhere, false friends of residents first."""
    dice, profile, book = world.dice.child("outsiders"), world.profile, world.book
    community = dice.pick([c.other for c in profile.communities], count)
    sex = np.where(dice.chance(500, count), FEMALE, MALE)
    died, registered = registration_days(dice.child("days"), profile, count, within)
    years = dice.pick(death_age_weights(profile.mortality), count)
    birth = died - (years * 365.2425).astype(np.int64) - dice.below(365, count)
    birth = first_januaries(dice.child("januaries"), profile, community, birth)
    year = year_of(birth)
    surname = book.draw_surnames(dice, community)
    born = book.draw_surnames(dice, community)
    married = (sex == FEMALE) & dice.chance(800, count)
    married &= takes_name(dice, profile, community, year)
    maiden = np.where(married & (born != surname), born, NONE)
    surname, maiden = bear(dice, profile, book, (community, sex, year), surname, maiden)
    forename = book.draw_forenames(dice, community, sex, year)
    middle = middles(dice, profile, book, (community, sex, year), forename)
    addresses = elsewhere(dice.child("addresses"), profile, count)
    offset = len(world.lives.addresses.unit)
    strangers = Deceased(
        forename, middle, surname, maiden, sex, birth, community, died, registered,
        offset + np.arange(count), join(world.lives.addresses, addresses),
    )  # fmt: skip
    return _befriend(world, dice.child("friends"), strangers)


def _befriend(world: World, dice: Dice, dead: Deceased) -> Deceased:
    """Turn the first strangers into false friends of living residents."""
    kinds = world.profile.false_friends
    wanted = len(world.lives.dead()) * kinds.for_each_death // THOUSAND
    age, living = world.age(), world.lives.died == 0
    alone = world.people.spouse == NONE
    adult = (world.people.role == HEAD) | (world.people.role == ELDER)
    fits: dict[str, Flags] = {
        "namesake_parent": adult & (age >= 30) & (age < 66) & (world.people.sex == MALE),
        "parent": adult & (age >= 35) & (age < 70),
        "spouse": adult & (age >= 60) & alone,
        "sibling": adult & (age >= 50) & alone,
        "twin": adult & (age >= 50) & alone,
        "namesake_elsewhere": age >= 60,
    }
    start, used = 0, np.zeros(len(age), dtype=bool)
    for kind, can in fits.items():
        count = min(wanted * _share(kinds, kind) // THOUSAND, len(dead.sex) - start)
        anchors = dice.by_weight((can & living & ~used).astype(np.int64), count)
        used[anchors] = True
        _liken(world, dice.child(kind), dead, kind, (start + np.arange(len(anchors)), anchors))
        start += len(anchors)
    return dead


def _share(kinds: FalseFriends, kind: str) -> int:
    share: int = getattr(kinds, kind)
    return share


def _liken(world: World, dice: Dice, dead: Deceased, kind: str, rows: tuple[Ints, Ints]) -> None:
    """Give some strangers the name, home or birth date of residents, as the kind asks."""
    who, anchor = rows
    count, people, named = len(who), world.people, world.named
    birth, sex = people.birth[anchor], people.sex[anchor]
    older = dice.between(22 * 365, 33 * 365, count)
    beside = dice.between(380, 2900, count) * np.where(dice.chance(500, count), 1, -1)
    either = np.where(dice.chance(500, count), FEMALE, MALE)
    shift = {"namesake_parent": -older, "parent": -older, "spouse": beside, "sibling": beside}
    sexes = {"parent": either, "spouse": 3 - sex, "sibling": either, "twin": either}
    dead.birth[who] = birth + shift.get(kind, np.zeros(count, dtype=np.int64))
    dead.sex[who] = sexes.get(kind, sex)
    dead.community[who] = people.community[anchor]
    born = np.where(named.maiden[anchor] != NONE, named.maiden[anchor], named.surname[anchor])
    of_birth = kind in {"sibling", "twin", "parent"}
    dead.surname[who] = born if of_birth else named.surname[anchor]
    if not kind.startswith("namesake"):
        dead.surname[who] = _by_sex(world, dice, dead, who)
    dead.maiden[who] = NONE
    year = year_of(dead.birth[who])
    fresh = world.book.draw_forenames(dice, dead.community[who], dead.sex[who], year)
    again = world.book.draw_forenames(dice, dead.community[who], dead.sex[who], year)
    fresh = np.where(fresh == named.forename[anchor], again, fresh)
    namesake = kind.startswith("namesake")
    dead.forename[who] = named.forename[anchor] if namesake else fresh
    dead.middle[who] = NONE
    if kind != "namesake_elsewhere":
        dead.place[who] = world.lives.now[anchor]
    too_young = dead.birth[who] > dead.died[who] - 365 * 18
    dead.birth[who[too_young]] = birth[too_young]


def _by_sex(world: World, dice: Dice, dead: Deceased, who: Ints) -> Ints:
    """Surnames of relatives where the last name goes by sex: SINGH or KAUR, no man a BEGUM."""
    book, communities = world.book, world.profile.communities
    surname, sex = dead.surname[who].copy(), dead.sex[who]
    surname[(surname == book.kaur) & (sex == MALE)] = book.singh
    surname[(surname == book.singh) & (sex == FEMALE)] = book.kaur
    womens = book.surnames.codes(name for community in communities for name in community.women)
    men = np.flatnonzero(np.isin(surname, womens) & (sex == MALE))
    surname[men] = book.draw_surnames(dice, dead.community[who[men]])
    return surname


def together(first: Deceased, second: Deceased) -> Deceased:
    """Two groups one after the other; the second one's addresses begin with the first one's."""
    columns = {
        entry.name: np.concatenate([getattr(first, entry.name), getattr(second, entry.name)])
        for entry in fields(Deceased)
        if entry.name != "addresses"
    }
    return Deceased(addresses=second.addresses, **columns)
