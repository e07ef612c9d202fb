"""For every test: no network, no screen, a fixed clock, and no time limit on a single example."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.base.clock import Clock
from app.base.process import refuse_network

refuse_network()
settings.register_profile("house", deadline=None, database=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the tests of both fronts the same bad files: `refused_file` and `damaged_file`."""
    for name, family in (("refused_file", "REFUSED"), ("damaged_file", "LOADED")):
        if name in metafunc.fixturenames:
            made = getattr(_bad_files(), family)
            metafunc.parametrize(name, made.items(), ids=made)


@cache
def _bad_files() -> ModuleType:
    path = Path(__file__).with_name("journeys") / "bad_files.py"
    spec = importlib.util.spec_from_file_location("journey_bad_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bad_files() -> ModuleType:
    """Files that somebody will sooner or later try to load."""
    return _bad_files()


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
