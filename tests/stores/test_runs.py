"""Runs, their pairs and the narrow copies of records."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.runs import Band
from app.stores import runs, trail


@pytest.fixture
def run(fill) -> str:
    left = fill.load([["SMITH", "JONES"]])
    right = fill.load([["SMYTH", "JONES"]], sha256="b" * 64)
    pairs = [fill.pair(1, 3.0, Band.POSSIBLE), fill.pair(2, 9.5), fill.pair(3, 4.0)]
    return fill.run(left, right, pairs)


def test_a_run_is_what_was_recorded(vault, run) -> None:
    with vault.read() as reader:
        summary = runs.require(reader, run)
        facts = runs.details(reader, run)
        assert runs.summaries(reader) == (summary,)
    assert (summary.run, summary.plan, summary.left, summary.right) == ("R1", "deaths", "L1", "L2")
    assert (summary.bands.certain, summary.decided, summary.state) == (3, 0, "complete")
    assert facts.seconds == {"read": 1.0, "score": 0.5}
    assert facts.notes[0].facts == {"n": 1}


def test_pairs_come_heaviest_first_and_by_band(vault, run, fill) -> None:
    with vault.read() as reader:
        assert [p.n for p in runs.pairs(reader, run)] == [2, 3, 1]
        assert [p.n for p in runs.pairs(reader, run, Band.CERTAIN, limit=1)] == [2]
        assert runs.pair_ids(reader, run, [Band.POSSIBLE, Band.CERTAIN]) == ("R1-2", "R1-3", "R1-1")
        assert runs.pair_ids(reader, run, []) == ()
        assert runs.pair(reader, "R1-2") == fill.pair(2, 9.5)


def test_records_of_pairs_are_read_without_their_load(vault, run) -> None:
    with vault.read() as reader:
        copy = runs.record(reader, run, "L1", 1)
        assert (copy.row, copy.part, copy.fields) == (3, 1, {"surname": ("Smith", "SMITH")})
        assert len(list(runs.records(reader, run))) == 6
        with pytest.raises(Refused, match="record-unknown"):
            runs.record(reader, run, "L1", 77)


@pytest.mark.parametrize("identity", ["R1-9", "R9-1", "R1", "L1-1", "R1-x", "", "R1-1-1", "R1-²"])
def test_other_ids_are_no_pairs(vault, run, identity) -> None:
    with vault.read() as reader, pytest.raises(Refused, match="pair-unknown"):
        runs.pair(reader, identity)


def test_a_withdrawn_run_is_no_more_read(vault, run) -> None:
    with vault.write() as writer:
        assert runs.of_load(writer, "L2") == ("R1",)
        runs.withdraw(writer, run)
        trail.append(writer, "2026", "Ann", "x", {})
    with vault.read() as reader:
        assert runs.of_load(reader, "L2") == ()
        assert runs.get(reader, run).state == "withdrawn"
        for ask in (
            lambda: runs.pair(reader, "R1-1"),
            lambda: runs.require(reader, run),
            lambda: runs.pairs(reader, run),
        ):
            with pytest.raises(Refused, match="run-withdrawn"):
                ask()
        with pytest.raises(Refused, match="run-unknown"):
            runs.get(reader, "R7")


def test_a_load_withdrawn_meanwhile_stops_the_run(fill) -> None:
    left = fill.load([["SMITH"]])
    fill.withdraw(left)
    with pytest.raises(Refused, match="load-withdrawn"):
        fill.run(left, None, [])
