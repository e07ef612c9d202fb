"""What recipients answer to a package: receipts and certificates, signed or on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.model.answers import Answered
from app.model.runs import Band, Verdict
from app.model.sharing import Opening
from app.model.vaults import Role, StewardInfo
from app.services import answers, home, office, partners, received, review, sharing, trail, vaults
from app.services.workspace import Workspace
from tests.services.council import agreement, spec
from tests.services.test_received import PARTNER, sealed_to

RECEIPT, DESTRUCTION = Answered.RECEIPT, Answered.DESTRUCTION
TODAY = date(2026, 8, 22)


@pytest.fixture
def northtown(tmp_path, catalogue, clock) -> Iterator[Workspace]:
    """The recipient's own vault."""
    vaults.create(catalogue, tmp_path / "north", "Nia", "three random words", clock)
    with vaults.unlock(catalogue, tmp_path / "north", "Nia", "three random words", clock) as opened:
        yield opened


@pytest.fixture
def sent(matched, northtown, tmp_path) -> tuple[Workspace, str, Path]:
    """This office's vault, a package it sealed to Northtown, and the sealed file."""
    for pair in review.pairs(matched, "R1", Band.CERTAIN):
        review.decide(matched, pair.pair, Verdict.SAME, "same-person-confirmed")
    sharing.import_agreement(matched, agreement(tmp_path))
    partners.add(matched, "Northtown", office.keys(northtown).public_key, vouched=True)
    partners.add(northtown, "Exampleshire", office.keys(matched).public_key, vouched=True)
    made = sharing.draft(matched, "ISA/7", "Northtown", spec("R1"))
    file = tmp_path / "sent.age"
    sharing.seal(matched, made.package, file)
    return matched, made.package, file


def later(workspace: Workspace, day: date) -> None:
    """The clock of a workspace, set to noon of another day."""
    workspace.clock = lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_signed_receipt_comes_back_and_is_on_record(sent, northtown, tmp_path) -> None:
    workspace, package, file = sent
    made = answers.receipt(northtown, file, tmp_path / "receipt.json")
    assert trail.entries(northtown)[-1].action == "package.answer"
    held = answers.take_in(workspace, made.file)
    assert (held.package, held.what, held.signed) == (package, RECEIPT, True)
    assert held.said_on == TODAY.isoformat()
    entry = trail.entries(workspace)[-1]
    assert (entry.action, entry.facts["package"], entry.facts["signed"]) == (
        "package.answered",
        package,
        True,
    )
    assert answers.listed(workspace)[package, RECEIPT] == held


def test_a_certificate_is_given_for_what_came_in_alone(sent, northtown, tmp_path) -> None:
    workspace, _, file = sent
    opening = Opening(file, tmp_path / "in", "stop-mail")
    digest = received.open_package(northtown, opening).sha256
    with pytest.raises(Refused, match="answer-of-nothing"):
        answers.destroyed(northtown, "0" * 64, TODAY, tmp_path / "no.json")
    with pytest.raises(Refused, match="answer-day-to-come"):
        answers.destroyed(northtown, digest, date(2027, 1, 1), tmp_path / "no.json")
    with pytest.raises(Refused, match="answer-before-arrival"):
        answers.destroyed(northtown, digest, date(2026, 8, 21), tmp_path / "no.json")
    assert not (tmp_path / "no.json").exists()
    made = answers.destroyed(northtown, digest.upper(), TODAY, tmp_path / "gone.json")
    assert answers.take_in(workspace, made.file).what is DESTRUCTION


@pytest.mark.parametrize("harm", ["byte", "day", "signature", "half", "other", "nothing"])
def test_an_answer_that_was_touched_is_not_believed(sent, northtown, tmp_path, harm) -> None:
    workspace, _, file = sent
    made = answers.receipt(northtown, file, tmp_path / "receipt.json")
    text = made.file.read_bytes()
    line, signed, _ = text.split(b"\n")
    changed = {
        "byte": text.replace(b'"what":"receipt"', b'"what":"destruction"'),
        "day": text.replace(b'"on":"2026-08-22"', b'"on":"2026-08-21"'),
        "signature": line + b'\n{"signature":"none"}\n',
        "half": line + b"\n",
        "other": line.replace(made.sha256.encode(), b"0" * 64) + b"\n" + signed + b"\n",
        "nothing": b"",
    }[harm]
    made.file.write_bytes(changed)
    with pytest.raises(Refused) as refused:
        answers.take_in(workspace, made.file)
    expected = {"half": "not-readable", "nothing": "not-readable", "other": "of-no-package"}
    assert refused.value.code == f"answer-{expected.get(harm, 'not-signed')}"
    assert not answers.listed(workspace)


