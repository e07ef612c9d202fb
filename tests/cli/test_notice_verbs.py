"""Verbs of notices, through the program's own front door."""

from __future__ import annotations

import json

import pytest

from app.cli.main import run


class NoWindow:
    """The command line's front, which these tests never need."""


WHY = ("--why", "misspelt", "--out", "n.age")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("withdraw", "P1", *WHY), 2, "usage"),
        (("withdraw", "P1", "--all", "--request", "Q1", *WHY), 2, "usage"),
        (("withdraw", "P1", "--all", "--right", "a=b", *WHY), 2, "usage"),
        (("withdraw", "P1", "--request", "Q1", "--right", "ab", *WHY), 2, "usage"),
        (("withdraw", "P1", "--all", *WHY), 3, "package-unknown"),
    ],
)
def test_what_does_not_fit_is_told(anns, passphrase_file, capsys, words, code, told) -> None:
    door = ["--vault", str(anns), "--steward", "Ann", "--passphrase-file", str(passphrase_file)]
    assert run([*door, "--json", "package", *words], NoWindow()) == code
    assert json.loads(capsys.readouterr().out)["error"]["code"] == told


def test_none_is_none(anns, passphrase_file, capsys) -> None:
    door = ["--vault", str(anns), "--steward", "Ann", "--passphrase-file", str(passphrase_file)]
    assert run([*door, "--json", "package", "notices"], NoWindow()) == 0
    assert json.loads(capsys.readouterr().out) == {"notices": []}
