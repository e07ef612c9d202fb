"""Housing tenancies as a workbook that went through many hands, with what Excel did to it."""

from __future__ import annotations

from datetime import date

import numpy as np

from app.exampleshire.dice import Dice, Ints, Texts
from app.exampleshire.extract import Column, Extract, extract
from app.exampleshire.lives import AWAY, WITH_HOUSEHOLD
from app.exampleshire.names import NONE, texts
from app.exampleshire.people import day_number
from app.exampleshire.world import System, World, lines, nameless, serials
from app.exampleshire.writing import DAY_FIRST, dates, formatted, mixed_case, spelt

_SPREADSHEET_YEAR = 2026


def housing_tenancies(world: World) -> Extract:
    """First and joint tenants of the social homes, in the order of the tenancies."""
    systems = world.profile.systems
    system = System(world, "housing_tenancies")
    who, tenancy, first = _tenants(world, system)
    places = system.places()
    place = places[who]
    shown = system.show(who, place)
    address = world.lives.addresses.take(place)
    line = lines(address, 4, mixed_case)
    town = mixed_case(address.town)
    dice, count = system.dice.child("figures"), len(who)
    numbers = serials(dice, int(tenancy.max(initial=0)) + 1, 4_000, 7)
    started = day_number(world.profile.extracts_as_at) - 40 - dice.below(7000, len(numbers))
    books = world.book
    columns: dict[str, Column] = {
        "Tenancy ref": _references(dice, numbers[tenancy], systems.excel_reference),
        "Tenant status": np.where(first, "F", "O").astype(object),
        "Title": mixed_case(world.titles(who)),
        "Surname": spelt(shown.surname, books.surnames.spelling()),
        "Forename(s)": _given(world, shown.forename, shown.middle),
        "Date of birth": _excel_dates(
            dice, system.births(shown, DAY_FIRST), systems.excel_text_date
        ),
        "NI number": world.ninos(system.dice.child("nino"), who, systems.nino_tenancies),
        "Town": town,
        "Postcode": shown.postcode,
        "UPRN": _uprns(world, dice, place),
        "Tenancy start": _excel_dates(
            dice, dates(started[tenancy], DAY_FIRST), systems.excel_text_date
        ),
        "Telephone": _telephones(dice, count, systems.excel_phone),
    }
    second = np.where(line[1] == town, "", line[1])
    columns["Address line 1"], columns["Address line 2"] = _house_dates(line[0], second)
    known = np.flatnonzero(~nameless(world, shown))
    form = world.profile.form("housing_tenancies")
    return extract(form, columns, (known, who[known]))


def _tenants(world: World, system: System) -> tuple[Ints, Ints, Texts]:
    """People, the number of their tenancy and whether they are its first tenant."""
    systems, people, lives = world.profile.systems, world.people, world.lives
    dice = system.dice.child("tenants")
    homes = len(people.households.first)
    social = np.flatnonzero(dice.chance(systems.social_homes, homes))
    heads = people.households.first[social]
    partner = people.spouse[heads]
    joint = (partner != NONE) & dice.chance(450, len(heads))
    who = np.concatenate([heads, partner[joint]])
    tenancy = np.concatenate([np.arange(len(heads)), np.flatnonzero(joint)])
    first = np.concatenate([np.ones(len(heads), dtype=bool), np.zeros(int(joint.sum()), bool)])
    left = system.follows() & (lives.moved != WITH_HOUSEHOLD)
    stays = np.flatnonzero(~(left[who] | (~system.listed()[who] & (lives.moved[who] == AWAY))))
    order = stays[np.argsort(tenancy[stays], kind="stable")][: systems.tenancies_cap]
    return who[order], tenancy[order], first[order]


def _given(world: World, forename: Texts, middle: Texts) -> Texts:
    spelling = world.book.forenames.spelling()
    pairs = zip(spelt(forename, spelling), spelt(middle, spelling), strict=True)
    return texts([f"{first} {second}".strip() for first, second in pairs])


def _references(dice: Dice, numbers: Ints, damaged: int) -> Column:
    """Eight digits as text; a share became numbers and lost the zeros."""
    out = formatted("{:08d}", numbers)
    where = np.flatnonzero(dice.chance(damaged, len(out)))
    out[where] = [int(text) for text in out[where]]
    return out


def _excel_dates(dice: Dice, written: Texts, text_share: int) -> Column:
    """Most dates are date cells; a share stayed text, as did everything that is no date."""
    stays = dice.chance(text_share, len(written))
    for row in np.flatnonzero(~stays & (written != "")).tolist():
        day, month, year = (int(part) for part in written[row].split("/"))
        if year > 1900:
            written[row] = date(year, month, day)
    return written


def _uprns(world: World, dice: Dice, place: Ints) -> Column:
    """Property numbers as text; a share as Excel shows long numbers in a narrow column."""
    systems = world.profile.systems
    out = world.uprns(dice, place, systems.uprn_tenancies)
    where = np.flatnonzero(dice.chance(systems.excel_uprn, len(out)) & (out != ""))
    out[where] = [_scientific(text) for text in out[where]]
    return out


def _scientific(digits: str) -> str:
    """100023456789 becomes 1.00023E+11."""
    return f"{digits[0]}.{digits[1:6]}E+{len(digits) - 1}"


def _telephones(dice: Dice, count: int, damaged: int) -> Column:
    """Numbers of the range kept for fiction (01632 960000-999, 07700 900000-999), some missing."""
    ending = dice.below(1000, count)
    mobile = dice.chance(600, count)
    out = np.where(
        mobile, formatted("07700900{:03d}", ending), formatted("01632960{:03d}", ending)
    ).astype(object)
    where = np.flatnonzero(dice.chance(damaged, count))
    out[where] = [int(text) for text in out[where]]
    out[dice.chance(150, count)] = ""
    return out


def _house_dates(first: Texts, second: Texts) -> tuple[Column, Column]:
    """`5-7 High Street` with its number in a cell of its own, which Excel took for 5 July."""
    first, second = first.copy(), second.copy()
    for row, line in enumerate(first.tolist()):
        number, _, street = line.partition(" ")
        low, dash, high = number.partition("-")
        if dash and low.isdigit() and high.isdigit() and int(high) <= 12:
            first[row] = date(_SPREADSHEET_YEAR, int(high), int(low))
            second[row] = street
    return first, second
