"""An extract that comes again is matched only where it is new or changed."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest, Verdict
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


def chances(workspace, run: str) -> dict[tuple[str, str], float]:
    return {(p.left, p.right): p.probability for p in review.pairs(workspace, run)}


def test_only_what_is_new_or_changed_is_matched(first, tmp_path) -> None:
    moved = ("B2", "Ó Brádaigh", "Siân", "4 Dôl y Coed", "EX2 7QQ", "29021952")
    made = again(first, tmp_path, [PEOPLE[4], PEOPLE[0], moved, *PEOPLE[2:4]])
    assert set(found(first, made.run)) == {(f"B{n}", f"D{n}") for n in range(1, 6)}
    note = next(note for note in made.notes if note.code == "only-new")
    assert note.facts == {"run": "R1", "unchanged": 3, "new": 2, "gone": 1, "pairs": 3}
    entry = next(e for e in trail.entries(first)[::-1] if e.action == "match.run")
    assert entry.facts["since"] == "R1"
    assert sum(vars(made.bands).values()) == 5


def test_a_weight_means_what_it_meant(first, tmp_path) -> None:
    """The same record found as a new one weighs as it does in a match of the whole."""
    made = again(first, tmp_path, PEOPLE)
    whole = matching.run(first, MatchRequest("L3", "L2", purpose=MAIL))
    new = {(p.left, p.right): p for p in review.pairs(first, made.run)}
    full = {(p.left, p.right): p for p in review.pairs(first, whole.run)}
    assert set(new) == set(full)
    assert {p: one.left_row for p, one in new.items()} == {p: o.left_row for p, o in full.items()}
    for one, other in [(new["B5", "D5"], full["B5", "D5"])]:
        weights = [
            {e.field: e.weight for e in p.evidence if e.field != "prior"} for p in (one, other)
        ]
        assert weights[0] == weights[1]
        assert [e.left for e in one.evidence] == [e.left for e in other.evidence]
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
    assert note.facts == {"run": "R1", "unchanged": 4, "new": 1, "gone": 0, "pairs": 3}


NAMESAKE = ("B9", "Tapscott", "Wilhelmina", "1 Other Road", "EX9 9ZZ", "04031944")
"""Another of the name and birth date of B1."""


def most(workspace, folder, people, since: str | None) -> int:
    """How many pairs could be compared at most: records looked at, times five deaths."""
    made = intake.load_file(workspace, badges(folder, people, f"{people[-1][0]}.csv"))
    return matching.cost(workspace, MatchRequest(made.load, "L2", purpose=MAIL, since=since)).most


def test_the_cost_is_that_of_what_is_new(first, tmp_path) -> None:
    """Of five badges one is new, and it claims nobody whom another has."""
    assert most(first, tmp_path, PEOPLE, "R1") == 5
    assert most(first, tmp_path, PEOPLE[::-1], None) == 25


def test_whoever_has_the_partner_that_a_new_record_claims_competes(first, tmp_path) -> None:
    """One badge is new; with it is looked at the one that stood there before, and no other."""
    assert most(first, tmp_path, [*PEOPLE[:4], NAMESAKE], "R1") == 10


def test_nothing_new_is_nothing_compared(first, tmp_path) -> None:
    made = again(first, tmp_path, PEOPLE[:4][::-1])
    assert made.candidate_pairs == 0
    assert found(first, made.run) == found(first, "R1")
    rows = {p.left: p.left_row for p in review.pairs(first, made.run)}
    assert rows == {f"B{n}": 6 - n for n in range(1, 5)}


def test_the_delivery_before_can_go_and_nothing_is_lost(first, tmp_path) -> None:
    """Pairs, waterfalls and judgements are the new run's own, and so are those of the next."""
    pair = next(p.pair for p in review.pairs(first, "R1") if p.left == "B1")
    review.decide(first, pair, Verdict.SAME, "same-person-confirmed")
    made = again(first, tmp_path, PEOPLE)
    before = review.pairs(first, made.run)
    assert intake.withdraw(first, "L1", "replaced", dry_run=True).runs == ("R1",)
    intake.withdraw(first, "L1", "replaced")
    assert review.pairs(first, made.run) == before
    opened = review.pair(first, next(p.pair for p in before if p.left == "B1"))
    assert opened.summary.decision.verdict is Verdict.SAME
    third = again(first, tmp_path, [*PEOPLE[:3], PEOPLE[4]], made.run)
    kept = {p.left: p.decision and p.decision.verdict for p in review.pairs(first, third.run)}
    assert kept == {"B1": Verdict.SAME, "B2": None, "B3": None, "B5": None}


def test_an_increment_of_an_increment_knows_who_competes(first, tmp_path) -> None:
    """The incumbent stood in the first run, the rival comes in the third."""
    second = again(first, tmp_path, PEOPLE)
    twin = ("B9", "Tapscott", "Wilhelmina", "1 Other Road", "EX9 9ZZ", "04031944")
    third = again(first, tmp_path, [*PEOPLE, twin], second.run)
    whole = matching.run(first, MatchRequest("L4", "L2", purpose=MAIL))
    assert chances(first, third.run) == pytest.approx(chances(first, whole.run), abs=0.02)


def test_who_was_held_off_by_one_that_is_gone_is_found(first, tmp_path) -> None:
    """Two badges claim one death; the better goes, and the other's claim is as good as in a
    match of the whole."""
    other = ("B9", "Tapscott", "Wilhelmina", "12 Mill Lane", "EX1 2AB", "04031945")
    both = again(first, tmp_path, [*PEOPLE[:4], other], None)
    left = again(first, tmp_path, [*PEOPLE[1:4], other], both.run)
    whole = matching.run(first, MatchRequest("L4", "L2", purpose=MAIL))
    told = chances(first, left.run)
    assert told == pytest.approx(chances(first, whole.run), abs=0.05)
    assert told["B9", "D1"] > 2 * chances(first, both.run)["B9", "D1"]


def test_a_registration_withdrawn_since_keeps_no_pair(first, tmp_path) -> None:
    gone = deaths(tmp_path, [death(0, status="withdrawn")], name="gone.xml")
    intake.load_file(first, gone, agreed(first, tmp_path))
    made = intake.load_file(first, badges(tmp_path, PEOPLE, "again.csv"))
    asked = MatchRequest(made.load, "L2", purpose=MAIL, since="R1")
    run = matching.run(first, asked).run
    assert set(found(first, run)) == {(f"B{n}", f"D{n}") for n in range(2, 6)}
    intake.withdraw(first, "L3", "wrong-file")
    made = intake.load_file(first, badges(tmp_path, PEOPLE[::-1], "third.csv"))
    with pytest.raises(Refused, match="since-stand-again"):
        matching.run(first, MatchRequest(made.load, "L2", purpose=MAIL, since=run))


def test_a_run_over_something_else_is_no_ground(first, tmp_path) -> None:
    other = deaths(tmp_path, [death(0)], name="other.xml")
    intake.load_file(first, other, agreed(first, tmp_path))
    intake.load_file(first, badges(tmp_path, PEOPLE, "again.csv"))
    for left, right, since in (("L4", "L3", "R1"), ("L1", "L2", "R1"), ("L4", None, "R1")):
        with pytest.raises(Refused, match="since-not-alike"):
            matching.run(first, MatchRequest(left, right, purpose=MAIL, since=since))
    with pytest.raises(Refused, match="run-unknown"):
        matching.run(first, MatchRequest("L4", "L2", purpose=MAIL, since="R9"))
