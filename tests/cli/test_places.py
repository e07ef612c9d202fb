"""Backup and restore say what speaks against the place, as making a vault does."""

from __future__ import annotations

import pytest

from app.cli import main
from app.cli.outcome import Exit


@pytest.fixture
def run(anns, passphrase_file, capsys):
    """Run a verb on a vault; what it said beside its answer."""

    def verb(*words):
        given = ("--vault", anns, "--passphrase-file", passphrase_file)
        assert main.run([str(word) for word in (*words, *given)], None) == Exit.DONE
        return capsys.readouterr().err

    return verb


def test_a_backup_and_a_restoring_into_a_synchronised_folder_are_warned_of(run, tmp_path) -> None:
    there = tmp_path / "Dropbox"
    assert run("backup", "--to", tmp_path / "a.backup") == ""
    said = run("backup", "--to", there / "b.backup")
    assert "copied elsewhere by Dropbox" in said
    assert "backup is encrypted" in said
    assert "own disk" in run("restore", there / "b.backup", "--to", there / "again")
    assert run("restore", there / "b.backup", "--to", tmp_path / "again") == ""
