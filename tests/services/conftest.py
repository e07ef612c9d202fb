"""A vault for each test, unlocked by its first steward; its key derivation costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.base.clock import Clock
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.policy import KdfCost
from app.model.runs import Band, MatchRequest, Verdict
from app.services import intake, matching, packages, partners, review, sharing, vaults
from app.services.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent))
from council import agreed, agreement, badges, death, deaths

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


@pytest.fixture
def loaded(workspace: Workspace, tmp_path: Path) -> Workspace:
    intake.load_file(workspace, badges(tmp_path))
    entries = [death(0), death(1), death(2)]
    intake.load_file(workspace, deaths(tmp_path, entries), agreed(workspace, tmp_path))
    return workspace


@pytest.fixture
def matched(loaded: Workspace) -> Workspace:
    matching.run(loaded, MatchRequest("L1", "L2", purpose="stop-mail"))
    return loaded


@pytest.fixture
def ready(matched, tmp_path) -> Workspace:
    for pair in review.pairs(matched, "R1", Band.CERTAIN):
        review.decide(matched, pair.pair, Verdict.SAME, "same-person-confirmed")
    keys = packages.new_keys(matched.catalogue, tmp_path / "their.key")
    sharing.import_agreement(matched, agreement(tmp_path))
    partners.add(matched, "Post room", keys.public_key, vouched=True)
    return matched
