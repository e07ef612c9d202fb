"""Locking: blank at once and never frozen, whatever still reads the vault or has to end."""

import threading
import time

import pytest

from app.stores import health


@pytest.fixture
def slow_check(monkeypatch):
    """A check of the file that goes on until it is let go; whether it has begun."""
    began, gate = threading.Event(), threading.Event()

    def slow(_connection):
        began.set()
        return gate.wait(10)

    monkeypatch.setattr(health, "cipher_sound", slow)
    yield began
    gate.set()


def test_lock_waits_for_no_check_of_the_file(hand, qtbot, desk, town, slow_check, lag):
    desk.bench.show_page("trail")
    hand.settle(desk)
    desk.bench.at.act()
    qtbot.waitUntil(slow_check.is_set, timeout=5000)
    begun = time.perf_counter()
    desk.lock()
    assert time.perf_counter() - begun < 0.5
    qtbot.waitUntil(lambda: desk.vault is None, timeout=3000)
    assert desk.lock_screen.unlock.isVisible()
    assert lag() < 2


def test_lock_blanks_before_the_vault_has_closed(qtbot, desk, monkeypatch):
    gate, close = threading.Event(), desk._workspace.close

    def slow():
        gate.wait(10)
        close()

    monkeypatch.setattr(desk._workspace, "close", slow)
    desk.lock()
    for _ in range(3):
        qtbot.wait(20)
    assert desk.lock_screen.finishing.isVisible()
    assert desk.vault is not None
    desk.jobs.changed.emit()  # another turn does not close it twice
    gate.set()
    qtbot.waitUntil(lambda: desk.vault is None, timeout=3000)
    assert not desk.jobs.waiting


def test_a_vault_that_cannot_be_closed_is_told_and_shows_its_door(qtbot, hand, desk, monkeypatch):
    close, told = desk._workspace.close, []

    def broken():
        close()
        raise ValueError

    monkeypatch.setattr(desk._workspace, "close", broken)
    monkeypatch.setattr("app.gui.window.window.show_fault", lambda _w, error: told.append(error))
    desk.lock()
    qtbot.waitUntil(lambda: desk.vault is None, timeout=3000)
    hand.settle(desk)
    assert len(told) == 1
    assert desk.lock_screen.unlock.isVisible()
