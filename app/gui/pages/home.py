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


class Home(Page):
    """The task list of the vault."""

    name: ClassVar[str] = "home"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self._left = QVBoxLayout()
        self._left.setSpacing(8)
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(0, 0, 8, 0)
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
        self.read(
            lambda: (home.waiting(ws), vaults.unfinished(ws)),
            lambda answer: self._show(*answer),
            key="waiting",
        )

    def act(self) -> None:
        """Load a file."""
        self.desk.go("load", None)

    def _show(self, waiting: tuple[Waiting, ...], left: tuple[Unfinished, ...]) -> None:
        clear(self.list)
        clear(self._left)
        number = len(waiting) + len(left)
        self.say(tell("home.title", n=number), "" if number else tell("home.empty"))
        for one in left:
            self._left.addWidget(self._unfinished(one))
        for task in waiting:
            self.list.addWidget(
                WordsButton(
                    tell(f"waiting.{task.code}", n=task.count, id=task.id),
                    lambda task=task: self.desk.go(task.page, task.id),
                    part="row",
                    aside=tell(f"page.{task.page}"),
                    voice="lead",
                )
            )
        if not number:
            self.list.addWidget(self._first_steps())

    def _first_steps(self) -> QWidget:
        steps = [Text(tell(f"home.step-{n}")) for n in (1, 2, 3, 4)]
        return Card(Text(tell("home.how"), "heading"), *steps)

    def _unfinished(self, left: Unfinished) -> QWidget:
        what = tell(
            "home.unfinished", action=name("action", left.action), at=moment_of(left.started_at)
        )
        discard = Button(tell("home.discard"), lambda: self._ask_discard(left))
        again = Button(tell("home.again"), lambda: self.desk.go(_page_of(left), None))
        words = column(Text(what, "label"), Text(tell("home.unfinished-what")), gap=4)
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


def _page_of(left: Unfinished) -> str:
    return "matching" if left.action.startswith("match") else "load"
