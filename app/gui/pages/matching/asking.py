"""What is matched: two loads, the plan, and the purpose that both sources allow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Choice, Field, Form, Scroll, column, row
from app.gui.forms.form import needed
from app.gui.frame import Page
from app.model.loads import LoadSummary
from app.model.runs import MatchRequest
from app.services import matching
from app.wording import day_of, name
from app.wording.window import tell

WITHIN = ""
"""No second load: look for one person twice within the first."""


class Asking(QWidget):
    """A form; plan and purpose follow from the loads."""

    def __init__(
        self,
        page: Page,
        run: Callable[[MatchRequest], object],
        left: Callable[[], object],
    ) -> None:
        super().__init__()
        self._page, self._run = page, run
        self._loads: tuple[LoadSummary, ...] = ()
        self.left, self.right, self.plan, self.purpose = Choice(), Choice(), Choice(), Choice()
        for side in (self.left, self.right):
            side.currentIndexChanged.connect(lambda _at: self._loads_chosen())
        self.form = Form(
            Field(
                tell("match.left"),
                self.left,
                hint=tell("match.left-hint"),
                rule=needed(self.left.value, tell("match.need-load")),
            ),
            Field(tell("match.right"), self.right, hint=tell("match.right-hint")),
            Field(
                tell("match.plan"), self.plan, rule=needed(self.plan.value, tell("match.no-plan"))
            ),
            Field(
                tell("match.purpose"),
                self.purpose,
                hint=tell("match.purpose-hint"),
                rule=needed(self.purpose.value, tell("match.no-purpose")),
            ),
        )
        self.form.setMaximumWidth(640)
        self.go = Button(tell("match.run"), self._ask, part="primary")
        self.stay = Button(tell("form.cancel"), left)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(Scroll(column(self.form, 1)), 1)
        box.addWidget(row(self.go, self.stay, 1, gap=12))

    def show_loads(self, loads: tuple[LoadSummary, ...], wanted: str | None) -> None:
        """Offer the loads in use; registrations stand on the right unless the steward says so."""
        kinds = self._page.desk.workspace.catalogue.kinds
        self._loads = tuple(load for load in loads if load.state != "withdrawn")
        entries = [(load.load, _words(load, kinds[load.kind].title)) for load in self._loads]
        subjects = {load.load: kinds[load.kind].subject for load in self._loads}
        people = [code for code, _ in entries if subjects[code] == "person"]
        events = [code for code, _ in entries if subjects[code] != "person"]
        left = wanted if wanted in people else (people[-1] if people else "")
        right = wanted if wanted in events else (events[-1] if events else WITHIN)
        self.left.offer(entries, left)
        self.right.offer([*entries, (WITHIN, tell("match.within"))], right)
        self.form.forgive()
        self._loads_chosen()

    def _loads_chosen(self) -> None:
        ws = self._page.desk.workspace
        left, right = self.left.value(), self.right.value() or None
        if not left:
            return
        self._page.read(
            lambda: (matching.plans_for(ws, left, right), matching.purposes(ws, left, right)),
            self._offer,
            key="plans",
        )

    def _offer(self, found: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        plans, purposes = found
        known = self._page.desk.workspace.catalogue.governance.purposes
        self.plan.offer([(plan, name("plan", plan)) for plan in plans], plans[0] if plans else "")
        self.purpose.offer(
            [(code, known[code].title) for code in purposes], purposes[0] if purposes else ""
        )
        self.form.forgive()

    def _ask(self) -> None:
        if self.form.check():
            self._run(
                MatchRequest(
                    left=self.left.value(),
                    right=self.right.value() or None,
                    plan=self.plan.value(),
                    purpose=self.purpose.value(),
                )
            )


def _words(load: LoadSummary, title: str) -> str:
    when = tell("match.as-at", day=day_of(load.as_at or load.loaded_at))
    return f"{load.load}: {title}, {load.file}, {when}"
