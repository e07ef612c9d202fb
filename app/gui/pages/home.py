"""Home: what waits, each row opening the place where it is done."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Card, Question, Scroll, Text, WordsButton, ask, column, row
from app.gui.forms.words import clear
from app.gui.frame import Desk, Page
from app.model.vaults import Unfinished, Waiting
from app.services import home, vaults
from app.wording import moment_of, name
from app.wording.window import tell

UNFINISHED = "unfinished"
"""Told by cards of its own, which can discard."""

REJECTED = "rows-rejected"
"""Opens the rows that were left out, not the load."""

SEALING = "package.seal"
"""Its package is still there, and sealing it again ends what was begun."""

FIRST = "nothing-loaded"
"""A new vault: the page says how the work goes."""


class Home(Page):
    """The task list of the vault."""

    name: ClassVar[str] = "home"
    right: ClassVar[str] = "load.accept"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self._left = QVBoxLayout()
        self._left.setSpacing(8)
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addLayout(self._left)
        box.addLayout(self.list)
        box.addStretch(1)
        self.body.addWidget(Scroll(content))
        self.say(tell("home.looking"))
        self.offer(tell("home.load"))

    def look(self) -> None:
        """Read what waits."""
        ws = self.desk.workspace
        self.read(lambda: home.waiting(ws), self._show_waiting, key="waiting")
        self.read(lambda: vaults.unfinished(ws), self._show_unfinished, key="unfinished")

    def act(self) -> None:
        """Load a file."""
        self.desk.go("load", None)

    def _show_waiting(self, waiting: tuple[Waiting, ...]) -> None:
        clear(self.list)
        self.say(tell("home.title", n=len(waiting)), "" if waiting else tell("home.empty"))
        for task in waiting:
            if task.code != UNFINISHED:
                self.list.addWidget(self._task(task))
        if any(task.code == FIRST for task in waiting):
            self.say(tell("home.first"))
            self.list.addWidget(self._first_steps())

    def _show_unfinished(self, left: tuple[Unfinished, ...]) -> None:
        clear(self._left)
        for one in left:
            self._left.addWidget(self._unfinished(one))

    def _task(self, task: Waiting) -> QWidget:
        return WordsButton(
            tell(
                f"waiting.{task.code}",
                n=task.count,
                of=task.of,
                file=task.file,
                against=task.against,
            ),
            lambda: self.desk.go(task.page, _place(task)),
            part="row",
            aside=tell(f"page.{task.page}"),
            voice="lead",
        )

    def _first_steps(self) -> QWidget:
        steps = [Text(tell(f"home.step-{n}")) for n in (1, 2, 3, 4)]
        return Card(Text(tell("home.how"), "heading"), *steps)

    def _unfinished(self, left: Unfinished) -> QWidget:
        what = tell(
            "home.unfinished", action=name("action", left.action), at=moment_of(left.started_at)
        )
        discard = Button(tell("home.discard"), lambda: self._ask_discard(left))
        again = Button(tell("home.again"), lambda: self.desk.go(_page_of(left), None))
        self.permit("unfinished.discard", discard)
        self.permit(left.action, again)
        why = tell("home.unfinished-seal" if left.action == SEALING else "home.unfinished-what")
        words = column(Text(what, "label"), Text(why), gap=4)
        return Card(words, row(again, discard, 1), ground="warn")

    def _ask_discard(self, left: Unfinished) -> None:
        ws = self.desk.workspace
        question = Question(
            tell("home.discard-title"),
            tell("home.discard-what", by=left.by),
            tell("home.discard-undo"),
            tell("home.discard"),
            danger=True,
        )
        ask(
            self,
            question,
            lambda: self.write(
                tell("home.discarding"),
                lambda _progress: vaults.discard(ws, left.id),
                lambda _rows: self.refresh(),
            ),
        )


def _place(task: Waiting) -> str | None:
    """The rows left out of a load lie behind the load; what else is said of a load stands on it."""
    return f"{task.id}/rejected" if task.code == REJECTED else task.id


def _page_of(left: Unfinished) -> str:
    if left.action == SEALING:
        return "sharing"
    return "matching" if left.action.startswith("match") else "load"
