"""The pensions payroll: former staff and their widows, in fixed columns."""

from __future__ import annotations

import numpy as np

from app.exampleshire.extract import Extract, extract
from app.exampleshire.names import FEMALE, NONE, texts
from app.exampleshire.people import day_number
from app.exampleshire.world import System, World, lines, nameless, serials
from app.exampleshire.writing import DIGITS, constant, dates, formatted

_LAST_PAID = 1  # days before the extract


def pensions_payroll(world: World) -> Extract:
    """Pensions still in payment; pensioners keep theirs when they leave the authority."""
    systems, age, people = world.profile.systems, world.age(), world.people
    system = System(world, "pensions_payroll")
    dice = system.dice.child("pensioners")
    weight = np.select([age >= 66, age >= 58], [1000, 300], 0)
    who = dice.by_weight(weight, len(people) * systems.pensions // 1000)
    who = who[dice.order(len(who))]
    place = system.places(follows_away=True)[who]
    shown = system.show(who, place)
    address = lines(world.lives.addresses.take(place), 3, None)
    given = [f"{f} {m}".strip() for f, m in zip(shown.forename, shown.middle, strict=True)]
    today = day_number(world.profile.extracts_as_at)
    started = np.minimum(people.birth[who] + 60 * 365 + dice.below(2500, len(who)), today - 60)
    widow = (people.sex[who] == FEMALE) & (people.spouse[who] == NONE) & dice.chance(300, len(who))
    columns = {
        "employee_ref": formatted("P{:07d}", serials(dice, len(who), 10_000, 3)),
        "title": world.titles(who),
        "surname": shown.surname,
        "forenames": texts(given),
        "address_1": address[0],
        "address_2": address[1],
        "address_3": address[2],
        "postcode": shown.postcode,
        "date_of_birth": system.births(shown, DIGITS),
        "nino": world.ninos(system.dice.child("nino"), who, systems.nino_pensions),
        "date_started": dates(started, DIGITS),
        "gross_pension": formatted("{:010d}", dice.between(24_000, 2_400_000, len(who))),
        "date_last_paid": constant(dates(np.array([today - _LAST_PAID]), DIGITS)[0], len(who)),
        "widow_indicator": np.where(widow, "W", "").astype(object),
    }
    known = np.flatnonzero(~nameless(world, shown))
    return extract(world.profile.form("pensions_payroll"), columns, (known, who[known]))
