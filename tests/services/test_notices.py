"""Notices: whoever received a row that was wrong is told which, and what to do with it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from app.base.errors import Refused
from app.model.answers import Answered
from app.model.notices import NoticeWishes
from app.model.requests import Place
from app.model.runs import Band, Verdict
from app.model.sharing import Opening
from app.services import (
    answers,
    home,
    intake,
    notices,
    office,
    partners,
    received,
    requests,
    review,
    sharing,
    trail,
)
from tests.services.council import agreement, spec
from tests.services.test_answers import northtown, sent

__all__ = ["northtown", "sent"]
TODAY = date(2026, 8, 22)
HERS = (Place("L1", 2), Place("L2", 1))


@pytest.fixture
def wrong(sent):
    """A package that carried Wilhelmina Tapscott, who had her surname corrected."""
    workspace, package, _ = sent
    requests.begin(workspace, "rectification", "R-1", TODAY, TODAY)
    requests.lay(workspace, "Q1", HERS)
    requests.close(workspace, "Q1", "corrected", "the name was misspelt")
    return workspace, package


def table(northtown, file, folder) -> list[dict[str, str]]:
    """What the recipient finds in a notice, once it has proved whole."""
    opened = received.open_package(northtown, Opening(file, folder, "stop-mail"))
    (path,) = opened.into.rglob(notices.FILE)
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_the_recipient_opens_which_rows_to_delete(wrong, northtown, tmp_path) -> None:
    workspace, package = wrong
    wishes = NoticeWishes("the name was misspelt", "Q1")
    made = notices.withdraw(workspace, package, wishes, tmp_path / "notice.age")
    assert (made.notice.notice, made.notice.rows, made.recipient) == (
        f"{package}-W1",
        1,
        "Northtown",
    )
    (row,) = table(northtown, made.path, tmp_path / "in")
    assert (row["key"], row["act"], row["why"]) == ("B1", "delete", "the name was misspelt")
    entry = trail.entries(workspace)[-1]
    assert (entry.action, entry.facts["sha256"]) == ("package.withdraw", made.notice.sha256)
    assert notices.listed(workspace) == (made.notice,)


def test_a_right_value_is_told_by_column(wrong, northtown, tmp_path) -> None:
    workspace, package = wrong
    column = spec("R1").files[0].columns[-1].name
    wishes = NoticeWishes("misspelt", "Q1", ((column, "Tapscot"),))
    made = notices.withdraw(workspace, package, wishes, tmp_path / "notice.age")
    (row,) = table(northtown, made.path, tmp_path / "in")
    assert (row["act"], row["column"], row["right_value"]) == ("correct", column, "Tapscot")
    wishes = NoticeWishes("misspelt", "Q1", (("shoe_size", "9"),))
    with pytest.raises(Refused, match="package-column-unknown"):
        notices.withdraw(workspace, package, wishes, tmp_path / "no.age")
    assert not (tmp_path / "no.age").exists()


def test_every_row_is_withdrawn_where_nobody_can_name_them(wrong, northtown, tmp_path) -> None:
    workspace, package = wrong
    intake.withdraw(workspace, "L1", "not-allowed")
    with pytest.raises(Refused, match="notice-rows-gone"):
        notices.withdraw(workspace, package, NoticeWishes("x", "Q1"), tmp_path / "no.age")
    made = notices.withdraw(workspace, package, NoticeWishes("not allowed"), tmp_path / "all.age")
    (row,) = table(northtown, made.path, tmp_path / "in")
    assert (row["file"], row["key"], row["act"]) == ("*", "*", "delete")


def test_home_says_who_is_to_be_told_until_they_are(wrong, tmp_path) -> None:
    workspace, package = wrong

    def owed() -> list[str]:
        return [w.id for w in home.waiting(workspace) if w.code == "notice-owed"]

    assert owed() == [package]
    notices.withdraw(workspace, package, NoticeWishes("misspelt", "Q1"), tmp_path / "n.age")
    assert owed() == []


def test_who_destroyed_it_all_need_not_be_told(wrong) -> None:
    workspace, package = wrong
    answers.on_paper(workspace, package, Answered.DESTRUCTION, TODAY, "J. Reeve")
    assert [w for w in home.waiting(workspace) if w.code == "notice-owed"] == []


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        (NoticeWishes(" ", "Q1"), "notice-needs-why"),
        (NoticeWishes("x", "Q9"), "request-unknown"),
        (NoticeWishes("x", "Q2"), "notice-of-nothing"),
    ],
)
def test_what_cannot_be_told_is_refused(wrong, tmp_path, wishes, code) -> None:
    workspace, package = wrong
    requests.begin(workspace, "objection", "O-1", TODAY, TODAY)
    with pytest.raises(Refused, match=code):
        notices.withdraw(workspace, package, wishes, tmp_path / "no.age")
    assert not (tmp_path / "no.age").exists()
    assert notices.listed(workspace) == ()


def test_only_what_was_sealed_is_withdrawn(ready, tmp_path) -> None:
    made = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    with pytest.raises(Refused, match="package-state"):
        notices.withdraw(ready, made.package, NoticeWishes("x"), tmp_path / "no.age")


def test_rows_that_were_confirmed_since_were_never_sent(matched, northtown, tmp_path) -> None:
    """A record laid to the request that this package did not carry is in no line of the notice."""
    first, *others = review.pairs(matched, "R1", Band.CERTAIN)
    review.decide(matched, first.pair, Verdict.SAME, "same-person-confirmed")
    sharing.import_agreement(matched, agreement(tmp_path))
    partners.add(matched, "Northtown", office.keys(northtown).public_key, vouched=True)
    partners.add(northtown, "Exampleshire", office.keys(matched).public_key, vouched=True)
    package = sharing.draft(matched, "ISA/7", "Northtown", spec("R1")).package
    sharing.seal(matched, package, tmp_path / "sent.age")
    for pair in others:
        review.decide(matched, pair.pair, Verdict.SAME, "same-person-confirmed")
    requests.begin(matched, "rectification", "R-2", TODAY, TODAY)
    requests.lay(matched, "Q1", [Place("L1", pair.left_row) for pair in (first, *others)])
    made = notices.withdraw(matched, package, NoticeWishes("x", "Q1"), tmp_path / "n.age")
    assert [row["key"] for row in table(northtown, made.path, tmp_path / "in")] == [first.left]


def test_a_row_whose_pair_is_judged_otherwise_now_is_not_passed_over(wrong, tmp_path) -> None:
    workspace, package = wrong
    hers = next(p for p in review.pairs(workspace, "R1") if p.left == "B1" and p.decision)
    review.decide(workspace, hers.pair, Verdict.DIFFERENT, "different-person")
    requests.begin(workspace, "rectification", "R-2", TODAY, TODAY)
    requests.lay(workspace, "Q2", [*HERS, Place("L1", 3)])
    with pytest.raises(Refused, match="notice-rows-gone"):
        notices.withdraw(workspace, package, NoticeWishes("x", "Q2"), tmp_path / "no.age")
