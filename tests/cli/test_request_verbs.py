"""Verbs of persons' requests, through the program's own front door."""

from __future__ import annotations

import io
import json
import sys

import pytest
import pyzipper

from app.cli.main import run

PEOPLE = "ref,surname,forename,dob,shoe\nA1,Tapscott,Minnie,04/03/1944,five\n"


class NoWindow:
    """The command line's front, which these tests never need."""


@pytest.fixture
def muniment(anns, passphrase_file, capsys):
    """Run words as one command: exit code, answer as JSON, what went aside."""
    door = ["--vault", str(anns), "--steward", "Ann", "--passphrase-file", str(passphrase_file)]

    def call(*words: str) -> tuple[int, dict, str]:
        code = run([*door, "--json", *words], NoWindow())
        out, aside = capsys.readouterr()
        return code, json.loads(out), aside

    return call


@pytest.fixture
def asked(muniment, tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert muniment("load", str(tmp_path / "people.csv"), "--kind", "people")[0] == 0
    words = ("--right", "access", "--case", "SAR-7", "--received", "2026-10-01")
    code, made, _ = muniment("request", "open", *words, "--identity", "2026-10-05")
    assert (code, made["request"], made["due"], made["owed"]) == (0, "Q1", "2026-11-05", "answer")
    return muniment


def test_a_request_goes_its_whole_way(asked, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("surname=Tapscott\nborn=1944-03-04\n"))
    code, found, _ = asked("request", "search", "Q1")
    assert (code, [one["row"] for one in found["records"]]) == (0, [2])
    assert asked("request", "lay", "Q1", "L1:2")[1]["records"] == 1
    shown = asked("request", "show", "Q1")[1]
    assert ["surname", "Tapscott"] in shown["records"][0]["columns"]
    assert shown["records"][0]["withheld"] == [["shoe", "five"]]
    copy = tmp_path / "copy.zip"
    made = asked("request", "pack", "Q1", "--to", str(copy), "--give", "L1:shoe")[1]
    assert (made["records"], made["withheld"]) == (1, 0)
    with pyzipper.AESZipFile(copy) as archive:
        archive.setpassword(made["passphrase"].encode())
        page = archive.read("what-is-held.html").decode()
    assert "Tapscott" in page
    assert "looked at what is held on a person who asked" in page
    ended = asked("request", "close", "Q1", "--outcome", "given", "--why", "by post")[1]
    assert (ended["outcome"], ended["tell"]) == ("given", [])
    assert [one["outcome"] for one in asked("request", "list")[1]["requests"]] == ["given"]


def test_a_record_is_named_by_load_and_line(asked) -> None:
    assert asked("request", "lay", "Q1", "two")[0] == 2
    code, told, _ = asked("request", "lay", "Q1", "L1:2:2")
    assert (code, told["error"]["code"]) == (3, "record-not-there")
    assert asked("request", "lay", "Q1", "L1:2")[0] == 0
    assert asked("request", "take-off", "Q1", "L1:2")[1]["records"] == 0


def test_a_day_and_a_reason_are_put_on_record(asked) -> None:
    assert asked("request", "acknowledge", "Q1", "--on", "2026-10-02")[0] == 0
    assert asked("request", "identity", "Q1", "--on", "2026-10-09")[1]["due"] == "2026-11-09"
    code, told, _ = asked("request", "extend", "Q1", "--why", " ")
    assert (code, told["error"]["code"]) == (3, "request-needs-reason")
