"""What was said of two records holds in later runs, until a field changes that decides."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest, Verdict
from app.services import intake, matching, review, trail
from tests.services.council import PEOPLE, badges

SAID = (Verdict.SAME, "same-person-confirmed")
OTHER = (Verdict.DIFFERENT, "twin")


def again(workspace, folder, people, name="again.csv", **wishes) -> str:
    """A later delivery of the badges, matched against the same deaths; the new run."""
    made = intake.load_file(workspace, badges(folder, people, name), LoadWishes(**wishes))
    return matching.run(workspace, MatchRequest(made.load, "L2", purpose="stop-mail")).run


def first_pair(workspace, run: str) -> str:
    """The pair of badge B1."""
    return next(p.pair for p in review.pairs(workspace, run) if p.left.startswith("B1"))


def said(workspace, pair: str):
    return review.pair(workspace, pair).summary.decision


@pytest.fixture
def judged(matched):
    """R1, its first pair judged."""
    review.decide(matched, first_pair(matched, "R1"), *SAID, "by phone")
    return matched


def test_what_was_said_holds_where_both_records_are_unchanged(judged, tmp_path) -> None:
    origin = first_pair(judged, "R1")
    before = said(judged, origin)
    run = again(judged, tmp_path, [*PEOPLE[1:], PEOPLE[0]])
    found = said(judged, first_pair(judged, run))
    assert (found.verdict, found.reason, found.note) == (Verdict.SAME, SAID[1], "by phone")
    assert (found.by, found.at, found.carried_from) == (before.by, before.at, origin)
    queue = review.queue(judged, run)
    assert (queue.done, queue.left) == (1, len(queue.pairs) - 1)
    (summary,) = [one for one in matching.runs(judged) if one.run == run]
    assert summary.decided == 1


def test_the_run_says_so_and_so_does_the_trail(judged, tmp_path) -> None:
    made = intake.load_file(judged, badges(tmp_path, PEOPLE[:2], "two.csv"))
    answer = matching.run(judged, MatchRequest(made.load, "L2", purpose="stop-mail"))
    notes = {note.code: note.facts for note in answer.notes}
    assert notes["judgements-carried"] == {"pairs": 1}
    entry = next(e for e in trail.entries(judged)[::-1] if e.action == "match.run")
    assert entry.facts["judgements_carried"] == 1


def test_another_reference_is_the_same_person_still(judged, tmp_path) -> None:
    file = badges(tmp_path, PEOPLE, "renewed.csv")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("B1,B10", "B1-renewed,B10"), encoding="utf-8")
    made = intake.load_file(judged, file)
    run = matching.run(judged, MatchRequest(made.load, "L2", purpose="stop-mail")).run
    assert said(judged, first_pair(judged, run)).verdict is Verdict.SAME


@pytest.mark.parametrize(
    "changed",
    [
        ("B1", "Tapscott", "Wilhelmina", "12 Mill Lane", "EX1 2AB", "05031944"),
        ("B1", "Tapscott", "Wilhelmina", "14 Mill Lane", "EX1 2AB", "04031944"),
        ("B1", "Tapscot", "Wilhelmina", "12 Mill Lane", "EX1 2AB", "04031944"),
    ],
)
def test_a_field_that_decides_opens_the_pair_again(judged, tmp_path, changed) -> None:
    run = again(judged, tmp_path, [changed, *PEOPLE[1:]])
    assert said(judged, first_pair(judged, run)) is None
    assert review.queue(judged, run).done == 0


def test_who_was_unsure_is_asked_again(matched, tmp_path) -> None:
    review.decide(matched, first_pair(matched, "R1"), Verdict.UNSURE, "cannot-tell")
    run = again(matched, tmp_path, PEOPLE[::-1])
    assert said(matched, first_pair(matched, run)) is None


def test_the_newest_word_is_carried_on_from_run_to_run(judged, tmp_path) -> None:
    origin = first_pair(judged, "R1")
    second = again(judged, tmp_path, PEOPLE[::-1])
    third = again(judged, tmp_path, PEOPLE[:3], "third.csv")
    assert said(judged, first_pair(judged, third)).carried_from == origin
    review.decide(judged, first_pair(judged, second), *OTHER)
    fourth = again(judged, tmp_path, PEOPLE[:2], "fourth.csv")
    found = said(judged, first_pair(judged, fourth))
    assert (found.verdict, found.carried_from) == (Verdict.DIFFERENT, first_pair(judged, second))
    assert said(judged, origin).verdict is Verdict.SAME


def test_what_was_carried_follows_a_change_of_mind(judged, tmp_path) -> None:
    origin, run = first_pair(judged, "R1"), again(judged, tmp_path, PEOPLE[::-1])
    copy = first_pair(judged, run)
    review.decide(judged, origin, *OTHER)
    assert (said(judged, copy).verdict, said(judged, copy).carried_from) == (OTHER[0], origin)
    review.decide(judged, origin, Verdict.UNSURE, "cannot-tell")
    assert said(judged, copy).verdict is Verdict.UNSURE


def test_an_undo_takes_what_was_carried_with_it(judged, tmp_path) -> None:
    run = again(judged, tmp_path, PEOPLE[::-1])
    copy = first_pair(judged, run)
    assert review.next_undo(judged, "R1").copies == (copy,)
    found = review.undo(judged, "R1")
    assert (found.pair, found.copies) == (first_pair(judged, "R1"), (copy,))
    assert said(judged, copy) is None
    entry = next(e for e in trail.entries(judged)[::-1] if e.action == "pair.undo")
    assert entry.facts["copies"] == 1


def test_a_withdrawn_run_takes_no_more_part(judged, tmp_path) -> None:
    run = again(judged, tmp_path, PEOPLE[::-1])
    (load,) = [one.left for one in matching.runs(judged) if one.run == run]
    intake.withdraw(judged, load, "wrong-file")
    assert review.next_undo(judged, "R1").copies == ()
    review.decide(judged, first_pair(judged, "R1"), *OTHER)
    review.undo(judged, "R1")
    assert said(judged, first_pair(judged, "R1")).verdict is Verdict.SAME


def test_an_own_word_stands_whatever_becomes_of_the_first(judged, tmp_path) -> None:
    run = again(judged, tmp_path, PEOPLE[::-1])
    copy = first_pair(judged, run)
    review.decide(judged, copy, *OTHER)
    review.undo(judged, "R1")
    assert said(judged, copy).verdict is Verdict.DIFFERENT


def test_undo_by_key_takes_back_nothing_that_was_carried(judged, tmp_path) -> None:
    run = again(judged, tmp_path, PEOPLE[::-1])
    with pytest.raises(Refused, match="nothing-to-undo"):
        review.undo(judged, run)


def test_what_a_withdrawn_load_was_judged_by_is_forgotten(judged, tmp_path) -> None:
    intake.withdraw(judged, "L1", "wrong-file")
    run = again(judged, tmp_path, PEOPLE[::-1])
    assert said(judged, first_pair(judged, run)) is None
