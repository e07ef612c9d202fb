"""Passphrases from a file, a descriptor, or standard input where nobody sits."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from app import wording
from app.base.errors import Refused
from app.cli.passphrases import Passphrases


def test_a_file_gives_them_in_order_without_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "p"
    file.write_bytes("\ufeffcorrect horse \r\nzweite mit Umlaut ü\n".encode())
    given = Passphrases(file, None)
    assert given.next("first") == "correct horse "
    assert given.new("second") == "zweite mit Umlaut ü"


def test_a_descriptor_gives_them_too_and_stays_open() -> None:
    out, into = os.pipe()
    os.write(into, b"from a pipe\n")
    os.close(into)
    assert Passphrases(None, out).next("first") == "from a pipe"
    os.close(out)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\xff"])
def test_a_file_without_a_passphrase_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "p"
    file.write_bytes(content)
    with pytest.raises(Refused, match="passphrase-unreadable"):
        Passphrases(file, None).next("first")


def test_a_missing_file_is_refused_only_when_it_is_needed(tmp_path: Path) -> None:
    given = Passphrases(tmp_path / "none", None)
    with pytest.raises(Refused, match="passphrase-unreadable"):
        given.next("first")


def test_without_a_person_it_is_read_from_standard_input_once(monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("typed by a script\n"))
    assert Passphrases(None, None).new("first") == "typed by a script"


def test_where_nothing_is_given_it_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(Refused, match="passphrase-not-given"):
        Passphrases(None, None).next("first")


@pytest.mark.parametrize("given", ["nothing", "one line"])
def test_a_new_one_that_is_missing_is_asked_for_in_its_own_words(
    tmp_path: Path, monkeypatch, given: str
) -> None:
    """The refusal must not send a script to the option that it has given already."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    file = tmp_path / "p"
    file.write_text("the first\n", encoding="utf-8")
    held = Passphrases(file, None) if given == "one line" else Passphrases(None, None)
    if given == "one line":
        assert held.next("first") == "the first"
    with pytest.raises(Refused, match="new-passphrase-not-given") as refusal:
        held.new("second")
    said = wording.refusal(refusal.value).do
    for way in ("--new-passphrase-file", "second line of --passphrase-file", "standard input"):
        assert way in said


def test_a_new_one_comes_from_its_own_file_before_all_else(tmp_path: Path) -> None:
    for name, content in (("old", "opens\nwrong\n"), ("new", "to be hers\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    given = Passphrases(tmp_path / "old", None)
    assert given.next("first") == "opens"
    assert given.new("second", tmp_path / "new") == "to be hers"
    with pytest.raises(Refused, match="passphrase-unreadable") as refusal:
        given.new("second", tmp_path / "none")
    assert "none" in wording.refusal(refusal.value).what


def test_the_next_line_of_input_is_the_new_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("typed by a script\n"))
    (tmp_path / "p").write_text("opens\n", encoding="utf-8")
    given = Passphrases(tmp_path / "p", None)
    assert (given.next("first"), given.new("second")) == ("opens", "typed by a script")


def test_a_file_too_long_is_no_passphrase_file(tmp_path: Path) -> None:
    """Cut in the middle of a line it would give a passphrase that nobody meant."""
    (tmp_path / "p").write_bytes(b"x" * 5000)
    with pytest.raises(Refused, match="passphrase-unreadable"):
        Passphrases(tmp_path / "p", None).next("first")


@pytest.mark.skipif(os.name != "posix", reason="permissions of files as POSIX has them")
@pytest.mark.parametrize(("mode", "said"), [(0o600, []), (0o640, ["p"]), (0o604, ["p"])])
def test_a_file_that_others_may_read_is_told(tmp_path: Path, mode: int, said: list[str]) -> None:
    told: list[str] = []
    (tmp_path / "p").write_text("opens\n", encoding="utf-8")
    (tmp_path / "p").chmod(mode)
    Passphrases(tmp_path / "p", None, told.append).next("first")
    assert told == said
