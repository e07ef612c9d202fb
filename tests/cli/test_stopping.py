"""Ctrl-C tells the truth: nothing, or what had been stored before it was pressed."""

from __future__ import annotations

import json

import pytest

from app.base.clock import system_clock
from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.cli import main, match_verbs
from app.cli.options import Verb
from app.cli.outcome import Exit
from app.services import reach, vaults
from app.services.catalogue import catalogue
from app.services.demo import demo

PASSPHRASE = "three random words"


@pytest.fixture
def stop(anns, passphrase_file, monkeypatch, capsys):
    """Run one verb that does `work` with the vault; how it ended and its error."""

    def run(work, *more):
        def verb(session):
            with session.workspace() as workspace:
                return work(workspace)

        monkeypatch.setattr(main, "VERBS", (Verb(("act",), "Act.", verb),))
        given = ("--vault", str(anns), "--passphrase-file", str(passphrase_file))
        code = main.run(["act", *given, "--json", *more], None)
        return code, json.loads(capsys.readouterr().out)["error"]

    return run


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt])
def test_a_stop_before_anything_is_stored_says_so(stop, error) -> None:
    def work(workspace):
        workspace.note("look.pair", {"pair": "R1-1"})
        raise error

    code, told = stop(work)
    assert (code, told["code"]) == (Exit.CANCELLED, "cancelled")
    assert "Nothing half-done" in told["message"]


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt])
def test_a_stop_after_a_commit_says_what_stands(stop, error) -> None:
    def work(workspace):
        with workspace.write("match.run") as change:
            change.facts["run"] = "R1"
        raise error

    code, told = stop(work)
    assert (code, told["code"]) == (Exit.CANCELLED, "cancelled-late")
    assert "ran a match (R1)" in told["message"]
    assert "Nothing" not in told["message"]
    assert "twice" in told["remedy"]


def test_a_stop_that_leaves_work_unfinished_says_how_to_remove_it(stop) -> None:
    def work(workspace):
        workspace._begin("load.accept", "L")
        raise KeyboardInterrupt

    _, told = stop(work)
    assert told["code"] == "cancelled-late"
    assert "L1" in told["remedy"]
    assert "muniment discard" in told["remedy"]


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt])
def test_a_stop_while_reach_is_counted_still_tells_the_run(monkeypatch, error) -> None:
    def stopped(*_given):
        raise error

    class Session:
        progress = None

    monkeypatch.setattr(reach, "reach", stopped)
    said = match_verbs._reached(Session(), None, "R7")
    assert "The run is stored" in said
    assert "muniment reach R7" in said


def test_a_demonstration_that_is_stopped_leaves_nothing(cheap_keys, tmp_path) -> None:
    class Stops(Counters):
        def stage(self, code, total=None):
            super().stage(code, total)
            if code == "block":
                foreign.write_text("somebody else's")
                self.cancel()

    into, foreign = tmp_path / "demo", tmp_path / "outside.txt"
    with pytest.raises(Cancelled):
        demo(catalogue(), into, 300, 5, system_clock, Stops())
    assert not into.exists()
    into.mkdir()
    foreign = into / "my own.txt"
    with pytest.raises(Cancelled):
        demo(catalogue(), into, 300, 5, system_clock, Stops())
    assert list(into.iterdir()) == [foreign]


def test_a_backup_without_its_entry_is_no_backup(anns, tmp_path, monkeypatch) -> None:
    with vaults.unlock(catalogue(), anns, "Ann", PASSPHRASE, system_clock) as opened:

        def full(_action):
            raise Refused("disk-full")

        with monkeypatch.context() as patching:
            patching.setattr(opened, "write", full)
            with pytest.raises(Refused, match="disk-full"):
                vaults.backup(opened, tmp_path / "b.backup")
    assert not (tmp_path / "b.backup").exists()
