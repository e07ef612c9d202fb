"""Deaths against the sample council's lists, held to its truth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from app.exampleshire.council import generate
from app.exampleshire.extract import Extract
from app.matching.engine import match
from app.model.codebook import Codebook
from app.model.kinds import ColumnUse, Kind, Mapping
from app.model.loads import Rows
from app.services.catalogue import catalogue
from app.standardise.records import Standardiser

KINDS = {
    "council_tax": "council-tax",
    "electoral_register": "electoral-register",
    "blue_badges": "blue-badges",
    "concessionary_passes": "concessionary-passes",
    "pensions_payroll": "pensions-payroll",
    "housing_tenancies": "housing-tenancies",
}
TODAY = date(2026, 10, 5)


@dataclass(frozen=True)
class Listed:
    """One file: its codes, and who stands on each of its rows."""

    codes: pa.Table
    rows: np.ndarray
    people: dict[int, set[int]]


def plainly(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def mapping(kind: Kind, columns: tuple[str, ...]) -> Mapping:
    known = {plainly(h): f for f in kind.fields for h in (f.name, *f.headers)}
    fields = [(column, known.get(plainly(column))) for column in columns]
    return Mapping(
        kind.id,
        tuple(ColumnUse(c, f.means if f else None, f.party if f else 1) for c, f in fields),
    )


def cell(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def listed(extract: Extract, book: Codebook) -> Listed:
    house = catalogue()
    deaths = extract.form.id not in KINDS
    kind = house.kinds["deaths" if deaths else KINDS[extract.form.id]]
    columns = tuple(extract.form.columns)
    standardiser = Standardiser(kind, mapping(kind, columns), columns, house.names, TODAY)
    cells = tuple(zip(*([cell(v) for v in c] for c in extract.columns), strict=True))
    records, _rejected = standardiser.batch(Rows(tuple(range(len(cells))), cells))
    if deaths:
        records = records.filter(pa.array(standing(extract)[records.column("row").to_numpy()]))
    people: dict[int, set[int]] = defaultdict(set)
    for row, person in zip(extract.truth_rows.tolist(), extract.truth_people.tolist(), strict=True):
        people[row].add(person)
    return Listed(book.encode_records(records), records.column("row").to_numpy(), people)


def standing(extract: Extract) -> np.ndarray:
    """Entries neither withdrawn nor amended by a later one of the file."""
    cells = dict(zip(extract.form.columns, extract.columns, strict=True))
    gone = {str(entry) for entry in cells["amends"] if entry}
    return np.array(
        [
            str(entry) not in gone and status != "withdrawn"
            for entry, status in zip(cells["entryId"], cells["status"], strict=True)
        ]
    )


def tally(people: int, seed: int, least: str = "probable") -> dict[str, tuple[int, int, int]]:
    """By list: pairs of rows claimed (of a band or above), true ones among them, all true."""
    house = catalogue()
    plan = house.plans["deaths"]
    council = generate(people, None, seed, house.exampleshire)
    book = Codebook()
    files = {extract.form.id: listed(extract, book) for extract in council.extracts}
    right = next(files[name] for name in files if name not in KINDS)
    dead = defaultdict(set)
    for row in right.rows.tolist():
        for person in right.people[row]:
            dead[person].add(row)
    counts = {}
    for name in KINDS:
        left = files[name]
        found = match(left.codes, right.codes, book, plan)
        sure = found.probability >= getattr(plan.thresholds, least)
        claimed = set(
            zip(
                left.rows[found.left[sure]].tolist(),
                right.rows[found.right[sure]].tolist(),
                strict=True,
            )
        )
        true = {
            (row, other)
            for row, persons in left.people.items()
            for person in persons
            for other in dead.get(person, ())
        }
        counts[name] = (len(claimed), len(claimed & true), len(true))
    return counts


def summed(results: list[dict[str, tuple[int, int, int]]], *names: str) -> tuple[float, float]:
    """Precision and recall over several runs and lists."""
    said, right, true = (
        sum(counts[name][k] for counts in results for name in (names or KINDS)) for k in range(3)
    )
    return right / said, right / true


@pytest.fixture(scope="module")
def results() -> list[dict[str, tuple[int, int, int]]]:
    return [tally(2_000, seed) for seed in (1, 2, 3)]


def test_over_all_lists(results) -> None:
    precision, recall = summed(results)
    assert precision >= 0.99
    assert recall >= 0.95


def test_where_birth_dates_are_known(results) -> None:
    names = ("blue_badges", "concessionary_passes", "pensions_payroll", "housing_tenancies")
    precision, recall = summed(results, *names)
    assert precision >= 0.99
    assert recall >= 0.97


def test_a_larger_council() -> None:
    """Ten times the people, so ten times the namesakes: fathers and sons first of all."""
    precision, recall = summed([tally(20_000, seed) for seed in (1, 2)])
    assert precision >= 0.985
    assert recall >= 0.95


def test_certain_is_certain_in_a_larger_council() -> None:
    precision, _ = summed([tally(20_000, seed, "certain") for seed in (3, 4)])
    assert precision >= 0.998


def test_truth_is_not_peeked_at() -> None:
    """The engine's rooms never import the generator or the truth."""
    for path in (Path(__file__).parents[2] / "app" / "matching").glob("*.py"):
        assert "exampleshire" not in path.read_text(encoding="utf-8")
