"""The electoral register as printed: one elector a row, birth dates of attainers only."""

from __future__ import annotations

import numpy as np

from app.exampleshire.extract import Extract, extract
from app.exampleshire.names import texts
from app.exampleshire.world import System, World, lines, nameless
from app.exampleshire.writing import (
    DAY_FIRST,
    blank,
    dates,
    formatted,
    initials,
    mixed_case,
    spelt,
)

_DISTRICTS = [f"{first}{second}" for first in "ABCDEFGH" for second in "ABCDEFGHJKLM"]
_MARKERS = ("", "A", "M", "G", "D", "P")
_MARKER_WEIGHTS = (940, 18, 12, 20, 4, 6)


def electoral_register(world: World) -> Extract:
    """Electors in the order of their homes."""
    system = System(world, "electoral_register")
    dice, age, systems = system.dice.child("electors"), world.age(), world.profile.systems
    share = np.where(age >= 18, systems.register_adults, systems.attainers)
    on = dice.chance(share, len(age)) & (age >= 16) & system.listed()
    places = system.places()
    who = np.flatnonzero(on)
    who = who[np.argsort(places[who], kind="stable")]
    place = places[who]
    shown = system.show(who, place, births=False)
    forename = spelt(shown.forename, world.book.forenames.spelling())
    middle = spelt(shown.middle, world.book.forenames.spelling())
    whole = dice.chance(600, len(who))
    middle = np.where(whole, middle, initials(middle))
    names = [f"{f} {m}".strip() for f, m in zip(forename, middle, strict=True)]
    born = blank(len(who))
    attainers = np.flatnonzero(age[who] < 18)
    born[attainers] = dates(world.people.birth[who[attainers]], DAY_FIRST)
    marker = texts(_MARKERS)[dice.pick(_MARKER_WEIGHTS, len(who))]
    block = np.arange(len(who)) * len(_DISTRICTS) // max(1, len(who))
    columns = {
        "Elector Number Prefix": texts(_DISTRICTS)[block],
        "Elector Number": formatted("{}", np.arange(1, len(who) + 1, dtype=np.int64)),
        "Elector Number Suffix": np.where(marker == "A", "1", "0").astype(object),
        "Elector Markers": marker,
        "Elector DOB": born,
        "Elector Surname": spelt(shown.surname, world.book.surnames.spelling()),
        "Elector Forename": texts(names),
        "PostCode": shown.postcode,
    }
    address = world.lives.addresses.take(place)
    for number, line in enumerate(lines(address, 6, mixed_case)):
        columns[f"Address{number + 1}"] = line
    known = np.flatnonzero(~nameless(world, shown))
    return extract(world.profile.form("electoral_register"), columns, (known, who[known]))
