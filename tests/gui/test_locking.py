"""Locking: blank at once and never frozen, whatever still reads the vault or has to end."""

import threading

import pytest

from app.stores import health


@pytest.fixture
def slow_check(monkeypatch):
    """A check of the file that goes on until it is let go; whether it has begun and ended."""
    began, gate, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(_connection):
        began.set()
        try:
            return gate.wait(60)
        finally:
            ended.set()

    monkeypatch.setattr(health, "cipher_sound", slow)
    yield began, ended
    gate.set()


def test_lock_waits_for_no_check_of_the_file(hand, qtbot, desk, town, slow_check):
    began, ended = slow_check
    desk.bench.show_page("trail")
    hand.settle(desk)
    desk.bench.at.act()
    qtbot.waitUntil(began.is_set, timeout=20_000)
    desk.lock()
    assert desk.lock_screen.isVisible()
    qtbot.waitUntil(lambda: desk.vault is None, timeout=20_000)
    assert desk.lock_screen.unlock.isVisible()
    assert not ended.is_set()


def test_lock_blanks_before_the_vault_has_closed(qtbot, desk, monkeypatch):
    gate, close = threading.Event(), desk._workspace.close

    def slow():
        gate.wait(60)
        close()

    monkeypatch.setattr(desk._workspace, "close", slow)
    desk.lock()
    for _ in range(3):
        qtbot.wait(20)
    assert desk.lock_screen.finishing.isVisible()
    assert desk.vault is not None
    desk.jobs.changed.emit()  # another turn does not close it twice
    gate.set()
    qtbot.waitUntil(lambda: desk.vault is None, timeout=20_000)
    assert not desk.jobs.waiting


def test_a_vault_that_cannot_be_closed_is_told_and_shows_its_door(qtbot, hand, desk, monkeypatch):
    close, told = desk._workspace.close, []

    def broken():
        close()
        raise ValueError

    monkeypatch.setattr(desk._workspace, "close", broken)
    monkeypatch.setattr("app.gui.window.window.show_fault", lambda _w, error: told.append(error))
    desk.lock()
    qtbot.waitUntil(lambda: desk.vault is None, timeout=20_000)
    hand.settle(desk)
    assert len(told) == 1
    assert desk.lock_screen.unlock.isVisible()
