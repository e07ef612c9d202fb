"""The window itself: banner, lock screen or open vault, and the keys that work everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.base.clock import Clock
from app.base.errors import Refused
from app.gui.clipboard import clear_records
from app.gui.forms import Dialog, Question, Text, ask, show_once
from app.gui.frame import Desk, Preferences, called
from app.gui.jobs import Jobs, refusal_text
from app.gui.lock import LockScreen
from app.gui.theme import Theme
from app.gui.window.bench import Bench, PageMaker
from app.gui.window.faults import show_fault
from app.gui.window.goto import GoTo
from app.gui.window.helping import show_help
from app.gui.window.stirring import Stirring
from app.services.workspace import Workspace
from app.wording.window import tell


def hide_from_capture(window: int) -> None:
    """Keep records out of screenshots and shared screens, where the system can (Windows 10)."""
    if sys.platform == "win32":
        import ctypes

        exclude = 0x11  # WDA_EXCLUDEFROMCAPTURE
        ctypes.windll.user32.SetWindowDisplayAffinity(window, exclude)


class Window(QMainWindow):
    """One window, one vault at a time.

    `ended` is called when a vault has closed after a lock, and answers whether a fresh process
    has taken over.
    """

    def __init__(
        self,
        theme: Theme,
        clock: Clock,
        makers: dict[str, PageMaker],
        ended: Callable[[Path, str], bool] | None = None,
    ) -> None:
        super().__init__()
        self._theme, self._clock, self._makers, self._ended = theme, clock, makers, ended
        self.preferences = Preferences()
        self.jobs = Jobs()
        self.bench: Bench | None = None
        self._left: Bench | None = None
        self._workspace: Workspace | None = None
        self._shutting = self._closing = self._forsaken = False
        self.setWindowTitle(tell("app.name"))
        self.setAcceptDrops(True)
        self.resize(1240, 820)
        self.setMinimumSize(760, 520)
        self.banner = Text(tell("app.banner"), wrap=False)
        self.banner.setObjectName("banner")
        self.banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.lock_screen = LockScreen(self.jobs, self.preferences, clock)
        self.lock_screen.unlocked.connect(self.enter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.lock_screen)
        self._lay_out()
        self._listen()

    def _lay_out(self) -> None:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        policy = self.banner.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        self.banner.setSizePolicy(policy)
        box.addWidget(self.banner)
        box.addWidget(self._stack, 1)
        self.setCentralWidget(holder)

    def _listen(self) -> None:
        self.jobs.refused.connect(self._refused)
        self.jobs.failed.connect(self.fault)
        self.jobs.changed.connect(self._finish_lock)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)
        for key, act in {
            "F1": self._help,
            "F6": self._pane,
            "Ctrl+L": self.lock,
            "Ctrl+K": self._go_to,
            "Ctrl+F": self._find,
            "Ctrl+Z": self._undo,
        }.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(act)
        self._stirring = Stirring(self)
        self._stirring.stirred.connect(self._rest)

    def enter(self, workspace: Workspace) -> None:
        """Take an open vault in and show its Home."""
        self._workspace = workspace
        desk = Desk(workspace, self.jobs, self._theme, self.preferences, self._clock, self._go)
        self.bench = Bench(desk, self._makers)
        self.bench.rail.lock.clicked.connect(self.lock)
        self._stack.addWidget(self.bench)
        self._stack.setCurrentWidget(self.bench)
        vault = called(workspace.vault.folder)
        self.setWindowTitle(tell("window.title", vault=vault, name=tell("app.name")))
        self.bench.show_page(next(iter(self._makers)))
        self._rest()
        hide_from_capture(int(self.winId()))

    def lock(self) -> None:
        """Blank at once; the vault closes, off the window's thread, as soon as no job runs."""
        if self._workspace is None or self.bench is None:
            return
        self._idle.stop()
        clear_records()
        self.bench.deafen()
        self._left, self.bench = self.bench, None
        self.lock_screen.show_finishing()
        self._stack.setCurrentWidget(self.lock_screen)
        self.setWindowTitle(tell("app.name"))
        self.jobs.forget_listeners()
        self._shut_dialogs()
        self.jobs.abandon_reads()
        self._finish_lock()

    @property
    def locked(self) -> bool:
        """Whether no vault is in sight."""
        return self.bench is None

    @property
    def vault(self) -> Path | None:
        """The vault that is open, in sight or not."""
        return None if self._workspace is None else self._workspace.vault.folder

    def fault(self, error: BaseException) -> None:
        """Our own mistake: say so calmly."""
        show_fault(self, error)

    def _shut_dialogs(self) -> None:
        """Put every dialog away. One whose answer can be told only once waits for it unseen, its
        work asked to stop; one that tells such an answer stays until the steward has read it."""
        for dialog in self.findChildren(QDialog):
            if not isinstance(dialog, Dialog):
                dialog.reject()
            elif not dialog.once:
                dialog.held = None
                dialog.reject()
            elif dialog.held is not None:
                dialog.hide()
                dialog.held()

    def _telling(self) -> bool:
        """Whether an answer that can be told only once is on its way or in sight."""
        shown = [d for d in self.findChildren(Dialog) if d.once and d.isVisible()]
        for dialog in shown:
            dialog.finished.connect(lambda _how: QTimer.singleShot(0, self._finish_lock))
        return bool(shown) or any(job.once for job in self.jobs.waiting)

    def _finish_lock(self) -> None:
        if self._workspace is None or self.bench is not None or self._telling():
            return
        bench, self._left = self._left, None
        if bench is not None:
            self._stack.removeWidget(bench)
            bench.setParent(None)
            bench.deleteLater()
        if self.jobs.waiting or self._shutting:
            return
        workspace, self._shutting = self._workspace, True

        def ended(_how: object = None) -> None:
            self._closed(workspace)

        self.jobs.write(tell("window.lock"), lambda _p: workspace.close(), ended, ended, ended)

    def _closed(self, workspace: Workspace) -> None:
        """The vault is closed: end as was asked for, or show its door."""
        self._workspace, self._shutting = None, False
        folder, steward = workspace.vault.folder, workspace.steward.name
        if self._closing:
            QTimer.singleShot(0, self.close)
        elif self._ended is None:
            self.lock_screen.show_vault(folder, steward)
        elif not self._ended(folder, steward):
            self.lock_screen.show_vault(folder, steward)
            self.lock_screen.warn(tell("lock.not-fresh"))

    def _go(self, page: str, id: str | None = None) -> None:
        if self.bench is not None:
            self.bench.show_page(page, id)

    def _help(self) -> None:
        if self.bench is not None:
            self.bench.toggle_help()
        elif not [d for d in self.findChildren(QDialog) if d.isVisible()]:
            show_help(self, "lock")

    def _pane(self) -> None:
        if self.bench is not None:
            self.bench.next_pane()

    def _undo(self) -> None:
        if self.bench is not None:
            self.bench.at.undo()

    def _find(self) -> None:
        if self.bench is not None:
            self.bench.find_here()

    def _go_to(self) -> None:
        if self.bench is None:
            return
        bench = self.bench
        places = [
            (tell(f"page.{name}"), lambda name=name: bench.enter_page(name))
            for name in bench.rail.names
        ]
        GoTo(
            self,
            [
                *places,
                (tell("window.help-here"), bench.toggle_help),
                (tell("window.lock"), self.lock),
            ],
        ).open()

    def _refused(self, error: Refused) -> None:
        what, do = refusal_text(error)
        show_once(self, tell("window.refused"), Text(what), Text(do))

    def _rest(self) -> None:
        """Any key or mouse starts the idle time of an open vault anew."""
        if self.bench is not None:
            self._idle.start(self.preferences.idle_minutes * 60_000)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere once a vault is open."""
        if self.bench is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped files go to the Load page."""
        self.take_files(
            [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        )

    def take_files(self, paths: list[Path]) -> None:
        """Offer files on the Load page."""
        if self.bench is not None and paths and "load" in self.bench.rail.names:
            self.bench.show_page("load")
            self.bench.at.take_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the vault first; a running job, or a recovery key not yet kept, is asked about."""
        if self.lock_screen.create_part.holding and not self._forsaken:
            event.ignore()
            ask(
                self,
                Question(
                    tell("lock.key-title"),
                    tell("lock.key-lost"),
                    tell("lock.key-undo"),
                    tell("lock.key-forsake"),
                    danger=True,
                ),
                self._forsake_and_close,
            )
            return
        if self.jobs.writing and self.bench is not None and not self._stopping():
            event.ignore()
            ask(
                self,
                Question(
                    tell("window.stop-title"),
                    tell("window.stop-what"),
                    tell("window.stop-undo"),
                    tell("window.stop-do"),
                ),
                self._stop_and_close,
            )
            return
        self._closing = self._workspace is not None
        self.lock()
        if self._workspace is not None:
            event.ignore()  # the vault closes first, then the window
            return
        self._shut()
        event.accept()

    def _stopping(self) -> bool:
        return all(job.counters.cancelled for job in self.jobs.waiting if job.writes)

    def _forsake_and_close(self) -> None:
        self._forsaken = True
        self.close()

    def _stop_and_close(self) -> None:
        for job in self.jobs.waiting:
            job.counters.cancel()
        self.close()

    def _shut(self) -> None:
        self.preferences.geometry = self.saveGeometry()
        self.hide()  # a read that nobody waits for may still have to end
        self._stirring.rest()
        self._idle.stop()
        self.jobs.close()
