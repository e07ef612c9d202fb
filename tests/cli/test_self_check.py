"""The self-check's own findings: the process is offline, ours imports no network module."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

from app.cli import self_check
from app.cli.self_check import (
    NO_NETWORK,
    network_modules_of_ours,
    read_every_resource,
    refuses_network,
)

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_is_the_one_the_contract_forbids() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = declared["tool"]["importlinter"]["contracts"]
    forbidden = next(c["forbidden_modules"] for c in contracts if c["id"] == "offline")
    assert set(forbidden) == NO_NETWORK


def test_a_module_of_ours_that_holds_a_forbidden_one_is_found(monkeypatch) -> None:
    assert network_modules_of_ours() == ()
    monkeypatch.setattr(self_check, "sin", ModuleType("socket"), raising=False)
    assert network_modules_of_ours() == ("app.cli.self_check has socket",)


def test_a_process_without_the_hook_is_told_apart() -> None:
    assert refuses_network()
    code = "from app.cli.self_check import refuses_network; print(refuses_network())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_resource_is_read() -> None:
    assert read_every_resource() > 20
