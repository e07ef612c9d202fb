"""Groups of surnames are read strictly, and those of the house fit standardised surnames."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.fairness import read_name_groups
from app.catalogue.names import read_name_rules
from app.standardise.names import surname_key

GROUP = """source = "x"
as_at = "2026-11-01"
[[group]]
title = "A"
names = ["NOWAK"]
[[group]]
title = "B"
names = ["{name}"]
"""


def test_the_groups_of_the_house_are_written_as_surnames_are_kept() -> None:
    rules = read_name_rules(resource("reference"))
    groups = read_name_groups(resource("reference", "name_groups.toml"))
    assert len(groups) > 5
    odd = [name for group in groups for name in group.names if surname_key(name, rules) != name]
    assert not odd


def test_a_surname_stands_in_one_group_only(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(GROUP.format(name="POPA"), encoding="utf-8")
    assert [group.title for group in read_name_groups(path)] == ["A", "B"]
    path.write_text(GROUP.format(name="NOWAK"), encoding="utf-8")
    with pytest.raises(Refused, match="declaration-invalid"):
        read_name_groups(path)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('title = "B"', 'title = " "', "group[2].title"),
        ('title = "B"', 'title = "A"', "group"),
        ('title = "B"', 'title = "B"\nof = "b"', "group[2].of"),
        ('["POPA"]', "[]", "group[2].names"),
        ('["POPA"]', '["Popa"]', "group[2].names"),
        ('["POPA"]', '["POPA", "POPA"]', "group[2].names"),
        ('["POPA"]', '["POPA"]\nendings = ["-OVA"]', "group[2].endings"),
        ("as_at", "as_of", "as_at"),
    ],
)
def test_what_would_never_be_counted_is_refused_with_its_key(tmp_path, old, new, key) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(GROUP.format(name="POPA").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused, match="declaration-invalid") as refused:
        read_name_groups(path)
    assert (refused.value.where.file, refused.value.where.column) == ("groups.toml", key)
