"""Recall of true pairs by sex, age, area and group of surnames, on councils never tuned on.

    python tests/bench/bench_fairness.py --people 20000 --deaths 12000 --seeds 31 32 33 34

A true pair counts as found when it is certain or probable. Prints one JSON object: for each group
how many true pairs there are, how many were found, their share, its limits (95 %), and whether it
differs from the rest of its family by more than chance explains; and the precision of what was
found, which has no groups.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date

import numpy as np
import pyarrow as pa
from bench_match import DEATHS, RESIDENTS, standardised

from app.exampleshire.council import generate
from app.matching.engine import match
from app.model.codebook import Codebook
from app.model.matches import BANDS
from app.model.runs import Band
from app.reports.summary import match_rates
from app.services.catalogue import catalogue
from app.services.reach import told

SURE = [BANDS.index(band) for band in (Band.CERTAIN, Band.PROBABLE)]
DAY = (date(2026, 10, 5) - date(1970, 1, 1)).days
COLUMNS = ["sex", "birth_date", "postcode", "surname"]


def found(people: int, deaths: int, seed: int) -> tuple[pa.Table, np.ndarray, int, int]:
    """True deaths of one council, which of them were found, and pairs claimed and right."""
    council = generate(people, deaths, seed, catalogue().exampleshire)
    left, persons = standardised(council.residents(), "people", RESIDENTS)
    right, dead = standardised(council.deaths(), "deaths", DEATHS)
    book = Codebook()
    codes = book.encode_records(left), book.encode_records(right)
    matches = match(*codes, book, catalogue().plans["deaths"])
    sure = np.isin(matches.band, SURE)
    one, other = matches.left[sure], matches.right[sure]
    true = persons[one] == dead[other]
    known = np.isin(dead, persons)
    hit = np.isin(np.arange(len(dead)), other[true])
    return right.filter(pa.array(known)).select(COLUMNS), hit[known], len(true), int(true.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--deaths", type=int, default=12_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[31, 32, 33, 34])
    options = parser.parse_args()
    councils = [found(options.people, options.deaths, seed) for seed in options.seeds]
    records = pa.concat_tables([council[0] for council in councils])
    hit = np.concatenate([council[1] for council in councils])
    house = catalogue()
    ages = house.package_policy.age_bands
    rates = match_rates(records, np.flatnonzero(hit), DAY, 1, ages, house.name_groups)
    claimed, right = (sum(council[k] for council in councils) for k in (2, 3))
    answer = {
        "true_pairs": records.num_rows,
        "recall": round(float(hit.mean()), 4),
        "precision": round(right / claimed, 4),
        "groups": [asdict(told(rate, rates)) for rate in rates if rate.by != "area"],
    }
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()
