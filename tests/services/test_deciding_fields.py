"""Decisions remember what was judged by a digest that nobody without the vault can guess."""

from __future__ import annotations

import pytest

from app.base.digests import digest, keyed_digest
from app.model.kinds import Mapping
from app.model.loads import Shape
from app.model.runs import Band, Bands, Evidence, Verdict
from app.services import review
from app.services.workspace import Workspace
from app.stores import loads, runs

FIELDS = {"surname": ("Smith", "SMITH"), "forename": ("Ann", "ANN"), "postcode": ("?", "")}
AT = "2026-08-22T09:00:00Z"


def run_facts(load: str) -> runs.RunFacts:
    bands = Bands(certain=1)
    return runs.RunFacts("deaths", "d", "{}", load, None, None, 1, bands, {}, (), AT, "Ann")


@pytest.fixture
def matched(workspace: Workspace) -> Workspace:
    """A run R1 with one pair of a load's records 0 and 1, both with the same fields."""
    with workspace.chunks("load.accept", "L") as load, load.finish() as change:
        mapping, shape = Mapping("people", (), {}), Shape("csv", ("ref",))
        facts = loads.LoadFacts("people", "k", "p.csv", "a", 1, mapping, shape, 1, AT, "Ann")
        loads.finish(change.writer, load.id, facts)
    with workspace.chunks("match.run", "R") as run, run.finish() as change:
        evidence = (Evidence("surname", "SMITH", "SMITH", "exact", 5.0),)
        pair = runs.Pair(1, 0, 1, 5.0, 0.5, Band.CERTAIN, evidence)
        runs.add_pairs(change.writer, run.id, [pair])
        copies = [runs.PairRecord(load.id, n, n + 2, 1, FIELDS) for n in (0, 1)]
        runs.add_records(change.writer, run.id, copies)
        runs.finish(change.writer, run.id, run_facts(load.id))
    return workspace


def test_the_digests_of_a_decision_are_keyed(matched) -> None:
    review.decide(matched, "R1-1", Verdict.SAME, "same-person-confirmed")
    with matched.read() as reader:
        found = reader.rows("SELECT left_digest, right_digest FROM decision")
    judged = sorted([name, standard] for name, (_, standard) in FIELDS.items() if standard)
    guesses = {digest(judged), digest(judged[::-1])}
    key = matched.vault.key.subkey("deciding-fields")
    keyed = {keyed_digest(judged, key), keyed_digest(judged[::-1], key)}
    assert found[0][0] == found[0][1]
    assert found[0][0] in keyed
    assert found[0][0] not in guesses
