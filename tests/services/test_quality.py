"""The quality statement: how full each column is that leaves, read one column at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from council import spec as pairs_of

from app.base.errors import Cancelled
from app.base.progress import Counters
from app.model.loads import LoadWishes
from app.model.plan import Thresholds
from app.model.runs import MatchRequest
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import intake, matching
from app.services.quality import quality
from app.services.workspace import Workspace
from app.stores import loads as shelf
from app.stores import runs as stored

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


def stated(workspace: Workspace, *runs: str) -> dict[str, str]:
    files = tuple(file for run in runs for file in pairs_of(run).files)
    with workspace.read() as reader:
        return quality(workspace, reader, replace(pairs_of(runs[0]), files=files)).thresholds


def told(run: str, lines: Thresholds) -> dict[str, str]:
    return {f"{run} deaths {name}": f"{value:g}" for name, value in vars(lines).items()}


def test_every_run_states_the_lines_it_was_made_with(ready, monkeypatch) -> None:
    plans = ready.catalogue.plans
    before = plans["deaths"]
    lines = replace(before.thresholds, certain=0.999, probable=0.4)
    monkeypatch.setitem(plans, "deaths", replace(before, thresholds=lines, digest="a later one"))
    assert stated(ready, "R1") == told("R1", before.thresholds)
    matching.run(ready, MatchRequest("L1", "L2", purpose="stop-mail"))
    both = told("R1", before.thresholds) | told("R2", lines)
    assert stated(ready, "R1", "R2") == both
    monkeypatch.delitem(plans, "deaths")
    assert stated(ready, "R1", "R2") == both, "a plan that is gone"


def test_lines_that_nobody_kept_are_not_made_up(ready, monkeypatch) -> None:
    """Runs made before the lines were kept have those of their plan, while it is the same."""
    facts, plans = stored.details, ready.catalogue.plans
    monkeypatch.setattr(
        stored, "details", lambda reader, run: replace(facts(reader, run), plan_json="{}")
    )
    assert stated(ready, "R1") == told("R1", plans["deaths"].thresholds)
    monkeypatch.setitem(plans, "deaths", replace(plans["deaths"], digest="a later one"))
    assert stated(ready, "R1") == {"R1 deaths": "Not stated."}
