"""Decisions: the newest stands, an undo brings back what stood before, nothing is lost."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from app.base.errors import Refused
from app.model.runs import Verdict
from app.stores import decisions, runs, trail

AT = "2026-08-22T09:00:00Z"
SERIAL = itertools.count(1)


def decide(
    writer, pair: str, verdict: Verdict, by: str = "Ann", digests=("a", "b"), note: str = ""
) -> None:
    decisions.decide(writer, decisions.Judgement(pair, verdict, "name", note, by, AT, *digests))
    trail.append(writer, AT, by, "pair.decide", {"pair": pair})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from([*Verdict, None]), max_size=12))
def test_undo_walks_back_as_a_stack_does(vault, acts) -> None:
    pair = f"R{next(SERIAL)}-1"
    stack: list[Verdict] = []
    given_verdicts: list[Verdict] = []
    with vault.write() as writer:
        trail.append(writer, AT, "Ann", "x", {})
        for act in acts:
            if act is not None:
                decide(writer, pair, act)
                stack.append(act)
                given_verdicts.append(act)
            elif stack:
                stack.pop()
                stands = decisions.undo(writer, pair, "Bob", AT)
                assert (stands.verdict if stands else None) == (stack[-1] if stack else None)
            else:
                with pytest.raises(Refused, match="pair-undecided"):
                    decisions.undo(writer, pair, "Bob", AT)
    with vault.read() as reader:
        latest = decisions.latest(reader, pair)
        assert (latest.verdict if latest else None) == (stack[-1] if stack else None)
        assert [d.verdict for d in decisions.history(reader, pair)] == given_verdicts
        run, _ = runs.split_id(pair)
        assert set(decisions.standing(reader, run)) == ({pair} if stack else set())


def test_counts_follow_what_stands(vault, fill) -> None:
    load = fill.load([["SMITH", "JONES"]])
    run = fill.run(load, None, [fill.pair(n, 5.0) for n in (1, 2, 3, 4)])
    with vault.write() as writer:
        for n, verdict in ((1, Verdict.SAME), (2, Verdict.SAME), (3, Verdict.UNSURE)):
            decide(writer, f"{run}-{n}", verdict)
        decide(writer, f"{run}-1", Verdict.DIFFERENT, by="Bob")
        decisions.undo(writer, f"{run}-3", "Ann", AT)
    with vault.read() as reader:
        counts = decisions.counts(reader, run)
        assert counts == {Verdict.SAME: 1, Verdict.DIFFERENT: 1, Verdict.UNSURE: 0}
        assert runs.get(reader, run).decided == 2
        assert decisions.of_runs(reader, [run, "R9"]) == 2
        assert decisions.last_of(reader, run, "Ann") == f"{run}-2"
        assert decisions.last_of(reader, run, "Bob") == f"{run}-1"
        assert decisions.last_of(reader, run, "Cy") is None


def test_a_judgement_is_remembered_by_what_was_judged(vault) -> None:
    with vault.write() as writer:
        decide(writer, "R1-1", Verdict.SAME, digests=("x", "y"))
        decide(writer, "R2-7", Verdict.DIFFERENT, digests=("x", "y"))
        decide(writer, "R2-8", Verdict.UNSURE, digests=("v", "w"))
        decide(writer, "R2-9", Verdict.SAME, digests=("", ""))
    with vault.read() as reader:
        assert {k: [j.verdict for j in said] for k, said in decisions.memory(reader).items()} == {
            ("x", "y"): [Verdict.SAME, Verdict.DIFFERENT]
        }
    with vault.write() as writer:
        decisions.undo(writer, "R2-7", "Ann", AT)
        trail.append(writer, AT, "Ann", "pair.undo", {})
    with vault.read() as reader:
        (judged,) = decisions.memory(reader)["x", "y"]
    assert judged.verdict is Verdict.SAME


def test_the_newest_judgement_holds_whichever_record_came_first(vault) -> None:
    with vault.write() as writer:
        decide(writer, "R1-1", Verdict.SAME, digests=("x", "y"))
        decide(writer, "R2-7", Verdict.DIFFERENT, digests=("y", "x"))
    with vault.read() as reader:
        found = decisions.memory(reader)
    assert [(key, said[-1].verdict) for key, said in found.items()] == [
        (("x", "y"), Verdict.DIFFERENT)
    ]


def test_a_decision_is_never_edited(vault) -> None:
    with vault.write() as writer:
        decide(writer, "R1-1", Verdict.SAME)
    with pytest.raises(dbapi2.IntegrityError, match="append-only"), vault.write() as writer:
        writer.run("UPDATE decision SET verdict = 'different'")


def test_a_withdrawn_run_keeps_its_decisions_but_nothing_about_people(vault, fill) -> None:
    going, staying = fill.load([["SMITH"]]), fill.load([["JONES"]], sha256="b" * 64)
    runs_made = [fill.run(load, None, [fill.pair(1, 5.0)]) for load in (going, staying)]
    with vault.write() as writer:
        for run in runs_made:
            decide(writer, f"{run}-1", Verdict.SAME, note=f"NOTE{run}", digests=("x" + run, "y"))
            decide(writer, f"{run}-1", Verdict.UNSURE, note=f"NOTE{run}", digests=("x" + run, "y"))
            decisions.undo(writer, f"{run}-1", "Ann", AT)
    fill.withdraw(going)
    with vault.read() as reader:
        gone, stayed = (decisions.history(reader, f"{run}-1") for run in runs_made)
        assert [d.verdict for d in gone] == [Verdict.SAME, Verdict.UNSURE]
        assert {d.note for d in gone} == {""}
        assert {d.note for d in stayed} == {f"NOTE{runs_made[1]}"}
        assert decisions.counts(reader, runs_made[0])[Verdict.SAME] == 1
        assert set(decisions.memory(reader)) == {("x" + runs_made[1], "y")}
    pages = b"".join(fill.pages())
    assert f"NOTE{runs_made[1]}".encode() in pages
    assert f"NOTE{runs_made[0]}".encode() not in pages


@pytest.mark.parametrize(
    "change",
    [
        "note = 'x', left_digest = '', right_digest = ''",
        "note = '', left_digest = 'x', right_digest = ''",
        "note = '', left_digest = '', right_digest = 'x'",
        *(
            f"note = '', left_digest = '', right_digest = '', {column} = {value}"
            for column, value in (
                ("seq", "99"),
                ("run", "'R9'"),
                ("pair", "'R1-9'"),
                ("verdict", "NULL"),
                ("verdict", "'different'"),
                ("reason", "'x'"),
                ("decided_by", "'Bob'"),
                ("decided_at", "'x'"),
                ("stood", "1"),
                ("stands", "NULL"),
            )
        ),
    ],
)
def test_nothing_else_of_a_withdrawn_decision_is_ever_edited(vault, fill, change) -> None:
    load = fill.load([["SMITH"]])
    run = fill.run(load, None, [fill.pair(1, 5.0)])
    with vault.write() as writer:
        decide(writer, f"{run}-1", Verdict.SAME)
    fill.withdraw(load)
    with pytest.raises(dbapi2.IntegrityError, match="append-only"), vault.write() as writer:
        writer.run(f"UPDATE decision SET {change}")


def test_a_run_in_use_is_not_blanked(vault, fill) -> None:
    run = fill.run(fill.load([["SMITH"]]), None, [fill.pair(1, 5.0)])
    with vault.write() as writer:
        decide(writer, f"{run}-1", Verdict.SAME)
    with pytest.raises(dbapi2.IntegrityError, match="append-only"), vault.write() as writer:
        writer.run("UPDATE decision SET note = '', left_digest = '', right_digest = ''")


def test_each_steward_has_a_bookmark(vault) -> None:
    with vault.write() as writer:
        decisions.set_bookmark(writer, "R1", "Ann", 5)
        decisions.set_bookmark(writer, "R1", "Ann", 7)
        trail.append(writer, AT, "Ann", "review.bookmark", {})
    with vault.read() as reader:
        assert decisions.bookmark(reader, "R1", "Ann") == 7
        assert decisions.bookmark(reader, "R1", "Bob") == 0
