"""Files appear whole or not at all; the world's faults become refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.files.whole import opened, staging

FULL = Path("/dev/full")


def _write_and_fail(target: Path) -> None:
    with opened(target) as stream:
        stream.write(b"new")
        raise ZeroDivisionError


def _stage_and_fail(folder: Path) -> None:
    with staging(folder) as stage:
        with stage.writing("a.csv") as stream:
            stream.write(b"a")
        assert not (folder / "a.csv").exists()
        raise ZeroDivisionError


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with opened(target) as stream:
        stream.write(b"half")
        assert not target.exists()
        assert all(path.name.startswith("out.csv.") for path in tmp_path.iterdir())
    assert target.read_bytes() == b"half"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_what_goes_wrong_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("fails", [True, False])
def test_a_file_that_only_looks_like_ours_stays(tmp_path: Path, fails: bool) -> None:
    mine, target = tmp_path / "out.csv.part", tmp_path / "out.csv"
    mine.write_bytes(b"mine")
    if fails:
        with pytest.raises(ZeroDivisionError):
            _write_and_fail(target)
    else:
        with opened(target) as stream:
            stream.write(b"new")
    assert mine.read_bytes() == b"mine"
    assert {path.name for path in tmp_path.iterdir()} == {mine.name} | (
        set() if fails else {target.name}
    )


def test_several_files_appear_together_or_not(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "sample"
    with pytest.raises(ZeroDivisionError):
        _stage_and_fail(folder)
    assert not folder.exists()
    with staging(folder) as stage, stage.writing("a.csv") as stream:
        stream.write(b"a")
    assert (folder / "a.csv").read_bytes() == b"a"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(Refused) as refused, staging(tmp_path / "taken"):
        pass
    assert refused.value.code == "cannot-write"
    assert refused.value.where is not None
    assert refused.value.where.file == "taken"


def test_a_full_disk_is_refused_and_nothing_stays(tmp_path: Path, full_disk) -> None:
    full_disk("out.csv")
    with pytest.raises(Refused) as refused, opened(tmp_path / "out.csv") as stream:
        stream.write(b"x" * 100_000)
    assert refused.value.code == "disk-full"
    assert list(tmp_path.iterdir()) == []
