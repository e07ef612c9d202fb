"""The same file twice: refused before the work, and still when two begin at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.catalogue.reading import read_limits
from app.files.sniff import sniff
from app.model.kinds import FixedColumn
from app.model.loads import LoadWishes, ReadChoices, Rejection
from app.services import intake, passage, trail

LAYOUT = (FixedColumn("ref", 1, 6), FixedColumn("surname", 7, 10), FixedColumn("born", 17, 8))


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("ref,surname\n1,Smith\n2,Jones\n3,Li\n", encoding="utf-8")
    return path


def test_two_that_begin_at_once_store_it_once(workspace, file, monkeypatch) -> None:
    met, ends = threading.Barrier(2, timeout=30), []
    asked = intake._fresh_digest

    def both_have_asked(*given) -> str:
        found = asked(*given)
        met.wait()
        return found

    def run() -> None:
        try:
            ends.append(intake.load_file(workspace, file, LoadWishes(kind="people")).load)
        except Refused as refused:
            ends.append(refused.code)

    monkeypatch.setattr(intake, "_fresh_digest", both_have_asked)
    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    (made,) = [one.load for one in intake.loads(workspace)]
    assert sorted(ends) == sorted([made, "file-already-loaded"])
    with workspace.read() as reader:
        assert reader.first("SELECT count(*) FROM unfinished") == (0,)
        assert reader.first("SELECT count(DISTINCT load) FROM load_raw") == (1,)
    assert len(trail.entries(workspace, action="load.accept")) == 1


def test_rows_are_counted_and_not_their_faults(workspace, file, monkeypatch) -> None:
    def read(_path, _shape, reject, _limits, _progress):
        for row in (2, 3):
            for column in ("ref", "surname"):
                reject(Rejection(row, column, "control-character", {"character": "U+0007"}))
        yield from ()

    monkeypatch.setattr(passage, "read", read)
    with pytest.raises(Refused, match="nothing-to-load") as refused:
        intake.load_file(workspace, file, LoadWishes(kind="people"))
    assert refused.value.facts["rejected"] == 2


def test_a_remembered_layout_is_not_one_the_steward_named(tmp_path) -> None:
    path = tmp_path / "lines.txt"
    longest = "ABCDEFGHIJKLMNOPQRSTUVWX"
    path.write_text("\n".join(longest[: 24 - n % 7] for n in range(30)) + "\n", encoding="utf-8")
    named = ReadChoices(kind="people")
    shape = sniff(path, named, {}, read_limits(), remembered=[LAYOUT])
    assert shape.layout_from != "remembered"
