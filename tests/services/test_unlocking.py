"""Unlocking and locking a vault are in its trail, wrong passphrases at the next right one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.base.errors import Refused
from app.model.vaults import Role
from app.services import staff, trail, vaults

PASSPHRASE = "three random words"


def acts(workspace):
    return [(e.steward, e.action) for e in trail.entries(workspace)]


def test_unlocking_and_locking_are_recorded(catalogue, folder, clock) -> None:
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as first:
        assert acts(first) == [("Ann", "vault.create"), ("Ann", "vault.unlock")]
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as again:
        assert acts(again)[2:] == [("Ann", "vault.lock"), ("Ann", "vault.unlock")]
        assert trail.verify(again).verified
        again.close()


def test_wrong_passphrases_are_counted_in_the_next_unlocking(catalogue, folder, clock) -> None:
    before = clock()
    for wrong in ("not this", "nor this"):
        with pytest.raises(Refused, match="passphrase-wrong"):
            vaults.unlock(catalogue, folder, "Ann", wrong, clock)
    held = (folder / "vault.lock").read_text()
    assert "Ann" not in held
    assert "this" not in held
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as opened:
        facts = trail.entries(opened)[-1].facts
        assert facts["failed_attempts"] == 2
        assert facts["failed_at"] > before.strftime("%Y-%m-%d")
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as opened:
        assert trail.entries(opened)[-1].facts == {"failed_attempts": 0}


def test_one_command_stands_in_the_trail_by_what_it_does(catalogue, folder, clock) -> None:
    key = (catalogue, folder, "Ann")
    with vaults.unlock(*key, PASSPHRASE, clock, sitting=False) as opened:
        assert acts(opened) == [("Ann", "vault.create")]
        assert trail.done_since_unlocking(opened) == ()
        staff.add_steward(opened, "Olive", Role.AUDITOR, PASSPHRASE)
        (done,) = trail.done_since_unlocking(opened)
        assert done.action == "steward.add"
    with pytest.raises(Refused, match="passphrase-wrong"):
        vaults.unlock(*key, "not this", clock, sitting=False)
    with vaults.unlock(*key, PASSPHRASE, clock, sitting=False) as opened:
        assert acts(opened)[2:] == [("Ann", "vault.unlock")]
        assert trail.entries(opened)[-1].facts["failed_attempts"] == 1


def test_wrong_attempts_stay_counted_when_the_next_is_wrong_too(catalogue, folder, clock) -> None:
    later = clock()
    for n in range(7):
        now = later + timedelta(days=n)
        with pytest.raises(Refused, match="passphrase-wrong"):
            vaults.unlock(catalogue, folder, "Ann", "wrong", lambda now=now: now)
    end = later + timedelta(days=9)
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, lambda: end) as opened:
        assert trail.entries(opened)[-1].facts["failed_attempts"] == 7


def test_an_auditors_unlocking_is_recorded_too(catalogue, folder, clock) -> None:
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as opened:
        staff.add_steward(opened, "Olive", Role.AUDITOR, PASSPHRASE)
    with vaults.unlock(catalogue, folder, "Olive", PASSPHRASE, clock) as opened:
        assert acts(opened)[-1] == ("Olive", "vault.unlock")


def test_locking_is_done_also_where_it_cannot_be_recorded(workspace, monkeypatch) -> None:
    def full(_action):
        raise Refused("disk-full")

    monkeypatch.setattr(workspace, "write", full)
    workspace.close()
    with pytest.raises(Refused, match="vault-closed"):
        trail.entries(workspace)


def test_a_vault_is_closed_whatever_its_locking_ends_in(workspace, monkeypatch) -> None:
    def broken(_action):
        raise RuntimeError("a write inside a write")

    monkeypatch.setattr(workspace, "write", broken)
    with pytest.raises(RuntimeError):
        workspace.close()
    with pytest.raises(Refused, match="vault-closed"):
        trail.entries(workspace)
