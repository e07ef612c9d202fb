"""Death registrations as text, and the files that bring them: entries, amendments, withdrawals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.exampleshire.dice import Dice, Flags, Ints, Texts
from app.exampleshire.extract import Extract, extract
from app.exampleshire.names import FEMALE, MALE, texts
from app.exampleshire.outsiders import Deceased
from app.exampleshire.people import day_number
from app.exampleshire.slips import EXACT, MISSING, YEAR_ONLY, Shown, Slips, digit_wrong, typo
from app.exampleshire.world import World
from app.exampleshire.writing import ISO, blank, constant, dates, formatted, mixed_case, spelt
from app.model.exampleshire import THOUSAND

_PREFIXES = {"deaths_s19aa": "S", "deaths_licensed": "L"}
NEW, AMENDED, WITHDRAWN = "new", "amended", "withdrawn"
_AT_HOME = frozenset({"english", "welsh", "scottish", "caribbean"})
_ENOUGH = 20
_MALFORMED = ("1938-02-30", "UNKNOWN", "31/06/1941", "19-07-36", "1929-00-00", "NOT KNOWN")


@dataclass(frozen=True)
class Registrations:
    """Every death once, as registered (columns by name in the files), and who it is.

    `person` counts residents from 0 and goes on with the dead of elsewhere; `first` are the
    columns as first entered where an amendment followed.
    """

    columns: dict[str, Texts]
    first: dict[str, Texts]
    person: Ints
    registered: Ints
    amended: Ints
    withdrawn: Ints

    def __len__(self) -> int:
        return len(self.person)


def register(world: World, dead: Deceased, person: Ints) -> Registrations:
    """Write out every death, with the registrar's part of the slips."""
    dice, profile = world.dice.child("registrations"), world.profile
    scale, known_as = world.error_scale, profile.names.known_as
    forenames, surnames = world.book.forenames.folded(), world.book.surnames.folded()
    address = dead.addresses.take(dead.place)
    shown = Shown(
        forename=forenames[dead.forename],
        middle=forenames[dead.middle],
        surname=surnames[dead.surname],
        spare=surnames[dead.maiden],
        sex=dead.sex.copy(),
        birth=dead.birth.copy(),
        birth_note=np.full(len(person), EXACT, dtype=np.int64),
        postcode=address.postcode.copy(),
    )
    Slips(dice.child("slips"), profile.errors, known_as, scale, extract=False).make(shown)
    columns = _person_columns(world, dice, shown, surnames[dead.surname])
    columns |= {
        "dateOfDeath": dates(dead.died, ISO),
        "placeOfBirth": _birthplaces(world, dice, dead),
        "usualAddress/postcode": shown.postcode,
    }
    for number, line in enumerate(address.lines(4)):
        columns[f"usualAddress/line{number + 1}"] = mixed_case(line)
    amended, withdrawn = _corrected(dice.child("corrections"), world, len(person))
    first = _first_entries(dice.child("first"), world, shown, amended)
    return Registrations(columns, first, person, dead.registered, amended, withdrawn)


