"""An extract that comes again is matched only where it is new or changed."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest
from app.services import intake, matching, review, trail
from tests.services.council import PEOPLE, agreed, badges, death, deaths

MAIL = "stop-mail"


@pytest.fixture
def first(workspace, tmp_path):
    """All five people dead; R1 over the badges of the first four."""
    intake.load_file(workspace, badges(tmp_path, PEOPLE[:4]))
    dead = deaths(tmp_path, [death(n) for n in range(5)])
    intake.load_file(workspace, dead, agreed(workspace, tmp_path))
    matching.run(workspace, MatchRequest("L1", "L2", purpose=MAIL))
    return workspace


def again(workspace, folder, people, since: str | None = "R1"):
    made = intake.load_file(workspace, badges(folder, people, "again.csv"), LoadWishes())
    return matching.run(workspace, MatchRequest(made.load, "L2", purpose=MAIL, since=since))


def found(workspace, run: str) -> dict[tuple[str, str], str]:
    return {(p.left, p.right): p.band.value for p in review.pairs(workspace, run)}


def test_only_what_is_new_or_changed_is_matched(first, tmp_path) -> None:
    moved = ("B2", "Ó Brádaigh", "Siân", "4 Dôl y Coed", "EX2 7QQ", "29021952")
    made = again(first, tmp_path, [PEOPLE[4], PEOPLE[0], moved, *PEOPLE[2:4]])
    assert set(found(first, made.run)) == {("B5", "D5"), ("B2", "D2")}
    note = next(note for note in made.notes if note.code == "only-new")
    assert note.facts == {"run": "R1", "unchanged": 3, "new": 2}
    entry = next(e for e in trail.entries(first)[::-1] if e.action == "match.run")
    assert entry.facts["since"] == "R1"
    assert sum(vars(made.bands).values()) == 2


def test_a_weight_means_what_it_meant(first, tmp_path) -> None:
    """The same record found as a new one weighs as it does in a match of the whole."""
    made = again(first, tmp_path, PEOPLE)
    whole = matching.run(first, MatchRequest("L3", "L2", purpose=MAIL))
    new = {(p.left, p.right): p for p in review.pairs(first, made.run)}
    full = {(p.left, p.right): p for p in review.pairs(first, whole.run)}
    assert set(new) == {("B5", "D5")}
    for pair, one in new.items():
        other = full[pair]
        weights = [
            {e.field: e.weight for e in p.evidence if e.field != "prior"} for p in (one, other)
        ]
        assert weights[0] == weights[1]
    prior = {e.field: e.weight for e in review.pairs(first, "R1")[0].evidence}["prior"]
    assert {e.field: e.weight for e in new["B5", "D5"].evidence}["prior"] == prior


def test_an_old_record_in_question_competes_with_a_new_one(first, tmp_path) -> None:
    """One badge stands twice in the new delivery: both pairs are told, as each casts doubt."""
    twin = ("B9", "Tapscott", "Wilhelmina", "1 Other Road", "EX9 9ZZ", "04031944")
    made = again(first, tmp_path, [*PEOPLE[:4], twin])
    assert {("B9", "D1"), ("B1", "D1")} <= set(found(first, made.run))


def test_a_record_listed_twice_is_new_once(first, tmp_path) -> None:
    made = again(first, tmp_path, [*PEOPLE[:4], PEOPLE[3]])
    note = next(note for note in made.notes if note.code == "only-new")
    assert note.facts == {"run": "R1", "unchanged": 4, "new": 1}


def test_the_cost_is_that_of_what_is_new(workspace, tmp_path) -> None:
    """Of five badges one is new, and one was in question before: two are looked at."""
    intake.load_file(workspace, badges(tmp_path, PEOPLE[:4]))
    dead = deaths(tmp_path, [death(0)])
    intake.load_file(workspace, dead, agreed(workspace, tmp_path))
    matching.run(workspace, MatchRequest("L1", "L2", purpose=MAIL))
    intake.load_file(workspace, badges(tmp_path, PEOPLE, "again.csv"), LoadWishes())
    asked = (MatchRequest("L3", "L2", purpose=MAIL, since=since) for since in (None, "R1"))
    assert [matching.cost(workspace, one).most for one in asked] == [5, 2]


def test_nothing_new_is_nothing_found(first, tmp_path) -> None:
    made = again(first, tmp_path, PEOPLE[:4][::-1])
    assert made.candidate_pairs == 0 or found(first, made.run) == {}
    assert sum(vars(made.bands).values()) == 0


def test_a_run_over_something_else_is_no_ground(first, tmp_path) -> None:
    other = deaths(tmp_path, [death(0)], name="other.xml")
    intake.load_file(first, other, agreed(first, tmp_path))
    intake.load_file(first, badges(tmp_path, PEOPLE, "again.csv"))
    for left, right, since in (("L4", "L3", "R1"), ("L1", "L2", "R1"), ("L4", None, "R1")):
        with pytest.raises(Refused, match="since-not-alike"):
            matching.run(first, MatchRequest(left, right, purpose=MAIL, since=since))
    with pytest.raises(Refused, match="run-unknown"):
        matching.run(first, MatchRequest("L4", "L2", purpose=MAIL, since="R9"))
