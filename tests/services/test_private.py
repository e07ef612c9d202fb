"""A vault's folder and files are its owner's alone, wherever they came from."""

from __future__ import annotations

import os
import stat

import pytest

from app.model.vaults import Role
from app.services import staff, vaults

PASSPHRASE = "three random words"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions are the folder's there")


@pytest.fixture(autouse=True)
def careless():
    """A umask that opens everything to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder):
    """What in and under a folder is not its owner's alone."""
    wrong = {}
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode != (0o700 if path.is_dir() else 0o600):
            wrong[path.name] = oct(mode)
    return wrong


def test_a_vault_made_in_a_folder_that_stood_open_is_closed(tmp_path, catalogue, clock) -> None:
    (tmp_path / "vault").mkdir()
    assert open_to_others(tmp_path / "vault")
    vaults.create(catalogue, tmp_path / "vault", "Ann", PASSPHRASE, clock)
    assert not open_to_others(tmp_path / "vault")


def test_all_stays_closed_while_open_and_after_backup_and_restoring(
    folder, catalogue, clock, tmp_path
) -> None:
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as ws:
        staff.add_steward(ws, "Bob", Role.STEWARD, PASSPHRASE)
        made = vaults.backup(ws, tmp_path / "b.backup")
        vaults.backup(ws, None)
        assert not open_to_others(folder)
    assert not open_to_others(folder)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    (tmp_path / "again").mkdir()
    vaults.restore(catalogue, made.file, tmp_path / "again")
    assert not open_to_others(tmp_path / "again")
    with vaults.unlock(catalogue, tmp_path / "again", "Bob", PASSPHRASE, clock):
        assert not open_to_others(tmp_path / "again")


def test_a_vault_that_was_copied_open_is_closed_when_it_is_unlocked(
    folder, catalogue, clock
) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock):
        assert not open_to_others(folder)


def test_what_is_not_the_vaults_is_neither_touched_nor_needed(
    folder, catalogue, clock, tmp_path, monkeypatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "x.txt").write_text("theirs")
    (folder / "link").symlink_to(shared, target_is_directory=True)
    (folder / "exports").rmdir()
    (folder / "exports").symlink_to(shared, target_is_directory=True)
    (folder / "lost+found").mkdir()
    before = stat.S_IMODE((shared / "x.txt").stat().st_mode)
    listed = type(folder).iterdir

    def barred(path):
        if path.name == "lost+found":
            raise PermissionError(13, "another account's")
        return listed(path)

    monkeypatch.setattr(type(folder), "iterdir", barred)
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock):
        pass
    assert stat.S_IMODE((shared / "x.txt").stat().st_mode) == before


def test_a_folder_shared_by_a_group_stays_its_groups(folder, catalogue, clock) -> None:
    folder.chmod(0o2775)
    (folder / "vault.db").chmod(0o664)
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o2770
        assert stat.S_IMODE((folder / "vault.db").stat().st_mode) == 0o660
