"""What is matched: two loads, the plan, and the purpose that both sources allow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Button, Choice, Field, Form, Scroll, column, flow
from app.gui.forms.form import needed
from app.gui.frame import Page
from app.gui.pages.matching.costing import Costing
from app.model.loads import LoadSummary
from app.model.runs import MatchRequest, RunSummary
from app.services import increments, matching
from app.wording import day_of, name
from app.wording.window import tell

WITHIN = ""
"""No second load: look for one person twice within the first."""

UNCHOSEN = ""
ALL = ""
"""Every record is matched, not only what is new."""


class Asking(QWidget):
    """A form; the plan follows from the loads, and so does which purposes are lawful.

    What it is for is the steward's to say: it is chosen here only where one purpose is left.
    """

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
        self.since = Choice()
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
                rule=self._purpose_problem,
            ),
            Field(tell("match.since"), self.since, hint=tell("match.since-hint")),
        )
        self._fit()
        page.desk.theme.changed.connect(self._fit)
        self.go = Button(tell("match.run"), self._ask, part="primary")
        self.stay = Button(tell("form.cancel"), left)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self.costing = Costing(page, self._request, self._bring_cost)
        for choice in (self.left, self.right, self.plan, self.purpose):
            choice.currentIndexChanged.connect(lambda _at: self.costing.forget())
        self._scroll = Scroll(column(self.form, self.costing, 1, gap=12))
        box.addWidget(self._scroll, 1)
        box.addWidget(flow(self.go, self.costing.work_out, self.stay, gap=12))

    def _bring_cost(self) -> None:
        """What the match would cost comes into sight once its place is known."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.costing))

    def _fit(self) -> None:
        """As wide as a load's words need, whatever the text size."""
        self.form.setMaximumWidth(self.fontMetrics().averageCharWidth() * 100)

    def begin(self) -> None:
        """Offer nothing until the loads there are now have been read."""
        for box in (self.left, self.right, self.plan, self.purpose, self.since):
            box.offer([])
        self.form.forgive()
        self.go.setEnabled(False)

    def show_loads(self, loads: tuple[LoadSummary, ...], wanted: str | None) -> None:
        """Offer the loads in use; registrations stand on the right unless the steward says so.

        Choices made already stay, where they still can.
        """
        begun = bool(self.left.count())
        self.go.setEnabled(True)
        kinds = self._page.desk.workspace.catalogue.kinds
        self._loads = tuple(load for load in loads if load.state != "withdrawn")
        entries = [(load.load, _words(load, kinds[load.kind].title)) for load in self._loads]
        subjects = {load.load: kinds[load.kind].subject for load in self._loads}
        people = [code for code, _ in entries if subjects[code] == "person"]
        events = [code for code, _ in entries if subjects[code] != "person"]
        left = wanted if wanted in people else (people[-1] if people else "")
        right = wanted if wanted in events else (events[-1] if events else WITHIN)
        self.left.offer(entries, None if begun else left)
        self.right.offer([*entries, (WITHIN, tell("match.within"))], None if begun else right)
        self.form.forgive()
        self._loads_chosen()

    def _loads_chosen(self) -> None:
        ws = self._page.desk.workspace
        left, right = self.left.value(), self.right.value() or None
        if not left:
            return
        self._page.read(
            lambda: (
                matching.plans_for(ws, left, right),
                matching.purposes(ws, left, right),
                increments.grounds(ws, left, right),
            ),
            self._offer,
            key="plans",
        )

    def _offer(
        self, found: tuple[tuple[str, ...], tuple[str, ...], tuple[RunSummary, ...]]
    ) -> None:
        plans, purposes, grounds = found
        news = [(g.run, tell("match.since-run", run=g.run, load=g.left)) for g in grounds]
        self.since.offer([(ALL, tell("match.since-all")), *news])
        known = self._page.desk.workspace.catalogue.governance.purposes
        self.plan.offer([(plan, name("plan", plan)) for plan in plans], plans[0] if plans else "")
        entries = [(code, known[code].title) for code in purposes]
        if len(entries) > 1:
            entries.insert(0, (UNCHOSEN, tell("match.choose-purpose")))
        self.purpose.offer(entries)
        self.form.forgive()

    def _purpose_problem(self) -> str | None:
        if self.purpose.value():
            return None
        return tell("match.need-purpose" if self.purpose.count() else "match.no-purpose")

    def _request(self) -> MatchRequest | None:
        """What is chosen, None where the form lacks something and says so."""
        if not self.form.check():
            return None
        return MatchRequest(
            left=self.left.value(),
            right=self.right.value() or None,
            plan=self.plan.value(),
            purpose=self.purpose.value(),
            since=self.since.value() or None,
            memory_mb=self._page.desk.preferences.memory_mb,
        )

    def _ask(self) -> None:
        if (request := self._request()) is not None:
            self._run(request)


def _words(load: LoadSummary, title: str) -> str:
    if load.as_at:
        when = tell("match.as-at", day=day_of(load.as_at))
    else:
        when = tell("match.loaded-on", day=day_of(load.loaded_at))
    return f"{load.load}: {title}, {load.file}, {when}"
