"""What came of a file that was taken in, and the ways on from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Card, Notice, Text, row
from app.gui.forms.words import clear
from app.model.loads import LoadAnswer
from app.services.particulars import CLAIMS
from app.wording import note, number, rejection
from app.wording.window import tell

Go = Callable[[str], object]


@dataclass(frozen=True)
class Ways:
    """Where it goes on from a load: each with the load's id, but for the list and the next file."""

    open_load: Go
    show_rows: Go
    show_rejected: Go
    match: Go
    show_list: Callable[[], object]
    take_next: Callable[[], object]


class Done(QWidget):
    """The rows loaded and not loaded, what the file claims, and the next file if one waits."""

    def __init__(self, ways: Ways) -> None:
        super().__init__()
        self._ways = ways
        self.notice = Notice("", "good")
        self.card = Card(gap=8)
        self.go_on = Button("", ways.take_next, part="primary")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addWidget(self.notice)
        box.addWidget(self.card)
        box.addWidget(row(self.go_on, 1))
        box.addStretch(1)

    def offer_next(self, waiting: int) -> None:
        """Lead on to the files that wait; where none does, there is no button."""
        self.go_on.say(tell("load.next", n=waiting))
        self.go_on.setVisible(bool(waiting))

    def show_answer(self, answer: LoadAnswer) -> None:
        """Say what came of a file."""
        self.notice.say(tell("load.done", n=answer.rows_loaded, load=answer.load))
        box = self.card.body
        clear(box)
        box.addWidget(Text(tell("load.not-loaded", n=answer.rows_rejected), "label"))
        for group in answer.groups:
            box.addWidget(Text(f"{number(group.count)} · {rejection(group.first)}"))
        for warning in answer.warnings:
            if warning.code in CLAIMS:
                box.addWidget(Notice(note(warning), "warn", tell("load.total-differs")))
            else:
                box.addWidget(Text(note(warning), "quiet"))
        box.addWidget(row(*self._buttons(answer), 1, gap=12))

    def _buttons(self, answer: LoadAnswer) -> Sequence[Button]:
        ways, load = self._ways, answer.load
        buttons = [
            Button(tell("load.open-load"), lambda: ways.open_load(load)),
            Button(tell("load.show-rows"), lambda: ways.show_rows(load)),
            Button(tell("load.to-list"), ways.show_list),
        ]
        if answer.rows_rejected:
            buttons.append(Button(tell("load.show-rejected"), lambda: ways.show_rejected(load)))
        buttons.append(Button(tell("load.to-matching"), lambda: ways.match(load)))
        return buttons
