"""Backup and restore say what speaks against the place, as making a vault does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.base.clock import system_clock
from app.cli import main
from app.cli.outcome import Exit
from app.model.policy import KdfCost
from app.services import vaults
from app.services.catalogue import catalogue

PASSPHRASE = "three random words"


@pytest.fixture
def run(tmp_path, capsys):
    """Run a verb on a vault; what it said beside its answer."""
    declared = catalogue()
    kept = declared.vault_policy
    declared.__dict__["vault_policy"] = replace(kept, kdf=KdfCost(64, 1, 1))
    vaults.create(declared, tmp_path / "vault", "Ann", PASSPHRASE, system_clock)
    secret = tmp_path / "ann.txt"
    secret.write_text(PASSPHRASE)
    secret.chmod(0o600)

    def verb(*words):
        given = ("--vault", tmp_path / "vault", "--passphrase-file", secret)
        assert main.run([str(word) for word in (*words, *given)], None) == Exit.DONE
        return capsys.readouterr().err

    yield verb
    declared.__dict__["vault_policy"] = kept


def test_a_backup_and_a_restoring_into_a_synchronised_folder_are_warned_of(run, tmp_path) -> None:
    there = tmp_path / "Dropbox"
    assert run("backup", "--to", tmp_path / "a.backup") == ""
    said = run("backup", "--to", there / "b.backup")
    assert "copied elsewhere by Dropbox" in said
    assert "backup is encrypted" in said
    assert "own disk" in run("restore", there / "b.backup", "--to", there / "again")
    assert run("restore", there / "b.backup", "--to", tmp_path / "again") == ""
