"""Files written out: held to the first look, named only when all of it agrees."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.sealing.findings import Entry
from app.sealing.opening import Unpacking, unpacked_into


def entry(name: str, content: bytes) -> Entry:
    return Entry(name, len(content), hashlib.sha256(content).hexdigest(), None)


SEEN = (entry("b/a.txt", b"one"), entry("b/data/c.txt", b"two"))


def unpack(into: Path, *given: tuple[str, bytes]) -> None:
    with unpacked_into(into, "b") as tree, closing(Unpacking(tree, "b/", SEEN)) as unpacking:
        for name, content in given:
            unpacking.begin(name)
            unpacking.piece(content[:1])
            unpacking.piece(content[1:])
            unpacking.end()
        unpacking.finish()


def test_what_was_seen_is_written(tmp_path) -> None:
    unpack(tmp_path / "in", ("b/a.txt", b"one"), ("b/data/c.txt", b"two"))
    assert (tmp_path / "in" / "b" / "data" / "c.txt").read_bytes() == b"two"
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["b"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "in" / "b" / "a.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "given",
    [
        [("b/a.txt", b"one")],
        [("b/a.txt", b"one"), ("b/data/c.txt", b"tow")],
        [("b/data/c.txt", b"two"), ("b/a.txt", b"one")],
        [("b/a.txt", b"one"), ("b/data/c.txt", b"two"), ("b/more.txt", b"x")],
    ],
)
def test_a_file_exchanged_between_two_looks_is_refused(tmp_path, given) -> None:
    with pytest.raises(Refused, match="package-file-changed"):
        unpack(tmp_path / "deep" / "in", *given)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fails", [True, False])
def test_a_folder_that_only_looks_like_ours_stays(tmp_path, fails) -> None:
    (tmp_path / "b.part").mkdir()
    (tmp_path / "b.part" / "mine.txt").write_text("mine", encoding="utf-8")
    if fails:
        with pytest.raises(Refused, match="package-file-changed"):
            unpack(tmp_path)
    else:
        unpack(tmp_path, ("b/a.txt", b"one"), ("b/data/c.txt", b"two"))
    assert (tmp_path / "b.part" / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} == ({"b.part"} if fails else {"b", "b.part"})


def test_a_folder_made_while_ours_was_written_is_refused(tmp_path) -> None:
    with pytest.raises(Refused, match="package-folder-exists"), unpacked_into(tmp_path, "b"):
        (tmp_path / "b").mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_folders_that_were_there_stay_after_a_refusal(tmp_path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(Refused):
        unpack(tmp_path / "in")
    assert (tmp_path / "in").is_dir()


def test_a_place_that_cannot_be_written_is_refused(tmp_path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(Refused, match="package-not-written"):
        unpack(tmp_path / "file" / "in")
