"""The bootstrap: what it decides without touching the machine, and that it recovers."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch) -> ModuleType:
    """The script as a module, working in a checkout of its own with a lock that is empty."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "locks").mkdir()
    for name in module.SETS:
        (tmp_path / "locks" / f"{name}.txt").write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "muniment-stamp.json")
    return module


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


def test_it_says_which_python_it_needs(bootstrap, monkeypatch, capsys) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    assert bootstrap.main(["demo"]) == 1
    assert "needs Python 3.11, 3.12 or 3.13, and this is 3.9" in capsys.readouterr().err


def test_it_explains_itself_and_refuses_other_words(bootstrap, capsys) -> None:
    assert bootstrap.main([]) == 0
    assert bootstrap.main(["dance"]) == 2
    assert "bootstrap.py demo" in capsys.readouterr().out


def test_a_set_that_is_whole_is_not_installed_again(bootstrap, monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "make_venv", lambda: pytest.fail("made again"))
    bootstrap.venv_python().parent.mkdir(parents=True)
    bootstrap.venv_python().touch()
    stamp = {"test": bootstrap.fingerprint("test")}
    bootstrap.STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    bootstrap.prepare("test")
    bootstrap.prepare("run")


@pytest.mark.parametrize("change", ["lock", "project", "interpreter", "stamp"])
def test_what_a_set_depends_on_makes_it_install_again(bootstrap, monkeypatch, change) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "sound", lambda: True)
    monkeypatch.setattr(bootstrap, "pip", lambda *arguments: asked.append(arguments))
    bootstrap.venv_python().parent.mkdir(parents=True)
    bootstrap.venv_python().touch()
    bootstrap.prepare("test")
    asked.clear()
    bootstrap.prepare("test")
    assert not asked
    match change:
        case "lock":
            (bootstrap.LOCKS / "test.txt").write_text("x==1", encoding="utf-8")
        case "project":
            (bootstrap.ROOT / "pyproject.toml").write_text("[project]\nx=1\n", encoding="utf-8")
        case "interpreter":
            bootstrap.venv_python().unlink()
        case "stamp":
            bootstrap.STAMP.write_text("{half", encoding="utf-8")
    bootstrap.prepare("test")
    assert [arguments[0] for arguments in asked] == ["--require-hashes", "--no-deps"]


def test_a_smaller_need_never_shrinks_what_is_there(bootstrap, monkeypatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "sound", lambda: True)
    monkeypatch.setattr(bootstrap, "pip", lambda *arguments: asked.append(arguments))
    bootstrap.venv_python().parent.mkdir(parents=True)
    bootstrap.venv_python().touch()
    bootstrap.prepare("test")
    (bootstrap.ROOT / "pyproject.toml").write_text("[project]\nx=1\n", encoding="utf-8")
    bootstrap.prepare("run")
    assert asked[-2][-1].endswith("test.txt")


def test_an_install_that_fails_leaves_no_stamp(bootstrap, monkeypatch) -> None:
    def fail(*_arguments: str) -> None:
        raise bootstrap.SetupError("no network")

    monkeypatch.setattr(bootstrap, "sound", lambda: True)
    monkeypatch.setattr(bootstrap, "pip", fail)
    bootstrap.VENV.mkdir()
    bootstrap.STAMP.write_text(json.dumps({"run": "old"}), encoding="utf-8")
    with pytest.raises(bootstrap.SetupError):
        bootstrap.prepare("run")
    assert not bootstrap.STAMP.exists()


def test_a_half_made_environment_is_made_anew(bootstrap) -> None:
    (bootstrap.VENV / "bin").mkdir(parents=True)
    (bootstrap.VENV / "bin" / "python").symlink_to("/nowhere/python")
    assert not bootstrap.sound()
    bootstrap.make_venv()
    assert bootstrap.sound()


def test_where_venv_is_missing_and_may_not_be_installed_it_says_the_line(
    bootstrap, monkeypatch
) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(bootstrap, "apt_install", lambda _packages: False)
    with pytest.raises(bootstrap.SetupError, match=r"sudo apt-get install .*python3.*-venv"):
        bootstrap.make_venv()


def test_libraries_qt_lacks_become_the_packages_that_bring_them(bootstrap, monkeypatch) -> None:
    told = ["\tlibGL.so.1 => not found", "\tlibEGL.so.1 => not found", "\tlibc.so.6 => /x (0x0)"]
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "library_absent", lambda _name: True)
    monkeypatch.setattr(bootstrap, "linked", lambda _library: told)
    monkeypatch.setattr(bootstrap, "apt_install", lambda _packages: False)
    assert bootstrap.missing_packages(on_screen=False) == ["libegl1", "libgl1"]
    with pytest.raises(bootstrap.SetupError):
        bootstrap.system_libraries_for("test")
    assert bootstrap.system_libraries_for("demo") is False


def test_nothing_is_asked_of_the_system_where_nothing_is_missing(bootstrap, monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "library_absent", lambda _name: False)
    monkeypatch.setattr(bootstrap, "apt_install", lambda _packages: pytest.fail("asked"))
    assert bootstrap.system_libraries_for("test") is True


def test_its_own_share_of_a_start_is_small() -> None:
    """A second start must speak within 3 seconds; nearly all of that belongs to the program."""
    begun = time.monotonic()
    subprocess.run([sys.executable, str(SCRIPT), "--help"], capture_output=True, check=True)
    assert time.monotonic() - begun < 2
