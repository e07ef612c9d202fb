"""Small tables of made-up people for the engine, given as words."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest

from app.base.places import resource
from app.catalogue.plans import read_plans
from app.matching.engine import match
from app.model.codebook import Codebook
from app.model.plan import MatchPlan
from app.model.records import RECORDS
from app.model.runs import Band
from tests.matching.households import AWAY

EPOCH = datetime.date(1970, 1, 1)
FORENAMES = [
    "JOHN",
    "MARY",
    "PETER",
    "SUSAN",
    "DAVID",
    "LINDA",
    "PAUL",
    "ANNE",
    "MARK",
    "JANE",
    "OMAR",
    "FATIMA",
    "IVOR",
    "GWEN",
    "RAJ",
    "PRIYA",
    "ALAN",
    "JOYCE",
    "BRIAN",
    "DORIS",
    "KEITH",
    "HAZEL",
    "TREVOR",
    "WENDY",
    "COLIN",
    "MAUREEN",
    "DEREK",
    "SHEILA",
    "OSCAR",
    "RUBY",
]
SURNAMES = [
    "SMITH",
    "JONES",
    "KHAN",
    "PATEL",
    "EVANS",
    "TAYLOR",
    "BROWN",
    "WALKER",
    "HUGHES",
    "BEGUM",
    "WRIGHT",
    "CLARKE",
    "ODUYA",
    "NOWAK",
    "HARRISON",
    "FLETCHER",
    "DAWSON",
    "PRITCHARD",
    "OKAFOR",
    "MURPHY",
    "BARLOW",
    "TENNANT",
    "GARSIDE",
    "WOLSTENHOLME",
]


@pytest.fixture(scope="session")
def plans() -> dict[str, MatchPlan]:
    return read_plans(resource("plans"))


@pytest.fixture
def book() -> Codebook:
    return Codebook()


@pytest.fixture
def codes(book: Codebook) -> Callable[..., pa.Table]:
    """Records as dictionaries of RECORDS columns to a CODES table; `born` is an ISO date."""

    def encode(records: Sequence[dict[str, Any]]) -> pa.Table:
        return book.encode_records(records_table(records))

    return encode


def records_table(records: Sequence[dict[str, Any]]) -> pa.Table:
    """RECORDS from dictionaries: `canonical` defaults to the forename, `born` fills the parts."""
    full = [completed(record) for record in records]
    columns = [pa.array([r.get(f.name) for r in full], f.type) for f in RECORDS]
    return pa.table(columns, schema=RECORDS)


def completed(record: dict[str, Any]) -> dict[str, Any]:
    full = {"canonical": record.get("forename"), **record}
    if "born" in record:
        day = datetime.date.fromisoformat(record["born"])
        full |= {
            "birth_date": (day - EPOCH).days,
            "birth_year": day.year,
            "birth_month": day.month,
            "birth_day": day.day,
        }
    return full


@pytest.fixture(scope="session")
def town() -> Callable[..., list[dict[str, Any]]]:
    """`town(n, seed)`: n invented residents, two to a house, with name, birth date and address."""

    def people(n: int, seed: int = 1) -> list[dict[str, Any]]:
        dice = random.Random(seed)
        residents = []
        for k in range(n):
            home = k // 2
            residents.append(
                {
                    "forename": dice.choice(FORENAMES),
                    "surname": SURNAMES[(home * 7 + seed) % len(SURNAMES)],
                    "sex": dice.choice([1, 2]),
                    "born": (
                        datetime.date(1925, 1, 1) + datetime.timedelta(dice.randrange(22_000))
                    ).isoformat(),
                    "postcode": f"ES{1 + home // 40} {home // 8 % 10}AB".replace(" ", ""),
                    "house": str(1 + home % 8),
                    "street": f"STREET {home // 8}",
                }
            )
        return residents

    return people


@pytest.fixture
def judge(codes, town, book, plans):
    """Match one registration against some records among 300 neighbours under a plan.

    Gives bands, corrections and probabilities by record. The neighbours' own registrations are in
    the file too, as in life, so the prior is a sensible one; `full` gives them a middle name each.
    """

    def judged(
        newcomer: dict, *records: dict, full: bool = False, plan: str = "deaths"
    ) -> list[tuple[Band | None, set[str], float]]:
        neighbours = [p | {"postcode": p["postcode"].replace("ES", "ES2")} for p in town(300)]
        others = neighbours[::6] + [p | AWAY for p in town(40, seed=5)]
        if full:
            others, neighbours = ([p | {"middle": "LEE"} for p in t] for t in (others, neighbours))
        left, right = codes([*records, *neighbours]), codes([newcomer, *others])
        found = match(left, right, book, dataclasses.replace(plans[plan], keep=1e-9))
        answers: list[tuple[Band | None, set[str], float]] = []
        for k in range(len(records)):
            rows = [n for n in range(len(found)) if (found.left[n], found.right[n]) == (k, 0)]
            if not rows:
                answers.append((None, set(), 0.0))
                continue
            evidence = found.evidence([rows[0]], left, right, book)[0]
            applied = {row.field for row in evidence if row.level == "applied"}
            answers.append((found.band_of(rows[0]), applied, float(found.probability[rows[0]])))
        return answers

    return judged
