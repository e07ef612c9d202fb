"""The locks: complete, hashed, without an address, the fuller ones holding the smaller."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "packaging" / "locks"
PIN = re.compile(r"^([a-z0-9_.-]+)==(\S+)(?: ; (.+?))?(?= \\|$)", re.MULTILINE)


def text_of(name: str) -> str:
    return (LOCKS / f"{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> set[tuple[str, str, str]]:
    return set(PIN.findall(text_of(name)))


@pytest.mark.parametrize("name", ["run", "test", "build", "scale"])
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = text_of(name)
    assert "://" not in text
    assert not re.search(r"^\s*(--(?!hash)|-[a-z]\b|git\+)", text, re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) == len(pins(name)) > 20
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize(
    ("smaller", "fuller"), [("run", "test"), ("test", "build"), ("build", "scale")]
)
def test_a_fuller_lock_holds_the_smaller_one(smaller: str, fuller: str) -> None:
    assert pins(smaller) < pins(fuller)


def test_every_declared_library_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "run": project["dependencies"],
        "test": extras["test"],
        "build": extras["build"],
        "scale": extras["scale"],
    }
    for lock, requirements in wanted.items():
        locked = {name for name, _, _ in pins(lock)}
        named = {re.split(r"[<>=!~ \[]", r)[0].lower().replace("_", "-") for r in requirements}
        assert named <= locked


def test_no_library_under_the_gpl_is_shipped() -> None:
    """The Qt metapackage and its add-ons bring GPL modules; only Essentials is locked."""
    locked = {name for name, _, _ in pins("run")}
    assert "pyside6-essentials" in locked
    assert not locked & {"pyside6", "pyside6-addons", "pyqt6", "pyqt5", "nameparser", "py7zr"}
