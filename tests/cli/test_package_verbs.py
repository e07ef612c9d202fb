"""Verbs of packages: what they hand on to the service they call."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from app.base.errors import Cancelled
from app.base.progress import Counters
from app.cli import package_verbs
from app.services import sharing


def test_showing_a_package_can_be_watched_and_stopped(monkeypatch) -> None:
    def show(_workspace, _package, progress):
        progress.stage("draft", 2)
        progress.step()
        return ()

    monkeypatch.setattr(sharing, "show", show)
    session = SimpleNamespace(
        options=SimpleNamespace(package="P1"),
        progress=Counters(),
        workspace=lambda: nullcontext(None),
    )
    package_verbs._show(session)
    assert (session.progress.read().code, session.progress.read().done) == ("draft", 1)
    session.progress.cancel()
    with pytest.raises(Cancelled):
        package_verbs._show(session)
