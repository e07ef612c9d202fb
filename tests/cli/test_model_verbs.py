"""`model export`: of a plan without a vault, of a run with one."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.cli import model_verbs
from app.cli.options import Parser
from app.services import model


class Session:
    """What the verb asks of one, and whether it opened the vault."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.opened, self.progress = options, False, None

    def catalogue(self) -> str:
        return "the catalogue"

    @contextlib.contextmanager
    def workspace(self):
        self.opened = True
        yield "the vault"


def told(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[Session, list, dict]:
    parser = Parser()
    model_verbs._arguments(parser)
    session, asked = Session(parser.parse_args([*words, "--to", "d"])), []
    files = SimpleNamespace(settings=Path("s"), post_steps=Path("p"), runner=Path("r"))
    for name in ("export", "export_run"):
        monkeypatch.setattr(model, name, lambda *given, n=name: asked.append((n, given)) or files)
    return session, asked, model_verbs._export(session).json


@pytest.mark.parametrize(("words", "plan"), [((), "deaths"), (("--plan", "people"), "people")])
def test_a_plan_needs_no_vault(monkeypatch, words, plan) -> None:
    session, asked, answer = told(monkeypatch, *words)
    assert asked == [("export", ("the catalogue", plan, Path("d")))]
    assert not session.opened
    assert answer == {"splink_settings": "s", "post_steps": "p", "runner": "r"}


def test_a_run_is_read_from_its_vault(monkeypatch) -> None:
    session, asked, answer = told(monkeypatch, "--run", "R1")
    assert asked == [("export_run", ("the vault", "R1", Path("d"), None))]
    assert session.opened
    assert answer == {"splink_settings": "s", "post_steps": "p", "runner": "r"}
