"""The vault's policy and the table of rights: as shipped, and read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.vaults import read_roles, read_vault_policy
from app.model.vaults import Role

VAULT = resource("policy", "vault.toml")
ROLES = resource("policy", "roles.toml")


def changed(tmp_path: Path, source: Path, old: str, new: str) -> Path:
    text = source.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / source.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_what_ships_is_within_its_own_bounds() -> None:
    policy = read_vault_policy(VAULT)
    assert policy.kdf.memory_kib <= policy.kdf_limit.memory_kib
    assert policy.kdf.passes <= policy.kdf_limit.passes
    assert policy.kdf.lanes <= policy.kdf_limit.lanes


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("passes = 3", "passes = 0", "value"),
        ("passes = 3", "passes = 'three'", "type"),
        ("passes = 3", "", "missing"),
        ("kept = 3", "kept = 3\nlost = 1", "unknown"),
        ("factor = 3.0", "factor = true", "type"),
        ("version = 1", "version = 1\nnews = 1", "unknown"),
    ],
)
def test_a_policy_that_is_wrong_is_refused(tmp_path, old, new, problem) -> None:
    with pytest.raises(Refused, match="declaration-invalid") as refusal:
        read_vault_policy(changed(tmp_path, VAULT, old, new))
    assert refusal.value.facts["problem"] == problem


def test_an_auditor_may_write_nothing_about_data() -> None:
    roles = read_roles(ROLES)
    allowed = {action for action in roles.actions if roles.allows(Role.AUDITOR, action)}
    registers = {"trail.export", "holdings.export", "load.erase-record"}
    assert registers <= allowed
    assert {action.partition(".")[0] for action in allowed - registers} <= {"vault", "steward"}
    assert "steward.add" not in allowed
    assert roles.allows(Role.AUDITOR, "look.person")


def test_only_an_administrator_makes_stewards() -> None:
    roles = read_roles(ROLES)
    assert roles.actions["steward.add"] == {Role.ADMINISTRATOR}
    assert all(roles.allows(Role.ADMINISTRATOR, action) for action in roles.actions)


def test_roles_nobody_knows_are_refused(tmp_path) -> None:
    path = changed(tmp_path, ROLES, '"steward", "approver"', '"steward", "owner"')
    with pytest.raises(Refused, match="declaration-invalid"):
        read_roles(path)
