"""Limits that keep the house calm: short files, short functions, few parameters, one purpose."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

FILE_LINES = 400
FUNCTION_LINES = 50
PARAMETERS = 6
ROOT = Path(__file__).resolve().parents[2]
BANNED_ROOMS = {"utils", "helpers", "common", "misc", "manager", "handler"}


def test_no_file_is_longer_than_it_should_be(sources) -> None:
    long = {s.name: n for s in sources if (n := len(s.text.splitlines())) > FILE_LINES}
    assert not long, "look for the seam"


def test_no_function_is_longer_than_it_should_be(sources) -> None:
    long = {
        f"{source.name}:{function.lineno} {function.name}": lines
        for source in sources
        for function in source.functions()
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    assert not long


def test_no_function_takes_too_many_parameters() -> None:
    """Ruff counts them on every run; here it is only held that nobody raised its limit."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert declared["tool"]["ruff"]["lint"]["pylint"]["max-args"] == PARAMETERS


def test_every_module_says_its_purpose_first(sources) -> None:
    silent = [s.name for s in sources if not (ast.get_docstring(s.tree) or "").strip()]
    assert not silent


def test_rooms_have_names_that_say_something(sources) -> None:
    vague = [s.name for s in sources if BANNED_ROOMS & set(Path(s.name).with_suffix("").parts)]
    assert not vague


@pytest.mark.parametrize("folder", ["packaging", "resources", "tests"])
def test_folders_of_data_never_become_packages(folder: str) -> None:
    assert not list((ROOT / folder).rglob("__init__.py"))
