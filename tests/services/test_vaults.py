"""Making, unlocking, staffing, backing up and restoring vaults, and every refusal on the way."""

from __future__ import annotations

import json
import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from app.base import durable
from app.base.errors import Refused
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.policy import KdfCost
from app.model.vaults import Role, StewardInfo
from app.services import staff, trail, vaults
from app.stores import header as headers
from app.stores import making, settings
from app.stores import trail as entries

PASSPHRASE = "three random words"
ANN = StewardInfo("Ann", Role.ADMINISTRATOR)


def test_a_new_vault_has_a_folder_a_steward_and_a_recovery_key(tmp_path, catalogue, clock) -> None:
    made = vaults.create(catalogue, tmp_path / "a" / "b", " Ann  Lee ", PASSPHRASE, clock)
    assert (made.vault, made.steward, len(made.recovery_key)) == (
        tmp_path / "a" / "b",
        "Ann Lee",
        41,
    )
    assert {path.name for path in made.vault.iterdir()} == {
        *("vault.json", "vault.db", "vault.lock", "backups", "exports")
    }
    assert staff.stewards_of(made.vault) == (StewardInfo("Ann Lee", Role.ADMINISTRATOR),)


@pytest.mark.parametrize("name", ["a b", "100%", "what?", "#1", "Zoë's", "a&b=c", "%3f"])
def test_a_folder_may_have_any_name(tmp_path, catalogue, clock, name) -> None:
    place = tmp_path / name
    vaults.create(catalogue, place, "Ann", PASSPHRASE, clock)
    vaults.unlock(catalogue, place, "Ann", PASSPHRASE, clock).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (place / "vault.db").stat().st_size > 0
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_the_recovery_key_goes_to_a_file_only_when_asked(tmp_path, catalogue, clock) -> None:
    file = tmp_path / "recovery.txt"
    made = vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock, recovery_file=file)
    assert file.read_text(encoding="utf-8") == made.recovery_key + "\n"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="file-exists"):
        vaults.create(catalogue, tmp_path / "w", "Ann", PASSPHRASE, clock, recovery_file=file)
    assert not (tmp_path / "w").exists()


def test_no_vault_is_made_whose_recovery_key_cannot_be_kept(tmp_path, catalogue, clock) -> None:
    file = tmp_path / "nowhere" / "recovery.txt"
    with pytest.raises(Refused, match="file-not-written"):
        vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock, recovery_file=file)
    assert list(tmp_path.iterdir()) == []


def test_a_recovery_file_made_meanwhile_stays(tmp_path, catalogue, clock, monkeypatch) -> None:
    file, create = tmp_path / "recovery.txt", making.create_database

    def slow(*given: object) -> None:
        create(*given)
        file.write_bytes(b"mine")

    monkeypatch.setattr(making, "create_database", slow)
    with pytest.raises(Refused, match="file-exists"):
        vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock, recovery_file=file)
    assert [path.name for path in tmp_path.iterdir()] == ["recovery.txt"]
    assert file.read_bytes() == b"mine"


@pytest.mark.parametrize("place", [(headers, "save"), (entries, "append")])
def test_a_making_that_fails_late_leaves_no_recovery_key(
    tmp_path, catalogue, clock, monkeypatch, place
) -> None:
    """The key is on the disk before the folder is a vault, and goes again with it."""
    file = tmp_path / "recovery.txt"

    def fail(*_: object) -> None:
        assert file.exists()
        raise Refused("disk-full")

    monkeypatch.setattr(*place, fail)
    with pytest.raises(Refused, match="disk-full"):
        vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock, recovery_file=file)
    assert list(tmp_path.iterdir()) == []


def test_where_a_vault_is_not_made(tmp_path, folder, catalogue, clock) -> None:
    def create(place: Path, name: str = "Ann", passphrase: str = PASSPHRASE) -> None:
        vaults.create(catalogue, place, name, passphrase, clock)

    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(Refused, match="vault-exists"):
        create(folder)
    with pytest.raises(Refused, match="folder-not-empty"):
        create(tmp_path)
    with pytest.raises(Refused, match="folder-not-empty"):
        create(tmp_path / "file")
    with pytest.raises(Refused, match="folder-not-made"):
        create(tmp_path / "file" / "below")
    with pytest.raises(Refused, match="passphrase-short"):
        create(tmp_path / "new", passphrase="short")
    with pytest.raises(Refused, match="steward-name-unusable"):
        create(tmp_path / "new", name=" ")
    assert not (tmp_path / "new").exists()
    (tmp_path / "empty").mkdir()
    create(tmp_path / "empty")


def test_a_making_that_fails_leaves_nothing(tmp_path, catalogue, clock, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "write_whole", fail)
    with pytest.raises(Refused, match="header-not-written"):
        vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock)
    assert not (tmp_path / "v").exists()


