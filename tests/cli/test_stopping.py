"""Ctrl-C tells the truth: nothing, or what had been stored before it was pressed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from app.base.clock import system_clock
from app.base.errors import Cancelled, Refused
from app.base.progress import Counters
from app.cli import main, match_verbs
from app.cli.options import Verb
from app.cli.outcome import Exit, Told
from app.cli.output import PIECE
from app.services import reach, vaults
from app.services.catalogue import catalogue
from app.services.demo import demo

PASSPHRASE = "three random words"


@pytest.fixture(params=["for the work", "until the answer is told"])
def stop(request, anns, passphrase_file, monkeypatch, capsys):
    """Run one verb that does `work` with the vault, open so long; how it ended and its error."""

    def run(work, *more):
        def verb(session):
            if request.param == "until the answer is told":
                return work(session.lasting_workspace())
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


@pytest.mark.parametrize("as_json", [True, False])
def test_a_long_answer_can_be_stopped_and_what_was_done_is_told_as_done(
    monkeypatch, capsys, as_json
) -> None:
    def rows(pressed=(1, 2, 4)):
        for n in range(50_000):
            if n in pressed:
                signal.raise_signal(signal.SIGINT)
            yield {"row": n}

    class Lines(str):
        """A text that is told piece by piece; Ctrl-C comes while its first are read."""

        def __getitem__(self, part):
            if part.start < 3 * PIECE:
                signal.raise_signal(signal.SIGINT)
            return super().__getitem__(part)

    def verb(_session):
        return Told({"run": "R1", "rows": rows()}, Lines("row\n" * PIECE))

    monkeypatch.setattr(main, "VERBS", (Verb(("act",), "Act.", verb),))
    code = main.run(["act", *(["--json"] if as_json else [])], None)
    heard = capsys.readouterr()
    assert code == Exit.CANCELLED
    if as_json:
        told = json.loads(heard.out)
        assert [row["row"] for row in told["rows"]] == [0, 1, 2, 3]
        said = told["error"]["message"]
        assert told["error"]["code"] == "cancelled-telling"
    else:
        said = heard.err
        assert 0 < len(heard.out) <= 3 * PIECE
    assert "was done" in said
    assert "Nothing half-done" not in said


def test_ctrl_c_once_or_twice_leaves_an_answer_whole(monkeypatch, capsys) -> None:
    def rows():
        for n in range(100):
            if n in (2, 3):
                signal.raise_signal(signal.SIGINT)
            yield n

    verb = Verb(("act",), "Act.", lambda _session: Told({"rows": rows()}, ""))
    monkeypatch.setattr(main, "VERBS", (verb,))
    assert main.run(["act", "--json"], None) == Exit.DONE
    assert json.loads(capsys.readouterr().out) == {"rows": list(range(100))}


@pytest.fixture
def own_handler():
    """What Ctrl-C does before and after, whatever a test leaves behind."""
    before = signal.getsignal(signal.SIGINT)
    yield before
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("leaving", "then", "heard"), [(True, None, False), (False, None, True), (True, list, True)]
)
def test_once_all_is_told_a_process_ends_as_it_would(
    own_handler, monkeypatch, leaving, then, heard
) -> None:
    """Where something is still to come, or somebody called from within, Ctrl-C is heard again."""
    verb = Verb(("act",), "Act.", lambda _session: Told({}, "", then=then))
    monkeypatch.setattr(main, "VERBS", (verb,))
    monkeypatch.setattr(main, "_tell_whole", lambda: None)  # this output is the tests' own
    assert main.run(["act"], None, leaving=leaving) == Exit.DONE
    assert signal.getsignal(signal.SIGINT) is (own_handler if heard else signal.SIG_IGN)


UNBUFFERED = """
import signal, sys
from app.cli import main
signal.signal(signal.SIGINT, lambda *_: None)
main._tell_whole()
sys.stderr.write("ready\\n")
sys.stdout.write("x" * 1_000_000 + "end\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no signal interrupts a write there")
def test_what_a_slow_reader_hears_is_whole_though_ctrl_c_comes(monkeypatch) -> None:
    """A write to a full pipe is cut short by a signal; unbuffered, the rest would be lost."""
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    command = [sys.executable, "-c", UNBUFFERED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stderr.readline()
        heard = b""
        while piece := os.read(process.stdout.fileno(), 50_000):
            heard += piece
            process.send_signal(signal.SIGINT)
    assert len(heard) == 1_000_004
    assert heard.endswith(b"end\n")