def test_another_office_cannot_answer_in_the_recipients_name(sent, tmp_path) -> None:
    workspace, _, _ = sent
    sha256 = sharing.packages(workspace)[0].sha256
    forged = answers._give(workspace, RECEIPT, sha256, TODAY, tmp_path / "forged.json")
    with pytest.raises(Refused, match="answer-not-signed"):
        answers.take_in(workspace, forged.file)


def test_what_comes_on_paper_is_what_a_steward_says_of_it(sent, northtown, tmp_path) -> None:
    workspace, package, file = sent
    first = answers.on_paper(workspace, package, RECEIPT, TODAY, " J.  Reeve ")
    assert (first.said_by, first.signed) == ("J. Reeve", False)
    answers.take_in(workspace, answers.receipt(northtown, file, tmp_path / "r.json").file)
    with pytest.raises(Refused, match="answer-signed-already"):
        answers.on_paper(workspace, package, RECEIPT, TODAY, "J. Reeve")


@pytest.mark.parametrize(
    ("on", "by", "code"),
    [
        (date(2026, 8, 23), "J. Reeve", "answer-day-to-come"),
        (date(2026, 8, 1), "J. Reeve", "answer-before-package"),
        (TODAY, " ", "answer-without-name"),
    ],
)
def test_paper_with_a_slip_is_refused(sent, on, by, code) -> None:
    workspace, package, _ = sent
    before = len(trail.entries(workspace))
    with pytest.raises(Refused, match=code):
        answers.on_paper(workspace, package, RECEIPT, on, by)
    assert len(trail.entries(workspace)) == before


def test_home_tells_of_answers_that_are_late(sent) -> None:
    workspace, package, _ = sent

    def late() -> list[tuple[str, int]]:
        codes = {"receipt-late", "destruction-late"}
        return [(w.code, w.count) for w in home.waiting(workspace) if w.code in codes]

    assert late() == []
    later(workspace, date(2026, 9, 5))
    assert late() == []
    later(workspace, date(2026, 9, 6))
    assert late() == [("receipt-late", 1)]
    destroy_by = date.fromisoformat(sharing.packages(workspace)[0].destroy_by)
    later(workspace, date.fromordinal(destroy_by.toordinal() + 3))
    assert [code for code, _ in late()] == ["receipt-late", "destruction-late"]
    assert late()[1] == ("destruction-late", 3)
    for what in Answered:
        answers.on_paper(workspace, package, what, destroy_by, "J. Reeve")
    assert late() == []


def test_an_auditor_answers_nothing(sent, tmp_path) -> None:
    workspace, package, file = sent
    workspace.steward = StewardInfo("Una", Role.AUDITOR)
    for act in (
        lambda: answers.receipt(workspace, file, tmp_path / "x.json"),
        lambda: answers.take_in(workspace, tmp_path / "x.json"),
        lambda: answers.on_paper(workspace, package, RECEIPT, TODAY, "J. Reeve"),
    ):
        with pytest.raises(Refused):
            act()


def test_the_form_inside_says_until_when_the_receipt_is_asked_for(sent, northtown, tmp_path):
    _, _, file = sent
    opened = received.open_package(northtown, Opening(file, tmp_path / "in", "stop-mail"))
    pages = {path.name: path for path in opened.into.rglob("*.html")}
    assert "5 September 2026" in pages["receipt.html"].read_text(encoding="utf-8")


def test_what_cannot_be_proved_gets_no_receipt(northtown, tmp_path) -> None:
    file, _ = sealed_to(northtown, tmp_path / "x.zip", PARTNER.public_key, form="zip")
    with pytest.raises(Refused, match="answer-not-proved"):
        answers.receipt(northtown, file, tmp_path / "no.json")
    assert not (tmp_path / "no.json").exists()


def test_a_signed_answer_is_not_older_than_its_package(sent, northtown, tmp_path) -> None:
    workspace, _, _ = sent
    sha256 = sharing.packages(workspace)[0].sha256
    early = answers._give(northtown, RECEIPT, sha256, date(2026, 8, 1), tmp_path / "early.json")
    with pytest.raises(Refused, match="answer-before-package"):
        answers.take_in(workspace, early.file)
