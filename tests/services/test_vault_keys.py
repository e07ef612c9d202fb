"""Who may open a vault: stewards, their passphrases and the recovery key."""

from __future__ import annotations

import dataclasses

import pytest

from app.base.errors import Refused
from app.model.vaults import Role, StewardInfo
from app.services import staff, trail, vaults
from app.stores import header as headers

PASSPHRASE = "three random words"
ANN = StewardInfo("Ann", Role.ADMINISTRATOR)


def test_a_changed_passphrase_stands_whoever_listens(workspace, catalogue, clock) -> None:
    def interrupt(_: frozenset[str]) -> None:
        raise KeyboardInterrupt

    workspace.subscribe(interrupt)
    with pytest.raises(KeyboardInterrupt):
        staff.change_passphrase(workspace, PASSPHRASE, "four random words more")
    workspace.close()
    folder = workspace.vault.folder
    vaults.unlock(catalogue, folder, "Ann", "four random words more", clock).close()


def test_stewards_are_added_by_an_administrator(workspace, catalogue, clock) -> None:
    folder = workspace.vault.folder
    bob = staff.add_steward(workspace, "Bob", Role.APPROVER, "another passphrase")
    assert staff.stewards_of(folder) == (ANN, bob)
    entry = trail.entries(workspace)[-1]
    assert (entry.action, entry.facts["steward"], entry.facts["role"]) == (
        "steward.add",
        "Bob",
        "approver",
    )
    with pytest.raises(Refused, match="steward-exists"):
        staff.add_steward(workspace, "bob", Role.STEWARD, "another passphrase")
    with pytest.raises(Refused, match="passphrase-short"):
        staff.add_steward(workspace, "Cy", Role.STEWARD, "short")
    workspace.close()
    with vaults.unlock(catalogue, folder, "Bob", "another passphrase", clock) as theirs:
        assert theirs.steward == bob
        with pytest.raises(Refused, match="right-missing"):
            staff.add_steward(theirs, "Cy", Role.STEWARD, "another passphrase")
    vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock).close()


def test_there_is_an_end_to_stewards(workspace, catalogue, monkeypatch) -> None:
    few = dataclasses.replace(catalogue.vault_policy, slot_limit=1)
    monkeypatch.setitem(catalogue.__dict__, "vault_policy", few)
    with pytest.raises(Refused, match="stewards-full"):
        staff.add_steward(workspace, "Bob", Role.STEWARD, "another passphrase")


def test_a_passphrase_is_changed_by_who_knows_the_old_one(workspace, catalogue, clock) -> None:
    folder = workspace.vault.folder
    with pytest.raises(Refused, match="passphrase-wrong"):
        staff.change_passphrase(workspace, "not the old one", "the new passphrase")
    staff.change_passphrase(workspace, PASSPHRASE, "the new passphrase")
    workspace.close()
    with pytest.raises(Refused, match="passphrase-wrong"):
        vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock)
    assert (folder / headers.PREVIOUS).exists()
    vaults.unlock(catalogue, folder, "Ann", "the new passphrase", clock).close()
    assert not (folder / headers.PREVIOUS).exists()


def test_a_key_change_whose_entry_fails_does_not_happen(workspace, catalogue, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise Refused("disk-full")

    monkeypatch.setattr("app.services.workspace.trail.append", full)
    with pytest.raises(Refused, match="disk-full"):
        staff.add_steward(workspace, "Bob", Role.STEWARD, "another passphrase")
    assert staff.stewards_of(workspace.vault.folder) == (ANN,)
    assert workspace.vault.header.stewards[0].info() == ANN


def test_the_recovery_key_gives_a_steward_a_new_passphrase(tmp_path, catalogue, clock) -> None:
    made = vaults.create(catalogue, tmp_path / "v", "Ann", PASSPHRASE, clock)

    def recover(key: str, name: str = "Ann", passphrase: str = "found again") -> None:
        vaults.unlock_with_recovery(catalogue, made.vault, key, name, passphrase, clock).close()

    with pytest.raises(Refused, match="recovery-key-mistyped"):
        recover(made.recovery_key[::-1])
    with pytest.raises(Refused, match="passphrase-short"):
        recover(made.recovery_key, passphrase="short")
    with pytest.raises(Refused, match="steward-unknown"):
        recover(made.recovery_key, name="Bob")
    recover(made.recovery_key.lower())
    with vaults.unlock(catalogue, made.vault, "Ann", "found again", clock) as workspace:
        assert trail.entries(workspace, action="vault.recover")[-1].steward == "Ann"
    with pytest.raises(Refused, match="passphrase-wrong"):
        vaults.unlock(catalogue, made.vault, "Ann", PASSPHRASE, clock)
    recover(made.recovery_key)


def test_another_vaults_recovery_key_does_not_open_this_one(
    tmp_path, folder, catalogue, clock
) -> None:
    other = vaults.create(catalogue, tmp_path / "other", "Ann", PASSPHRASE, clock)
    with pytest.raises(Refused, match="recovery-key-wrong"):
        vaults.unlock_with_recovery(
            catalogue, folder, other.recovery_key, "Ann", "found again", clock
        )
