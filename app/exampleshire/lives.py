"""Who died, who moved and where everybody's home was and is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.exampleshire.dice import Dice, Flags, Ints
from app.exampleshire.people import CHILD, Population, day_number, year_of
from app.exampleshire.places import Addresses, care_homes, dwellings, elsewhere, join
from app.model.exampleshire import THOUSAND, ExampleshireProfile, Mortality

STAYED, WITH_HOUSEHOLD, CARE_HOME, IN_WITH_OTHERS, ALONE, AWAY = range(6)
_AGES = 121
_RISK_UNITS = 1_000_000


@dataclass(frozen=True)
class Lives:
    """One entry a person: death and moves. Places are positions in `addresses`.

    `died` and `registered` are day numbers, 0 for the living; `moved` says how; `home` is the old
    place and `now` the present or last one, the same for those who stayed.
    """

    addresses: Addresses
    died: Ints
    registered: Ints
    moved: Ints
    home: Ints
    now: Ints
    vacant: Ints

    def dead(self) -> Ints:
        """Positions of those who died, ascending."""
        return np.flatnonzero(self.died)


@dataclass(frozen=True)
class Within:
    """Registered within so many days before the file was made, a share (per thousand) later."""

    days: int
    late: int = 0
    late_days: int = 0


def live(
    dice: Dice,
    profile: ExampleshireProfile,
    people: Population,
    deaths: tuple[int, Within],
    error_scale: float,
) -> Lives:
    """Deaths and moves; `deaths` is how many residents died, registered within which days."""
    died, registered = _deaths(dice.child("deaths"), profile, people, *deaths)
    homes = len(people.households.first)
    spare = homes * profile.homes.empty // THOUSAND + 2
    moving = dice.child("moves")
    moved = _moves(moving, profile, people, died, error_scale)
    household_moves = np.unique(people.household[moved == WITH_HOUSEHOLD])
    alone = np.flatnonzero(moved == ALONE)
    away = np.flatnonzero(moved == AWAY)
    count = homes + len(household_moves) + len(alone) + spare
    local = dwellings(dice.child("dwellings"), profile, count)
    care = care_homes(dice.child("care homes"), profile, len(people))
    addresses = join(local, care, elsewhere(dice.child("away"), profile, len(away)))
    order = dice.child("order").order(count)
    home = order[people.household]
    now = home.copy()
    new_home = np.full(homes, -1, dtype=np.int64)
    new_home[household_moves] = order[homes : homes + len(household_moves)]
    went = moved == WITH_HOUSEHOLD
    now[went] = new_home[people.household[went]]
    now[alone] = order[homes + len(household_moves) :][: len(alone)]
    cared = np.flatnonzero(moved == CARE_HOME)
    now[cared] = count + moving.below(len(care.unit), len(cared))
    guests = np.flatnonzero(moved == IN_WITH_OTHERS)
    now[guests] = order[moving.below(homes, len(guests))]
    now[away] = count + len(care.unit) + np.arange(len(away))
    return Lives(addresses, died, registered, moved, home, now, np.sort(order[count - spare :]))


def risk_weights(mortality: Mortality) -> Ints:
    """Yearly Gompertz risk of death by age in years, in whole millionths."""
    risks = [
        min(mortality.ceiling, mortality.risk * math.exp(mortality.slope * (age - 60)))
        for age in range(_AGES)
    ]
    return np.array([round(risk * _RISK_UNITS) for risk in risks], dtype=np.int64)


def death_age_weights(mortality: Mortality) -> Ints:
    """How many of a generation die at each age, by the same law."""
    alive, dying = 1.0, []
    for age, risk in enumerate(risk_weights(mortality).tolist()):
        gone = alive * risk / _RISK_UNITS if age >= mortality.death_ages_from else 0.0
        dying.append(round(gone * _RISK_UNITS))
        alive -= gone
    return np.array(dying, dtype=np.int64)


def registration_days(
    dice: Dice, profile: ExampleshireProfile, count: int, within: Within
) -> tuple[Ints, Ints]:
    """Days of death and of registration: two weeks at most between, after an inquest many more.

    Registrations come evenly within the days asked for; late ones are a backlog from before.
    """
    last = day_number(profile.deaths_as_at) - 1
    late = within.days + dice.below(max(1, within.late_days - within.days), count)
    ago = np.where(dice.chance(within.late, count), late, dice.below(within.days, count))
    registered = last - ago
    inquest = dice.chance(profile.mortality.inquest, count)
    wait = np.where(inquest, dice.between(30, 200, count), dice.between(2, 14, count))
    return registered - wait, registered


def _deaths(
    dice: Dice, profile: ExampleshireProfile, people: Population, wanted: int, within: Within
) -> tuple[Ints, Ints]:
    count = len(people)
    age = year_of(np.array([day_number(profile.deaths_as_at)])) - year_of(people.birth)
    weights = risk_weights(profile.mortality)[np.clip(age, 0, _AGES - 1)]
    weights = np.where(age <= profile.mortality.death_ages_from, 0, weights)
    dead = dice.by_weight(weights, wanted)
    died = np.zeros(count, dtype=np.int64)
    registered = np.zeros(count, dtype=np.int64)
    died[dead], registered[dead] = registration_days(dice, profile, len(dead), within)
    return died, registered


def _moves(
    dice: Dice, profile: ExampleshireProfile, people: Population, died: Ints, scale: float
) -> Ints:
    """How each person moved; the shares of those who died are met as nearly as counts allow."""
    moves, count = profile.moves, len(people)
    age = (day_number(profile.extracts_as_at) - people.birth) // 365
    moved = np.full(count, STAYED, dtype=np.int64)
    mourning = np.zeros(len(people.households.first), dtype=bool)
    mourning[people.household[died > 0]] = True
    leaving = dice.chance(moves.household, len(mourning)) & ~mourning
    moved[leaving[people.household]] = WITH_HOUSEHOLD
    share = np.where(age >= 85, moves.care_85, np.where(age >= 75, moves.care_75, 0))
    into_care: Flags = dice.chance(share, count) & (died == 0)
    moved[into_care] = CARE_HOME
    dead = np.flatnonzero(died)
    dead = dead[dice.order(len(dead))]
    care = _some_of(dead[age[dead] >= 60], len(dead), profile.errors.care_home * scale)
    moved[care] = CARE_HOME
    free = dead[(moved[dead] == STAYED) & (people.role[dead] != CHILD)]
    others = _some_of(free, len(dead), profile.errors.moved * scale)
    kind = dice.uniform(len(others)) * THOUSAND
    moved[others] = np.select(
        [kind < moves.in_with_others, kind < moves.in_with_others + moves.outside],
        [IN_WITH_OTHERS, AWAY],
        ALONE,
    )
    return moved


def _some_of(candidates: Ints, of: int, rate: float) -> Ints:
    """The first candidates, as many as a rate per thousand of `of` asks for, at most two thirds."""
    return candidates[: min(math.floor(of * rate / THOUSAND + 0.5), of * 2 // 3)]
