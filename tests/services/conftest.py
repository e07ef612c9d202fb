"""A vault for each test, unlocked by its first steward; its key derivation costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.base.clock import Clock
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.policy import KdfCost
from app.services import vaults
from app.services.workspace import Workspace

PASSPHRASE = "three random words"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The declared data, with an Argon2id that takes a millisecond."""
    declared = Catalogue(RESOURCES)
    declared.__dict__["vault_policy"] = replace(declared.vault_policy, kdf=KdfCost(64, 1, 1))
    return declared


@pytest.fixture
def folder(tmp_path: Path, catalogue: Catalogue, clock: Clock) -> Path:
    """A new vault, closed; its steward is Ann."""
    vaults.create(catalogue, tmp_path / "vault", "Ann", PASSPHRASE, clock)
    return tmp_path / "vault"


@pytest.fixture
def workspace(folder: Path, catalogue: Catalogue, clock: Clock) -> Iterator[Workspace]:
    """The vault, open for Ann, who administers it."""
    with vaults.unlock(catalogue, folder, "Ann", PASSPHRASE, clock) as opened:
        yield opened
