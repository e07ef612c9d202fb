"""Verbs of erasure, through the program's own front door."""

from __future__ import annotations

import json

import pytest

from app.cli.main import run


class NoWindow:
    """The command line's front, which these tests never need."""


@pytest.fixture
def muniment(anns, passphrase_file, capsys, tmp_path):
    """Run words as one command: exit code and answer, on a vault with one load."""
    door = ["--vault", str(anns), "--steward", "Ann", "--passphrase-file", str(passphrase_file)]

    def call(*words: str) -> tuple[int, dict]:
        code = run([*door, "--json", *words], NoWindow())
        return code, json.loads(capsys.readouterr().out)

    file = tmp_path / "people.csv"
    file.write_text("ref,surname,dob\nA1,Tapscott,04/03/1944\n", encoding="utf-8")
    assert call("load", str(file), "--kind", "people")[0] == 0
    return call


def test_a_load_is_erased_and_the_record_written(muniment, tmp_path) -> None:
    code, made = muniment("erase", "propose", "L1", "--reason", "retention-over")
    assert (code, made["second"], made["runs"], made["proved"]) == (0, False, [], False)
    code, done = muniment("erase", "confirm", "L1")
    assert (code, done["proved"], done["found"]) == (0, True, 0)
    assert done["pieces"] > 0
    assert [one["load"] for one in muniment("erase", "list")[1]["erasures"]] == ["L1"]
    assert muniment("erase", "record", "L1", "--to", str(tmp_path / "r.html"))[0] == 0
    assert (tmp_path / "r.html").exists()


def test_nothing_is_erased_that_nobody_proposed(muniment) -> None:
    code, told = muniment("erase", "confirm", "L1")
    assert (code, told["error"]["code"]) == (3, "erasure-unknown")
    assert muniment("erase", "propose", "L1", "--reason", "whim")[1]["error"]["code"] == (
        "reason-unknown"
    )
    muniment("erase", "propose", "L1", "--reason", "other")
    assert muniment("erase", "drop", "L1")[0] == 0
    assert muniment("erase", "list")[1]["erasures"] == []
