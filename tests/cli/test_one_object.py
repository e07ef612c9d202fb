"""One object as JSON whatever happens while it is told, and what stands is never told as undone."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.base.clock import system_clock
from app.base.errors import Refused
from app.cli import main
from app.cli.options import Verb
from app.cli.outcome import Exit, Json, Told
from app.model.policy import KdfCost
from app.services import intake, vaults
from app.services.catalogue import catalogue
from app.services.workspace import Workspace

PASSPHRASE = "three random words"


class _NoWindow:
    def open(self, _vault, _steward) -> int:
        raise AssertionError


def interrupted() -> Iterator[Json]:
    yield {"row": 1}
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    yield {"row": 2}


def failing(number: int, error: Exception) -> Iterator[Json]:
    yield from ({"row": n} for n in range(number))
    raise error


def told(monkeypatch, capsys, rows: Iterator[Json]):
    answer = Told({"load": "L1", "rejections": rows, "warnings": []}, "")
    monkeypatch.setattr(main, "VERBS", (Verb(("act",), "Act.", lambda _session: answer),))
    code = main.run(["act", "--json"], _NoWindow())
    return code, json.loads(capsys.readouterr().out)


def test_an_answer_is_told_to_its_end(monkeypatch, capsys) -> None:
    code, answer = told(monkeypatch, capsys, interrupted())
    assert code == Exit.DONE
    assert answer == {"load": "L1", "rejections": [{"row": 1}, {"row": 2}], "warnings": []}


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize(
    ("error", "code", "exits"),
    [(Refused("vault-damaged"), "vault-damaged", Exit.REFUSED), (KeyError("x"), "bug", Exit.BUG)],
)
def test_what_breaks_on_the_way_is_the_objects_last_entry(
    monkeypatch, capsys, number, error, code, exits
) -> None:
    ended, answer = told(monkeypatch, capsys, failing(number, error))
    assert ended == exits
    assert list(answer) == ["load", "rejections", "error"]
    assert len(answer["rejections"]) == number
    assert answer["error"]["code"] == code


def test_what_breaks_afterwards_is_told_in_words(monkeypatch, capsys) -> None:
    def then() -> None:
        raise Refused("no-display")

    answer = Told({"load": "L1"}, "", then=then)
    monkeypatch.setattr(main, "VERBS", (Verb(("act",), "Act.", lambda _session: answer),))
    assert main.run(["act", "--json"], _NoWindow()) == Exit.REFUSED
    said = capsys.readouterr()
    assert json.loads(said.out) == {"load": "L1"}
    assert said.err.strip()


@pytest.fixture
def vault(tmp_path):
    declared = catalogue()
    kept = declared.vault_policy
    declared.__dict__["vault_policy"] = replace(kept, kdf=KdfCost(64, 1, 1))
    vaults.create(declared, tmp_path / "vault", "Ann", PASSPHRASE, system_clock)
    (tmp_path / "pass").write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "people.csv").write_text("ref,surname\n1,Smith\n2,Jones\n", encoding="utf-8")
    yield tmp_path / "vault"
    declared.__dict__["vault_policy"] = kept


def test_a_load_that_stands_is_told_though_ctrl_c_came_behind_it(
    monkeypatch, capsys, vault
) -> None:
    spread = Workspace._broadcast

    def and_interrupt(workspace, action, topics) -> None:
        spread(workspace, action, topics)
        if action == "load.accept":
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Workspace, "_broadcast", and_interrupt)
    folder = vault.parent
    words = ["load", str(folder / "people.csv"), "--kind", "people", "--json"]
    where = ["--vault", str(vault), "--passphrase-file", str(folder / "pass")]
    code = main.run([*words, *where], _NoWindow())
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer.get("rows_loaded")) == (Exit.DONE, 2)
    with vaults.unlock(catalogue(), vault, "Ann", PASSPHRASE, system_clock) as workspace:
        assert [one.load for one in intake.loads(workspace)] == [answer["load"]]
