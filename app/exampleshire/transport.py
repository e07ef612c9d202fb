"""Blue badges and concessionary passes, under the headers of the National Fraud Initiative."""

from __future__ import annotations

import numpy as np

from app.exampleshire.dice import Dice, Ints, Texts
from app.exampleshire.extract import Extract, extract
from app.exampleshire.names import texts
from app.exampleshire.people import day_number
from app.exampleshire.slips import Shown
from app.exampleshire.world import System, World, lines, nameless, serials
from app.exampleshire.writing import DAY_FIRST, DIGITS, blank, dates, formatted, mixed_case, spelt

_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_THREE_YEARS, _FIVE_YEARS = 1095, 1826


def blue_badges(world: World) -> Extract:
    """Badge holders in mixed case; some addresses have a line break inside a cell."""
    systems, age = world.profile.systems, world.age()
    system = System(world, "blue_badges")
    weight = np.select([age >= 80, age >= 66, age >= 40], [260, 120, 25], 5)
    who = _holders(world, system, weight, systems.badges)
    shown = system.show(who, system.places()[who])
    form = world.profile.form("blue_badges")
    issued, expiry = _validity(world, system, who, _THREE_YEARS)
    columns = _person_columns(system, shown, accents=True)
    address = lines(world.lives.addresses.take(system.places()[who]), 4, mixed_case)
    broken = system.dice.child("breaks").chance(systems.newline_addresses, len(who))
    broken &= address[1] != ""
    address[0] = np.where(broken, address[0] + "\n" + address[1], address[0])
    address[1] = np.where(broken, "", address[1])
    for number, line in enumerate(address):
        columns[f"Address line {number + 1}"] = line
    serial = serials(system.dice.child("serials"), len(who), 100_000, 3)
    columns |= {
        "Title": mixed_case(world.titles(who)),
        "Reference number": formatted("BB{:08d}", serial),
        "Badge number": _badge_numbers(serial),
        "Date of birth": system.births(shown, DIGITS),
        "National insurance number": world.ninos(
            system.dice.child("nino"), who, systems.nino_badges
        ),
        "Date issued": dates(issued, DIGITS),
        "Expiry date": dates(expiry, DIGITS),
    }
    known = np.flatnonzero(~nameless(world, shown))
    return extract(form, columns, (known, who[known]), 1 + broken.astype(np.int64))


def concessionary_passes(world: World) -> Extract:
    """Pass holders in capitals, nearly all of them of pensionable age."""
    systems, age = world.profile.systems, world.age()
    system = System(world, "concessionary_passes")
    weight = np.select([age >= 66, age >= 60, age >= 18], [1000, 120, 25], 0)
    who = _holders(world, system, weight, systems.passes)
    place = system.places()[who]
    shown = system.show(who, place)
    issued, expiry = _validity(world, system, who, _FIVE_YEARS)
    columns = _person_columns(system, shown, accents=False)
    for number, line in enumerate(lines(world.lives.addresses.take(place), 4, None)):
        columns[f"Address line {number + 1}"] = line
    serial = serials(system.dice.child("serials"), len(who), 2_000_000, 3)
    columns |= {
        "Title": world.titles(who),
        "Reference number": formatted("CP{:09d}", serial),
        "Pass number": formatted("633597{:012d}", serial * 1009 + 40_000_000),
        "Date of birth": system.births(shown, DAY_FIRST),
        "National insurance number": world.ninos(
            system.dice.child("nino"), who, systems.nino_passes
        ),
        "Date issued": dates(issued, DAY_FIRST),
        "Expiry date": dates(expiry, DAY_FIRST),
    }
    known = np.flatnonzero(~nameless(world, shown))
    return extract(world.profile.form("concessionary_passes"), columns, (known, who[known]))


def _holders(world: World, system: System, weight: Ints, share: int) -> Ints:
    weight = np.where(system.listed(), weight, 0)
    dice = system.dice.child("holders")
    who = dice.by_weight(weight, len(weight) * share // 1000)
    return who[dice.order(len(who))]


def _person_columns(system: System, shown: Shown, accents: bool) -> dict[str, Texts]:
    columns = {
        "Surname": shown.surname,
        "Forename": shown.forename,
        "Middle name": shown.middle,
        "Postcode": shown.postcode,
    }
    if accents:
        book = system.world.book
        columns["Surname"] = spelt(shown.surname, book.surnames.spelling())
        for name in ("Forename", "Middle name"):
            columns[name] = spelt(columns[name], book.forenames.spelling())
    return columns


def _validity(world: World, system: System, who: Ints, days: int) -> tuple[Ints, Ints]:
    """Days of issue and expiry; of those who died, a few were renewed after the death."""
    dice: Dice = system.dice.child("issues")
    today = day_number(world.profile.extracts_as_at)
    issued = today - 1 - dice.below(days - 30, len(who))
    died = world.lives.died[who]
    after = died + 1 + np.floor(dice.uniform(len(who)) * (today - died - 1)).astype(np.int64)
    before = np.minimum(issued, died - 1 - dice.below(200, len(who)))
    late = dice.chance(world.profile.systems.renewed_after_death, len(who)) & (died < today - 2)
    issued = np.where(died == 0, issued, np.where(late, after, before))
    return issued, issued + days


def _badge_numbers(serial: Ints) -> Texts:
    """Six letters and digits, distinct for distinct serials."""
    base, out = len(_LETTERS), blank(len(serial))
    mixed = (serial * 7_368_787 + 12_345) % base**6
    for _ in range(6):
        out = texts(list(_LETTERS))[mixed % base] + out
        mixed = mixed // base
    return out
