"""The sample council's declarations are read strictly: what is wrong is named by file and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.exampleshire import read_exampleshire


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource("exampleshire"), tmp_path / "exampleshire"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_ships_is_sound() -> None:
    profile = read_exampleshire(resource("exampleshire"))
    assert sum(community.share for community in profile.communities) == 1000
    assert sum(community.other for community in profile.communities) == 1000
    assert sum(kind.share for kind in profile.households) == 1000
    assert profile.form("pensions_payroll").widths[:4] == (10, 6, 32, 32)
    assert sum(profile.form("pensions_payroll").widths) == 234
    known = {name for names in profile.names.forenames.values() for name in names}
    assert len(known) > 900
    assert len(profile.names.surnames["english"]) > 250


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "problem"),
    [
        ("profile.toml", "[moves]\n", "[moves]\nsurprise = 1\n", "moves.surprise", "unknown"),
        ("profile.toml", "twins = 30 ", "twins = -30 ", "families.twins", "value"),
        ("profile.toml", "twins = 30 ", 'twins = "30" ', "families.twins", "type"),
        ("profile.toml", 'surname_rule = "own"', 'surname_rule = "x"', None, "value"),
        ("profile.toml", 'date = "2026-10-01"', 'date = "soon"', "date", "value"),
        ("errors.toml", "maiden = 15", "maidenly = 15", "maiden", "missing"),
        ("places.toml", "source =", "sauce =", "source", "missing"),
        ("files.toml", 'format = "fixed"', 'format = "punched"', None, "value"),
        ("files.toml", "widths = [10, 6,", "widths = [6,", None, "value"),
        ("surnames.csv", "english,SMITH,1400", "english,SMITH,many", None, "value"),
        ("surnames.csv", "# source: ", "# sauce: ", None, "missing"),
        ("forenames.toml", '"WILLIAM JOHN', '"WILLIAM WILLIAM JOHN', None, "value"),
    ],
)
def test_a_wrong_declaration_is_refused_by_file_and_key(
    folder: Path, file: str, old: str, new: str, key: str | None, problem: str
) -> None:
    change(folder, file, old, new)
    with pytest.raises(Refused) as refused:
        read_exampleshire(folder)
    assert refused.value.code == "declaration-invalid"
    assert refused.value.where is not None
    assert refused.value.where.file == file
    assert refused.value.facts["problem"] == problem
    assert key is None or refused.value.facts["key"] == key


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "surnames.csv").unlink()
    with pytest.raises(Refused) as refused:
        read_exampleshire(folder)
    assert refused.value.code == "file-not-found"
