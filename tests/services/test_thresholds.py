"""Lines between bands are moved on what a run kept: counted the slow way it comes out the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.base.clock import system_clock
from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.runs import Band, MatchRequest, Verdict
from app.services import intake, matching, review, sharing, trail, vaults
from app.services.catalogue import catalogue
from app.services.sample import sample
from app.services.thresholds import lines_of, thresholds
from app.stores import runs as stored


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A vault with one run of a small invented council."""
    home = tmp_path_factory.mktemp("thresholds")
    sample(catalogue(), home / "files", 1000, None, 7)
    vaults.create(catalogue(), home / "vault", "Ann", "three random words", system_clock)
    with vaults.unlock(
        catalogue(), home / "vault", "Ann", "three random words", system_clock
    ) as ws:
        agreement = catalogue().folder / "examples" / "agreement.json"
        wishes = LoadWishes(agreement=sharing.import_agreement(ws, agreement).ref)
        left = intake.load_file(ws, home / "files" / "council_tax.csv", LoadWishes())
        right = intake.load_file(ws, home / "files" / "deaths_s19aa.xml", wishes)
        matching.run(ws, MatchRequest(left.load, right.load, purpose="stop-mail"))
        yield ws


@pytest.mark.parametrize("certain", [0.95, 0.99, 0.9965, 1.0])
@pytest.mark.parametrize("probable", [0.1, 0.5, 0.9, 0.95])
def test_what_crosses_is_what_a_count_of_all_pairs_says(ready, certain, probable):
    found = thresholds(ready, "R1", certain, probable)
    pairs = review.pairs(ready, "R1")
    order = list(Band)
    for line, limit in ((found.certain, certain), (found.probable, probable)):
        high = order[: order.index(line.band) + 1]
        now = {p.pair for p in pairs if p.band in high}
        gained = [p for p in pairs if p.pair not in now and p.probability >= limit]
        lost = [p for p in pairs if p.pair in now and p.probability < limit]
        assert (line.before, line.gained, line.lost) == (len(now), len(gained), len(lost))
        assert line.after == len(now) + len(gained) - len(lost)
        assert len(line.gained_pairs) == min(5, len(gained))
        nearest = sorted((p.probability for p in lost), reverse=True)[:5]
        assert [p.probability for p in line.lost_pairs] == nearest


@pytest.mark.parametrize(("certain", "probable"), [(0.3, 0.2), (1.0, 1.0), (1.0, 0.1)])
def test_a_pair_that_crosses_both_lines_is_told_once_at_the_farther(ready, certain, probable):
    found = thresholds(ready, "R1", certain, probable)
    each = [one.pair.pair for one in found.crossing]
    assert each
    assert len(each) == len(set(each))
    for one in found.crossing:
        chance = one.pair.probability
        if one.gained:
            assert one.band is (Band.CERTAIN if chance >= certain else Band.PROBABLE)
        else:
            assert one.band is (Band.PROBABLE if chance < probable else Band.CERTAIN)
        lines = {Band.CERTAIN: found.certain, Band.PROBABLE: found.probable}
        told = lines.values()
        assert any(one.pair in (*line.gained_pairs, *line.lost_pairs) for line in told)


def test_lines_left_alone_change_nothing_and_the_look_is_on_record(ready):
    before = matching.runs(ready)
    found = thresholds(ready, "R1")
    assert (found.certain.lost, found.probable.lost, found.certain.gained) == (0, 0, 0)
    assert matching.runs(ready) == before
    last = trail.entries(ready)[-1]
    assert (last.action, last.facts["run"]) == ("look.pairs", "R1")


@pytest.mark.parametrize(("certain", "probable"), [(0.8, 0.9), (0.99, 0.05), (1.2, 0.9)])
def test_lines_out_of_order_are_refused(ready, certain, probable):
    with pytest.raises(Refused, match="thresholds-out-of-order"):
        thresholds(ready, "R1", certain, probable)


def today(ws, monkeypatch, **changes):
    """The deaths plan of a later release: its lines lie elsewhere, so its digest differs."""
    plan = ws.catalogue.plans["deaths"]
    later = replace(plan, thresholds=replace(plan.thresholds, **changes), digest="of a later one")
    monkeypatch.setitem(ws.catalogue.plans, "deaths", later)
    return plan.thresholds


def test_the_lines_are_those_of_the_plan_the_run_was_made_with(ready, monkeypatch):
    then = today(ready, monkeypatch, certain=0.5, probable=0.2)
    assert lines_of(ready, "R1") == then
    found = thresholds(ready, "R1")
    assert (found.certain.now, found.probable.now) == (then.certain, then.probable)
    assert (found.certain.lost, found.probable.lost) == (0, 0)


def test_a_run_that_kept_no_lines_has_todays_only_while_the_plan_is_the_same(ready, monkeypatch):
    facts = stored.details

    def without(reader, run):
        return replace(facts(reader, run), plan_json="{}")

    monkeypatch.setattr(stored, "details", without)
    assert lines_of(ready, "R1") == ready.catalogue.plans["deaths"].thresholds
    today(ready, monkeypatch, certain=0.5, probable=0.2)
    with pytest.raises(Refused, match="plan-changed") as refusal:
        thresholds(ready, "R1")
    assert refusal.value.facts == {"run": "R1", "plan": "deaths"}


def test_decided_pairs_tell_how_right_a_line_is(ready):
    undecided = thresholds(ready, "R1", 0.99, 0.9).probable
    assert (undecided.decided, undecided.precision, undecided.recall) == (0, None, None)
    pairs = review.pairs(ready, "R1")
    above = [p for p in pairs if p.probability >= 0.9]
    below = [p for p in pairs if p.probability < 0.9 and p.band is not Band.UNLIKELY]
    assert above
    for pair in above[1:]:
        review.decide(ready, pair.pair, Verdict.SAME, "same-person-confirmed")
    review.decide(ready, above[0].pair, Verdict.DIFFERENT, "twin")
    line = thresholds(ready, "R1", 0.99, 0.9).probable
    share = (len(above) - 1) / len(above)
    assert line.decided == len(above)
    assert (line.precision.low, line.precision.estimate, line.precision.high) == (share,) * 3
    assert (line.recall is None) == bool(below)
    for pair in below:
        review.decide(ready, pair.pair, Verdict.UNSURE, "cannot-tell")
    assert (thresholds(ready, "R1", 0.99, 0.9).probable.recall is None) == bool(below)
    for pair in below:
        review.decide(ready, pair.pair, Verdict.SAME, "same-person-confirmed")
    found = thresholds(ready, "R1", 0.99, 0.9).probable.recall
    assert found.estimate == (len(above) - 1) / (len(above) - 1 + len(below))
