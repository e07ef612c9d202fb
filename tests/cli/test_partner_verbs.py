"""Recipients in a terminal: a key that a script vouched for is not shown as one compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from app.sealing.keys import new_office
from app.services import packages
from app.services.catalogue import catalogue


class _NoWindow:
    def open(self, _vault, _steward) -> int:
        raise AssertionError


@pytest.fixture
def told(anns: Path, passphrase_file: Path, capsys):
    """What a verb says, and what it says beside that."""

    def run(*words: str) -> tuple[str, str]:
        opening = ("--vault", str(anns), "--steward", "Ann", "--passphrase-file")
        assert main.run([*words, *opening, str(passphrase_file)], _NoWindow()) == 0
        return tuple(capsys.readouterr())

    return run


def test_what_a_script_vouched_for_is_said_until_words_are_compared(told, tmp_path) -> None:
    public = tmp_path / "their.pub"
    public.write_text(new_office().public_key, encoding="utf-8")
    _, aside = told("recipient", "add", "Library", "--public-key", str(public))
    assert "Nobody compared the words of this key" in aside
    listed, _ = told("recipient", "list")
    assert "no, a script vouched for the key: " in listed
    words = packages.fingerprint(catalogue(), public.read_text(encoding="utf-8"))
    told("recipient", "confirm", "Library", *words.split())
    listed, _ = told("recipient", "list")
    assert "vouched" not in listed
    _, aside = told("recipient", "add", "Library", "--public-key", str(public))
    assert aside == "", "what was compared stays so"
