"""Chance agreement: counted figures against figures reckoned by hand."""

from __future__ import annotations

import datetime
import itertools
import random

import numpy as np
import pyarrow as pa
import pytest

from app.base.progress import SILENT
from app.matching.block import Blocker
from app.matching.budget import share
from app.matching.counts import Counter
from app.matching.sides import DAY_SHIFT, Properties, Side
from app.matching.weigh import Weigher
from app.model.codebook import Codebook
from app.model.plan import LEVELS
from app.model.records import RECORDS


@pytest.fixture
def counted(codes, book, plans):
    def count(left, right, plan="deaths"):
        properties = Properties(book)
        sides = Side(codes(left), properties), Side(codes(right), properties)
        blocker = Blocker(*sides, (), share(500, 0))
        return Counter(blocker, properties, plans[plan]).count(SILENT)

    return count


@pytest.fixture
def surnames():
    def records(names):
        rows = [{"surname": name} for name in names]
        return pa.Table.from_pylist(rows, schema=RECORDS)

    return records


def u(counts, field: str, level: str) -> float:
    return float(counts.u[field][LEVELS[field].index(level)])


def test_sex_and_forename_by_hand(counted) -> None:
    left = [
        {"sex": s, "forename": f} for s, f in [(1, "JOHN"), (1, "JOHN"), (2, "MARY"), (2, "EVE")]
    ]
    right = [{"sex": s, "forename": f} for s, f in [(1, "JOHN"), (2, "MARY"), (2, "JOAN")]]
    counts = counted(left, right)
    assert u(counts, "sex", "exact") == pytest.approx((2 * 1 + 2 * 2) / 12)
    assert u(counts, "forename", "exact") == pytest.approx((2 * 1 + 1 * 1) / 12)
    assert counts.tf["forename"].tolist()[:2] == [0.5, 0.25]


def test_inexact_dates_by_double_loop(counted, town) -> None:
    left, right = town(120), town(90, seed=3)
    counts = counted(left, right)
    pairs = [
        tuple(datetime.date.fromisoformat(p["born"]) for p in pair)
        for pair in itertools.product(left, right)
    ]
    one_part = sum(a.year == b.year and (a.month == b.month) != (a.day == b.day) for a, b in pairs)
    far = sum(abs(a.year - b.year) >= 10 for a, b in pairs)
    assert u(counts, "birth_date", "one-part-differs") == pytest.approx(one_part / len(pairs))
    assert u(counts, "birth_date", "far") == pytest.approx(far / len(pairs))


def test_a_rare_name_weighs_more_than_a_common_one(counted, plans) -> None:
    left = [{"surname": "SMITH"}] * 60 + [{"surname": f"RARE{k}"} for k in range(40)]
    counts = counted(left, left)
    weigher = Weigher(plans["deaths"], counts)
    smith, rare = weigher.value_bits("surname", "exact", np.array([0, 1]))
    assert rare - smith == pytest.approx(5.9, abs=0.1)


def test_what_else_the_vault_has_seen_moves_no_count(plans, surnames) -> None:
    """Codes stand in order of first appearance: the values sampled must not depend on them."""
    dice = random.Random(3)
    names = ["".join(dice.choices("ABDEILNORST", k=6)) for _ in range(1_500)]
    shares = []
    for earlier in ([], sorted(names, reverse=True)):
        book = Codebook()
        book.encode_records(surnames(earlier))
        properties = Properties(book)
        sides = [Side(book.encode_records(surnames(names)), properties) for _ in range(2)]
        blocker = Blocker(*sides, (), share(500, 0))
        counts = Counter(blocker, properties, plans["deaths"]).count(SILENT)
        shares.append([u(counts, "surname", code) for code in ("close", "similar")])
    assert shares[0] == shares[1]
    assert min(shares[0]) > 0


def test_one_person_listed_often_makes_no_date_common(counted, town) -> None:
    people = town(200)
    once = counted(people, people[:50], "people")
    often = counted(people * 4, people[:50], "people")
    assert often.tf["birth_date"].max() == pytest.approx(once.tf["birth_date"].max(), rel=0.05)


def test_first_of_january_counts_little(counted, plans) -> None:
    left = [{"born": f"19{20 + k % 60}-0{1 + k % 9}-1{k % 9}"} for k in range(400)]
    left += [{"born": "1950-01-01"}] * 3
    counts = counted(left, left)
    weigher = Weigher(plans["deaths"], counts)
    shown = (datetime.date(1950, 1, 1), datetime.date(1951, 5, 14))
    days = [(day - datetime.date(1970, 1, 1)).days + DAY_SHIFT for day in shown]
    first, other = weigher.value_bits("birth_date", "exact", np.array(days))
    assert other - first >= 2.0
