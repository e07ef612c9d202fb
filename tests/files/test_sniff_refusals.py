"""What is no table of records is refused by what it is, and every code has its sentence."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.loads import ReadChoices, Shape

LIMITS = read_limits()
FILES = Path(__file__).resolve().parents[2] / "app" / "files"
WORDING = Path(__file__).resolve().parents[2] / "resources" / "wording"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\n\n  \n", "file-empty"),
        (b"\xef\xbb\xbf", "file-empty"),
        (b"id,name,born\n", "file-header-only"),
        (b"id,name,born\n\n,,\nTotal records: 0\n", "file-header-only"),
        (b"%PDF-1.7\n1,2\n", "file-not-a-table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "file-not-a-table"),
        (b"SQLite format 3\x00" + bytes(100), "file-not-a-table"),
        (b'{"people": [{"id": 1}]}\n', "file-not-a-table"),
        (b'[{"id": 1},\n{"id": 2}]', "file-not-a-table"),
        (b"age-encryption.org/v1\n-> X25519 abc\n", "file-is-sealed"),
        (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "file-is-web-page"),
        (b"\r\n<html><body><table></table></body></html>", "file-is-web-page"),
        (
            b'<?xml version="1.0"?><Workbook'
            b' xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
            "file-is-xml-spreadsheet",
        ),
        (bytes(range(256)) * 40, "file-not-a-table"),
        (bytes(100_000), "file-not-a-table"),
        (b"\xff\xfe\x00\x00i\x00\x00\x00", "encoding-unknown"),
        (b"PK\x03\x04 but then nothing", "archive-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook-damaged"),
        (
            b"This is a letter to whom it may concern about nothing in particular.\n"
            b"It goes on for a while in the way that letters of this kind often do\n"
            b"and then at last it comes to an end without having said very much.\n",
            "file-not-a-table",
        ),
    ],
)
def test_content_that_is_no_table(refusal, content, code):
    assert refusal(content) == code


def test_random_bytes_are_binary(refusal):
    junk = b"x" + bytes((n * 7919 + n // 3) % 256 for n in range(200_000))
    assert refusal(junk) == "file-not-a-table"


def test_ten_thousand_columns(refusal):
    header = ",".join(f"c{n}" for n in range(10_000))
    row = ",".join("1" for _ in range(10_000))
    assert refusal(f"{header}\n{row}\n{row}\n".encode()) == "too-many-columns"


def test_a_first_line_without_end(refusal):
    small = replace(LIMITS, line_characters=10_000)
    assert refusal(b"a,b," * 20_000, limits=small) == "line-too-long"
    assert refusal(b"a" * 11_000 + b"\n1\n2\n", limits=small) == "line-too-long"


def test_missing_file_and_folder(tmp_path):
    for path, code in ((tmp_path / "none.csv", "file-not-found"), (tmp_path, "file-is-folder")):
        with pytest.raises(Refused) as caught:
            sniff(path, ReadChoices(), {}, LIMITS)
        assert caught.value.code == code
        with pytest.raises(Refused) as caught:
            list(read(path, Shape("csv", ("a",)), lambda _: None, LIMITS))
        assert caught.value.code == code


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("id,name\n1,a\n")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)  # the superuser may read everything
    with pytest.raises(Refused) as caught:
        sniff(path, ReadChoices(), {}, LIMITS)
    assert caught.value.code == "file-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_hang(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(Refused) as caught:
        sniff(path, ReadChoices(), {}, LIMITS)
    assert caught.value.code == "file-unreadable"


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (ReadChoices(encoding="rot13"), "encoding-unknown"),
        (ReadChoices(encoding="pickle"), "encoding-unknown"),
        (ReadChoices(delimiter=",,"), "delimiter-unusable"),
        (ReadChoices(delimiter='"'), "delimiter-unusable"),
        (ReadChoices(delimiter=""), "delimiter-unusable"),
    ],
)
def test_choices_that_cannot_be(refusal, choices, code):
    assert refusal(b"id,name\n1,a\n", choices) == code


def test_every_code_has_its_sentence():
    said: dict[str, set[str]] = {"refused": set(), "note": set(), "stage": set()}
    for path in WORDING.glob("*.toml"):
        book = tomllib.loads(path.read_text(encoding="utf-8"))
        for family in said:
            said[family] |= book.get(family, {}).keys()
    readers = (path for path in sorted(FILES.glob("*.py")) if not path.name.startswith("write"))
    source = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    for family, form, least in (
        ("refused", r'Refused\(\s*"([a-z0-9-]+)"', 15),
        ("note", r'Note\(\s*"([a-z0-9-]+)"', 10),
        ("stage", r'\.stage\(\s*"([a-z-]+)"', 3),
    ):
        raised = set(re.findall(form, source))
        assert raised <= said[family]
        assert len(raised) >= least
