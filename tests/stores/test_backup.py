"""Backups: whole, checked, refused when a byte is wrong, and never half-written."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.stores import backup, health, loads, locks, places
from app.stores.vault import Vault

AT = "2026-08-22T09:00:00Z"


@pytest.fixture
def written(vault, fill, tmp_path: Path) -> Path:
    fill.load([["SMITH"] * 50])
    file = tmp_path / "monday.backup"
    backup.write(vault, file, AT)
    return file


def test_a_backup_comes_back_as_the_vault_it_was(vault, fill, written, tmp_path, policy) -> None:
    fill.load([["LATER"]], sha256="b" * 64)
    manifest = backup.restore(written, tmp_path / "again")
    assert (manifest.vault, manifest.made_at) == (vault.header.vault, AT)
    lock = locks.VaultLock(tmp_path / "again")
    again = Vault(tmp_path / "again", vault.header, vault.key, lock, policy)
    with again.read() as reader:
        assert [load.load for load in loads.summaries(reader)] == ["L1"]
        assert loads.read_raw(reader, "L1").num_rows == 50
    found = health.check(again)
    assert (found.integrity, found.cipher, found.schema, found.trail) == (True,) * 4
    again.close()
    names = {path.name for path in (tmp_path / "again").iterdir()}
    assert names == {
        *("vault.json", "vault.db", "vault.lock", "backups", "exports", "restored.json")
    }


def test_nothing_but_the_backup_is_left_beside_it(written, tmp_path) -> None:
    assert {path.name for path in tmp_path.iterdir()} == {"vault", "monday.backup"}


@pytest.mark.parametrize("fails", [True, False])
def test_files_beside_it_stay_whatever_they_are_called(vault, tmp_path, fails) -> None:
    mine = {tmp_path / f"bk.{end}" for end in ("copy", "part", "copy-wal", "copy-journal")}
    for path in mine:
        path.write_bytes(b"mine")
    counters = Counters()
    if fails:
        counters.cancel()
        with pytest.raises(Cancelled):
            backup.write(vault, tmp_path / "bk", AT, counters)
    else:
        backup.write(vault, tmp_path / "bk", AT)
    assert {path.read_bytes() for path in mine} == {b"mine"}
    others = set(tmp_path.iterdir()) - mine
    assert {path.name for path in others} == {"vault"} | (set() if fails else {"bk"})


def test_a_file_made_while_the_backup_was_written_stays(vault, tmp_path, monkeypatch) -> None:
    def check(_: Path) -> None:
        (tmp_path / "bk").write_bytes(b"mine")

    monkeypatch.setattr(backup, "_require_whole", check)
    with pytest.raises(Refused, match="file-exists"):
        backup.write(vault, tmp_path / "bk", AT)
    assert (tmp_path / "bk").read_bytes() == b"mine"


def test_only_what_a_killed_backup_left_is_cleared(vault, monkeypatch) -> None:
    folder = vault.folder / "backups"
    stamp = f"20260822T090000Z{backup.SUFFIX}"
    left = [f"{stamp}.0123456789ab.{end}" for end in ("part", "copy", "copy-journal")]
    mine = [f"{stamp}.sha256", f"before{backup.SUFFIX}.part", f"{stamp}.old.part"]
    for name in left + mine:
        (folder / name).write_bytes(b"x")
    made, _ = backup.rotate(vault, "2026-08-22T09:00:01Z")
    assert {path.name for path in folder.iterdir()} == {*mine, made.name}


def test_backups_in_the_vaults_own_place_are_counted(vault) -> None:
    assert backup.kept(vault.folder) == 0
    for n in range(2):
        backup.rotate(vault, f"2026-08-22T09:00:0{n}Z")
    (vault.folder / "backups" / "list.txt").write_bytes(b"")
    assert backup.kept(vault.folder) == 2
    assert backup.kept(vault.folder / "gone") == 0


def test_a_backup_is_taken_while_somebody_reads_and_writes(vault, fill, tmp_path) -> None:
    with vault.read():
        fill.load([["SMITH"]])
        backup.write(vault, tmp_path / "b", AT)


def test_files_are_not_written_over(vault, written) -> None:
    before = written.read_bytes()
    with pytest.raises(Refused, match="file-exists"):
        backup.write(vault, written, AT)
    assert written.read_bytes() == before


def test_a_cancelled_backup_leaves_nothing(vault, tmp_path) -> None:
    counters = Counters()
    counters.cancel()
    with pytest.raises(Cancelled):
        backup.write(vault, tmp_path / "b", AT, counters)
    assert {path.name for path in tmp_path.iterdir()} == {"vault"}


def test_a_damaged_vault_gives_no_backup(vault, fill, tmp_path) -> None:
    fill.load([[f"N{n}" for n in range(2000)]])
    vault.checkpoint()
    content = bytearray(vault.database.read_bytes())
    content[len(content) - 2000] ^= 1
    vault.database.write_bytes(content)
    with pytest.raises(Refused, match="vault-damaged"):
        backup.write(vault, tmp_path / "b", AT)
    assert not (tmp_path / "b").exists()


def test_too_little_room_is_said_before(vault, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(places, "free_bytes", lambda _: 1000)
    with pytest.raises(Refused, match="disk-space-low"):
        backup.write(vault, tmp_path / "b", AT)


def test_the_vaults_own_backups_are_kept_to_a_number(vault, policy) -> None:
    files = [backup.rotate(vault, f"2026-08-22T09:00:0{n}Z")[0] for n in range(5)]
    backup.prune(vault, files[-1])
    kept = sorted((vault.folder / "backups").iterdir())
    assert kept == files[-policy.backups_kept :]


def test_every_flipped_byte_is_noticed(written, tmp_path) -> None:
    """Places over the whole file, thickest where its headers and its directory stand."""
    content = written.read_bytes()
    size = len(content)
    for place in {*range(0, size, size // 60), *range(0, 80, 3), *range(size - 300, size, 2)}:
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        _refused_or_same(bytes(damaged), content, tmp_path, place)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_cut_short_is_noticed(written, tmp_path, part) -> None:
    content = written.read_bytes()
    short = tmp_path / "short"
    short.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(Refused, match=r"not-a-backup|backup-damaged"):
        backup.restore(short, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_other_zips_and_other_files_are_no_backups(tmp_path) -> None:
    with pytest.raises(Refused, match="file-not-found"):
        backup.restore(tmp_path / "gone", tmp_path / "again")
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("../../evil", b"x")
    for file in (other, Path(__file__)):
        with pytest.raises(Refused, match="not-a-backup"):
            backup.restore(file, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_packed_bomb_is_refused_unopened(written, tmp_path) -> None:
    bomb = tmp_path / "bomb"
    with zipfile.ZipFile(written) as real, zipfile.ZipFile(bomb, "w") as archive:
        for name in ("backup.json", "vault.json"):
            archive.writestr(name, real.read(name))
        archive.writestr("vault.db", bytes(50_000_000), zipfile.ZIP_DEFLATED)
    with pytest.raises(Refused, match="not-a-backup"):
        backup.restore(bomb, tmp_path / "again")


@pytest.mark.parametrize("name", ["vault.db", "vault.json"])
def test_a_part_put_in_by_another_hand_is_refused(written, tmp_path, name) -> None:
    """The ZIP is in order, its own checks hold; only the digests in the backup tell."""
    other = tmp_path / "other"
    with zipfile.ZipFile(written) as real, zipfile.ZipFile(other, "w") as archive:
        for member in real.namelist():
            content = real.read(member)
            if member == name:
                content = content[:-1] + bytes([content[-1] ^ 1])
            archive.writestr(member, content)
    with pytest.raises(Refused, match="backup-damaged"):
        backup.restore(other, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_folder_in_use_is_not_restored_over(written, vault, tmp_path) -> None:
    with pytest.raises(Refused, match="folder-not-empty"):
        backup.restore(written, vault.folder)
    (tmp_path / "empty").mkdir()
    backup.restore(written, tmp_path / "empty")
    with pytest.raises(Refused, match="folder-not-empty"):
        backup.restore(written, written)


def test_a_newer_backup_is_refused(written, tmp_path) -> None:
    newer = tmp_path / "newer"
    with zipfile.ZipFile(written) as real, zipfile.ZipFile(newer, "w") as archive:
        for name in real.namelist():
            content = real.read(name)
            if name == "backup.json":
                content = content.replace(b'"format": 1', b'"format": 2')
            archive.writestr(name, content)
    with pytest.raises(Refused, match="backup-newer"):
        backup.restore(newer, tmp_path / "again")


def _refused_or_same(damaged: bytes, content: bytes, tmp_path: Path, place: int) -> None:
    """Bytes of the ZIP's own dates and attributes mean nothing; all others must be refused."""
    file, folder = tmp_path / "flipped", tmp_path / f"again-{place}"
    file.write_bytes(damaged)
    try:
        backup.restore(file, folder)
    except Refused:
        assert not folder.exists()
        return
    with zipfile.ZipFile(tmp_path / "monday.backup") as real:
        assert (folder / "vault.db").read_bytes() == real.read("vault.db")
        assert (folder / "vault.json").read_bytes() == real.read("vault.json")
    shutil.rmtree(folder)
