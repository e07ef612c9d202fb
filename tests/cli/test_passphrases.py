"""Passphrases from a file, a descriptor, or standard input where nobody sits."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.cli.passphrases import Passphrases


def test_a_file_gives_them_in_order_without_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "p"
    file.write_bytes("\ufeffcorrect horse \r\nzweite mit Umlaut ü\n".encode())
    given = Passphrases(file, None)
    assert given.next("first") == "correct horse "
    assert given.next("second", twice=True) == "zweite mit Umlaut ü"


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
    assert Passphrases(None, None).next("first", twice=True) == "typed by a script"


def test_where_nothing_is_given_it_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(Refused, match="passphrase-not-given"):
        Passphrases(None, None).next("first")
