"""A small council as standardised records, with every sort of slip between its two lists."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from app.exampleshire.council import generate
from app.model.records import RECORDS
from app.services.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
Record = dict[str, Any]
EACH = 8
CROWD = 25
NOWHERE = dict.fromkeys(("postcode", "house", "street", "uprn"))
UNBORN = dict.fromkeys(("birth_date", "birth_year", "birth_month", "birth_day"))


def loaded(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(script.stem, script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bench() -> ModuleType:
    """The benchmark's module: it knows how the sample council's tables are read."""
    return loaded(ROOT / "tests" / "bench" / "bench_match.py")


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Where the programs of the system are that the slow proofs need."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return loaded(ROOT / "packaging" / "programs.py")


@pytest.fixture(scope="session")
def council(bench: ModuleType) -> Callable[[int, int], tuple[pa.Table, pa.Table]]:
    """`council(people, deaths)`: residents and the dead as RECORDS with a `unique_id`."""

    def made(people: int, deaths: int) -> tuple[pa.Table, pa.Table]:
        sample = generate(people, deaths, 42, catalogue().exampleshire)
        left = bench.standardised(sample.residents(), "people", bench.RESIDENTS)[0].to_pylist()
        right = bench.standardised(sample.deaths(), "deaths", bench.DEATHS)[0].to_pylist()
        # Every slip beside its original, eight times, spread over the council.
        step = len(left) // (EACH * len(SLIPS))
        for number, slip in enumerate(SLIPS * EACH):
            one = left[number * step]
            right.append(dict(one))
            slip(one, right[-1])
            if slip in AGAIN:
                left.append(one | {"nino": None} | AGAIN[slip])
        crowd(left, right)
        return identified(left), identified(right)

    return made


def crowd(left: list[Record], right: list[Record]) -> None:
    """So many of one name that a rule leaves it out, among them a pair that no other rule finds."""
    own = {"house": "7", "street": "THE SHAMBLES"}
    for number, side in enumerate((left, right)):
        for place in range(CROWD):
            record = side[place] | {"nino": None, "middle": None, "row": place}
            record |= UNBORN | NOWHERE if place == 0 else born(7_000 + 401 * (2 * place + number))
            called(record, "PEREGRINE", "NAMESAKE")
            side.append(record | (own if place == 0 else {}))


def identified(records: list[Record]) -> pa.Table:
    table = pa.Table.from_pylist(records, schema=RECORDS)
    return table.append_column("unique_id", pa.array(np.arange(len(records))))


def called(record: Record, forename: str | None, surname: str | None = None) -> None:
    record |= {"forename": forename, "canonical": forename}
    if surname is not None:
        record["surname"] = surname


def same_home(left: Record, right: Record) -> None:
    right |= {name: left[name] for name in ("postcode", "house", "street")}
    right["communal"] = left["communal"] = False


def born(days: int) -> Record:
    """A whole birth date, that many days after 1 January 1970."""
    day = date(1970, 1, 1) + timedelta(days=days)
    parts = {"birth_year": day.year, "birth_month": day.month, "birth_day": day.day}
    return {"birth_date": days, **parts}


def alias(left: Record, right: Record) -> None:
    right["alias_forename"] = left["forename"]
    called(right, "ZEBEDEE")


def middle_used(left: Record, right: Record) -> None:
    left["middle"] = "ARAMINTA"
    called(right, "ARAMINTA")


def swapped(left: Record, right: Record) -> None:
    called(right, left["surname"], left["forename"])


def half_swapped(left: Record, right: Record) -> None:
    called(right, left["surname"], left["forename"] + "EXE")


def former(left: Record, right: Record) -> None:
    right |= {"surname": "QUATERMAIN", "birth_surname": left["surname"]}


def half(left: Record, right: Record) -> None:
    left |= {"surname_a": left["surname"], "surname_b": "PIKE", "surname": left["surname"] + "PIKE"}
    right["surname"] = "PIKE"


def initial(left: Record, right: Record) -> None:
    same_home(left, right)
    called(right, left["forename"][0])
    right["sex"] = None
    right |= UNBORN


def namesake(left: Record, right: Record) -> None:
    same_home(left, right)
    called(right, left["forename"], left["surname"])
    right |= UNBORN


def name_alone(left: Record, right: Record) -> None:
    called(right, left["forename"], left["surname"])
    right |= UNBORN
    right |= NOWHERE


def elsewhere(left: Record, right: Record) -> None:
    right |= NOWHERE
    right["middle"] = None


def twin(left: Record, right: Record) -> None:
    called(right, "ZACHARIAH", left["surname"])
    right["middle"] = None


def son(left: Record, right: Record) -> None:
    same_home(left, right)
    called(right, left["forename"], left["surname"])
    if left["birth_date"] is not None:
        right |= born(left["birth_date"] + 9_900)


def care_home(left: Record, right: Record) -> None:
    same_home(left, right)
    right["communal"] = True


def misspelt(left: Record, right: Record) -> None:
    called(right, left["forename"] + "E", left["surname"][1:] + "S")


def twice(_left: Record, right: Record) -> None:
    """Listed twice: without an address, ..."""
    right["nino"] = None


def married(left: Record, right: Record) -> None:
    """... under another surname at one address, ..."""
    twice(left, right)


def undated(left: Record, right: Record) -> None:
    """... or without a birth date."""
    twice(left, right)


def father(left: Record, right: Record) -> None:
    """Two of a name at one address, one with a middle name, and no birth date."""
    namesake(left, right)
    twice(left, right)
    left["middle"], right["middle"] = "ARAMINTA", None


def plain_name(left: Record, right: Record) -> None:
    """Name and address alone, and a wife of a similar name beside."""
    father(left, right)
    left["middle"] = None


def other_date(left: Record, right: Record) -> None:
    twice(left, right)
    right |= NOWHERE
    if left["birth_date"] is not None:
        right |= born(left["birth_date"] + 900)


def unnamed(left: Record, right: Record) -> None:
    same_home(left, right)
    twice(left, right)
    called(right, None)
    right["surname"] = None


def couple(left: Record, right: Record) -> None:
    """Two of a name at one address, one in its female form, and no birth date."""
    same_home(left, right)
    twice(left, right)
    called(left, "LADISLAUS")
    called(right, "LADISLAUSA")
    left["sex"] = None
    right |= UNBORN


def lodgers(left: Record, right: Record) -> None:
    """Two of one first name at one address, and no birth date."""
    namesake(left, right)
    twice(left, right)
    right["surname"] = "QUATERMAIN"


def twin_of_one_middle_name(left: Record, right: Record) -> None:
    same_home(left, right)
    twice(left, right)
    called(right, "ZACHARIAH", left["surname"])
    left["middle"] = right["middle"] = "ARAMINTA"


def unchristened(left: Record, right: Record) -> None:
    same_home(left, right)
    twice(left, right)
    called(right, None)


def renumbered(left: Record, right: Record) -> None:
    """All the same but the number, and one telephone that eight of them share."""
    same_home(left, right)
    left |= {"nino": "AB123456", "phone": 441134960123}
    right |= {"nino": "CE654321", "phone": 441134960123}


def family_name_dropped(left: Record, right: Record) -> None:
    left["middle"] = "QUATERMAIN"
    right |= {"surname": "QUATERMAIN", "middle": None}


SLIPS = (
    *(alias, middle_used, swapped, half_swapped, former, half, initial, namesake),
    *(name_alone, elsewhere, twin, son, care_home, misspelt, twice, married, undated),
    *(father, plain_name, other_date, unnamed, couple, lodgers),
    *(twin_of_one_middle_name, unchristened, renumbered, family_name_dropped),
)
AGAIN: dict[Callable[[Record, Record], None], Record] = {
    namesake: {"middle": None},
    twice: NOWHERE,
    married: {"surname": "MARCHBANKS", "middle": None},
    undated: UNBORN,
    plain_name: {"forename": "HILDA", "canonical": "HILDA"},
}
"""Slips whose person is listed once more on the left, with what differs there."""
