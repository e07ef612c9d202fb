"""Joins by sorted keys find what a double loop finds, packed or hashed, whole or by ranges."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching import keys
from app.matching.keys import Joiner, earlier, every
from app.matching.sides import Properties, Side, dense, numbered
from app.model.codebook import Codebook
from app.model.records import CODES

SURNAME, HOUSE, UPRN = ("surname",), ("surname", "house"), ("surname", "uprn", "birth_date")
cell = st.one_of(st.none(), st.integers(0, 4))
wide = st.one_of(st.none(), st.sampled_from([7, 100_012_345_678, 999_999_999_999]))
rows = st.lists(st.tuples(cell, cell, wide, cell), max_size=14)


def side(records) -> Side:
    table = {f.name: pa.nulls(len(records), f.type) for f in CODES}
    for k, name in enumerate(("surname", "house", "uprn", "birth_date")):
        table[name] = pa.array([record[k] for record in records], CODES.field(name).type)
    return Side(pa.table(table, schema=CODES), Properties(Codebook()))


def by_hand(left: Side, right: Side, columns) -> set[tuple[int, int]]:
    return {
        (i, j)
        for i, j in itertools.product(range(left.n), range(right.n))
        if all(left[c][i] == right[c][j] >= 0 for c in columns)
    }


@pytest.mark.parametrize("columns", [SURNAME, HOUSE, UPRN])
@pytest.mark.parametrize("mix", [keys._MIX, np.uint64(0)])
@given(rows, rows, st.integers(0, 14))
def test_pairs_are_those_of_a_double_loop(columns, mix, one, other, split) -> None:
    """With a hash that tells nothing apart (0) as well: what was hashed is compared again."""
    left, right = side(one), side(other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MIX", mix)
        joiner = Joiner(left, right)
        found = joiner.equal(columns, columns)
        runs = np.arange(len(found.n))
        pairs = []
        for among in (keys.ALL, (0, split), (split, right.n)):
            i, j = every(found, runs, among)
            really = joiner.really(columns, columns, i, j)
            assert really.all() or not found.exact
            listed = list(zip(i[really].tolist(), j[really].tolist(), strict=True))
            assert len(listed) == len(set(listed))
            pairs.append(set(listed))
        expected = by_hand(left, right, columns)
        assert joiner.agreeing(columns) == len(expected)
    assert pairs[0] == expected
    assert pairs[1] == {(i, j) for i, j in expected if j < split}
    assert pairs[2] == {(i, j) for i, j in expected if j >= split}


def test_very_many_alike_are_counted_without_making_their_pairs() -> None:
    """Forty thousand rows of one value: 1.6 thousand million pairs, which no memory holds."""
    table = side([(1, 2, 999_999_999_999, 3)] * 40_000)
    joiner = Joiner(table, table)
    assert not joiner._shape(UPRN, UPRN).exact
    assert joiner.agreeing(UPRN) == 40_000.0**2
    assert joiner.agreeing(HOUSE) == 40_000.0**2


@given(rows)
def test_within_one_table_each_pair_comes_once_the_smaller_first(records) -> None:
    table = side(records)
    found = Joiner(table, table).equal(HOUSE, HOUSE)
    i, j = earlier(found, np.arange(len(found.n)))
    listed = list(zip(i.tolist(), j.tolist(), strict=True))
    assert len(listed) == len(set(listed))
    assert set(listed) == {(i, j) for i, j in by_hand(table, table, HOUSE) if i < j}


@given(rows, rows, st.data())
def test_only_those_among_take_part_in_joins_but_all_count(one, other, data) -> None:
    left, right = side(one), side(other)
    flags = data.draw(st.lists(st.booleans(), min_size=left.n, max_size=left.n))
    joiner = Joiner(left, right, np.array(flags, dtype=np.bool_))
    found = joiner.equal(SURNAME, SURNAME)
    i, j = every(found, np.arange(len(found.n)))
    expected = by_hand(left, right, SURNAME)
    assert set(zip(i.tolist(), j.tolist(), strict=True)) == {p for p in expected if flags[p[0]]}
    assert joiner.agreeing(HOUSE) == len(by_hand(left, right, HOUSE))


@given(st.lists(st.tuples(st.integers(-(2**40), 2**62), st.integers(-1, 3)), max_size=20))
def test_equal_rows_share_a_number_from_0(pairs) -> None:
    first, second = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    for groups, told in ((numbered(first), [p[0] for p in pairs]), (dense(second, first), pairs)):
        assert sorted(set(groups.tolist())) == list(range(len(set(told))))
        assert len(set(zip(groups.tolist(), told, strict=True))) == len(set(told))
