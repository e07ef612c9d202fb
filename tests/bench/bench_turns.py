"""How long the window stands still while each page is visited for the first time.

    QT_QPA_PLATFORM=offscreen python tests/bench/bench_turns.py FOLDER

Makes a small council in the empty folder and prints one JSON object: the longest turn of the event
loop at each visit in milliseconds, and `panel`, what a plain panel of a hundred labels and a
hundred buttons takes in the same window, to judge them by on any machine. A process measures one
window: the second one finds fonts and modules ready that a steward's first one has to fetch.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.base.clock import system_clock
from app.gui.forms import Button, Text
from app.gui.main import page_makers
from app.gui.theme import Theme
from app.gui.window import Window
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest
from app.services import intake, matching, sharing, vaults
from app.services.catalogue import catalogue
from app.services.sample import sample

STEWARD, PASSPHRASE = "Ann", "three random words"
EXAMPLE = "examples/agreement.json"
PEOPLE, SEED = 500, 7
SETTLE = 600
"""Milliseconds in which a page is shown and filled."""
PANEL = 100


class Turns:
    """The longest time between two ticks of a five-millisecond clock."""

    def __init__(self) -> None:
        self._last, self._longest = time.perf_counter(), 0.0
        self._clock = QTimer()
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._clock.start(5)

    def during(self, act: Callable[[], object]) -> float:
        """Milliseconds of the longest turn while something is done and what follows from it."""
        spin(100)
        self._last, self._longest = time.perf_counter(), 0.0
        act()
        spin(SETTLE)
        return self._longest * 1000

    def _tick(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now


def spin(milliseconds: int) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def council(home: Path) -> Path:
    """A vault with two loads and a match."""
    declared = catalogue()
    sample(declared, home / "files", PEOPLE, None, SEED)
    vaults.create(declared, home / "vault", STEWARD, PASSPHRASE, system_clock)
    with vaults.unlock(declared, home / "vault", STEWARD, PASSPHRASE, system_clock) as workspace:
        agreement = sharing.import_agreement(workspace, declared.folder / EXAMPLE).ref
        wishes = LoadWishes(agreement=agreement)
        left = intake.load_file(workspace, home / "files" / "council_tax.csv", LoadWishes())
        right = intake.load_file(workspace, home / "files" / "deaths_s19aa.xml", wishes)
        matching.run(workspace, MatchRequest(left.load, right.load, purpose="stop-mail"))
    return home / "vault"


def show_panel(window: Window) -> None:
    """A page of plain labels and buttons, laid out and shown at once."""
    if window.bench is None:
        raise RuntimeError("no vault is open")
    panel = QWidget()
    box = QVBoxLayout(panel)
    for at in range(PANEL):
        box.addWidget(Text(f"Label {at}"))
        box.addWidget(Button(f"Button {at}"))
    window.bench.stack.addWidget(panel)
    window.bench.stack.setCurrentWidget(panel)


def measured(theme: Theme, vault: Path) -> dict[str, float]:
    """The longest turn at each visit, from the open vault to the panel."""
    window = Window(theme, system_clock, page_makers())
    window.resize(1240, 820)
    window.show()
    turns = Turns()
    workspace = vaults.unlock(catalogue(), vault, STEWARD, PASSPHRASE, system_clock)
    found = {"home": turns.during(lambda: window.enter(workspace))}
    bench = window.bench
    if bench is None:
        raise RuntimeError("no vault is open")
    for name in bench.rail.names[1:]:
        found[name] = turns.during(lambda name=name: bench.enter_page(name))
    found["take a file"] = turns.during(lambda: bench.page("load").act())
    found["panel"] = turns.during(lambda: show_panel(window))
    window.lock()
    spin(SETTLE)
    window.close()
    return found


def main() -> None:
    """Measure in an empty folder, and print."""
    folder = Path(sys.argv[1])
    app = QApplication(sys.argv[:1])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    theme = Theme(app)
    theme.apply("light", 1.0)
    found = measured(theme, council(folder))
    print(json.dumps({name: round(turn, 1) for name, turn in found.items()}))


if __name__ == "__main__":
    main()
