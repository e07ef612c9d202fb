"""For every test: no network, no screen, a fixed clock, and no time limit on a single example."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.base.clock import Clock
from app.base.process import refuse_network

refuse_network()
settings.register_profile("house", deadline=None, database=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def clock() -> Clock:
    """A clock that starts on 22 August 2026 and moves one second each time it is read."""
    moment = datetime(2026, 8, 22, 9, 0, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return tick


@pytest.fixture
def named_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system on which every file has a name from the start."""
    monkeypatch.setattr("app.base.durable.names.UNNAMED", 0)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch, named_parts: None) -> Callable[[str], None]:
    """Makes the disk full for files written for a target whose name begins so."""
    if not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")
    true_open = os.open

    def fill(beginning: str = "") -> None:
        def full(path: str | Path, flags: int, *rest: int, **more: int) -> int:
            name = Path(path).name
            if name.startswith(beginning) and name.endswith(".part"):
                return true_open("/dev/full", os.O_RDWR)
            return true_open(path, flags, *rest, **more)

        monkeypatch.setattr(os, "open", full)

    return fill


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Published data sets kept beside the checkout; tests that need them skip without."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no shared/data beside this checkout")
    return folder
