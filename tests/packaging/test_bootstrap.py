"""The bootstrap: what it decides without touching the machine, and that it recovers."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import threading
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
    # A test must never change the machine.
    monkeypatch.setattr(module, "apt_install", lambda _packages: "Not in a test.")
    return module


@pytest.fixture
def installs(bootstrap, monkeypatch) -> list[tuple[str, ...]]:
    """What pip is asked for; making .venv only makes its interpreter."""
    asked: list[tuple[str, ...]] = []

    def make_venv() -> None:
        asked.append(("venv",))
        bootstrap.venv_python().parent.mkdir(parents=True, exist_ok=True)
        bootstrap.venv_python().touch()

    monkeypatch.setattr(bootstrap, "make_venv", make_venv)
    monkeypatch.setattr(bootstrap, "pip", lambda *arguments: asked.append(arguments))
    return asked


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
    monkeypatch.setattr(bootstrap, "PYTHON", (3, 9))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    assert bootstrap.main(["demo"]) == 1
    assert "needs Python 3.11, 3.12 or 3.13, and this is 3.9" in capsys.readouterr().err


@pytest.mark.parametrize(("windows", "chosen"), [(False, ["python3.12"]), (True, ["py", "-3.12"])])
def test_another_python_is_taken_only_if_it_is_what_its_name_says(
    bootstrap, monkeypatch, windows, chosen
) -> None:
    asked, called = [], []

    def quietly(command: list[str]) -> int:
        asked.append(command[:-2])
        return 0 if command[:-2] == chosen else 127

    monkeypatch.setattr(bootstrap, "PYTHON", (3, 14))
    monkeypatch.setattr(bootstrap, "WINDOWS", windows)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(bootstrap, "quietly", quietly)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command: called.append(command) or 5)
    assert bootstrap.main(["test", "-q"]) == 5
    assert len(asked) == 2
    assert called == [[*chosen, str(SCRIPT), "test", "-q"]]


def test_settings_that_lead_elsewhere_are_dropped(bootstrap, monkeypatch) -> None:
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_CERT", "/a/certificate")
    bootstrap.main([])
    code = "import os, sys; print(sorted(n for n, v in os.environ.items() if v == '/elsewhere'))"
    assert bootstrap.listened([sys.executable, "-c", code]).stdout.strip() == "[]"
    assert bootstrap.os.environ["PIP_CERT"] == "/a/certificate"


def test_it_explains_itself_and_refuses_other_words(bootstrap, capsys) -> None:
    assert bootstrap.main([]) == 0
    assert bootstrap.main(["dance"]) == 2
    assert "bootstrap.py demo" in capsys.readouterr().out


def test_a_set_that_is_whole_is_not_installed_again(bootstrap, installs) -> None:
    bootstrap.prepare("test")
    installs.clear()
    bootstrap.prepare("test")
    bootstrap.prepare("run")
    assert installs == []
    bootstrap.prepare("build")
    assert [arguments[0] for arguments in installs] == ["--require-hashes", "--no-deps"]


@pytest.mark.parametrize("change", ["lock", "project"])
def test_what_is_declared_anew_is_installed_into_the_same_environment(
    bootstrap, installs, change
) -> None:
    bootstrap.prepare("test")
    installs.clear()
    match change:
        case "lock":
            (bootstrap.LOCKS / "test.txt").write_text("x==1", encoding="utf-8")
        case "project":
            (bootstrap.ROOT / "pyproject.toml").write_text("[project]\nx=1\n", encoding="utf-8")
    bootstrap.prepare("test")
    assert [arguments[0] for arguments in installs] == ["--require-hashes", "--no-deps"]


@pytest.mark.parametrize("change", ["interpreter", "half a stamp", "no stamp", "place", "python"])
def test_an_environment_in_doubt_is_made_anew(bootstrap, installs, monkeypatch, change) -> None:
    bootstrap.prepare("test")
    installs.clear()
    match change:
        case "interpreter":
            bootstrap.venv_python().unlink()
        case "half a stamp":
            bootstrap.STAMP.write_text("{half", encoding="utf-8")
        case "no stamp":
            bootstrap.STAMP.unlink()
        case "place":  # the checkout was moved or copied: its commands lead to where it was
            moved = bootstrap.ROOT.parent / "moved"
            bootstrap.ROOT.rename(moved)
            monkeypatch.setattr(bootstrap, "ROOT", moved)
            monkeypatch.setattr(bootstrap, "VENV", moved / ".venv")
            monkeypatch.setattr(bootstrap, "LOCKS", moved / "locks")
            monkeypatch.setattr(bootstrap, "STAMP", moved / ".venv" / "muniment-stamp.json")
        case "python":
            monkeypatch.setattr(bootstrap, "PYTHON", (3, 9))
    bootstrap.prepare("run")
    assert [arguments[0] for arguments in installs] == ["venv", "--require-hashes", "--no-deps"]
    assert installs[1][-1].endswith("run.txt")


def test_a_smaller_need_never_shrinks_what_is_there(bootstrap, installs) -> None:
    bootstrap.prepare("test")
    (bootstrap.ROOT / "pyproject.toml").write_text("[project]\nx=1\n", encoding="utf-8")
    bootstrap.prepare("run")
    assert installs[-2][-1].endswith("test.txt")


def test_an_install_that_fails_leaves_no_stamp(bootstrap, installs, monkeypatch) -> None:
    def fail(*_arguments: str) -> None:
        raise bootstrap.SetupError("no network")

    bootstrap.prepare("run")
    (bootstrap.LOCKS / "run.txt").write_text("x==1", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "pip", fail)
    with pytest.raises(bootstrap.SetupError):
        bootstrap.prepare("run")
    assert not bootstrap.STAMP.exists()


def test_a_half_made_environment_becomes_a_whole_one(bootstrap) -> None:
    (bootstrap.VENV / "bin").mkdir(parents=True)
    (bootstrap.VENV / "bin" / "python").symlink_to("/nowhere/python")
    (bootstrap.VENV / "left").touch()
    bootstrap.make_venv()
    asked = [str(bootstrap.venv_python()), "-c", "import pip, sys; print(sys.prefix)"]
    assert bootstrap.listened(asked).stdout.strip() == str(bootstrap.VENV)
    assert not (bootstrap.VENV / "left").exists()


def test_a_checkout_that_cannot_be_written_is_told_as_such(
    bootstrap, installs, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(bootstrap.os, "access", lambda *_arguments: False)
    monkeypatch.setattr(bootstrap, "system_packages", lambda *_facts, **_more: True)
    assert bootstrap.main(["setup"]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert installs == []


@pytest.mark.skipif(sys.platform == "win32", reason="locks are taken the Unix way")
def test_two_starts_at_once_take_turns(bootstrap, installs, capsys) -> None:
    waiting = threading.Thread(target=bootstrap.prepare, args=("run",))
    with bootstrap.alone():
        # What is started meanwhile holds the lock too, should this process be killed.
        (held,) = bootstrap.HELD
        asked = [sys.executable, "-c", f"import os; os.fstat({held})"]
        assert bootstrap.listened(asked).returncode == 0
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        assert installs == []
    waiting.join(10)
    assert [arguments[0] for arguments in installs] == ["venv", "--require-hashes", "--no-deps"]
    assert "waiting for it" in capsys.readouterr().err


@pytest.fixture
def bare(bootstrap, monkeypatch) -> ModuleType:
    """The script on a Linux that has neither Python's venv nor any library that Qt asks for."""
    monkeypatch.setattr(bootstrap, "LINUX", True)
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(bootstrap, "absent", lambda _library: True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return bootstrap


def test_all_that_is_lacking_is_one_line_to_run(bare, capsys) -> None:
    assert bare.main(["test"]) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("    ")]
    venv = f"python3.{sys.version_info[1]}-venv"
    packages = sorted({venv, *bare.OFFSCREEN.values()})
    install = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    assert line.strip() == f"sudo apt-get update && sudo {install}"


