"""The generator's door: from a seed and a size to every file of the council, and the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.exampleshire.council_tax import council_tax
from app.exampleshire.dice import Dice, Texts
from app.exampleshire.extract import Extract
from app.exampleshire.families import name_people
from app.exampleshire.lives import Within, live
from app.exampleshire.names import NameBook
from app.exampleshire.outsiders import outsiders, resident_dead, together
from app.exampleshire.pensions import pensions_payroll
from app.exampleshire.people import settle
from app.exampleshire.register import electoral_register
from app.exampleshire.registrations import Registrations, deaths_files, register
from app.exampleshire.tenancies import housing_tenancies
from app.exampleshire.transport import blue_badges, concessionary_passes
from app.exampleshire.world import System, World, lines
from app.exampleshire.writing import ISO
from app.model.exampleshire import THOUSAND, ExampleshireProfile, Mortality

FEWEST_PEOPLE = 50
MOST_PEOPLE = 5_000_000
TRUTH_COLUMNS = ("file", "row", "id", "person")
_TRUTH_BATCH = 50_000
_EXTRACTS = (
    council_tax,
    electoral_register,
    blue_badges,
    concessionary_passes,
    pensions_payroll,
    housing_tenancies,
)


@dataclass(frozen=True)
class Council:
    """A whole sample council: its files as columns, its truth, and tables for benchmarks."""

    people: int
    deaths_registered: int
    seed: int
    extracts: tuple[Extract, ...]
    world: World
    registrations: Registrations

    def truth(self) -> Iterator[tuple[str, str, str, str]]:
        """Rows of `truth.csv`: file, row as a reader numbers it, the row's reference, person.

        A row of two people stands twice; rows that name nobody do not stand here.
        """
        for extract in self.extracts:
            numbers, references = extract.line_numbers(), extract.references()
            for start in range(0, len(extract.truth_rows), _TRUTH_BATCH):
                rows = extract.truth_rows[start : start + _TRUTH_BATCH]
                people = extract.truth_people[start : start + _TRUTH_BATCH].tolist()
                cells = zip(numbers[rows].tolist(), references[rows].tolist(), people, strict=True)
                for number, reference, person in cells:
                    yield extract.form.name, str(number), str(reference), person_id(person)

    def residents(self) -> pa.Table:
        """All residents once, as raw text with one system's lag and slips, and who they are.

        Columns: person, reference, forename, middle_names, surname, sex, birth_date (ISO),
        address_1 to address_4, postcode, uprn, nino.
        """
        world = self.world
        system = System(world, "people")
        who = np.arange(self.people, dtype=np.int64)
        place = system.places()
        shown = system.show(who, place)
        systems = world.profile.systems
        columns: dict[str, Texts | list[str]] = {
            "person": [person_id(person) for person in who.tolist()],
            "reference": [f"R{person:08d}" for person in who.tolist()],
            "forename": shown.forename,
            "middle_names": shown.middle,
            "surname": shown.surname,
            "sex": np.where(shown.sex == 1, "M", "F").astype(object),
            "birth_date": system.births(shown, ISO),
        }
        for number, line in enumerate(lines(world.lives.addresses.take(place), 4, None)):
            columns[f"address_{number + 1}"] = line
        columns["postcode"] = shown.postcode
        columns["uprn"] = world.uprns(system.dice.child("uprn"), place, systems.uprn_people)
        columns["nino"] = world.ninos(system.dice.child("nino"), who, systems.nino_people)
        return _arrow(columns)

    def deaths(self) -> pa.Table:
        """Every death once, as finally registered, in the columns of the death files.

        `person` says who it is; numbers beyond the residents' are people of elsewhere.
        """
        people = [person_id(person) for person in self.registrations.person.tolist()]
        return _arrow({"person": people, **self.registrations.columns})


def generate(
    people: int,
    deaths: int | None,
    seed: int,
    profile: ExampleshireProfile,
    error_scale: float = 1.0,
    progress: Progress = SILENT,
) -> Council:
    """A council of `people` residents and `deaths` registered deaths (None: one for 25 people).

    The same arguments give the same council on every machine. `error_scale` multiplies the rates
    of mistakes. Raises Refused: sample-size-out-of-range; Cancelled.
    """
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE or not 0 <= (deaths or 0) <= MOST_PEOPLE:
        raise Refused("sample-size-out-of-range", fewest=FEWEST_PEOPLE, most=MOST_PEOPLE)
    progress.stage("sample-people", people)
    registered, residents, national = _deaths(people, deaths, profile)
    mortality = profile.mortality
    within = _within(mortality, national)
    dice = Dice(seed)
    book = NameBook(profile, people)
    population = settle(dice.child("people"), profile, people)
    progress.step()
    named = name_people(dice.child("names"), profile, book, population)
    progress.step()
    lives = live(dice.child("lives"), profile, population, (residents, within), error_scale)
    world = World(profile, dice.child("systems"), book, population, named, lives, error_scale)
    progress.stage("sample-extracts", len(_EXTRACTS))
    extracts = []
    for make in _EXTRACTS:
        extracts.append(make(world))
        progress.step()
    progress.stage("sample-deaths", registered)
    dead = resident_dead(world)
    strangers = outsiders(world, registered - len(dead.sex), within)
    progress.step()
    numbers = np.arange(people, people + len(strangers.sex), dtype=np.int64)
    person = np.concatenate([lives.dead(), numbers])
    registrations = register(world, together(dead, strangers), person)
    extracts += deaths_files(world, registrations, national)
    return Council(people, registered, seed, tuple(extracts), world, registrations)


def person_id(number: int) -> str:
    """A person's id in the truth."""
    return f"P{number + 1:08d}"


def _deaths(people: int, deaths: int | None, profile: ExampleshireProfile) -> tuple[int, int, bool]:
    """Deaths registered, residents among them, and whether the file is a whole country's.

    Up to one death for ten people the file is a local one, mostly of residents; beyond that it is
    a national file, in which a year's deaths of the authority are few.
    """
    mortality = profile.mortality
    registered = max(40, people // 25) if deaths is None else deaths
    if deaths is None or deaths <= people // 10:
        residents = min(registered * mortality.local_share // THOUSAND, people // 12)
        return registered, residents, False
    return registered, min(registered, people * mortality.national_share // THOUSAND), True


def _within(mortality: Mortality, national: bool) -> Within:
    if national:
        return Within(mortality.national_within_days)
    return Within(mortality.registered_within_days, mortality.late, mortality.late_within_days)


def _arrow(columns: dict[str, Texts | list[str]]) -> pa.Table:
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
