"""What a match would compare, rule by rule, worked out before it is run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Text
from app.gui.frame import Page
from app.gui.tables import Table
from app.model.matches import Cost
from app.model.runs import MatchRequest
from app.services import matching
from app.wording import number
from app.wording.window import tell

COLUMNS = ("rule", "compared", "values", "saved", "largest")
FEW = 3
"""Values left out that a row names."""


class Costing(QWidget):
    """A quiet button, and what it found: a sentence and a table."""

    def __init__(
        self,
        page: Page,
        request: Callable[[], MatchRequest | None],
        shown: Callable[[], object],
    ) -> None:
        super().__init__()
        self._page, self._request, self._shown = page, request, shown
        self._asked: MatchRequest | None = None
        self.work_out = Button(tell("match.cost"), self._work_out)
        self.said = Text("", "quiet")
        heads = {column: tell(f"match.head-{column}") for column in COLUMNS}
        right = ("compared", "values", "saved")
        self.table = Table(page.desk.jobs, "cost", tell("match.cost-table"), heads, right)
        self.table.setMinimumHeight(self.fontMetrics().lineSpacing() * 14)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.said)
        box.addWidget(self.table)
        self.forget()

    def forget(self) -> None:
        """What was worked out is of another choice."""
        self._asked = None
        self.said.hide()
        self.table.hide()

    def _work_out(self) -> None:
        request, ws = self._request(), self._page.desk.workspace
        if request is None:
            return
        self.work_out.setEnabled(False)
        self._asked = request
        self._page.write(
            tell("match.costing"),
            lambda progress: (request, matching.cost(ws, request, progress)),
            self._show,
            cancelled=self.free,
        )

    def free(self) -> None:
        """It can be worked out again."""
        self.work_out.setEnabled(True)

    def _show(self, found: tuple[MatchRequest, Cost]) -> None:
        self.free()
        request, cost = found
        if request != self._asked:
            return
        said = [tell("match.cost-said", pairs=cost.pairs, most=cost.most)]
        values_left = sum(rule.values_left_out for rule in cost.rules)
        if values_left:
            pairs_left = sum(rule.pairs_left_out for rule in cost.rules)
            said.append(tell("match.cost-left-out", values=values_left, left_out=pairs_left))
        self.said.say(" ".join(said))
        rows, values = [], []
        for rule in cost.rules:
            counts = (rule.pairs, rule.values_left_out, rule.pairs_left_out)
            largest = "; ".join(" ".join(hub.values) for hub in rule.hubs[:FEW])
            rows.append((rule.rule, *map(number, counts), largest))
            values.append((rule.rule, *counts, largest))
        self.table.show_rows(COLUMNS, rows, values, empty=tell("match.cost-none"))
        self.said.show()
        self.table.show()
        self._shown()