def test_unlocking_and_its_refusals(folder, tmp_path, catalogue, clock) -> None:
    def unlock(place: Path, name: str, passphrase: str) -> None:
        vaults.unlock(catalogue, place, name, passphrase, clock).close()

    unlock(folder, "ann", PASSPHRASE)
    with pytest.raises(Refused, match="passphrase-wrong"):
        unlock(folder, "Ann", "three random word")
    with pytest.raises(Refused, match="steward-unknown"):
        unlock(folder, "Bob", PASSPHRASE)
    with pytest.raises(Refused, match="vault-not-found"):
        unlock(tmp_path / "gone", "Ann", PASSPHRASE)
    with pytest.raises(Refused, match="not-a-vault"):
        unlock(tmp_path, "Ann", PASSPHRASE)
    with pytest.raises(Refused, match="not-a-vault"):
        staff.stewards_of(tmp_path)


def test_a_vault_open_elsewhere(workspace, catalogue, clock) -> None:
    with pytest.raises(Refused, match="vault-in-use") as refusal:
        vaults.unlock(catalogue, workspace.vault.folder, "Ann", PASSPHRASE, clock)
    assert set(refusal.value.facts) == {"host", "user", "since"}
    with workspace.write("settings.change"):
        pass


def test_a_header_changed_by_hand(folder, catalogue, clock) -> None:
    path = folder / headers.NAME
    body = json.loads(path.read_bytes())
    body["stewards"][0]["role"] = "auditor"
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(Refused, match="header-tampered"):
        vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock)


@pytest.mark.parametrize("damage", ["missing", "zeros", "cut"])
def test_the_right_key_for_a_damaged_database(folder, catalogue, clock, damage) -> None:
    path = folder / "vault.db"
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(bytes(8192) if damage == "zeros" else content[:5000])
    with pytest.raises(Refused, match="vault-damaged"):
        vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock)
    with pytest.raises(Refused, match="passphrase-wrong"):
        vaults.unlock(catalogue, folder, "Ann", "something else", clock)


def test_a_vault_of_a_newer_version(workspace, catalogue, clock) -> None:
    workspace.vault._writer.execute("PRAGMA user_version = 77")
    folder = workspace.vault.folder
    workspace.close()
    with pytest.raises(Refused, match="vault-newer"):
        vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock)


def test_an_older_vault_is_brought_up_to_date_after_a_backup(
    folder, catalogue, clock, tmp_path, monkeypatch
) -> None:
    steps = tmp_path / "schema"
    shutil.copytree(catalogue.folder / "schema", steps)
    came_from = len(list(steps.iterdir()))
    more = steps / f"{came_from + 1:04}_more.sql"
    more.write_text("CREATE TABLE more (x TEXT) STRICT;", encoding="utf-8")
    monkeypatch.setattr("app.stores.migrate.resource", lambda *_: steps)
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as workspace:
        entry = trail.entries(workspace)[-2]
        assert (entry.action, entry.facts) == (
            "vault.upgrade",
            {"before": came_from, "after": came_from + 1},
        )
        assert vaults.check(workspace).schema
    assert len(list((folder / "backups").iterdir())) == 1
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as workspace:
        assert [e.action for e in trail.entries(workspace)].count("vault.upgrade") == 1


def test_wrong_attempts_must_be_waited_out(folder, catalogue, clock) -> None:
    now = clock()
    for _ in range(catalogue.vault_policy.free_attempts):
        with pytest.raises(Refused, match="passphrase-wrong"):
            vaults.unlock(catalogue, folder, "Ann", "wrong wrong", lambda: now)
    with pytest.raises(Refused, match="unlock-wait"):
        vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, lambda: now)
    later = now + timedelta(seconds=2)
    vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, lambda: later).close()
    vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, lambda: later).close()


def test_backup_and_restore_round_trip(workspace, catalogue, clock, tmp_path) -> None:
    with workspace.write("settings.change") as change:
        settings.put(change.writer, "a", "kept")
    made = vaults.backup(workspace, tmp_path / "b.backup")
    assert made.verified
    assert trail.entries(workspace)[-1].facts["sha256"] == made.sha256
    rotated = vaults.backup(workspace, None)
    assert rotated.file.parent == workspace.vault.folder / "backups"
    answer = vaults.restore(catalogue, made.file, tmp_path / "again")
    assert (answer.vault, answer.verified) == (tmp_path / "again", True)
    with vaults.unlock(catalogue, tmp_path / "again", "Ann", PASSPHRASE, clock) as again:
        with again.read() as reader:
            assert settings.get(reader, "a") == "kept"
        entry = trail.entries(again)[-2]
        assert entry.action == "vault.restore"
        assert entry.facts["backup_made_at"].startswith("2026-08-22T09:")
    with vaults.unlock(catalogue, tmp_path / "again", "Ann", PASSPHRASE, clock) as again:
        assert [e.action for e in trail.entries(again)].count("vault.restore") == 1
    with pytest.raises(Refused, match="folder-not-empty"):
        vaults.restore(catalogue, made.file, tmp_path / "again")


