"""The sharing page: four parts behind tabs, and the steps of a draft."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.gui.forms import Button, flow
from app.gui.frame import Desk, Page
from app.gui.pages.sharing.agreements import Agreements
from app.gui.pages.sharing.drafting import Drafting, Stock
from app.gui.pages.sharing.outgoing import Outgoing
from app.gui.pages.sharing.received import Received
from app.gui.pages.sharing.recipients import Recipients
from app.model.sharing import DraftAnswer, PackageSummary
from app.services import intake, matching, partners, sharing
from app.wording import note
from app.wording.window import tell

TABS = ("packages", "agreements", "recipients", "received")


class Sharing(Page):
    """What leaves, what came in, under what and to whom."""

    name: ClassVar[str] = "sharing"
    topics: ClassVar[frozenset[str]] = frozenset(
        {"package", "agreement", "recipient", "load", "match"}
    )
    right: ClassVar[str] = "package.draft"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._stock = Stock((), (), (), ())
        self._packages: tuple[PackageSummary, ...] = ()
        self.outgoing, self.agreements = Outgoing(self), Agreements(self)
        self.recipients, self.received = Recipients(self), Received(self)
        self.drafting = Drafting(self, self._drafted, lambda: self.show_tab("packages"))
        self._tabs = dict(
            zip(
                TABS,
                (self.outgoing, self.agreements, self.recipients, self.received),
                strict=True,
            )
        )
        self._buttons: dict[str, Button] = {}
        self._parts = QStackedWidget()
        for part in (*self._tabs.values(), self.drafting):
            self._parts.addWidget(part)
        self._bar = self._tab_bar()
        self.body.addWidget(self._bar)
        self.body.addWidget(self._parts, 1)
        self._permit()
        self.say(tell("share.reading"))
        self.show_tab("packages")

    def _permit(self) -> None:
        """Bar what the steward's role may not do, on every tab."""
        for act, button in {
            "package.approve": self.outgoing.approve,
            "package.seal": self.outgoing.seal,
            "package.discard": self.outgoing.drop,
            "agreement.import": self.agreements.bring,
            "recipient.add": self.recipients.add,
            "recipient.confirm": self.recipients.compare,
            "recipient.rename": self.recipients.rename,
            "recipient.remove": self.recipients.remove,
            "office.keys": self.recipients.show_own,
            "package.open": self.received.write_out,
        }.items():
            self.permit(act, button)

    def _tab_bar(self) -> QWidget:
        for tab in TABS:
            button = Button(tell(f"share.tab-{tab}"), part="tab")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _=False, tab=tab: self.show_tab(tab))
            self._buttons[tab] = button
        return flow(*self._buttons.values(), gap=4)

    def look(self) -> None:
        """Read everything a part of the page shows."""
        ws = self.desk.workspace

        def stock() -> tuple[Stock, tuple[PackageSummary, ...]]:
            held = Stock(
                matching.runs(ws),
                intake.loads(ws),
                sharing.agreements(ws),
                partners.known(ws),
            )
            return held, sharing.packages(ws)

        self.read(stock, self._show, key="stock")

    def act(self) -> None:
        """Draft a package."""
        self.forgive()
        self.offer("")
        self._bar.hide()
        self.say(tell("share.drafting-title"), tell("share.drafting-under"))
        self._parts.setCurrentWidget(self.drafting)
        self.drafting.begin(self._stock)

    def free(self) -> None:
        """The steps of a draft go on."""
        self.drafting.free()

    def show_tab(self, tab: str) -> None:
        """One of TABS."""
        self.forgive()
        self._bar.show()
        self._buttons[tab].setChecked(True)
        self.offer(tell("share.draft-one") if tab == "packages" else "")
        self._parts.setCurrentWidget(self._tabs[tab])
        self._say_state()

    def _show(self, found: tuple[Stock, tuple[PackageSummary, ...]]) -> None:
        self._stock, self._packages = found
        self.outgoing.show_packages(self._packages)
        self.agreements.show_agreements(self._stock.agreements)
        self.recipients.show_recipients(self._stock.recipients)
        self.received.show_purposes()
        self._say_state()

    def _say_state(self) -> None:
        if self._parts.currentWidget() is self.drafting:
            return
        waiting = sum(p.state in ("draft", "approved") for p in self._packages)
        sealed = sum(p.state == "sealed" for p in self._packages)
        self.say(tell("share.title", n=waiting), tell("share.under", n=sealed))

    def _drafted(self, answer: DraftAnswer) -> None:
        self.show_tab("packages")
        warnings = " ".join(note(one) for one in answer.warnings)
        words = tell("share.drafted", package=answer.package, n=answer.rows)
        self.confirm(f"{words} {warnings}".strip())
        self.look()
