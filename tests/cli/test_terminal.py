"""Progress on a terminal, and what Ctrl-C does."""

from __future__ import annotations

import contextlib
import io
import signal

import pytest

from app.base.errors import Cancelled
from app.cli.terminal import TerminalProgress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_and_taken_away(monkeypatch) -> None:
    screen = _Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    progress = TerminalProgress()
    with progress.cancelled_by_interrupt():
        progress.stage("start", 4)
        progress._drawn = 0.0
        progress.step(2)
    assert "Starting [############............] 50%" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_nothing_is_drawn_where_nobody_looks(monkeypatch) -> None:
    quiet = io.StringIO()
    monkeypatch.setattr("sys.stderr", quiet)
    progress = TerminalProgress()
    progress.stage("start", 4)
    progress.step(4)
    progress.clear()
    assert quiet.getvalue() == ""


def test_an_interrupt_stops_the_work_at_its_next_step() -> None:
    progress = TerminalProgress()
    with progress.cancelled_by_interrupt():
        progress.stage("start", 4)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Cancelled):
            progress.step()


def test_an_interrupt_before_work_or_a_second_one_stops_at_once() -> None:
    for begun in (False, True):
        progress = TerminalProgress()
        with progress.cancelled_by_interrupt():
            if begun:
                progress.stage("start", 4)
                signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_python_lost_is_heard_at_the_first_step() -> None:
    """What a signal raises while a module is imported may be swallowed on the way."""
    progress = TerminalProgress()
    with progress.cancelled_by_interrupt():
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(Cancelled):
            progress.stage("start", 4)


def test_nothing_stops_what_is_settled() -> None:
    progress = TerminalProgress()
    with progress.cancelled_by_interrupt():
        progress.stage("start", 4)
        signal.raise_signal(signal.SIGINT)
        progress.settle()
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
            progress.step()


def test_the_handler_that_was_there_comes_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with TerminalProgress().cancelled_by_interrupt():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