def kept(workspace) -> list[str]:
    return sorted(path.name for path in (workspace.vault.folder / "backups").iterdir())


def test_a_backup_without_its_entry_costs_no_older_one(workspace, monkeypatch) -> None:
    most = workspace.catalogue.vault_policy.backups_kept
    made = [vaults.backup(workspace, None).file.name for _ in range(most + 1)]
    before = kept(workspace)
    assert before == made[1:], "the oldest goes once the newest stands in the trail"

    def full(*_given: object) -> None:
        raise Refused("disk-full")

    monkeypatch.setattr("app.services.workspace.trail.append", full)
    with pytest.raises(Refused, match="disk-full"):
        vaults.backup(workspace, None)
    assert kept(workspace) == before


def test_a_stop_after_the_entry_leaves_the_backup_it_vouches_for(workspace, monkeypatch) -> None:
    def stopped(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace, "_broadcast", stopped)
    with pytest.raises(KeyboardInterrupt):
        vaults.backup(workspace, None)
    assert trail.entries(workspace)[-1].action == "vault.backup"
    assert len(kept(workspace)) == 1


def test_a_clock_put_back_does_not_cost_the_backup_just_made(workspace, clock) -> None:
    most = workspace.catalogue.vault_policy.backups_kept
    made = [vaults.backup(workspace, None).file for _ in range(most)]
    workspace.clock = lambda: clock() - timedelta(days=2)
    latest = vaults.backup(workspace, None).file
    assert sorted([latest, *made[1:]]) == sorted(latest.parent.iterdir())


def test_check_says_what_is_sound_and_what_was_left(workspace) -> None:
    found = vaults.check(workspace)
    assert (found.integrity, found.cipher, found.schema, found.trail) == (True,) * 4
    assert trail.entries(workspace)[-1].action == "vault.check"


def test_what_a_crash_left_is_discarded_on_request(workspace) -> None:
    identity = workspace._begin("load.accept", "L")
    assert [left.id for left in vaults.unfinished(workspace)] == [identity]
    with pytest.raises(Refused, match="unfinished-unknown"):
        vaults.discard(workspace, "L9")
    vaults.discard(workspace, identity)
    assert vaults.unfinished(workspace) == ()
    assert trail.entries(workspace)[-1].action == "unfinished.discard"


def test_the_cost_that_ships_opens_a_vault(tmp_path, clock) -> None:
    shipped = Catalogue(RESOURCES)
    vaults.create(shipped, tmp_path / "v", "Ann", PASSPHRASE, clock)
    slot = headers.load(tmp_path / "v", shipped.vault_policy).stewards[0]
    assert slot.kdf == KdfCost(memory_kib=256 * 1024, passes=3, lanes=4)
    vaults.unlock(shipped, tmp_path / "v", "Ann", PASSPHRASE, clock).close()


def test_places_are_warned_of(catalogue, tmp_path) -> None:
    (note, *_) = vaults.place_warnings(catalogue, tmp_path / "OneDrive - Council" / "vault")
    assert (note.code, note.facts["service"]) == ("place-synchronised", "OneDrive")


def test_what_the_header_shows_holds_no_secret(folder) -> None:
    text = (folder / headers.NAME).read_text(encoding="utf-8")
    assert "AGE-SECRET" not in text
    assert PASSPHRASE not in text


@pytest.mark.skipif(os.name != "posix", reason="permissions of files as POSIX has them")
def test_a_vaults_files_are_its_owners_alone_even_in_an_open_folder(
    tmp_path, catalogue, clock
) -> None:
    """A folder that was there keeps its permissions, so that the files must guard themselves."""
    before = os.umask(0)
    try:
        (tmp_path / "v").mkdir(mode=0o777)
        vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock)
        with vaults.unlock(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock) as workspace:
            staff.add_steward(workspace, "Bob", Role.STEWARD, PASSPHRASE)
            made = vaults.backup(workspace, tmp_path / "v.backup")
            vaults.backup(workspace, None)
            open_to_others = [path.name for path in found(tmp_path / "v") if others(path)]
        vaults.restore(catalogue, made.file, tmp_path / "again")
    finally:
        os.umask(before)
    assert open_to_others == []
    assert not others(made.file)
    assert [path.name for path in found(tmp_path / "again") if others(path)] == []


def found(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def others(path: Path) -> int:
    """What people other than the owner may do with a file or folder."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077
