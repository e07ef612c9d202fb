"""What was said of two records holds in later runs, until a field changes that decides."""

from __future__ import annotations

import re
from pathlib import Path

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
    for other in (origin, first_pair(judged, third)):
        assert said(judged, other).verdict is Verdict.DIFFERENT


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


def test_a_change_of_mind_in_a_later_run_changes_the_first_and_is_undone_as_one(
    judged, tmp_path
) -> None:
    origin, run = first_pair(judged, "R1"), again(judged, tmp_path, PEOPLE[::-1])
    copy = first_pair(judged, run)
    review.decide(judged, copy, *OTHER)
    assert (said(judged, origin).verdict, said(judged, origin).carried_from) == (OTHER[0], copy)
    with pytest.raises(Refused, match="nothing-to-undo"):
        review.undo(judged, "R1")
    assert review.undo(judged, run).copies == (origin,)
    assert said(judged, origin).verdict is said(judged, copy).verdict is Verdict.SAME
    assert said(judged, copy).carried_from == origin


def test_two_runs_made_before_anybody_judged_agree_all_the_same(matched, tmp_path) -> None:
    run = again(matched, tmp_path, PEOPLE[::-1])
    review.decide(matched, first_pair(matched, run), *SAID)
    review.decide(matched, first_pair(matched, "R1"), *OTHER)
    assert said(matched, first_pair(matched, run)).verdict is Verdict.DIFFERENT


FATHER_AND_SON = [PEOPLE[0], ("S1", *PEOPLE[0][1:])]


def nameless(folder, people) -> Path:
    """Badges without a badge number: only the reference tells two apart."""
    file = badges(folder, people, f"{people[0][0]}-{len(people)}.csv")
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"^(\w+),\w+,,", r"\1,,,", text, flags=re.M), encoding="utf-8")
    return file


def twice(workspace, folder, people, since: str | None = None):
    """A delivery of two who read alike: the run's answer, and the pair of each with the death."""
    made = intake.load_file(workspace, nameless(folder, people))
    wanted = MatchRequest(made.load, "L2", purpose="stop-mail", since=since)
    answer = matching.run(workspace, wanted)
    pairs = review.pairs(workspace, answer.run)
    return answer, {p.left: p.pair for p in pairs if p.right.startswith("D1")}


@pytest.mark.parametrize("increment", [False, True])
def test_of_two_who_read_alike_each_keeps_what_was_said_of_him(
    matched, tmp_path, increment
) -> None:
    """The references tell father and son apart: one judgement must not fall on both."""
    first, pairs = twice(matched, tmp_path, FATHER_AND_SON)
    review.decide(matched, pairs["B1"], *OTHER)
    review.decide(matched, pairs["S1"], *SAID)
    since = first.run if increment else None
    _, again_pairs = twice(matched, tmp_path, [*FATHER_AND_SON[::-1], PEOPLE[4]], since)
    assert said(matched, again_pairs["B1"]).verdict is Verdict.DIFFERENT
    assert said(matched, again_pairs["S1"]).verdict is Verdict.SAME


def test_where_no_reference_tells_two_apart_their_pairs_are_open_again(matched, tmp_path) -> None:
    _, pairs = twice(matched, tmp_path, FATHER_AND_SON)
    review.decide(matched, pairs["B1"], *OTHER)
    renumbered = [("N1", *PEOPLE[0][1:]), ("N2", *PEOPLE[0][1:]), PEOPLE[4]]
    answer, _ = twice(matched, tmp_path, renumbered)
    notes = {note.code: note.facts for note in answer.notes}
    assert notes["judgements-left-open"] == {"pairs": 2}
    assert "judgements-carried" not in notes


def test_two_of_one_list_who_read_alike_are_one_pair_whatever_they_are_called(
    matched, tmp_path
) -> None:
    """Which of the two is which makes no odds where a list is matched with itself."""
    renumbered = [("N1", *PEOPLE[0][1:]), ("N2", *PEOPLE[0][1:])]
    runs = []
    for people in (FATHER_AND_SON, renumbered):
        made = intake.load_file(matched, nameless(tmp_path, people))
        runs.append(matching.run(matched, MatchRequest(made.load, purpose="stop-mail")).run)
        if len(runs) == 1:
            (pair,) = review.pairs(matched, runs[0])
            review.decide(matched, pair.pair, *OTHER)
    (pair,) = review.pairs(matched, runs[1])
    assert pair.decision.verdict is Verdict.DIFFERENT


def test_one_of_two_who_read_alike_alone_is_not_taken_for_the_other(matched, tmp_path) -> None:
    _, pairs = twice(matched, tmp_path, FATHER_AND_SON)
    review.decide(matched, pairs["B1"], *OTHER)
    _, alone = twice(matched, tmp_path, [FATHER_AND_SON[1]])
    assert said(matched, alone["S1"]) is None


def test_undo_by_key_takes_back_nothing_that_was_carried(judged, tmp_path) -> None:
    run = again(judged, tmp_path, PEOPLE[::-1])
    with pytest.raises(Refused, match="nothing-to-undo"):
        review.undo(judged, run)


def test_what_a_withdrawn_load_was_judged_by_is_forgotten(judged, tmp_path) -> None:
    intake.withdraw(judged, "L1", "wrong-file")
    run = again(judged, tmp_path, PEOPLE[::-1])
    assert said(judged, first_pair(judged, run)) is None