def test_the_line_suits_who_reads_it(bare, monkeypatch) -> None:
    install = "apt-get update && apt-get install -y --no-install-recommends x y"
    monkeypatch.setattr(bare.shutil, "which", lambda name: None if name == "sudo" else name)
    assert bare.apt_line(["x", "y"]) == f"su - -c '{install}'"
    monkeypatch.setattr(bare.os, "geteuid", lambda: 0)
    assert bare.apt_line(["x", "y"]) == install
    monkeypatch.setattr(bare.shutil, "which", lambda _name: None)
    assert "apt" not in bare.advice(["x", "y"])


def test_what_may_be_installed_is_installed_at_once(bare, monkeypatch) -> None:
    installed: list[list[str]] = []

    def apt_install(packages: list[str]) -> str:
        installed.append(packages)
        monkeypatch.setattr(bare, "absent", lambda _library: False)
        monkeypatch.setattr(bare.importlib.util, "find_spec", lambda name: name)
        return ""

    monkeypatch.setattr(bare, "apt_install", apt_install)
    assert bare.system_packages(bare.OFFSCREEN, may_do_without=False) is True
    assert bare.system_packages(bare.OFFSCREEN, may_do_without=False) is True
    (packages,) = installed
    assert {"libegl1", f"python3.{sys.version_info[1]}-venv"} <= set(packages)


