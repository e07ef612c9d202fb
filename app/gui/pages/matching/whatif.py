"""What if: move the lines between the bands of a run, and see which pairs would cross them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Fact, Refused
from app.gui.forms import Button, Field, Form, LineBox, Text, flow
from app.gui.frame import Page
from app.gui.jobs import refusal_text
from app.gui.tables import Table
from app.model.plan import Thresholds
from app.model.thresholds import Crossing, Line, WhatIf
from app.services.thresholds import lines_of, thresholds
from app.wording import name, note, percent
from app.wording.window import tell

COLUMNS = ("change", "pair", "left", "right", "chance", "why")


class Moving(QWidget):
    """Two lines in percent, what crosses them, and a few pairs of each side."""

    def __init__(self, page: Page, review: Callable[[str], object]) -> None:
        super().__init__()
        self._page = page
        self._run = ""
        self._shown: tuple[str, ...] = ()
        self.certain, self.probable = LineBox(characters=8), LineBox(characters=8)
        fields = [
            Field(tell(f"whatif.{key}"), line, rule=partial(_problem, line))
            for key, line in (("certain", self.certain), ("probable", self.probable))
        ]
        self.form = Form()
        self.form.add_row(*fields)
        self.go = Button(tell("whatif.go"), self.look, part="primary")
        for line in (self.certain, self.probable):
            line.returnPressed.connect(self.look)
        self.answer = Text("")
        heads = {column: tell(f"whatif.head-{column}") for column in COLUMNS}
        jobs = page.desk.jobs
        self.table = Table(jobs, "what-if", tell("whatif.examples"), heads, ("chance",), "why")
        self.table.opened.connect(lambda key: review(self._shown[key]))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for item in (Text(tell("whatif.what"), "quiet"), self.form, flow(self.go), self.answer):
            box.addWidget(item)
        box.addWidget(self.table, 1)
        self.table.setMinimumHeight(self.fontMetrics().height() * 12)

    def show_run(self, run: str) -> None:
        """Begin with the lines where the run's own plan had them."""
        ws, self._run = self._page.desk.workspace, run
        self.form.forgive()
        self._forget()
        self._page.read(lambda: lines_of(ws, run), self._begin, "what-if", self._refused)

    def _forget(self) -> None:
        """No answer stands beneath figures it was not worked out from."""
        self.answer.say("")
        self._shown = ()
        self.table.show_rows(COLUMNS, [])

    def _begin(self, limits: Thresholds) -> None:
        for box, limit in ((self.certain, limits.certain), (self.probable, limits.probable)):
            box.setText(percent(limit))
        self.look()

    def look(self) -> None:
        """Work out what would change."""
        if not self.form.check():
            self._forget()
            return
        ws, run = self._page.desk.workspace, self._run
        upper, lower = _share(self.certain), _share(self.probable)
        self._page.read(
            lambda: thresholds(ws, run, upper, lower), self._show, "what-if", self._refused
        )

    def _refused(self, error: Refused) -> None:
        self._forget()
        self.form.refuse(*refusal_text(error))

    def _show(self, found: WhatIf) -> None:
        lines = (found.certain, found.probable)
        sample = found.sample
        rests = tell("whatif.sample", n=sample.left, of=sample.pairs, of_each=sample.size)
        told = (*(_told(line) for line in lines), rests)
        self.answer.say("\n".join(told))
        pairs = [one.pair for one in found.crossing]
        self._shown = tuple(f"{pair.band.value}/{pair.pair}" for pair in pairs)
        rows = [_row(one) for one in found.crossing]
        self.table.show_rows(COLUMNS, rows, empty=tell("whatif.none"))


def _row(crossing: Crossing) -> tuple[str, ...]:
    pair = crossing.pair
    change = "gained" if crossing.gained else "lost"
    return (
        tell(f"whatif.{change}", band=name("band", crossing.band.value)),
        pair.pair,
        tell("match.place", ref=pair.left, row=pair.left_row),
        tell("match.place", ref=pair.right, row=pair.right_row),
        percent(pair.probability),
        "; ".join(note(reason) for reason in pair.reasons),
    )


def _told(line: Line) -> str:
    return f"{_moved(line)} {_judged(line)}" if line.after else _moved(line)


def _judged(line: Line) -> str:
    """How right the line is, as far as decided pairs tell."""
    if line.precision is None:
        return tell("whatif.judged-none")
    told: dict[str, Fact] = {
        "precision": percent(line.precision.estimate),
        "low": percent(line.precision.low),
        "high": percent(line.precision.high),
        "n": line.decided,
        "unsure": line.unsure,
    }
    if line.recall is None:
        return tell("whatif.judged-precision", **told)
    return tell(
        "whatif.judged",
        **told,
        recall=percent(line.recall.estimate),
        least=percent(line.recall.low),
        most=percent(line.recall.high),
    )


def _moved(line: Line) -> str:
    return tell(
        "whatif.line",
        band=name("band", line.band.value),
        now=percent(line.now),
        then=percent(line.then),
        before=line.before,
        after=line.after,
        gained=line.gained,
        lost=line.lost,
    )


def _share(box: LineBox) -> float:
    """A percentage as it was typed, as a share. Raises ValueError."""
    return float(box.value().removesuffix("%").strip().replace(",", ".")) / 100


def _problem(box: LineBox) -> str | None:
    try:
        good = 0 <= _share(box) <= 1
    except ValueError:
        good = False
    return None if good else tell("whatif.need-percent")
