"""The sharing page: four parts behind tabs, and the steps of a draft."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from app.gui.forms import tab_bar
from app.gui.frame import Desk, LaterParts, Page, made
from app.gui.pages.sharing.agreements import Agreements
from app.gui.pages.sharing.drafting import Drafting, Stock
from app.gui.pages.sharing.outgoing import Answers, Outgoing
from app.gui.pages.sharing.received import Received
from app.gui.pages.sharing.recipients import Recipients
from app.model.sharing import DraftAnswer, PackageSummary
from app.services import answers, intake, matching, partners, sharing
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
        self._answers: Answers = {}
        self._tabs: dict[str, Callable[[], QWidget]] = {
            "packages": lambda: self.outgoing,
            "agreements": lambda: self.agreements,
            "recipients": lambda: self.recipients,
            "received": lambda: self.received,
        }
        self._parts = LaterParts()
        words = {tab: tell(f"share.tab-{tab}") for tab in TABS}
        self._bar, self._buttons = tab_bar(words, self.show_tab)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._parts, 1)
        self.say(tell("share.reading"))
        self.show_tab("packages")

    @cached_property
    def outgoing(self) -> Outgoing:
        """The packages that leave."""
        part = Outgoing(self)
        self.permit("package.approve", part.approve)
        self.permit("package.seal", part.seal)
        self.permit("package.discard", part.drop)
        self.permit("package.withdraw", part.withdraw)
        self.permit("package.answered", part.signed, part.paper)
        part.show_packages(self._packages, self._answers)
        return self._parts.take(part)

    @cached_property
    def agreements(self) -> Agreements:
        """The agreements under which they leave."""
        part = Agreements(self)
        self.permit("agreement.import", part.bring)
        self.permit("agreement.export", part.write_out)
        part.show_agreements(self._stock.agreements)
        return self._parts.take(part)

    @cached_property
    def recipients(self) -> Recipients:
        """Those to whom they go, and the office's own key."""
        part = Recipients(self)
        self.permit("recipient.add", part.add)
        self.permit("recipient.confirm", part.compare)
        self.permit("recipient.rename", part.rename)
        self.permit("recipient.remove", part.remove)
        self.permit("office.keys", part.show_own)
        part.show_recipients(self._stock.recipients)
        return self._parts.take(part)

    @cached_property
    def received(self) -> Received:
        """The packages that came in."""
        part = Received(self)
        self.permit("package.open", part.write_out)
        self.permit("package.answer", part.receipt, part.certify)
        part.show_purposes()
        return self._parts.take(part)

    @cached_property
    def drafting(self) -> Drafting:
        """The steps of a draft."""
        part = Drafting(self, self._drafted, lambda: self.show_tab("packages"))
        return self._parts.take(part)

    def look(self) -> None:
        """Read everything a part of the page shows."""
        ws = self.desk.workspace

        def stock() -> tuple[Stock, tuple[PackageSummary, ...], Answers]:
            held = Stock(
                matching.runs(ws),
                intake.loads(ws),
                sharing.agreements(ws),
                partners.known(ws),
            )
            return held, sharing.packages(ws), answers.listed(ws)

        self.read(stock, self._show, key="stock")

    def act(self) -> None:
        """Draft a package."""
        self.forgive()
        self.offer("")
        self._bar.hide()
        self.say(tell("share.drafting-title"), tell("share.drafting-under"))
        self._parts.show_part(self.drafting)
        self.drafting.begin(self._stock)

    def free(self) -> None:
        """The steps of a draft go on."""
        if made(self, "drafting"):
            self.drafting.free()

    def show_tab(self, tab: str) -> None:
        """One of TABS."""
        self.forgive()
        self._bar.show()
        self._buttons[tab].setChecked(True)
        self.offer(tell("share.draft-one") if tab == "packages" else "")
        self._parts.show_part(self._tabs[tab]())
        self._say_state()

    def _show(self, found: tuple[Stock, tuple[PackageSummary, ...], Answers]) -> None:
        self._stock, self._packages, self._answers = found
        if made(self, "outgoing"):
            self.outgoing.show_packages(self._packages, self._answers)
        if made(self, "agreements"):
            self.agreements.show_agreements(self._stock.agreements)
        if made(self, "recipients"):
            self.recipients.show_recipients(self._stock.recipients)
        if made(self, "received"):
            self.received.show_purposes()
        self._say_state()

    def _say_state(self) -> None:
        if isinstance(self._parts.currentWidget(), Drafting):
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
