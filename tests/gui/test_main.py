"""The window as it is started: settings put in force, the vault's door or the vault itself."""

import sys
import threading

import pytest
from PySide6.QtCore import QProcess, QTimer

from app.base.clock import system_clock
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
