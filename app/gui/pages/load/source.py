"""The step that says where a file came from: route, agreement, as-at date."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import Choice, DateBoxes, Field, Form, LineBox, Notice, RadioChoice, Text
from app.gui.forms.form import real_day
from app.gui.frame import Desk
from app.model.loads import Offer
from app.model.sharing import Agreement
from app.wording.window import tell


class Source(QWidget):
    """Asked once a file; what the file declares of itself is filled in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._governance = desk.workspace.catalogue.governance
        self._kinds = desk.workspace.catalogue.kinds
        self.route: RadioChoice | None = None
        self._asked: tuple[Path, str, str] | None = None
        self._route_place = QVBoxLayout()
        self._route_place.setContentsMargins(0, 0, 0, 0)
        self.clause = Text("", "quiet")
        self.lacking = Notice("", "warn")
        self.agreement = Choice()
        self.agreement.setMinimumContentsLength(30)
        self.as_at = DateBoxes()
        self.supplier = LineBox(characters=24)
        route_holder = QWidget()
        route_holder.setLayout(self._route_place)
        self.form = Form()
        self.form.add(route_holder)
        self.form.add(self.clause)
        self.form.add(self.lacking)
        self._agreement = Field(
            tell("load.agreement"),
            self.agreement,
            hint=tell("load.agreement-hint"),
            rule=self._agreement_rule,
        )
        self._agreement.setMaximumWidth(520)
        self.form.add(self._agreement)
        self.form.add(
            Field(
                tell("load.as-at"),
                self.as_at,
                hint=tell("load.as-at-hint"),
                rule=real_day(self.as_at),
            )
        )
        self.form.add(Field(tell("load.supplier"), self.supplier, hint=tell("load.supplier-hint")))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 12, 0)
        box.addWidget(self.form)
        box.addStretch(1)

    def begin(self) -> None:
        """Another file: what was answered of the one before counts no more."""
        self._asked = None

    def show_offer(self, offer: Offer, kind: str, agreements: tuple[Agreement, ...]) -> None:
        """Offer the routes that can bring this kind, the declared or usual one chosen.

        Asked of the same file again, every answer stays; only the agreements are offered anew.
        """
        known = [("", tell("load.no-agreement"))]
        known += [(a.ref, f"{a.ref}: {a.name}") for a in agreements]
        self.agreement.offer(known)
        asked = (offer.path, offer.sha256)
        if self._asked != (*asked, kind):
            again = self._asked is not None and self._asked[:2] == asked
            self._offer_routes(offer, kind, self.route_id() if again else None)
            if not again:
                self.as_at.set_value(offer.shape.declared.get("asAt", "")[:10])
            self._asked = (*asked, kind)
            self.form.forgive()
        self._show_clause()

    def _offer_routes(self, offer: Offer, kind: str, answered: str | None) -> None:
        subject = self._kinds[kind].subject
        routes = [r for r in self._governance.routes.values() if subject in r.subjects]
        usual = self._governance.default_routes.get(subject, "")
        entries = [(route.id, route.title) for route in routes]
        wanted = (answered, offer.shape.declared.get("route", usual))
        chosen = next((route for route in wanted if route in dict(entries)), None)
        self.route = RadioChoice(entries, chosen or "")
        self.route.changed.connect(lambda _id: self._show_clause())
        while (old := self._route_place.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        self._route_place.addWidget(Field(tell("load.route"), self.route))

    def route_id(self) -> str | None:
        """The chosen route."""
        return (self.route.value() if self.route else "") or None

    def route_title(self) -> str:
        """The chosen route in words."""
        route = self._governance.routes.get(self.route_id() or "")
        return route.title if route else tell("load.route-none")

    def _show_clause(self) -> None:
        route = self._governance.routes.get(self.route_id() or "")
        none_known = self.agreement.count() == 1
        lacking = bool(route and route.needs_agreement and none_known)
        self.clause.say(route.clause if route else "")
        self.lacking.say(tell("load.import-agreement") if lacking else "")

    def _agreement_rule(self) -> str | None:
        route = self._governance.routes.get(self.route_id() or "")
        if route and route.needs_agreement and not self.agreement.value():
            return None if self.agreement.count() == 1 else tell("load.need-agreement")
        return None
