"""The window as it is started: settings put in force, the vault's door or the vault itself."""

import sys
import threading
from argparse import Namespace
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QTimer

from app.base.clock import system_clock
from app.cli.session import Session
from app.gui import main
from app.gui.frame import Preferences
from app.gui.window import Window
from app.services import vaults
from app.services.catalogue import catalogue


@pytest.fixture
def hooks():
    """Hooks and names that starting the window sets are put back."""
    kept = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = kept


def started(qapp, look, then):
    """Do something with the started window once it is shown."""

    def act():
        (window,) = [w for w in qapp.topLevelWidgets() if isinstance(w, Window) and w.isVisible()]
        look.append(then(window))
        window.close()
        QTimer.singleShot(0, qapp.quit)

    QTimer.singleShot(200, act)


def test_it_opens_at_the_vaults_door(qapp, hooks, hand, town):
    seen = []
    started(qapp, seen, lambda w: (w.locked, w.lock_screen.unlock.steward.value()))
    assert main.open_window(town.vault, hand.ben) == 0
    assert seen == [(True, hand.ben)]


def test_it_opens_an_open_vault_at_home(qapp, hooks, hand, town):
    ws = vaults.unlock(catalogue(), town.vault, hand.ann, hand.passphrase, system_clock)
    seen = []
    started(qapp, seen, lambda w: (w.locked, w.bench.current))
    assert main.open_window(None, None, ws) == 0
    assert seen == [(False, "home")]


def test_looks_chosen_before_are_in_force(qapp, hooks):
    qapp.setOrganizationName("Muniment")
    qapp.setApplicationName("Muniment")
    kept = Preferences()
    kept.theme, kept.scale = "dark", 125
    seen = []
    started(qapp, seen, lambda w: (w._theme.name, round(w.font().pointSizeF(), 1)))
    assert main.open_window(None, None) == 0
    assert seen == [("dark", 12.5)]


def test_the_window_has_its_turn_sooner_than_python_would_give_it(qapp):
    seen = []
    usual = sys.getswitchinterval()
    started(qapp, seen, lambda _w: round(sys.getswitchinterval(), 4))
    sys.setswitchinterval(0.005)
    try:
        assert main.open_window(None, None) == 0
    finally:
        sys.setswitchinterval(usual)
    assert seen == [0.001]


def test_a_fault_in_the_window_becomes_a_calm_page(qapp, hooks):
    seen = []

    def fail(window):
        told = []
        window.fault = told.append
        sys.excepthook(ValueError, ValueError("x"), None)
        return [type(error) for error in told]

    started(qapp, seen, fail)
    main.open_window(None, None)
    assert seen == [[ValueError]]


def test_after_a_lock_a_fresh_process_asks_the_same_steward(town, hand):
    program, arguments = main.command(town.vault, hand.ben)
    assert program == sys.executable
    assert arguments[-4:] == ["--vault", str(town.vault), "--steward", hand.ben]


def test_the_fresh_process_finds_a_vault_named_by_a_relative_path(town, hand, monkeypatch):
    monkeypatch.chdir(town.vault.parent)
    _, arguments = main.command(Path(town.vault.name), hand.ben)
    assert str(town.vault) in arguments


def test_this_process_goes_only_when_the_fresh_one_is_there(qapp, town, hand, monkeypatch):
    quits = []
    monkeypatch.setattr(main, "command", lambda *_who: (str(town.files / "no-program"), []))
    monkeypatch.setattr(qapp, "quit", lambda: quits.append(1))
    assert not main._start_afresh(qapp, town.vault, hand.ann)
    assert quits == []
    monkeypatch.setattr(main, "command", lambda *_who: (sys.executable, ["-c", ""]))
    assert main._start_afresh(qapp, town.vault, hand.ann)
    assert quits == [1]


def test_the_fresh_process_starts(qtbot, town, hand, tmp_path):
    """The very command opens a window; it is stopped at once."""
    program, arguments = main.command(town.vault, hand.ben)
    process = QProcess()
    process.setProgram(program)
    process.setArguments(arguments)
    process.start()
    assert process.waitForStarted(5000)
    qtbot.wait(3000)
    alive = process.state() == QProcess.ProcessState.Running
    process.kill()
    process.waitForFinished(5000)
    said = bytes(process.readAllStandardError().data()).decode()
    assert alive, said


def test_a_vault_named_on_the_command_line_keeps_its_place_when_the_window_moves_on(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert Session(Namespace(vault=Path("v")), None).named_vault() == tmp_path / "v"
    monkeypatch.setenv("MUNIMENT_VAULT", "w")
    assert Session(Namespace(vault=None), None).named_vault() == tmp_path / "w"
    monkeypatch.delenv("MUNIMENT_VAULT")
    assert Session(Namespace(vault=None), None).named_vault() is None
