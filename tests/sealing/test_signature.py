"""Signatures: minisign as outside judge, both ways; nothing changed is accepted."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest

from app.sealing import signature
from app.sealing.keys import new_office

CONTENT = b"abc  data/a.csv\n"
COMMENT = '{"package":"EX-1","sender":"\\u00c9x"}'
OFFICE = new_office()
PUBLIC = OFFICE.public.signing or b""
minisign = pytest.mark.skipif(
    shutil.which("minisign") is None, reason="the minisign program is not installed"
)


@pytest.fixture
def signed() -> bytes:
    return signature.sign(CONTENT, COMMENT, OFFICE.signer)


def test_a_signature_gives_its_comment(signed) -> None:
    assert signature.verify(CONTENT, signed, PUBLIC) == COMMENT


def test_other_content_or_signer_is_not_accepted(signed) -> None:
    assert signature.verify(CONTENT + b" ", signed, PUBLIC) is None
    assert signature.verify(CONTENT, signed, new_office().public.signing) is None


def test_every_flipped_bit_outside_the_first_line_is_noticed(signed) -> None:
    """The untrusted first line is not signed, as its name says."""
    start = signed.index(b"\n") + 1
    for position in range(start, len(signed)):
        for bit in range(8):
            changed = bytearray(signed)
            changed[position] ^= 1 << bit
            assert signature.verify(CONTENT, bytes(changed), PUBLIC) is None, position


@pytest.mark.parametrize("junk", [b"", b"\n\n\n\n", b"\xff" * 300, b"a\nb\nc\nd\n"])
def test_junk_is_not_accepted(junk) -> None:
    assert signature.verify(CONTENT, junk, PUBLIC) is None


@pytest.mark.parametrize("comment", ["two\nlines", "x" * 8_001])
def test_comments_minisign_could_not_read_are_not_written(comment) -> None:
    with pytest.raises(ValueError, match="trusted comment"):
        signature.sign(CONTENT, comment, OFFICE.signer)


@minisign
@pytest.mark.parametrize("comment", [COMMENT, "x" * 8_000])
def test_minisign_accepts_our_signature(tmp_path, comment) -> None:
    (tmp_path / "list").write_bytes(CONTENT)
    (tmp_path / "sig").write_bytes(signature.sign(CONTENT, comment, OFFICE.signer))
    key = signature.minisign_key(PUBLIC)
    command = ["minisign", "-V", "-m", "list", "-x", "sig", "-P", key]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert comment in done.stdout
    (tmp_path / "list").write_bytes(CONTENT + b"x")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode


@minisign
def test_we_accept_a_signature_of_minisign(tmp_path) -> None:
    (tmp_path / "list").write_bytes(CONTENT)
    subprocess.run(
        ["minisign", "-G", "-W", "-p", "pub", "-s", "sec"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    subprocess.run(
        ["minisign", "-S", "-H", "-s", "sec", "-m", "list", "-x", "sig", "-t", "hello there"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    public = base64.b64decode((tmp_path / "pub").read_text().splitlines()[1])
    content = (tmp_path / "sig").read_bytes()
    assert signature.verify(CONTENT, content, public[10:], public[2:10]) == "hello there"
