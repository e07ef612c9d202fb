"""Whole or not at all, and never at the cost of a file that somebody else made."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base import durable
from app.base.durable import folders, left

LINUX = sys.platform == "linux"
ROOT = Path(__file__).resolve().parents[2]
LEFT = "a.0123456789ab.part"


@pytest.fixture(autouse=True, params=["unnamed", "named"])
def way(request) -> str:
    """Files without a name until they are whole, and files that have one from the start."""
    if request.param == "named":
        request.getfixturevalue("named_parts")
    elif not LINUX:
        pytest.skip("only Linux has files without a name")
    return request.param


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def nothing() -> None:
    """What happens meanwhile, mostly."""


def fail(*_given: object) -> None:
    raise ZeroDivisionError


def write(target: Path, content: bytes = b"new", meanwhile: Callable[[], object] = nothing) -> None:
    with durable.part_of(target) as part:
        with part.writing() as stream:
            stream.write(content)
            meanwhile()
        assert part.path.read_bytes() == content
        part.place()


def write_folder(target: Path, meanwhile: Callable[[], object] = nothing) -> None:
    with durable.tree_of(target) as tree:
        for name in ("file", "deep/er/file", "deep/file"):
            with tree.writing(name) as stream:
                stream.write(name.encode())
        assert not target.exists()
        meanwhile()


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path, way) -> None:
    with durable.part_of(tmp_path / "a") as part:
        with part.writing() as stream:
            stream.write(b"half")
            assert len(names(tmp_path)) == (way == "named")
            assert not (tmp_path / "a").exists()
        part.place()
    assert (tmp_path / "a").read_bytes() == b"half"
    assert names(tmp_path) == {"a"}


def test_an_error_leaves_nothing(tmp_path) -> None:
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "a", meanwhile=fail)
    assert names(tmp_path) == set()


@pytest.mark.parametrize("fails", [True, False])
def test_other_parts_stay_whatever_happens(tmp_path, fails) -> None:
    for name in ("a.part", "a.copy", "a.0123456789ab.part"):
        (tmp_path / name).write_bytes(b"mine")
    if fails:
        with pytest.raises(ZeroDivisionError):
            write(tmp_path / "a", meanwhile=fail)
    else:
        write(tmp_path / "a")
    for name in ("a.part", "a.copy", "a.0123456789ab.part"):
        assert (tmp_path / name).read_bytes() == b"mine"


def test_a_side_name_that_is_taken_is_neither_used_nor_removed(
    tmp_path, monkeypatch, named_parts
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "same")
    taken = tmp_path / "a.same.part"
    taken.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write(tmp_path / "a")
    assert taken.read_bytes() == b"mine"
    taken.unlink()
    taken.mkdir()
    (taken / "mine").write_bytes(b"")
    with pytest.raises(FileExistsError):
        write_folder(tmp_path / "a")
    assert names(taken) == {"mine"}


@pytest.mark.parametrize("links", [True, False])
def test_placing_never_writes_over(tmp_path, monkeypatch, links) -> None:
    if not links:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
        monkeypatch.setattr(os, "link", refuse)
    write(tmp_path / "a", b"mine")
    with pytest.raises(durable.Taken):
        write(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"mine"
    assert names(tmp_path) == {"a"}


def test_a_file_made_while_ours_was_written_stays(tmp_path) -> None:
    with pytest.raises(durable.Taken):
        write(tmp_path / "a", meanwhile=lambda: (tmp_path / "a").write_bytes(b"mine"))
    assert (tmp_path / "a").read_bytes() == b"mine"
    assert names(tmp_path) == {"a"}


def test_a_whole_file_takes_the_place_of_the_one_before(tmp_path) -> None:
    durable.write_whole(tmp_path / "a", b"one")
    durable.write_whole(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert names(tmp_path) == {"a"}


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("most", [200, 1])
def test_a_folder_appears_whole(tmp_path, monkeypatch, links, most) -> None:
    """Whether the disk can give names to files, and when more files are written than are held."""
    monkeypatch.setattr(folders, "MOST_UNNAMED", most)
    if not links:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    write_folder(tmp_path / "new" / "in")
    assert names(tmp_path / "new") == {"in"}
    for name in ("file", "deep/er/file", "deep/file"):
        assert (tmp_path / "new" / "in" / name).read_bytes() == name.encode()


@pytest.mark.skipif(os.name != "posix", reason="permissions of files as POSIX has them")
def test_a_folder_is_its_owners_alone(tmp_path) -> None:
    write_folder(tmp_path / "in")
    for path in (tmp_path / "in", *(tmp_path / "in").rglob("*")):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected


def test_a_name_given_twice_in_a_folder_is_an_error(tmp_path) -> None:
    def twice() -> None:
        with durable.tree_of(tmp_path / "in") as tree, tree.writing("same"), tree.writing("same"):
            pass

    with pytest.raises(FileExistsError):
        twice()
    assert names(tmp_path) == set()


def test_nothing_of_a_folder_has_a_name_before_all_is_written(tmp_path, way) -> None:
    seen: list[set[str]] = []
    write_folder(tmp_path / "in", lambda: seen.append(names(tmp_path)))
    assert len(seen[0]) == (way == "named")
    assert names(tmp_path) == {"in"}


def test_a_folder_that_fails_takes_the_parents_it_made_with_it(tmp_path) -> None:
    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path / "deep" / "in", fail)
    assert names(tmp_path) == set()


def test_a_folder_made_meanwhile_stays_as_it_is(tmp_path) -> None:
    """An empty one too, which a rename would silently take the place of."""
    with pytest.raises(durable.Taken):
        write_folder(tmp_path / "in", (tmp_path / "in").mkdir)
    assert names(tmp_path) == {"in"}
    assert names(tmp_path / "in") == set()


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX")
def test_a_folder_that_cannot_be_synced_loses_its_name_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.base.durable.folders.sync_folder", fail)
    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path / "deep" / "in")
    assert names(tmp_path) == set()


@pytest.mark.skipif(not LINUX, reason="elsewhere the name is claimed in two steps")
def test_a_folder_is_named_in_one_step(tmp_path, monkeypatch) -> None:
    """A process killed between claiming a name and filling it would leave an empty folder."""
    monkeypatch.setattr("app.base.durable.names._claim_and_rename", fail)
    write_folder(tmp_path / "in")
    assert names(tmp_path) == {"in"}


def test_a_full_disk_is_told_apart_and_leaves_nothing(tmp_path, full_disk) -> None:
    full_disk()
    with pytest.raises(OSError, match="space") as error:
        write(tmp_path / "a", b"x" * 100_000)
    assert durable.is_full(error.value)
    assert not durable.is_full(PermissionError(errno.EACCES, "no"))
    assert names(tmp_path) == set()


def leave(folder: Path, name: str = LEFT) -> Path:
    """What a killed process leaves: a file, and a folder with something in it."""
    (folder / name).write_bytes(b"left")
    other = folder / name.replace("0123", "4567")
    other.mkdir()
    (other / "clear.csv").write_bytes(b"left")
    return folder / name


def test_what_a_killed_process_left_is_swept(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(left, "STALE_SECONDS", -1)
    leave(tmp_path)
    assert durable.sweep(tmp_path / "a") == 2
    assert names(tmp_path) == set()
    assert durable.sweep(tmp_path / "nowhere" / "a") == 0


@pytest.mark.parametrize(
    "name", ["a.part", "a.0123456789ab.copy", "b.0123456789ab.part", "a.0123456789AB.part"]
)
def test_what_may_be_anybodys_is_not_swept(tmp_path, monkeypatch, name) -> None:
    monkeypatch.setattr(left, "STALE_SECONDS", -1)
    (tmp_path / name).write_bytes(b"mine")
    assert durable.sweep(tmp_path / "a") == 0
    assert names(tmp_path) == {name}


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_link_is_not_followed_and_not_swept(tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept").write_bytes(b"")
    (tmp_path / LEFT).symlink_to(tmp_path / "mine", target_is_directory=True)
    assert durable.sweep(tmp_path / "a") == 0
    assert names(tmp_path / "mine") == {"kept"}


def test_what_is_still_written_to_is_not_swept(tmp_path, named_parts) -> None:
    """Neither here nor from another process, as long as this one lives."""
    with durable.part_of(tmp_path / "a") as part, durable.tree_of(tmp_path / "b") as tree:
        with part.writing() as stream, tree.writing("c") as other:
            stream.write(b"half")
            other.write(b"half")
            before = names(tmp_path)
            assert len(before) == 2
            code = (
                "from pathlib import Path; from app.base import durable\n"
                f"print(sum(durable.sweep(Path({str(tmp_path)!r}, n)) for n in 'ab'))"
            )
            for found in (durable.sweep(tmp_path / "a"), int(run(code))):
                assert found == 0
            assert names(tmp_path) == before
        part.place()
    assert names(tmp_path) == {"a", "b"}


@pytest.mark.skipif(os.name != "posix", reason="a lock tells elsewhere")
def test_where_nothing_can_be_locked_only_old_parts_are_swept(tmp_path, monkeypatch) -> None:
    path = leave(tmp_path)
    monkeypatch.setattr("app.base.durable.left.LOCKS", False)
    assert durable.sweep(tmp_path / "a") == 0
    old = time.time() - left.STALE_SECONDS - 1
    os.utime(path, (old, old))
    assert durable.sweep(tmp_path / "a") == 1


def run(code: str) -> str:
    """What a process of its own prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
