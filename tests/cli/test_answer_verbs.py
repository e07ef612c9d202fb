"""Verbs of receipts and certificates, through the program's own front door."""

from __future__ import annotations

import json

import pytest

from app.cli import answer_verbs
from app.cli.main import run
from app.model.answers import Answer, Answered


class NoWindow:
    """The command line's front, which these tests never need."""


def test_words_that_do_not_fit_are_wrong_usage(anns, passphrase_file, capsys) -> None:
    door = ["--vault", str(anns), "--steward", "Ann", "--passphrase-file", str(passphrase_file)]
    for words in (
        [],
        ["P1"],
        ["P1", "--what", "receipt", "--on", "2026-08-22"],
        ["P1", "--file", "x.json"],
    ):
        assert run([*door, "--json", "package", "answered", *words], NoWindow()) == 2
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["answered", "--file", "none.json"], "file-not-found"),
        (
            ["answered", "P1", "--what", "receipt", "--on", "2026-08-22", "--by", "Jo"],
            "package-unknown",
        ),
        (["destroyed", "0" * 64, "--on", "2026-08-22", "--out", "x.json"], "answer-of-nothing"),
    ],
)
def test_what_cannot_be_is_refused_by_its_code(anns, passphrase_file, capsys, words, code) -> None:
    door = ["--vault", str(anns), "--steward", "Ann", "--passphrase-file", str(passphrase_file)]
    assert run([*door, "--json", "package", *words], NoWindow()) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_an_answer_on_record_is_told_whole() -> None:
    held = Answer("P1", Answered.RECEIPT, "2026-08-22", "Jo", True, "2026-08-23T10:00:00Z", "Ann")
    told = answer_verbs._kept(held)
    assert told.json == {
        "package": "P1",
        "what": "receipt",
        "on": "2026-08-22",
        "by": "Jo",
        "signed": True,
    }
