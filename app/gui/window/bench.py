"""The room of one open vault: rail, pages, help panel and job strip."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.forms import focus_first, in_reach
from app.gui.frame import Desk, Page, called
from app.gui.jobs import JobStrip
from app.gui.tables import Table
from app.gui.window.helping import HelpPanel
from app.gui.window.rail import Rail
from app.wording.window import tell

PageMaker = Callable[[Desk], Page]


class Echo(QObject):
    """Brings the vault's word of a change, spoken in a worker, to the window's thread."""

    heard = Signal(object)

    def tell(self, topics: frozenset[str]) -> None:
        """Called by the workspace after a write, on whatever thread wrote."""
        self.heard.emit(topics)


class Bench(QWidget):
    """Pages are made when first opened; a change makes those it concerns look again."""

    def __init__(self, desk: Desk, makers: dict[str, PageMaker]) -> None:
        super().__init__()
        self.setObjectName("desk")
        self._desk, self._makers = desk, makers
        self._pages: dict[str, Page] = {}
        self.current = ""
        vault = called(desk.workspace.vault.folder)
        self.rail = Rail(tuple(makers), desk.workspace.steward.name, vault)
        self.stack = QStackedWidget()
        self.help = HelpPanel()
        self.strip = JobStrip(desk.jobs)
        self.rail.chosen.connect(self.show_page)
        self.rail.entered.connect(lambda: self.enter_page(self.current))
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.help)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(middle, 1)
        box.addWidget(self.strip)
        self._echo = Echo(self)
        self._echo.heard.connect(self._changed)
        self.deafen = desk.workspace.subscribe(self._echo.tell)
        desk.jobs.read(tell("window.warming"), lambda _progress: _warm())

    def show_page(self, name: str, id: str | None = None) -> None:
        """Go to a page, and there to one thing."""
        if name not in self._makers:
            return
        page = self.page(name)
        if self.current and self.current != name:
            self.at.forgive()
        self.current = name
        if id is not None:
            page.open(id)
        self.stack.setCurrentWidget(page)
        self.rail.mark(name)  # last: the page that goes may hand the keyboard to another word
        if self.help.isVisible():
            self.help.show_page(name)

    def enter_page(self, name: str) -> None:
        """Go to a page to work on it."""
        self.show_page(name)
        self.at.take_keyboard()

    def page(self, name: str) -> Page:
        """A page, made if it was not yet opened."""
        if name not in self._pages:
            page = self._makers[name](self._desk)
            self._pages[name] = page
            self.stack.addWidget(page)
        return self._pages[name]

    @property
    def at(self) -> Page:
        """The page in sight."""
        return self.page(self.current)

    def toggle_help(self) -> None:
        """F1."""
        self.help.setVisible(not self.help.isVisible())
        if self.help.isVisible():
            self.help.show_page(self.current)
            self.help.text.setFocus()
        else:
            focus_first(self.at)

    def find_here(self) -> None:
        """Ctrl+F: the filter of the table the keyboard is in, or of the first one in sight."""
        now = self.focusWidget()
        tables = [t for t in self.at.findChildren(Table) if t.isVisible() and t.grid.isVisible()]
        here = [t for t in tables if now is not None and t.isAncestorOf(now)]
        for table in (here or tables)[:1]:
            table.focus_filter()

    def next_pane(self) -> None:
        """F6: rail, page, help, strip and round again."""
        panes = [pane for pane in (self.rail, self.at, self.help, self.strip) if pane.isVisible()]
        holder = self.focusWidget()
        within = [bool(holder) and (p is holder or p.isAncestorOf(holder)) for p in panes]
        now = within.index(True) if any(within) else -1
        for step in range(1, len(panes) + 1):
            pane = panes[(now + step) % len(panes)]
            if pane is self.rail:
                self.rail.button(self.current).setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
            if pane.take_keyboard() if isinstance(pane, Page) else focus_first(pane):
                return

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from the rail to the page, on to help and strip, and to Lock last of all."""
        order = self._order()
        now = self.focusWidget()
        if now not in order:
            return super().focusNextPrevChild(forward)
        at = (order.index(now) + (1 if forward else -1)) % len(order)
        reason = Qt.FocusReason
        order[at].setFocus(reason.TabFocusReason if forward else reason.BacktabFocusReason)
        return True

    def _order(self) -> list[QWidget]:
        """Every control in sight in the order of Tab; new ones always stand in their pane."""
        rail, lock = self.rail.button(self.current), self.rail.lock
        panes = (pane for pane in (self.at, self.help, self.strip) if pane.isVisible())
        return [rail, *(control for pane in panes for control in in_reach(pane)), lock]

    def _changed(self, topics: frozenset[str]) -> None:
        for page in self._pages.values():
            if not page.topics or page.topics & topics:
                page.refresh()


def _warm() -> None:
    """Import what pages stand on while the steward still looks at the first one."""
    from app.services import intake, matching, packages, review, sharing  # noqa: F401
