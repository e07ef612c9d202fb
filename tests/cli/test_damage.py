"""A damaged vault: `check` and `trail verify` both say so, in their own form, and end with 3."""

from __future__ import annotations

import json
import shutil

import pytest

from app.base.clock import system_clock
from app.cli import main
from app.cli.outcome import Exit
from app.services import vaults
from app.services.catalogue import catalogue

PASSPHRASE = "three random words"
PAGE = 4096


@pytest.fixture(scope="module")
def sound(cheap_keys, tmp_path_factory):
    """A vault with some entries."""
    declared = catalogue()
    home = tmp_path_factory.mktemp("damage")
    vaults.create(declared, home / "vault", "Ann", PASSPHRASE, system_clock)
    with vaults.unlock(declared, home / "vault", "Ann", PASSPHRASE, system_clock) as opened:
        for n in range(60):
            opened.note("look.pair", {"pair": f"R1-{n}"})
    return home / "vault"


@pytest.fixture
def verb(sound, passphrase_file, tmp_path, capsys):
    """Run a verb on a copy of the vault with one page spoilt: exit code and answer."""

    def run(page, *words):
        vault = tmp_path / f"vault-{page}"
        shutil.copytree(sound, vault, dirs_exist_ok=True)
        with (vault / "vault.db").open("r+b") as stream:
            at = (page - 1) * PAGE + PAGE // 2
            stream.seek(at)
            before = stream.read(8)
            stream.seek(at)
            stream.write(bytes(octet ^ 255 for octet in before))
        code = main.run(
            [*words, "--vault", str(vault), "--passphrase-file", str(passphrase_file), "--json"],
            None,
        )
        return code, json.loads(capsys.readouterr().out)

    return run


def pages(vault):
    return (vault / "vault.db").stat().st_size // PAGE


def test_both_report_damage_on_whatever_page_it_is(verb, sound):
    disagree = {}
    for page in range(1, pages(sound) + 1):
        checked, health = verb(page, "check")
        verified, chain = verb(page, "trail", "verify")
        good = (
            checked == verified == Exit.REFUSED
            and health.keys() == {"integrity", "cipher", "schema", "trail", "unfinished"}
            and not health["cipher"]
            and chain.keys() == {"entries", "verified", "head"}
            and not chain["verified"]
        )
        if not good:
            disagree[page] = (checked, health, verified, chain)
    assert not disagree


def test_damage_beside_the_trail_is_not_put_down_to_the_trail(verb, sound):
    healths = [verb(page, "check")[1] for page in range(2, pages(sound) + 1)]
    assert any(health["trail"] for health in healths)
    assert any(not health["trail"] for health in healths)
    assert not any(health["integrity"] and health["cipher"] for health in healths)
