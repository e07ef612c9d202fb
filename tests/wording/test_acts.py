"""The facts of an act in words: reasons of both sorts, fingerprints last, nought unsaid."""

from __future__ import annotations

from app.model.vaults import TrailEntry
from app.wording import facts_of


def told(action: str, **facts: object) -> list[tuple[str, str]]:
    return facts_of(TrailEntry(1, "2026-11-25T10:00:00Z", "Ann", action, facts, "ab"))


def test_reasons_are_told_in_the_words_of_their_family() -> None:
    assert ("reason", "confirmed as one person") in told(
        "pair.decide", reason="same-person-confirmed"
    )
    assert ("reason", "it is the wrong file") in told("load.withdraw", reason="wrong-file")


def test_fingerprints_come_last_and_nought_is_not_told() -> None:
    facts = told("steward.add", header="8e1a5962d4f91f5d9d4875020fd48800", role="auditor")
    assert [name for name, _ in facts] == ["role", "header"]
    assert told("vault.unlock", failed_attempts=0) == []
    assert told("vault.unlock", failed_attempts=2)[0][1] == "2"
