"""What standardising costs a cell, in steps of this machine's own interpreter."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

import pytest

from app.base.places import resource
from app.catalogue.kinds import read_kinds
from app.catalogue.names import read_name_rules
from app.model.kinds import ColumnUse, Mapping
from app.model.loads import Rows
from app.model.meanings import Meaning
from app.standardise.records import Standardiser

MEANINGS = (
    Meaning.REFERENCE, Meaning.TITLE, Meaning.SURNAME, Meaning.GIVEN_NAMES, Meaning.MIDDLE_NAMES,
    Meaning.ADDRESS, Meaning.ADDRESS, Meaning.ADDRESS, Meaning.POSTCODE, Meaning.BIRTH_DATE,
    Meaning.NINO, Meaning.UPRN,
)  # fmt: skip
STEPS_A_CELL = 300
"""Turns of an empty loop (20 ns each on a quiet machine): about 100 are needed, 2 µs a cell."""
BATCH = 8192
ROUNDS = 3
"""Of a small table the quickest round counts: a busy machine slows single ones down."""


def rows_of(number: int, forenames: list[str]) -> list[tuple[str, ...]]:
    dice = random.Random(7)
    letters = "BCDFGLMNPRST"
    surnames = ["".join(dice.choices(letters + "AEIOU", k=7)).title() for _ in range(number // 20)]
    streets = [f"{dice.choice(surnames)} {dice.choice(['St', 'Road', 'Ave'])}" for _ in range(2000)]
    codes = [
        f"LS{dice.randint(1, 29)} {dice.randint(1, 9)}{''.join(dice.choices('ABDEF', k=2))}"
        for _ in range(20_000)
    ]
    return [
        (
            str(n),
            "Mr",
            dice.choice(surnames),
            dice.choice(forenames),
            dice.choice(forenames) if n % 2 else "",
            f"{dice.randint(1, 200)} {dice.choice(streets)}",
            "",
            "Leeds",
            dice.choice(codes),
            (date(1920, 1, 1) + timedelta(days=dice.randint(0, 36_000))).strftime("%d/%m/%Y"),
            f"CE{dice.randint(100_000, 999_999)}C" if n % 3 else "",
            str(10**10 + dice.randint(0, number)),
        )
        for n in range(number)
    ]


def loop_seconds() -> float:
    best = 1e9
    for _ in range(3):
        started = time.process_time()
        for _ in range(1_000_000):
            pass
        best = min(best, time.process_time() - started)
    return best / 1_000_000


@pytest.mark.release
@pytest.mark.parametrize("number", [20_000, 1_000_000], ids=["small", "full"])
def test_cost_of_a_cell(number: int) -> None:
    rules = read_name_rules(resource("reference"))
    names = [f"c{place}" for place in range(len(MEANINGS))]
    mapping = Mapping("people", tuple(map(ColumnUse, names, MEANINGS)))
    kind = read_kinds(resource("kinds"))["people"]
    forenames = [name.title() for name in sorted(rules.forenames)[:1500]]
    rows = rows_of(number, forenames)
    batches = [
        Rows(tuple(range(at, min(at + BATCH, number))), tuple(rows[at : at + BATCH]))
        for at in range(0, number, BATCH)
    ]
    Standardiser(kind, mapping, names, rules, date(2026, 11, 1)).batch(batches[-1])
    steps = []
    for _ in range(ROUNDS if number < BATCH * ROUNDS else 1):
        worker = Standardiser(kind, mapping, names, rules, date(2026, 11, 1))
        turn = loop_seconds()
        started = time.process_time()
        records = sum(worker.batch(batch)[0].num_rows for batch in batches)
        spent = time.process_time() - started
        steps.append(spent / (number * len(MEANINGS)) / turn)
        print(f"{number} rows, {spent:.2f} CPU-s, {steps[-1]:.0f} loop steps a cell")
        assert records == number
    assert min(steps) < STEPS_A_CELL
