"""Whole or not at all, and never at the cost of a file that somebody else made."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base import durable

FULL = Path("/dev/full")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def nothing() -> None:
    """What happens meanwhile, mostly."""


def fail() -> None:
    raise ZeroDivisionError


def write(target: Path, content: bytes = b"new", meanwhile: Callable[[], object] = nothing) -> None:
    with durable.part_of(target) as part:
        with part.writing() as stream:
            stream.write(content)
            meanwhile()
        part.place()


def write_folder(target: Path, meanwhile: Callable[[], object] = nothing) -> None:
    with durable.folder_beside(target) as part:
        (part / "file").write_bytes(b"x")
        assert not target.exists()
        meanwhile()


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path) -> None:
    with durable.part_of(tmp_path / "a") as part:
        with part.writing() as stream:
            stream.write(b"half")
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


def test_a_side_name_that_is_taken_is_neither_used_nor_removed(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(durable.secrets, "token_hex", lambda _: "same")
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

        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
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


def test_a_folder_appears_whole(tmp_path) -> None:
    write_folder(tmp_path / "deep" / "in")
    assert names(tmp_path / "deep") == {"in"}
    assert (tmp_path / "deep" / "in" / "file").read_bytes() == b"x"


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


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_apart_and_leaves_nothing(tmp_path, monkeypatch) -> None:
    true_open = os.open

    def full(path: Path, flags: int, *rest: int) -> int:
        if str(path).endswith(".part"):
            return true_open(FULL, os.O_RDWR)
        return true_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(OSError, match="space") as error:
        write(tmp_path / "a", b"x" * 100_000)
    assert durable.is_full(error.value)
    assert not durable.is_full(PermissionError(errno.EACCES, "no"))
    assert names(tmp_path) == set()
