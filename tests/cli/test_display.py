"""A window is asked for only where a display answers; without one the program says so."""

from __future__ import annotations

import ctypes
from functools import partial

import pytest

from app import wording
from app.base.errors import Refused
from app.cli import display, main
from app.cli.outcome import Exit


@pytest.fixture
def bare(monkeypatch):
    """A Linux session without any display."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(display.platform, "system", lambda: "Linux")
    return monkeypatch


class X11:
    """A library whose displays all answer alike, and that knows what was closed."""

    def __init__(self, answer: int | None) -> None:
        self.closed: list[int] = []
        self.XOpenDisplay = partial(self._opened, answer)
        self.XCloseDisplay = partial(self.closed.append)

    @staticmethod
    def _opened(answer: int | None, _name: None) -> int | None:
        return answer


def test_no_name_is_no_display(bare) -> None:
    assert not display.display_answers()


def test_a_name_that_leads_nowhere_is_no_display(bare) -> None:
    try:
        ctypes.CDLL("libX11.so.6")
    except OSError:
        pytest.skip("no X11 here")
    bare.setenv("DISPLAY", ":9971")
    assert not display.display_answers()


@pytest.mark.parametrize("answer", [None, 7])
def test_a_display_is_what_opens_and_it_is_closed_again(bare, answer) -> None:
    library = X11(answer)
    bare.setattr(display.ctypes, "CDLL", lambda _name: library)
    bare.setenv("DISPLAY", ":0")
    assert display.display_answers() is bool(answer)
    assert library.closed == ([answer] if answer else [])


def test_where_it_cannot_be_asked_qt_has_the_last_word(bare) -> None:
    def missing(_name: str) -> None:
        raise OSError("no such library")

    bare.setattr(display.ctypes, "CDLL", missing)
    bare.setenv("DISPLAY", ":0")
    assert display.display_answers()
    bare.delenv("DISPLAY")
    bare.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert display.display_answers()


def test_windows_always_has_one_and_a_run_without_windows_never(bare) -> None:
    bare.setattr(display.platform, "system", lambda: "Windows")
    assert display.display_answers()
    bare.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not display.display_answers()


def test_without_a_verb_and_without_a_display_it_refuses_and_opens_nothing(bare, capsys) -> None:
    assert main.run([], None) == Exit.REFUSED
    assert wording.refusal(Refused("no-display")).what in capsys.readouterr().err
