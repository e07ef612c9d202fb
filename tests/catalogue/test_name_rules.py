from __future__ import annotations

import shutil

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.names import read_name_rules, read_roots


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(resource("reference"), tmp_path / "reference")


def test_the_rules_are_read_whole() -> None:
    rules = read_name_rules(resource("reference"))
    assert {"MR", "MRS", "DR"} <= rules.titles
    assert rules.executors_before[0] == max(rules.executors_before, key=len)
    assert len(rules.roots) > 1500


def test_a_short_form_of_several_names_is_left_alone(folder) -> None:
    (folder / "nicknames.csv").write_text(
        "name1,relationship,name2\nalpha,has_nickname,al\nalbion,has_nickname,al\n"
        "alpha,has_nickname,alph\n",
        encoding="utf-8",
    )
    roots, forenames = read_roots(folder)
    assert "AL" not in roots
    assert roots["ALPH"] == "ALPHA"
    assert {"AL", "ALPH", "ALPHA", "ALBION"} <= forenames


@pytest.mark.parametrize(
    "rows", ["bill,william,x\nbill,billiam,x\n", "bill,william,x\nwilliam,wilhelm,x\n"]
)
def test_two_roots_or_a_chain_are_refused(folder, rows) -> None:
    (folder / "nicknames_gb.csv").write_text("variant,root,source\n" + rows, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_name_rules(folder)
    assert refused.value.code == "declaration-invalid"
    assert refused.value.where.file == "nicknames_gb.csv"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("names.toml", "cut_at = [32, 35]", "cut_at = [32, 35]\nextra = 1"),
        ("dates.toml", '"1900-01-01"', '"01/01/1900"'),
        ("identifiers.toml", "as_at", "as_of"),
    ],
)
def test_a_wrong_rule_file_is_refused(folder, file, old, new) -> None:
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_name_rules(folder)
    assert refused.value.code == "declaration-invalid"
    assert refused.value.where.file == file
