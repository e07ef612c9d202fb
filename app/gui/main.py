"""Starting the window: look, settings, vault, and a fresh process after each lock."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from app.base.clock import system_clock
from app.base.places import RESOURCES
from app.gui.clipboard import clear_records
from app.gui.frame import Desk, Page
from app.gui.theme import Theme
from app.gui.window import Window
from app.services.workspace import Workspace
from app.wording.window import tell


def open_window(vault: Path | None, steward: str | None, workspace: Workspace | None = None) -> int:
    """Show the window until it is closed, and return the exit code.

    With `vault` it asks for that vault's passphrase at once, with `workspace` it is open already.
    When a vault has been locked this process, which held its key, ends and a fresh one asks.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("the window needs a QApplication")
    app.setOrganizationName(tell("app.name"))
    app.setApplicationName(tell("app.name"))
    theme = Theme(app)
    window = Window(theme, system_clock, page_makers(), partial(_start_afresh, app))
    theme.apply(window.preferences.theme, window.preferences.scale / 100)
    window.restoreGeometry(window.preferences.geometry)
    _catch_faults(window)
    sys.setswitchinterval(SWITCH_SECONDS)
    if workspace is not None:
        window.preferences.remember_vault(workspace.vault.folder)
        window.enter(workspace)
    elif vault is not None:
        window.lock_screen.show_vault(vault.absolute(), steward)
    window.show()
    try:
        return app.exec()
    finally:
        clear_records()


SWITCH_SECONDS = 0.001
"""How long a worker may hold Python once the window wants it: a fifth of the usual, for the
window needs it several times to answer one key."""


def page_makers() -> dict[str, Callable[[Desk], Page]]:
    """The pages that work, in the rail's order; each is imported when first opened."""
    return {
        "home": _home,
        "load": _load,
        "matching": _matching,
        "review": _review,
        "sharing": _sharing,
        "requests": _requests,
        "trail": _trail,
        "settings": _settings,
    }


def _home(desk: Desk) -> Page:
    from app.gui.pages.home import Home

    return Home(desk)


def _load(desk: Desk) -> Page:
    from app.gui.pages.load import Load

    return Load(desk)


def _matching(desk: Desk) -> Page:
    from app.gui.pages.matching import Matching

    return Matching(desk)


def _review(desk: Desk) -> Page:
    from app.gui.pages.review import Review

    return Review(desk)


def _sharing(desk: Desk) -> Page:
    from app.gui.pages.sharing import Sharing

    return Sharing(desk)


def _requests(desk: Desk) -> Page:
    from app.gui.pages.requests import Requests

    return Requests(desk)


def _trail(desk: Desk) -> Page:
    from app.gui.pages.trail import Trail

    return Trail(desk)


def _settings(desk: Desk) -> Page:
    from app.gui.pages.settings import Settings

    return Settings(desk)


def _start_afresh(app: QApplication, folder: Path, steward: str) -> bool:
    """Start a process that has never known the key, and end this one, whose memory knew it.

    False where none could be started: this one then stays, for else the vault had no window.
    """
    program, arguments = command(folder, steward)
    started, _ = QProcess.startDetached(program, arguments, str(RESOURCES.parent))
    if started:
        app.quit()
    return started


def command(folder: Path, steward: str) -> tuple[str, list[str]]:
    """The program and arguments that open the window at a vault's door."""
    arguments = ["--vault", str(folder.absolute()), "--steward", steward]
    if getattr(sys, "frozen", False):
        return sys.executable, arguments
    return sys.executable, ["-m", "app", *arguments]


def _catch_faults(window: Window) -> None:
    def from_window(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        window.fault(error)

    def from_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            window.jobs.failed.emit(args.exc_value)

    sys.excepthook = from_window
    threading.excepthook = from_thread