def test_a_start_asks_only_for_what_it_draws_with(bare, monkeypatch) -> None:
    assert bare.libraries_for("demo", []) == {}
    assert bare.libraries_for("run", ["kinds"]) == {}
    assert bare.libraries_for("run", []) == {}
    monkeypatch.setenv("DISPLAY", ":0")
    assert bare.libraries_for("demo", ["--no-window"]) == {}
    assert bare.libraries_for("test", []) == bare.OFFSCREEN
    for verb in ("demo", "run"):
        assert bare.libraries_for(verb, []) == {**bare.OFFSCREEN, **bare.ON_SCREEN}
    monkeypatch.setattr(bare, "LINUX", False)
    assert bare.libraries_for("test", []) == {}


def test_the_demonstration_goes_on_without_a_window_and_never_without_venv(
    bare, installs, monkeypatch, capsys
) -> None:
    handed: list[list[str]] = []
    monkeypatch.setattr(bare, "hand_over", lambda arguments: handed.append(arguments) or 0)
    monkeypatch.setenv("DISPLAY", ":0")
    assert bare.main(["demo"]) == 1
    assert handed == []
    monkeypatch.setattr(bare.importlib.util, "find_spec", lambda name: name)
    assert bare.main(["demo"]) == 0
    assert handed == [["-P", "-m", "app", "demo", "--no-window"]]
    assert "libxcb-cursor0" in capsys.readouterr().err
    assert bare.main(["run"]) == 1


def test_the_tables_hold_just_what_qt_asks_the_system_for(bootstrap) -> None:
    """Names of libraries stand as text in the file that asks for them."""
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems bring all that Qt needs")
    own = {path.name for path in (qt / "lib").iterdir()}
    everywhere = r"lib(c|m|gcc_s|stdc\+\+|z|zstd|q[a-z]+)\.so(\.\d+)?"
    parts = [
        qt / "lib" / f"libQt6{part}.so.6" for part in ("Core", "DBus", "Gui", "Widgets", "Svg")
    ]
    platforms = qt / "plugins" / "platforms"
    screen = [platforms / "libqxcb.so", qt / "lib" / "libQt6XcbQpa.so.6"]

    def asked(files: list[Path]) -> set[str]:
        named = re.compile(rb"\0(lib[\w.+-]+\.so(?:\.\d+)*)(?=\0)")
        found = {name.decode() for path in files for name in named.findall(path.read_bytes())}
        return {name for name in found - own if not re.fullmatch(everywhere, name)}

    assert asked([*parts, platforms / "libqoffscreen.so"]) == set(bootstrap.OFFSCREEN)
    assert asked(screen) - set(bootstrap.OFFSCREEN) == set(bootstrap.ON_SCREEN)


def test_its_own_share_of_a_start_is_small() -> None:
    """A second start must speak within 3 seconds: the script itself reads little of Python."""
    said = subprocess.run(
        [sys.executable, "-X", "importtime", str(SCRIPT), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    read = [line.rsplit("|", 1)[1].strip() for line in said.stderr.splitlines()[1:]]
    assert len(read) < 200
    assert not {"app", "PySide6", "pandas", "numpy", "pip"} & {name.split(".")[0] for name in read}
