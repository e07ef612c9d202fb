"""What the torture tests share: the writing process, and a vault to write to."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from app.base.clock import system_clock
from app.services import vaults

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def module_of(name: str) -> ModuleType:
    """A worker beside this file, as a module."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def worker() -> ModuleType:
    return module_of("vault_worker")


@pytest.fixture(scope="session")
def packer() -> ModuleType:
    return module_of("package_worker")


@pytest.fixture
def folder(tmp_path: Path, worker: ModuleType) -> Path:
    vaults.create(
        worker.cheap_catalogue(), tmp_path / "vault", "Ann", worker.PASSPHRASE, system_clock
    )
    return tmp_path / "vault"


@pytest.fixture
def writing() -> Callable[..., subprocess.Popen[str]]:
    """Start the writing process on a folder with these acts."""

    def start(folder: Path, *acts: str, quiet: bool = False) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(HERE / "vault_worker.py"), str(folder), *acts],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if quiet else None,
            text=True,
        )

    return start
