"""Dwellings and care homes of Exampleshire, and addresses elsewhere; all of them invented."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from app.exampleshire.dice import Dice, Ints, Texts
from app.exampleshire.names import texts
from app.model.exampleshire import ExampleshireProfile, Places

INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters that stand in the second half of a postcode."""

_BLOCK = 6
_UNITS = len(INWARD) ** 2
_SECTORS = 10
_OTHER_POSTCODES = 437_000
_OTHER_DISTRICTS = 28


@dataclass(frozen=True)
class Addresses:
    """Columns of addresses in capitals: `unit` is a flat, a house name or a care home.

    `house` is the number alone (empty for named houses), `street` the line that holds it.
    """

    unit: Texts
    house: Texts
    street: Texts
    locality: Texts
    town: Texts
    postcode: Texts
    uprn: Ints

    def take(self, places: Ints) -> Addresses:
        """The addresses at these positions."""
        return Addresses(*(getattr(self, entry.name)[places] for entry in fields(self)))

    def lines(self, count: int) -> list[Texts]:
        """Address lines without the postcode: no gaps, the last ones empty."""
        size = len(self.unit)
        out = np.full((count, size), "", dtype=object)
        at = np.zeros(size, dtype=np.int64)
        for part in (self.unit, self.street, self.locality, self.town):
            there = np.flatnonzero((part != "") & (at < count))
            out[at[there], there] = part[there]
            at[there] += 1
        return list(out)


def join(*parts: Addresses) -> Addresses:
    """Addresses one after the other."""
    return Addresses(
        *(np.concatenate([getattr(p, entry.name) for p in parts]) for entry in fields(Addresses))
    )


