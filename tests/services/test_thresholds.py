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
from app.stores import decisions
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


def decide(ws, pairs, verdict=Verdict.SAME, reason="same-person-confirmed") -> None:
    for pair in pairs:
        review.decide(ws, pair, verdict, reason)


@pytest.fixture
def one_run(ready):
    """A run over the same files that nobody has judged, with a sample of three of each band."""
    policy = ready.catalogue.vault_policy
    ready.catalogue.__dict__["vault_policy"] = replace(policy, review_sample=3)
    first = next(run for run in matching.runs(ready))
    run = matching.run(ready, MatchRequest(first.left, first.right, purpose="stop-mail")).run
    yield run
    with ready.write("pair.undo") as change:
        while stand := decisions.standing(change.writer, run):
            for pair in stand:  # one judged twice has the first word again
                decisions.undo(change.writer, pair, "Ann", ready.now())
        change.facts["run"] = run
    ready.catalogue.__dict__["vault_policy"] = policy


def test_whoever_reviews_the_likeliest_first_tells_nothing_of_the_rest(ready, one_run):
    """Half of the queue decided, from the top: no share is told, and what is missing is."""
    queue = review.queue(ready, one_run)
    decide(ready, queue.pairs[: len(queue.pairs) // 2])
    found = thresholds(ready, one_run)
    assert found.probable.precision is None or found.probable.recall is None
    assert found.sample.left > 0


def test_the_sample_alone_tells_how_right_a_line_is(ready, one_run):
    before = thresholds(ready, one_run)
    assert (before.probable.precision, before.certain.precision) == (None, None)
    queue = review.queue(ready, one_run, sample=True)
    assert before.sample.left == before.sample.pairs == len(queue.pairs)
    assert set(queue.pairs) <= set(review.queue(ready, one_run).pairs)
    decide(ready, queue.pairs[1:])
    assert thresholds(ready, one_run).sample.left == 1
    decide(ready, queue.pairs[:1])
    found = thresholds(ready, one_run)
    assert found.probable.precision.estimate == 1
    assert found.probable.recall is not None
    assert 0 < found.probable.precision.low < 1 or found.sample.left == 0


def test_what_is_decided_beside_the_sample_does_not_count(ready, one_run):
    queue = review.queue(ready, one_run, sample=True)
    decide(ready, queue.pairs)
    before = thresholds(ready, one_run).probable
    grown = review.queue(ready, one_run, sample=True).pairs
    others = [p for p in review.queue(ready, one_run).pairs if p not in grown]
    assert others
    decide(ready, others, Verdict.DIFFERENT, "twin")
    assert thresholds(ready, one_run).probable.precision == before.precision


def test_a_sample_that_is_decided_grows_and_holds_the_smaller(ready, one_run):
    small = review.queue(ready, one_run, sample=True)
    decide(ready, small.pairs)
    grown = review.queue(ready, one_run, sample=True)
    assert set(small.pairs) < set(grown.pairs)
    assert grown.done == len(small.pairs)
    assert thresholds(ready, one_run).sample.size == 6
    while queue_left := review.queue(ready, one_run, sample=True):
        if not queue_left.left:
            break
        decide(ready, [p for p in queue_left.pairs if p not in queue_left.decided])
    whole = thresholds(ready, one_run).probable
    assert (whole.precision.low, whole.precision.high) == (1, 1)
    assert set(queue_left.pairs) == set(review.queue(ready, one_run).pairs)


def test_who_was_unsure_widens_the_limits_to_both_sides(ready, one_run):
    queue = review.queue(ready, one_run, sample=True)
    decide(ready, queue.pairs)
    sure = thresholds(ready, one_run).probable
    chances = {p.pair: p.probability for p in review.pairs(ready, one_run)}
    above = next(pair for pair in queue.pairs if chances[pair] >= 0.9)
    decide(ready, [above], Verdict.UNSURE, "cannot-tell")
    found = thresholds(ready, one_run).probable
    assert (found.decided, found.unsure) == (sure.decided, 1)
    assert found.precision.estimate == 1
    assert found.precision.low < sure.precision.low


def test_the_sample_is_listed_in_its_order_and_by_band(ready, one_run):
    queue = review.queue(ready, one_run, sample=True)
    listed = review.pairs(ready, one_run, sample=True)
    assert tuple(pair.pair for pair in listed) == queue.pairs
    numbers = [stored.split_id(pair)[1] for pair in queue.pairs]
    weights = [pair.weight for pair in listed]
    assert weights != sorted(weights, reverse=True)
    assert numbers != sorted(numbers)
    band = listed[0].band
    some = review.pairs(ready, one_run, band, sample=True)
    assert [p.pair for p in some] == [p.pair for p in listed if p.band is band]
    assert len(review.pairs(ready, one_run, None, 2, sample=True)) == 2
