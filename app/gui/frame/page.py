"""A page: its title is a sentence of state, it has one primary button, and it stays fresh."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.base.errors import Refused
from app.base.progress import Progress
from app.gui.forms import Button, ErrorSummary, Notice, Text, focus_first
from app.gui.frame.desk import Desk
from app.gui.jobs import deliver_to, refusal_text
from app.wording import name
from app.wording.window import tell

T = TypeVar("T")

ROOMY, TIGHT = (32, 24, 32, 20), (16, 12, 16, 8)
"""Edges around what stands on a page: usually, and where the page is low."""

LOW = 18
"""Lines of text on the page below which title and work do not both have room."""


class Page(QWidget):
    """One place in the rail. Subclasses fill `body` and say in `look` what to read and show.

    `topics` are the families of acts after which the page is stale; none given means all.
    `right` is the act that the primary button leads to: who may not do it finds it switched off.
    """

    name: ClassVar[str] = ""
    topics: ClassVar[frozenset[str]] = frozenset()
    right: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("page")
        self.title = Text("", "title")
        self.under = Text("", "quiet")
        self.under.hide()
        self.primary = Button("", self.act, part="primary")
        self.primary.hide()
        self.limits = Text("", "quiet")
        self.limits.hide()
        self.problem = ErrorSummary()
        self.remark = Notice("", "good")
        self._stale = True
        self._low = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*ROOMY)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.title, 1)
        head.addWidget(self.primary)
        layout.addLayout(head)
        layout.addWidget(self.under)
        layout.addWidget(self.limits)
        layout.addWidget(self.problem)
        layout.addWidget(self.remark)
        layout.addSpacing(8)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        layout.addLayout(self.body, 1)
        if self.right:
            self.permit(self.right, self.primary)

    def look(self) -> None:
        """Read what the page shows, and show it."""

    def open(self, id: str | None) -> None:
        """Show one thing by its id."""

    def act(self) -> None:
        """The primary button."""

    def undo(self) -> None:
        """Ctrl+Z."""

    def take_keyboard(self) -> bool:
        """The steward comes to the page to work on it: the keyboard is where that begins."""
        return focus_first(self)

    def take_files(self, paths: list[Path]) -> None:
        """Files dropped on the window."""

    def say(self, title: str, under: str = "") -> None:
        """The sentence of state, and a quieter one under it."""
        self.title.say(title)
        self.setAccessibleName(title)
        self.under.say(under)
        self.under.setVisible(bool(under) and not self._low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new height."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Where few lines fit, a smaller title and edge leave the work its room."""
        low = self.height() < self.fontMetrics().lineSpacing() * LOW
        layout = self.layout()
        if low == self._low or layout is None:
            return
        self._low = low
        layout.setContentsMargins(*(TIGHT if low else ROOMY))
        self.title.set_voice("heading" if low else "title")
        self.under.setVisible(bool(self.under.text()) and not low)

    def offer(self, words: str) -> None:
        """Show the primary button with a word on it; an empty one hides it."""
        self.primary.say(words)
        self.primary.setVisible(bool(words))

    def permit(self, act: str, *buttons: Button) -> bool:
        """Whether the steward may do this; if not, the buttons are barred and the page says why.

        Each barred button names the roles that may; the page says once that some are barred.
        """
        workspace = self.desk.workspace
        if workspace.may(act):
            return True
        mine = name("role", workspace.steward.role.value)
        theirs = [name("role", one.value) for one in workspace.catalogue.roles.holders(act)]
        for button in buttons:
            button.bar(tell("window.not-yours-act", role=mine, others=", ".join(theirs)))
        self.limits.say(tell("window.not-yours", role=mine))
        self.limits.show()
        return False

    def refuse(self, error: Refused) -> None:
        """Say at the top what happened and what to do."""
        what, do = refusal_text(error)
        self.remark.say("")
        self.problem.show_problems([(f"{what} {do}", None)])

    def confirm(self, words: str) -> None:
        """Say at the top what was done."""
        self.forgive()
        self.remark.say(words)

    def forgive(self) -> None:
        """Take refusal and remark away."""
        self.problem.show_problems([])
        self.remark.say("")

    def refresh(self) -> None:
        """Something changed: look again now if in sight, else when next shown."""
        self._stale = True
        if self.isVisible():
            self._look()

    def showEvent(self, event: QShowEvent) -> None:
        """Look when shown, if something changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._look()

    def free(self) -> None:
        """Work ended without the answer the page waited for: let go of what was held for it."""

    def read(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        key: str = "",
        refused: Callable[[Refused], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        title: str = "",
    ) -> None:
        """Read in the worker and show here; a newer read of the same key wins.

        A refusal not taken frees the page and is said at the top; an end without either calls
        `cancelled`, which by itself frees the page and looks again when it is next shown.
        """
        self.desk.jobs.read(
            title or self.title.text(),
            lambda _progress: work(),
            deliver_to(self, done),
            deliver_to(self, refused or self._not_done),
            key=f"{self.name}:{key}" if key else "",
            cancelled=self._silent(cancelled or self._unread),
        )

    def write(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], object],
        refused: Callable[[Refused], object] | None = None,
        cancelled: Callable[[], object] | None = None,
    ) -> None:
        """Change the vault in the worker; refusals are said at the top unless taken.

        An end without answer or refusal calls `cancelled`, which by itself frees the page.
        """
        self.forgive()
        self.desk.jobs.write(
            title,
            work,
            deliver_to(self, done),
            deliver_to(self, refused or self._not_done),
            self._silent(cancelled or self.free),
        )

    def _not_done(self, error: Refused) -> None:
        self.free()
        self.refuse(error)

    def _unread(self) -> None:
        self._stale = True
        self.free()

    def _silent(self, then: Callable[[], object]) -> Callable[[], object]:
        """A callback that does nothing once the page is gone."""
        told = deliver_to(self, lambda _none: then())
        return lambda: told(None)

    def _look(self) -> None:
        self._stale = False
        try:
            self.look()
        except Refused as error:
            self.refuse(error)
