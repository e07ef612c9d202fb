"""The import contracts can go red: a copy of the house with one sin for each breaks every one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
# For each contract, a file that is added to the copy and the one line in it that is forbidden.
SINS = {
    "floors": ("base/sin_floors.py", "import app.model.loads"),
    "workshops": ("gui/theme.py", "import app.stores.vault"),
    "no-circles": ("sealing/sin_circle/__init__.py", "import app.sealing.keys"),
    "services": ("services/kinds.py", "import app.services.evaluate"),
    "window": ("gui/theme.py", "import app.gui.forms"),
    "stores": ("stores/plain.py", "import app.stores.vault"),
    "pages": ("gui/pages/sin_page.py", "import app.gui.pages.sin_other"),
    "door-window": ("services/kinds.py", "import PySide6"),
    "door-vault": ("services/kinds.py", "import sqlcipher3"),
    "door-files": ("services/kinds.py", "import lxml"),
    "door-frames": ("services/kinds.py", "import pandas"),
    "door-keys": ("services/kinds.py", "import pyrage"),
    "door-analysis": ("services/kinds.py", "import duckdb"),
    "door-similarity": ("services/kinds.py", "import rapidfuzz"),
    "door-arguments": ("services/kinds.py", "import argparse"),
    "offline": ("services/kinds.py", "import socket"),
}
EXTRA = {
    "gui/pages/sin_other.py": "",
    "sealing/keys.py": "import app.sealing.sin_circle",
}
# Libraries that any room may use.
FREE = {"pyarrow", "numpy"}
IMPORT_NAMES = {
    "PySide6-Essentials": "PySide6",
    "python-calamine": "python_calamine",
    "argon2-cffi": "argon2",
}


def declared() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contracts() -> list[dict[str, object]]:
    return declared()["tool"]["importlinter"]["contracts"]


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> str:
    """What the linter says of a copy of the house that holds every sin."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "app", copy / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, line in (*EXTRA.items(), *SINS.values()):
        path = copy / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    return lint(copy)


def lint(folder: Path) -> str:
    command = str(Path(sys.executable).parent / "lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    done = subprocess.run(
        [command, "--no-logo", "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_house_as_it_stands_keeps_every_contract() -> None:
    told = lint(ROOT)
    assert f"Contracts: {len(contracts())} kept, 0 broken." in told, told


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract["id"])
def test_every_contract_can_be_broken(contract, broken: str) -> None:
    assert contract["id"] in SINS, "say how this contract would be broken"
    assert f"{contract['name']} BROKEN" in broken, broken


def test_every_library_the_house_uses_has_a_door() -> None:
    names = [requirement.split(">")[0] for requirement in declared()["project"]["dependencies"]]
    libraries = {IMPORT_NAMES.get(name, name) for name in names} - FREE
    used = grimp.build_graph("app", include_external_packages=True).modules
    behind_doors = {
        module
        for contract in contracts()
        if str(contract["id"]).startswith("door-")
        for module in contract["protected_modules"]
    }
    assert libraries & used
    assert libraries & used <= behind_doors
