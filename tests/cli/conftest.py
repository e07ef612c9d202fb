"""What the command line is tested with: a vault whose keys cost nothing, and who opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.base.clock import system_clock
from app.model.policy import KdfCost
from app.services import vaults
from app.services.catalogue import catalogue

PASSPHRASE = "three random words"


@pytest.fixture(scope="module")
def cheap_keys() -> Iterator[None]:
    """An Argon2id that takes a millisecond: the door is tested elsewhere."""
    declared = catalogue()
    kept = declared.vault_policy
    declared.__dict__["vault_policy"] = replace(kept, kdf=KdfCost(64, 1, 1))
    yield
    declared.__dict__["vault_policy"] = kept


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    """The passphrase of Ann, readable by her alone."""
    file = tmp_path / "ann.txt"
    file.write_text(PASSPHRASE)
    file.chmod(0o600)
    return file


@pytest.fixture
def anns(cheap_keys: None, tmp_path: Path) -> Path:
    """A new vault of Ann's."""
    vaults.create(catalogue(), tmp_path / "vault", "Ann", PASSPHRASE, system_clock)
    return tmp_path / "vault"
