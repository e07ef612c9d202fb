"""How long a matching takes and how much memory it needs, beside the bare joins on the same codes.

    python tests/bench/bench_match.py --people 100000 --deaths 60000 --rounds 3

Prints one JSON object: seconds and CPU seconds of `match` (medians), of the joins alone on the same
machine and data, their ratio, peak memory, and accuracy at .95 against the generator's truth.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from app.base.memory import peak_mb
from app.base.progress import SILENT
from app.exampleshire.council import generate
from app.matching.block import Blocker
from app.matching.budget import share
from app.matching.engine import match
from app.matching.measure import at_threshold
from app.matching.sides import Properties, Side
from app.model.codebook import Codebook
from app.model.kinds import ColumnUse, Mapping
from app.model.meanings import Meaning
from app.model.plan import MatchPlan
from app.services.catalogue import catalogue
from app.standardise.cells import Batch
from app.standardise.records import Standardiser

BATCH = 262_144
RESIDENTS = {
    "reference": Meaning.REFERENCE,
    "forename": Meaning.GIVEN_NAMES,
    "middle_names": Meaning.MIDDLE_NAMES,
    "surname": Meaning.SURNAME,
    "sex": Meaning.SEX,
    "birth_date": Meaning.BIRTH_DATE,
    "address_1": Meaning.ADDRESS,
    "address_2": Meaning.ADDRESS,
    "address_3": Meaning.ADDRESS,
    "address_4": Meaning.ADDRESS,
    "postcode": Meaning.POSTCODE,
    "uprn": Meaning.UPRN,
    "nino": Meaning.NINO,
}
DEATHS = {
    "forenames": Meaning.GIVEN_NAMES,
    "surname": Meaning.SURNAME,
    "aliasForenames": Meaning.ALIAS_GIVEN_NAMES,
    "aliasSurname": Meaning.ALIAS_SURNAME,
    "maidenSurname": Meaning.BIRTH_SURNAME,
    "sex": Meaning.SEX,
    "dateOfBirth": Meaning.BIRTH_DATE,
    "dateOfDeath": Meaning.DEATH_DATE,
    "usualAddress/postcode": Meaning.POSTCODE,
    "usualAddress/line1": Meaning.ADDRESS,
    "usualAddress/line2": Meaning.ADDRESS,
    "usualAddress/line3": Meaning.ADDRESS,
    "usualAddress/line4": Meaning.ADDRESS,
}


def batches(table: pa.Table, kind: str, meanings: dict[str, Meaning]) -> Iterator[pa.Table]:
    """A table of text as standardised records, a batch at a time."""
    house = catalogue()
    columns = tuple(meanings)
    mapping = Mapping(kind, tuple(ColumnUse(c, m) for c, m in meanings.items()))
    standardiser = Standardiser(house.kinds[kind], mapping, columns, house.names, date(2026, 10, 5))
    for start in range(0, table.num_rows, BATCH):
        part = table.slice(start, BATCH)
        texts = [part.column(column).combine_chunks() for column in columns]
        yield standardiser.columns(Batch(range(start, start + part.num_rows), texts))[0]


def standardised(
    table: pa.Table, kind: str, meanings: dict[str, Meaning]
) -> tuple[pa.Table, np.ndarray]:
    """A table of text as standardised records, and the true person of each record."""
    records = pa.concat_tables(batches(table, kind, meanings))
    return records, persons(table, records)


def persons(table: pa.Table, records: pa.Table) -> np.ndarray:
    """The true person of each record."""
    person = np.array([int(p[1:]) for p in table.column("person").to_pylist()])
    return person[records.column("row").to_numpy()]


def codes(table: pa.Table, kind: str, meanings: dict[str, Meaning], book: Codebook) -> pa.Table:
    """A table of text as codes; the text of a batch is let go with it."""
    return pa.concat_tables(
        book.encode_records(records) for records in batches(table, kind, meanings)
    )


def encoded(
    table: pa.Table, kind: str, meanings: dict[str, Meaning], book: Codebook
) -> tuple[pa.Table, np.ndarray]:
    """A table of text as codes, and the true person of each record."""
    found = codes(table, kind, meanings, book)
    return found, persons(table, found)


def joins_alone(left: pa.Table, right: pa.Table, book: Codebook, plan: MatchPlan) -> int:
    """The plan's blocking joins on codes and nothing else: the floor."""
    properties = Properties(book)
    sides = Side(left, properties), Side(right, properties)
    rules = tuple(
        rule
        for rule in plan.rules
        if all(sides[0].known(k) for k in rule.left) and all(sides[1].known(k) for k in rule.right)
    )
    joined = Blocker(*sides, rules, share(1500, 0)).join(SILENT)
    return 0 if joined is None else int(joined.yields().sum())


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median wall and CPU seconds."""
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return round(statistics.median(walls), 3), round(statistics.median(cpus), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--deaths", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()
    council = generate(options.people, options.deaths, options.seed, catalogue().exampleshire)
    book, plan = Codebook(), catalogue().plans["deaths"]
    left, who = encoded(council.residents(), "people", RESIDENTS, book)
    right, dead = encoded(council.deaths(), "deaths", DEATHS, book)
    del council
    found = match(left, right, book, plan)
    wall, cpu = timed(lambda: match(left, right, book, plan), options.rounds)
    floor_wall, floor_cpu = timed(lambda: joins_alone(left, right, book, plan), options.rounds)
    place = {int(person): n for n, person in enumerate(who)}
    truth = np.array([(place[int(p)], j) for j, p in enumerate(dead) if int(p) in place])
    pairs = np.stack([found.left, found.right], axis=1).astype(np.int64)
    accuracy = at_threshold(pairs, found.probability, truth, 0.95)
    answer = {
        "people": options.people,
        "deaths": options.deaths,
        "seconds": wall,
        "cpu_seconds": cpu,
        "joins_seconds": floor_wall,
        "joins_cpu_seconds": floor_cpu,
        "ratio_to_joins": round(cpu / max(floor_cpu, 0.001), 2),
        "peak_rss_mb": round(peak_mb()),
        "candidate_pairs": found.candidate_pairs,
        "precision": round(accuracy.precision, 4),
        "recall": round(accuracy.recall, 4),
        "f1": round(accuracy.f1, 4),
    }
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
