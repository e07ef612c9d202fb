"""The whole authority, and what one of its systems knows of some of its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.exampleshire.dice import Dice, Flags, Ints, Texts
from app.exampleshire.families import Named
from app.exampleshire.lives import AWAY, STAYED, Lives
from app.exampleshire.names import MALE, NONE, NameBook
from app.exampleshire.people import Population, day_number
from app.exampleshire.places import Addresses
from app.exampleshire.slips import EXACT, MISSING, YEAR_ONLY, Shown, Slips
from app.exampleshire.writing import blank, dates
from app.model.exampleshire import THOUSAND, ExampleshireProfile


@dataclass(frozen=True)
class World:
    """Everything true about Exampleshire, before any system got hold of it."""

    profile: ExampleshireProfile
    dice: Dice
    book: NameBook
    people: Population
    named: Named
    lives: Lives
    error_scale: float

    def age(self) -> Ints:
        """Age in whole years at the date of the extracts."""
        days = day_number(self.profile.extracts_as_at) - self.people.birth
        return np.floor(days / 365.2425).astype(np.int64)

    def titles(self, who: Ints) -> Texts:
        """MR, MRS, MISS, MS or DR."""
        people = self.people
        married = (people.spouse[who] != NONE) | (self.named.maiden[who] != NONE)
        unmarried = np.where(people.birth[who] % 3 == 0, "MS", "MISS")
        title = np.where(people.sex[who] == MALE, "MR", np.where(married, "MRS", unmarried))
        return np.where(people.birth[who] % 97 == 0, "DR", title).astype(object)

    def ninos(self, dice: Dice, who: Ints, share: int) -> Texts:
        """National insurance numbers of a share of people; each person has always the same."""
        prefixes = self.profile.nino_prefixes
        out = blank(len(who))
        has = np.flatnonzero(dice.chance(share, len(who)))
        for row, person in zip(has.tolist(), who[has].tolist(), strict=True):
            mixed = (person * 2654435761 + 40503) % 2**32
            prefix = prefixes[mixed % len(prefixes)]
            out[row] = f"{prefix}{person * 739397 % 10**6:06d}{'ABCD'[mixed // 977 % 4]}"
        return out

    def uprns(self, dice: Dice, places: Ints, share: int) -> Texts:
        """Property numbers of a share of addresses, otherwise empty."""
        out = blank(len(places))
        has = np.flatnonzero(dice.chance(share, len(places)))
        out[has] = [str(number) for number in self.lives.addresses.uprn[places[has]].tolist()]
        return out


class System:
    """One system's picture of people: where it believes they live and what it calls them.

    `name` is a file's id, or `people` for the benchmark's list.
    """

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.dice = world.dice.child(name)
        self._lag: int = getattr(world.profile.lag, name)
        profile = world.profile
        slips: int = getattr(profile.slips, name)
        scale = world.error_scale * slips / THOUSAND
        self._slips = Slips(
            self.dice.child("slips"), profile.errors, profile.names.known_as, scale, extract=True
        )

    def follows(self) -> Flags:
        """For every person of the authority: whether this system has heard of the move."""
        lives, count = self.world.lives, len(self.world.people)
        heard = self.dice.child("moves").chance(THOUSAND - self._lag, count)
        moves: Flags = heard & (lives.moved != STAYED)
        return moves

    def listed(self) -> Flags:
        """False for people who left the authority and whom this system has struck off."""
        lives = self.world.lives
        stays = self.dice.child("left").chance(
            self.world.profile.lag.stays_listed, len(lives.moved)
        )
        held: Flags = (lives.moved != AWAY) | stays
        return held

    def places(self, follows_away: bool = False) -> Ints:
        """For every person: the position of the address this system holds."""
        lives = self.world.lives
        moves = self.follows()
        if not follows_away:
            moves &= lives.moved != AWAY
        return np.where(moves, lives.now, lives.home)

    def show(self, who: Ints, places: Ints, births: bool = True) -> Shown:
        """The people as this system holds them, with its slips made."""
        world, named = self.world, self.world.named
        forenames, surnames = world.book.forenames.folded(), world.book.surnames.folded()
        note = np.full(len(who), EXACT if births else MISSING, dtype=np.int64)
        shown = Shown(
            forename=forenames[named.forename[who]],
            middle=forenames[named.middle[who]],
            surname=surnames[named.surname[who]],
            spare=surnames[named.maiden[who]],
            sex=world.people.sex[who],
            birth=world.people.birth[who],
            birth_note=note,
            postcode=world.lives.addresses.postcode[places],
        )
        return self._placeholders(self._slips.make(shown))

    def births(self, shown: Shown, style: str) -> Texts:
        """Birth dates as an extract writes them: 1 January for a year, nothing or a default."""
        out = dates(shown.birth, style)
        part = np.flatnonzero(shown.birth_note == YEAR_ONLY)
        january = (shown.birth[part].astype("datetime64[D]")).astype("datetime64[Y]")
        out[part] = dates(january.astype("datetime64[D]").astype(np.int64), style)
        missing = np.flatnonzero(shown.birth_note == MISSING)
        default = dates(np.array([day_number(self.world.profile.placeholder_birth)]), style)[0]
        share = self.world.profile.systems.placeholder_births
        filled = self.dice.child("defaults").chance(share, len(missing))
        out[missing] = np.where(filled, default, "")
        return out

    def _placeholders(self, shown: Shown) -> Shown:
        rate = self.world.profile.systems.placeholder_names
        words = self.world.profile.placeholder_surnames
        where = np.flatnonzero(self.dice.child("placeholders").chance(rate, len(shown.surname)))
        for row in where.tolist():
            shown.surname[row] = words[row % len(words)]
            shown.forename[row], shown.middle[row] = words[0], ""
        return shown


def nameless(world: World, shown: Shown) -> Flags:
    """Rows whose name is a placeholder: nobody can know who they are."""
    words = frozenset(world.profile.placeholder_surnames)
    return np.array([name in words for name in shown.surname.tolist()], dtype=bool)


def lines(addresses: Addresses, count: int, style: Callable[[Texts], Texts] | None) -> list[Texts]:
    """Address lines in a system's style (None: capitals)."""
    out = addresses.lines(count)
    return out if style is None else [style(line) for line in out]


def serials(dice: Dice, count: int, first: int, step: int) -> Ints:
    """Distinct reference numbers in no order."""
    return first + dice.order(count) * step