def dwellings(dice: Dice, profile: ExampleshireProfile, count: int) -> Addresses:
    """`count` dwellings in streets, towns in the order of the electoral districts."""
    homes, places = profile.homes, profile.places
    sizes = dice.between(homes.to_street // 2, homes.to_street * 3 // 2, count + 1)
    ends = np.cumsum(sizes)
    streets = int(np.searchsorted(ends, count)) + 1
    sizes, ends = sizes[:streets], ends[:streets]
    weights = [1000 // (rank + 2) for rank in range(len(places.town_names))]
    town = np.sort(dice.pick(weights, streets))
    names = _street_names(places, town)
    has_locality = dice.chance(400, streets)
    locality = texts(places.localities)[dice.below(len(places.localities), streets)]
    locality[~has_locality] = ""
    street = np.searchsorted(ends, np.arange(count), side="right")
    ordinal = np.arange(count) - (ends - sizes)[street]
    unit, house = _houses(dice, profile, street, ordinal)
    line = [f"{h} {s}" if h else s for h, s in zip(house, names[street], strict=True)]
    return Addresses(
        unit=unit,
        house=house,
        street=texts(line),
        locality=locality[street],
        town=texts(places.town_names)[town][street],
        postcode=_local_postcodes(profile, town, sizes, street, ordinal),
        uprn=profile.uprn_first + np.arange(count, dtype=np.int64) * 7 + 3,
    )


def care_homes(dice: Dice, profile: ExampleshireProfile, people: int) -> Addresses:
    """Care homes: ordinary dwellings with the name of a home in front."""
    places = profile.places
    count = max(2, people // profile.homes.residents_to_care_home)
    sites = dwellings(dice, profile, count * 40).take(np.arange(count, dtype=np.int64) * 40 + 7)
    name = dice.below(len(places.care_homes), count)
    kind = dice.below(len(places.care_home_kinds), count)
    units = [
        f"{places.care_homes[n]} {places.care_home_kinds[k]}"
        for n, k in zip(name.tolist(), kind.tolist(), strict=True)
    ]
    street = [f"{h} {_bare(s, h)}" for h, s in zip(sites.house, sites.street, strict=True)]
    uprn = profile.uprn_first + 500_000_000 + np.arange(count, dtype=np.int64) * 7
    return Addresses(
        texts(units), sites.house, texts([line.strip() for line in street]), sites.locality,
        sites.town, sites.postcode, uprn,
    )  # fmt: skip


def elsewhere(dice: Dice, profile: ExampleshireProfile, count: int) -> Addresses:
    """Addresses in the rest of the country: postcodes repeat, dwellings hardly ever."""
    places = profile.places
    spread = dice.below(_OTHER_POSTCODES, count)
    unit, rest = spread % _UNITS, spread // _UNITS
    area = rest % len(places.other_areas)
    rest = rest // len(places.other_areas)
    district = rest % _OTHER_DISTRICTS
    sector = (spread // 7) % _SECTORS
    outward = [
        f"{places.other_areas[a]}{d + 1} "
        for a in range(len(places.other_areas))
        for d in range(_OTHER_DISTRICTS)
    ]
    postcode = _postcodes(texts(outward)[area * _OTHER_DISTRICTS + district], sector, unit)
    town = texts(places.other_town_names)[(area * 5 + district) % len(places.other_town_names)]
    street = _every_street(places)
    name = street[(spread // 3 * 31 + dice.below(4, count)) % len(street)]
    number = dice.between(1, 160, count)
    numbers = texts([str(n) for n in range(161)])
    line = [f"{h} {s}" for h, s in zip(number.tolist(), name, strict=True)]
    empty = np.full(count, "", dtype=object)
    return Addresses(
        empty, numbers[number], texts(line), empty, town, postcode,
        200_000_000_000 + np.arange(count, dtype=np.int64) * 11,
    )  # fmt: skip


def _bare(line: str, house: str) -> str:
    return line.removeprefix(f"{house} ") if house else line


def _every_street(places: Places) -> Texts:
    return texts([f"{name} {kind}" for name in places.streets for kind in places.street_kinds])


def _street_names(places: Places, town: Ints) -> Texts:
    """A name for each street, no name twice in one town."""
    names = _every_street(places)
    first = np.searchsorted(town, np.arange(len(places.town_names)))
    place = np.arange(len(town)) - first[town]
    named: Texts = names[(place * 1009 + town * 37) % len(names)]
    return named


def _houses(
    dice: Dice, profile: ExampleshireProfile, street: Ints, ordinal: Ints
) -> tuple[Texts, Texts]:
    """Unit (flat or house name, mostly empty) and house number of each dwelling."""
    homes, places, count = profile.homes, profile.places, len(street)
    block = ordinal // _BLOCK
    blocks = street * 64 + block
    size = int(blocks[-1]) + 1
    block_names = [f"{b} {k}" for b in places.blocks for k in places.block_kinds]
    titles = texts([*block_names, *[""] * len(block_names)])
    is_flat = dice.chance(homes.flats, size)[blocks]
    title = titles[dice.below(len(titles), size)][blocks]
    kind = dice.uniform(count) * 1000
    number = np.where(is_flat, block * _BLOCK, ordinal) + 1
    unit = np.full(count, "", dtype=object)
    flats = np.flatnonzero(is_flat)
    unit[flats] = [
        f"FLAT {flat} {name}".rstrip()
        for flat, name in zip((ordinal[flats] % _BLOCK + 1).tolist(), title[flats], strict=True)
    ]
    house = texts([str(n) for n in range(int(number.max()) + 1)])[number]
    named = np.flatnonzero(~is_flat & (kind < homes.named))
    unit[named] = texts(places.house_names)[dice.below(len(places.house_names), len(named))]
    house[named] = ""
    lettered = ~is_flat & (kind >= homes.named) & (kind < homes.named + homes.lettered)
    house[lettered] = house[lettered] + "A"
    ranges = np.flatnonzero(~is_flat & (kind > 1000 - homes.ranges) & (number < 26))
    house[ranges] = [f"{n}-{n + 2}" for n in number[ranges].tolist()]
    return unit, house


def _local_postcodes(
    profile: ExampleshireProfile, town: Ints, sizes: Ints, street: Ints, ordinal: Ints
) -> Texts:
    """Postcodes along each street; a town has a district, and more when it is full."""
    each = -(-sizes // profile.homes.to_postcode)
    before = np.cumsum(each) - each
    first = np.searchsorted(town, np.arange(len(profile.places.town_names)))
    first_code = before[np.minimum(first, len(before) - 1)]
    within = before[street] - first_code[town[street]] + ordinal // profile.homes.to_postcode
    full = _UNITS * _SECTORS
    district = town[street] + 1 + len(profile.places.town_names) * (within // full)
    outward = [f"{profile.places.local_area}{d} " for d in range(int(district.max()) + 1)]
    sector, round_of_sectors = within % _SECTORS, within % full // _SECTORS
    unit = (round_of_sectors * 7 + sector * 37) % _UNITS
    return _postcodes(texts(outward)[district], sector, unit)


def _postcodes(outward: Texts, sector: Ints, unit: Ints) -> Texts:
    ends = texts([f"{s}{a}{b}" for s in range(_SECTORS) for a in INWARD for b in INWARD])
    whole: Texts = outward + ends[sector * _UNITS + unit]
    return whole
