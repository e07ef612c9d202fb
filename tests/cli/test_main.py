"""How a run ends: exit codes, errors as objects, nothing of a bug's values told."""

from __future__ import annotations

import errno
import json
import subprocess
import sys

import pytest

from app.base.errors import Cancelled, Refused
from app.cli import main
from app.cli.options import Verb
from app.cli.outcome import Exit, Told
from app.wording.book import sentence


class _Window:
    """A window that is only asked for."""

    def __init__(self, opened: list[object]) -> None:
        self.opened = opened

    def open(self, vault, steward) -> int:
        self.opened.append((vault, steward))
        return 0


NOBODY = _Window([])
SECRET = "SMITH-1947-03-02"


def ends(monkeypatch, capsys, run, *arguments: str):
    """Run one verb whose call does `run`; the exit code and what was told."""
    verb = Verb(("act",), "Act.", run)
    monkeypatch.setattr(main, "VERBS", (verb,))
    code = main.run(["act", *arguments], NOBODY)
    return code, capsys.readouterr()


def raising(error: BaseException):
    def run(_session):
        value = SECRET
        raise error from ValueError(value)

    return run


def test_done(monkeypatch, capsys) -> None:
    code, told = ends(monkeypatch, capsys, lambda _s: Told({"a": 1}, "one"))
    assert (code, told.out) == (Exit.DONE, "one\n")


def test_a_check_that_finds_something_wrong_ends_with_3(monkeypatch, capsys) -> None:
    told_wrong = Told({"verified": False}, "no", sound=False)
    code, told = ends(monkeypatch, capsys, lambda _s: told_wrong, "--json")
    assert code == Exit.REFUSED
    assert json.loads(told.out) == {"verified": False}


@pytest.mark.parametrize(
    ("error", "expected", "said"),
    [
        (Refused("vault-not-named"), Exit.REFUSED, "vault-not-named"),
        (Cancelled(), Exit.CANCELLED, "cancelled"),
        (KeyboardInterrupt(), Exit.CANCELLED, "cancelled"),
        (OSError(errno.ENOSPC, "full", "/x/y.db"), Exit.REFUSED, "disk-full"),
        (PermissionError(errno.EACCES, "denied", "/x/y"), Exit.REFUSED, "system-refused"),
        (KeyError(SECRET), Exit.BUG, "bug"),
        (AssertionError(SECRET), Exit.BUG, "bug"),
    ],
)
def test_every_way_to_fail_has_its_code(monkeypatch, capsys, error, expected, said) -> None:
    code, told = ends(monkeypatch, capsys, raising(error), "--json")
    assert code == expected
    answer = json.loads(told.out)["error"]
    assert answer["code"] == said
    assert answer["message"]
    assert answer["remedy"]
    assert SECRET not in told.out + told.err


def test_a_bug_names_type_and_place_and_no_value(monkeypatch, capsys) -> None:
    def run(_session):
        return sentence("refused", "file-not-found", SECRET, {})

    code, told = ends(monkeypatch, capsys, run)
    assert code == Exit.BUG
    assert "KeyError, app/wording/book.py line " in told.err
    assert SECRET not in told.err


def test_usage_errors_end_with_2_in_both_forms(capsys) -> None:
    assert main.run(["load", "--json"], NOBODY) == Exit.USAGE
    told = json.loads(capsys.readouterr().out)["error"]
    assert told["code"] == "usage"
    assert "FILE" in told["message"]
    assert main.run(["load"], NOBODY) == Exit.USAGE
    assert capsys.readouterr().out == ""


def test_a_passphrase_has_one_source(capsys) -> None:
    words = ["--passphrase-file", "a", "runs", "--passphrase-fd", "3", "--json"]
    assert main.run(words, None) == Exit.USAGE
    assert "alternatives" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_without_a_verb_the_window_opens_with_what_was_named(monkeypatch, tmp_path) -> None:
    opened = []
    monkeypatch.delenv("MUNIMENT_VAULT", raising=False)
    assert main.run([], _Window(opened)) == 0
    monkeypatch.setenv("MUNIMENT_VAULT", str(tmp_path))
    assert main.run(["--steward", "Ann"], _Window(opened)) == 0
    assert opened == [(None, None), (tmp_path, "Ann")]


def test_the_window_is_not_opened_for_a_script(capsys) -> None:
    opened = []
    assert main.run(["--json"], _Window(opened)) == Exit.USAGE
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"
    assert opened == []


def test_an_empty_path_is_not_this_folder(capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["sample", "--out", ""], ["new", " ", "--steward", "Ann"]):
        assert main.run([*words, "--json"], NOBODY) == Exit.USAGE
        assert "empty path" in json.loads(capsys.readouterr().out)["error"]["message"]
    assert list(tmp_path.iterdir()) == []


def test_help_ends_well_and_needs_nothing(capsys) -> None:
    assert main.run(["--help"], NOBODY) == Exit.DONE
    assert "muniment" in capsys.readouterr().out


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m app kinds --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "{"
    assert done.stderr == ""


def test_the_command_starts_quickly_and_loads_no_heavy_library() -> None:
    """Help and usage must not wait for Qt, DuckDB, Arrow or pandas."""
    code = (
        "import sys; from app.cli.main import run; run(['--help'], None);"
        "print(sorted({'PySide6','duckdb','pyarrow','pandas','numpy','sqlcipher3'}"
        " & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


AT_THE_DOOR = """
import sys
class Interrupts:
    done = False
    def find_spec(self, name, path=None, target=None):
        if name == "app.cli.main" and not Interrupts.done:
            Interrupts.done = True
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
sys.argv = ["muniment", "kinds", "--json"]
from app.__main__ import main
sys.exit(main())
"""


def test_an_interrupt_while_the_program_still_starts_is_a_cancel() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_DOOR], capture_output=True, text=True, check=False
    )
    assert done.returncode == Exit.CANCELLED
    assert json.loads(done.stdout)["error"]["code"] == "cancelled"
    assert done.stderr == ""