def deaths_files(world: World, registrations: Registrations, national: bool) -> list[Extract]:
    """Two weekly feeds that overlap; or a whole country's year and a feed of its last weeks."""
    mortality, count = world.profile.mortality, len(registrations)
    if national:
        first = np.arange(count, dtype=np.int64)
        second = _latest(world, registrations)
    else:
        order = _shared_out(world.dice.child("feeds").order(count), registrations)
        share = max(min(1, count), count * mortality.s19aa_share // THOUSAND)
        first = np.sort(order[:share])
        second = np.sort(order[count - count * mortality.licensed_share // THOUSAND :])
    corrected = np.union1d(registrations.amended, registrations.withdrawn)
    entered: dict[int, str] = {}
    one = Entries(first, np.setdiff1d(np.intersect1d(corrected, first), second))
    both = np.intersect1d(corrected, first)
    two = Entries(np.setdiff1d(second, both), np.intersect1d(corrected, second))
    return [
        _file(world, registrations, "deaths_s19aa", one, entered),
        _file(world, registrations, "deaths_licensed", two, entered),
    ]


def _latest(world: World, registrations: Registrations) -> Ints:
    """The licensed share of what was registered in the last days, with a correction to show."""
    mortality = world.profile.mortality
    since = day_number(world.profile.deaths_as_at) - mortality.registered_within_days
    recent = np.flatnonzero(registrations.registered >= since).astype(np.int64)
    order = world.dice.child("feeds").order(len(recent))
    shared = recent[order[: len(recent) * mortality.licensed_share // THOUSAND]]
    shown = [kind[-1:] for kind in (registrations.amended, registrations.withdrawn)]
    return np.unique(np.concatenate([shared, *shown]))


def _shared_out(order: Ints, registrations: Registrations) -> Ints:
    """An order whose first and last ones hold an amended and a withdrawn registration each.

    The first feed takes the order's beginning and the second its end, so each has both to show.
    """
    ends = [
        kind[[0, -1]] for kind in (registrations.amended, registrations.withdrawn) if len(kind) > 1
    ]
    if not ends:
        return order
    first, last = np.array(ends, dtype=np.int64).T
    between = order[~np.isin(order, np.concatenate([first, last]))]
    return np.concatenate([first, between, last])


@dataclass(frozen=True)
class Entries:
    """Registrations a file enters for the first time, and those it amends or withdraws.

    A registration both feeds hold is entered in the first and corrected in the second.
    """

    new: Ints
    later: Ints


def _file(
    world: World,
    registrations: Registrations,
    file: str,
    entries: Entries,
    entered: dict[int, str],
) -> Extract:
    """Entries by day, corrections some days after what they correct; fills `entered`."""
    day, later = registrations.registered, entries.later
    last = day_number(world.profile.deaths_as_at) - 1
    delay = world.dice.child(file).between(1, 10, len(later))
    source = np.concatenate([entries.new, later])
    days = np.concatenate([day[entries.new], np.minimum(day[later] + delay, last)])
    corrects = np.arange(len(source)) >= len(entries.new)
    order = np.lexsort((source, corrects, days))
    source, corrects, days = source[order], corrects[order], days[order]
    form = world.profile.form(file)
    ids = formatted(_PREFIXES[file] + "26{:07d}", np.arange(1, len(source) + 1, dtype=np.int64))
    firsts = np.flatnonzero(~corrects)
    entered.update(zip(source[firsts].tolist(), ids[firsts], strict=True))
    columns = {name: column[source] for name, column in registrations.columns.items()}
    _enter_first(registrations, columns, source, corrects)
    gone = frozenset(registrations.withdrawn.tolist())
    status, amends = constant(NEW, len(source)), blank(len(source))
    for row in np.flatnonzero(corrects).tolist():
        number = int(source[row])
        status[row] = WITHDRAWN if number in gone else AMENDED
        amends[row] = entered[number]
    columns |= {"entryId": ids, "status": status, "amends": amends}
    columns["dateRegistered"] = dates(days, ISO)
    truth = (np.arange(len(source), dtype=np.int64), registrations.person[source])
    return extract(form, columns, truth)


def _enter_first(
    registrations: Registrations, columns: dict[str, Texts], source: Ints, corrects: Flags
) -> None:
    """Put what was said at first into the first entries of amended registrations."""
    place = {number: at for at, number in enumerate(registrations.amended.tolist())}
    for row in np.flatnonzero(~corrects & np.isin(source, registrations.amended)).tolist():
        at = place[int(source[row])]
        for name, said in registrations.first.items():
            if said[at]:
                columns[name][row] = said[at]


def _person_columns(world: World, dice: Dice, shown: Shown, borne: Texts) -> dict[str, Texts]:
    """Names, sex and birth date; who is registered under a maiden name is `otherwise` as borne."""
    spelling, surnames = world.book.forenames.spelling(), world.book.surnames.spelling()
    count, mortality = len(shown.surname), world.profile.mortality
    given = zip(spelt(shown.forename, spelling), spelt(shown.middle, spelling), strict=True)
    has_maiden = (shown.spare != "") & dice.chance(mortality.maiden_given, count)
    otherwise = (shown.surname == shown.spare) & (shown.spare != "")
    known_as = world.profile.names.known_as
    short = np.flatnonzero([name in known_as for name in shown.forename])
    wanted = -(-count * mortality.alias // THOUSAND)
    has_alias = np.union1d(short[dice.some(len(short), wanted)], np.flatnonzero(otherwise))
    alias, alias_surname = blank(count), blank(count)
    alias[has_alias] = [known_as.get(name, (name,))[0] for name in shown.forename[has_alias]]
    alias_surname[has_alias] = borne[has_alias]
    return {
        "forenames": texts([f"{first} {middle}".strip() for first, middle in given]),
        "surname": spelt(shown.surname, surnames),
        "aliasForenames": mixed_case(alias),
        "aliasSurname": spelt(alias_surname, surnames),
        "maidenSurname": spelt(np.where(has_maiden, shown.spare, ""), surnames),
        "sex": np.select([shown.sex == MALE, shown.sex == FEMALE], ["M", "F"], "").astype(object),
        "dateOfBirth": _births(dice, shown),
    }


def _births(dice: Dice, shown: Shown) -> Texts:
    """Whole dates, years or months alone, nothing, and a few that are no dates at all."""
    out = dates(shown.birth, ISO)
    part = np.flatnonzero(shown.birth_note == YEAR_ONLY)
    to_month = dice.chance(400, len(part)).tolist()
    out[part] = [
        text[:7] if month else text[:4] for text, month in zip(out[part], to_month, strict=True)
    ]
    missing = np.flatnonzero(shown.birth_note == MISSING)
    wrong = dice.chance(250, len(missing))
    pick = texts(_MALFORMED)[dice.below(len(_MALFORMED), len(missing))]
    out[missing] = np.where(wrong, pick, "")
    return out


def _birthplaces(world: World, dice: Dice, dead: Deceased) -> Texts:
    places, count = world.profile.places, len(dead.sex)
    towns = texts([*places.town_names, *places.other_town_names])
    born = towns[dice.below(len(towns), count)]
    home = np.array([c.id in _AT_HOME for c in world.profile.communities])[dead.community]
    spread = dead.community * 2 + dice.below(4, count)
    abroad = texts(places.birthplaces_abroad)[spread % len(places.birthplaces_abroad)]
    born = np.where(home | (dead.birth > 3000), born, abroad)
    return mixed_case(np.where(dice.chance(60, count), "", born))


def _corrected(dice: Dice, world: World, count: int) -> tuple[Ints, Ints]:
    """Registrations that were amended and that were withdrawn, residents among them."""
    mortality, residents = world.profile.mortality, len(world.lives.dead())
    order = dice.order(count)
    ours, others = order[order < residents], order[order >= residents]
    chosen: list[Ints] = []
    few = 2 if count >= _ENOUGH else 1
    for least, rate in ((2, mortality.amended), (few, mortality.withdrawn)):
        wanted = max(least, count * rate // THOUSAND)
        own = min(len(ours), max(1, wanted * residents // max(1, count)))
        rest = min(len(others), wanted - own)
        chosen.append(np.sort(np.concatenate([ours[:own], others[:rest]])))
        ours, others = ours[own:], others[rest:]
    return chosen[0], chosen[1]


def _first_entries(dice: Dice, world: World, shown: Shown, amended: Ints) -> dict[str, Texts]:
    """What the amended registrations said at first: a wrong name or a wrong birth date."""
    names = shown.surname[amended].copy()
    draws = dice.below(2**31, len(amended)).tolist()
    by_name = dice.chance(500, len(amended)) | (shown.birth_note[amended] != EXACT)
    named = np.flatnonzero(by_name).tolist()
    for row in named:
        names[row] = typo(names[row], draws[row])
    days = shown.birth[amended].copy()
    for row in np.flatnonzero(~by_name).tolist():
        days[row] = digit_wrong(int(days[row]), draws[row])
    changed = blank(len(amended))
    wrong = np.flatnonzero(~by_name)
    changed[wrong] = dates(days[wrong], ISO)
    return {"surname": spelt(names, world.book.surnames.spelling()), "dateOfBirth": changed}
