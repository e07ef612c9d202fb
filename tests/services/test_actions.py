"""What confirmed deaths open for the services: what was said last of two records holds."""

from __future__ import annotations

from dataclasses import replace

from app.model.runs import MatchRequest, Verdict
from app.services import intake, matching, registrations, review
from app.stores import decisions
from tests.services.council import PEOPLE, badges

SAME = (Verdict.SAME, "same-person-confirmed")
DIFFERENT = (Verdict.DIFFERENT, "twin")


def first_pair(workspace, run: str) -> str:
    return next(p.pair for p in review.pairs(workspace, run) if p.left == "B1")


def again(workspace, folder) -> str:
    """The same badges, delivered once more in another order and matched again."""
    made = intake.load_file(workspace, badges(folder, PEOPLE[::-1], "again.csv"))
    return matching.run(workspace, MatchRequest(made.load, "L2", purpose="stop-mail")).run


def told(workspace) -> list[str]:
    return sorted({action.pair for action in registrations.actions(workspace)})


def test_two_records_that_two_runs_found_open_their_actions_once(matched, tmp_path) -> None:
    review.decide(matched, first_pair(matched, "R1"), *SAME)
    once = registrations.actions(matched)
    run = again(matched, tmp_path)
    assert told(matched) == [first_pair(matched, run)]
    assert [a.action for a in registrations.actions(matched)] == [a.action for a in once]


def test_a_death_denied_in_a_later_run_opens_nothing(matched, tmp_path) -> None:
    review.decide(matched, first_pair(matched, "R1"), *SAME)
    run = again(matched, tmp_path)
    review.decide(matched, first_pair(matched, run), *DIFFERENT)
    assert told(matched) == []
    review.undo(matched, run)
    assert told(matched) == [first_pair(matched, run)]


def test_a_death_denied_in_an_earlier_run_opens_nothing_in_a_later(matched, tmp_path) -> None:
    run = again(matched, tmp_path)
    review.decide(matched, first_pair(matched, run), *SAME)
    assert told(matched) == [first_pair(matched, run)]
    review.decide(matched, first_pair(matched, "R1"), *DIFFERENT)
    assert told(matched) == []


def test_the_last_word_holds_even_where_the_earlier_run_was_not_told(matched, tmp_path) -> None:
    review.decide(matched, first_pair(matched, "R1"), *SAME)
    copy = first_pair(matched, again(matched, tmp_path))
    with matched.write("pair.decide") as change:
        (stood,) = [j for j in decisions.judgements(change.writer, "R2") if j.pair == copy]
        denied = replace(stood, verdict=DIFFERENT[0], at="2099-01-01T00:00:00Z")
        decisions.decide(change.writer, denied)
    assert told(matched) == []
