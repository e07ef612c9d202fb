"""Which columns leave, and why each must: nothing leaves without a reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.gui.forms import LineBox, Notice, Text, Tick
from app.gui.forms.words import clear
from app.model.sharing import PackageColumn, PackagePreview
from app.wording.window import taken, tell


class Leaving(QWidget):
    """A line for each meaning that may leave; none is chosen beforehand."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[str, Tick, LineBox]] = []
        self.problem = Notice("", "error")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 12, 0)
        box.setSpacing(12)
        box.addWidget(Text(tell("share.columns-what"), "quiet"))
        box.addWidget(self.problem)
        box.addLayout(self._grid)
        box.addStretch(1)

    def show_meanings(self, takes: Sequence[str]) -> None:
        """Offer meanings, each as `left.MEANING`, `right.MEANING` or `MEANING`."""
        clear(self._grid)
        self._lines = []
        self.problem.say("")
        self._grid.addWidget(Text(tell("share.leaves"), "label"), 0, 0)
        self._grid.addWidget(Text(tell("share.why"), "label"), 0, 1)
        for at, take in enumerate(takes, start=1):
            words = taken(take)
            tick, why = Tick(words), LineBox()
            why.setAccessibleName(tell("share.why-of", column=words))
            why.setEnabled(False)
            tick.toggled.connect(why.setEnabled)
            self._grid.addWidget(tick, at, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(why, at, 1)
            self._lines.append((take, tick, why))

    def columns(self) -> tuple[PackageColumn, ...]:
        """What was chosen."""
        return tuple(
            PackageColumn(take.replace(".", "_"), take, why.value())
            for take, tick, why in self._lines
            if tick.value()
        )

    def check(self) -> bool:
        """Whether something leaves and every column has its reason; says what is missing."""
        chosen = [(tick, why) for _, tick, why in self._lines if tick.value()]
        silent = [why for _, why in chosen if not why.value()]
        if not chosen:
            self.problem.say(tell("share.need-columns"))
        elif silent:
            self.problem.say(tell("share.need-why", n=len(silent)))
            silent[0].setFocus()
        else:
            self.problem.say("")
        return bool(chosen) and not silent

    def choose(self, take: str, why: str) -> None:
        """Tick one column with its reason."""
        for held, tick, box in self._lines:
            if held == take:
                tick.setChecked(True)
                box.setText(why)


def heads_of(shown: PackagePreview) -> dict[str, str]:
    """Heads of a preview: each column as it will be called, and what it is."""
    named = zip(shown.header, shown.takes, strict=True)
    return {name: tell("share.column-head", name=name, what=taken(take)) for name, take in named}
