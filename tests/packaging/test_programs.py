"""Programs of the system for the slow proofs: installed where that may be, else told how."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def programs(monkeypatch) -> ModuleType:
    """The module as `checks.py` has it: beside the bootstrap, with nothing installed."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    module = importlib.import_module("programs")
    monkeypatch.setattr(module, "find", lambda _program: None)
    return module


def test_what_cannot_be_installed_is_told_with_its_line(programs, monkeypatch, capsys) -> None:
    monkeypatch.setattr(programs, "apt_install", lambda _packages: "Not in a test.")
    monkeypatch.setattr(programs, "advice", lambda packages: f"Install {' '.join(packages)}")
    programs.install_missing()
    told = capsys.readouterr().err
    assert "Not in a test." in told
    assert "Install default-jre-headless libreoffice-calc" in told


def test_what_could_be_installed_is_not_spoken_of_again(programs, monkeypatch, capsys) -> None:
    def install(_packages: list[str]) -> str:
        monkeypatch.setattr(programs, "find", lambda program: f"/usr/bin/{program}")
        return ""

    monkeypatch.setattr(programs, "apt_install", install)
    programs.install_missing()
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("Installing")
