"""The quality statement: how full each column is that leaves, read one column at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Cancelled
from app.base.progress import Counters
from app.model.loads import LoadWishes
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import intake
from app.services.quality import quality
from app.services.workspace import Workspace
from app.stores import loads as shelf

TAKES = ("surname", "town", "reference")


@pytest.fixture
def listed(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Nine people; one column bears the name that the column of lines has."""
    lines = [f"{n},Surname{n // 3},Ann,{'Toft' if n < 6 else ''}" for n in range(9)]
    file, mapping = tmp_path / "people.csv", tmp_path / "mapping.toml"
    file.write_text("\n".join(["row,Surname,Forename,Town", *lines]) + "\n", encoding="utf-8")
    mapping.write_text(
        'kind = "people"\n[columns]\n"row" = "reference"\n"Surname" = "surname"\n'
        '"Forename" = "given_names"\n"Town" = "town"\n',
        encoding="utf-8",
    )
    intake.load_file(workspace, file, LoadWishes(mapping_file=mapping, route="own-records"))
    return workspace


@pytest.fixture
def spec() -> PackageSpec:
    columns = tuple(PackageColumn(take, take, "to test") for take in TAKES)
    return PackageSpec("test", "OFFICIAL", (PackageFile("a.csv", None, "L1", columns),))


def test_every_column_that_leaves_is_described_and_no_other(listed, spec) -> None:
    with listed.read() as reader:
        (found,) = quality(listed, reader, spec).profiles
    assert found.profile.rows == 9
    assert [(c.column, c.filled, c.distinct) for c in found.profile.columns] == [
        ("row", 9, 9),
        ("Surname", 9, 3),
        ("Town", 6, 1),
    ]


def test_no_two_columns_are_held_at_once(listed, spec, monkeypatch) -> None:
    read, asked = shelf.read_raw, []

    def one(reader, load, names=None):
        asked.append(names)
        return read(reader, load, names)

    monkeypatch.setattr(shelf, "read_raw", one)
    with listed.read() as reader:
        quality(listed, reader, spec)
    assert asked == [["row"], ["Surname"], ["Town"]]


def test_describing_can_be_cancelled(listed, spec) -> None:
    progress = Counters()
    progress.cancel()
    with listed.read() as reader, pytest.raises(Cancelled):
        quality(listed, reader, spec, progress)
