"""Drafting a package: what, to whom and under what, which columns, and exactly what leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import Choice, Facts, Field, Form, LineBox, Notice, Text, column
from app.gui.forms.form import needed
from app.gui.frame import Page, Step, Steps
from app.gui.jobs import refusal_text
from app.gui.pages.sharing.columns import Leaving, heads_of
from app.gui.tables import Table
from app.model.loads import LoadSummary
from app.model.runs import RunSummary
from app.model.sharing import (
    Agreement,
    DraftAnswer,
    PackageFile,
    PackageSpec,
    PreviewAnswer,
    Recipient,
)
from app.services import sharing
from app.wording import note
from app.wording.window import taken, tell

WHAT, COLUMNS, PREVIEW, CHECK = range(4)
CLASSIFICATIONS = ("OFFICIAL", "OFFICIAL-SENSITIVE")


@dataclass(frozen=True)
class Stock:
    """What a package can be made of."""

    runs: tuple[RunSummary, ...]
    loads: tuple[LoadSummary, ...]
    agreements: tuple[Agreement, ...]
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Proposal:
    """What was previewed, and is what will be drafted: nothing else."""

    agreement: str
    recipient: str
    spec: PackageSpec


class Drafting(QWidget):
    """Four steps; nothing is drafted before the last one.

    While an answer is awaited the steps are held. An answer to a draft left meanwhile is not
    shown: `_round` counts the drafts begun.
    """

    def __init__(
        self, page: Page, done: Callable[[DraftAnswer], object], left: Callable[[], object]
    ) -> None:
        super().__init__()
        self._page, self._done = page, done
        self._stock = Stock((), (), (), ())
        self._shown_for = self._shown_under = ""
        self._count = 0
        self._round = 0
        self._proposal: Proposal | None = None
        self.source, self.agreement, self.recipient = Choice(), Choice(), Choice()
        self.purpose, self.mark = Choice(), Choice([(c, c) for c in CLASSIFICATIONS], "")
        self.mark.set_value(CLASSIFICATIONS[1])
        self.name = LineBox("people.csv", characters=24)
        self.agreement.currentIndexChanged.connect(lambda _at: self._offer_purposes())
        self.form = self._form()
        self.form.setMaximumWidth(640)
        self.leaving = Leaving()
        self.rows = Table(page.desk.jobs, "leaving", tell("share.exactly"))
        self.count = Text("", "label")
        self.facts = Facts()
        self.weigh, self.weighed = Notice("", "warn"), Notice("", "warn")
        exactly = Text(tell("share.exactly-what"), "quiet")
        preview = column(exactly, self.weigh, self.count, self.rows, gap=12)
        last = Notice(tell("share.check-what"), "warn")
        check = column(self.facts, self.weighed, last, 1, gap=16)
        self.steps = Steps(
            (
                Step(tell("share.step-what"), column(self.form, 1), self._what_given),
                Step(tell("share.step-columns"), self.leaving, self._columns_given),
                Step(tell("share.step-preview"), preview, self._preview_seen, fills=True),
                Step(tell("share.step-check"), check, self._draft, go=tell("share.draft")),
            )
        )
        self.steps.left.connect(left)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.steps)

    def _form(self) -> Form:
        return Form(
            Field(
                tell("share.source"),
                self.source,
                hint=tell("share.source-hint"),
                rule=needed(self.source.value, tell("share.need-source")),
            ),
            Field(
                tell("share.head-recipient"),
                self.recipient,
                rule=needed(self.recipient.value, tell("share.no-recipients")),
            ),
            Field(
                tell("share.head-agreement"),
                self.agreement,
                rule=needed(self.agreement.value, tell("share.no-agreements")),
            ),
            Field(
                tell("share.head-purpose"),
                self.purpose,
                hint=tell("share.purpose-hint"),
                rule=needed(self.purpose.value, tell("share.need-purpose")),
            ),
            Field(tell("share.mark"), self.mark),
            Field(
                tell("share.file-name"),
                self.name,
                hint=tell("share.file-name-hint"),
                rule=needed(self.name.value, tell("share.need-name")),
            ),
        )

    def begin(self, stock: Stock) -> None:
        """Start a draft from what there is."""
        self._stock = stock
        self._shown_for = ""
        self._round += 1
        self._proposal = None
        self.free()
        runs = [r for r in stock.runs if r.state == "complete"]
        loads = [load for load in stock.loads if load.state != "withdrawn"]
        entries = [
            (r.run, tell("share.source-run", run=r.run, left=r.left, right=r.right))
            for r in runs[::-1]
        ]
        entries += [
            (load.load, tell("share.source-load", load=load.load, file=load.file))
            for load in loads[::-1]
        ]
        self.source.offer(entries)
        self.recipient.offer([(r.name, r.name) for r in stock.recipients])
        self.agreement.offer([(a.ref, f"{a.ref}: {a.name}") for a in stock.agreements])
        self._offer_purposes()
        self.form.forgive()
        self.steps.show_step(WHAT)
        self.source.setFocus()

    def _offer_purposes(self) -> None:
        known = self._page.desk.workspace.catalogue.governance.purposes
        chosen = self.agreement.value()
        held = next((a.purposes for a in self._stock.agreements if a.ref == chosen), ())
        self.purpose.offer([(p, known[p].title) for p in held or tuple(known) if p in known])

    def free(self) -> None:
        """Let the steward go on: nothing is awaited."""
        self._hold(False)

    def _hold(self, waiting: bool) -> None:
        self.steps.wait(waiting)
        self.form.setEnabled(not waiting)
        self.leaving.setEnabled(not waiting)

    def _what_given(self) -> bool:
        if not self.form.check():
            return False
        source, under = self.source.value(), self.agreement.value()
        if (source, under) == (self._shown_for, self._shown_under):
            return True
        run = next((r for r in self._stock.runs if r.run == source), None)
        ws = self._page.desk.workspace

        def takes() -> tuple[str, ...]:
            if run is None:
                return sharing.columns_of(ws, source, under)
            left = tuple(f"left.{m}" for m in sharing.columns_of(ws, run.left, under))
            other = sharing.columns_of(ws, run.right or run.left, under)
            return (*left, *(f"right.{m}" for m in other))

        asked = self._round
        self._hold(True)
        self._page.forgive()
        self._page.read(
            takes, lambda found: self._offer_columns(asked, source, under, found), key="columns"
        )
        return False

    def _offer_columns(self, asked: int, source: str, under: str, takes: tuple[str, ...]) -> None:
        if asked != self._round:
            return
        self.free()
        self._shown_for, self._shown_under = source, under
        self.leaving.show_meanings(takes)
        self.steps.show_step(COLUMNS)

    def spec(self) -> PackageSpec:
        """The package as described so far, of the source whose columns are offered."""
        source = self._shown_for
        is_run = any(run.run == source for run in self._stock.runs)
        file = PackageFile(
            name=self.name.value(),
            run=source if is_run else None,
            load=None if is_run else source,
            columns=self.leaving.columns(),
        )
        return PackageSpec(self.purpose.value(), self.mark.value(), (file,))

    def _columns_given(self) -> bool:
        if not self.leaving.check():
            return False
        ws, asked = self._page.desk.workspace, self._round
        proposal = Proposal(self.agreement.value(), self.recipient.value(), self.spec())
        self._hold(True)
        self._page.forgive()
        self._page.read(
            lambda: sharing.preview(ws, proposal.agreement, proposal.recipient, proposal.spec),
            lambda found: self._previewed(asked, proposal, found),
            key="leaving",
            refused=lambda error: self._refused(asked, error),
            title=tell("share.previewing"),
        )
        return False

    def _previewed(self, asked: int, proposal: Proposal, found: PreviewAnswer) -> None:
        if asked != self._round:
            return
        self.free()
        self._proposal = proposal
        only = found.previews[0]
        for notice in (self.weigh, self.weighed):
            notice.say("\n".join(note(one) for one in found.warnings))
            notice.setVisible(bool(found.warnings))
        self._count = only.count
        self.count.say(tell("share.count", n=only.count, file=only.name, shown=len(only.rows)))
        self.rows.model.call(heads_of(only))
        self.rows.show_rows(only.header, only.rows, empty=tell("share.nothing-leaves"))
        self.steps.show_step(PREVIEW)

    def _preview_seen(self) -> bool:
        if not self._count or self._proposal is None:
            return False
        spec = self._proposal.spec
        titles = self._page.desk.workspace.catalogue.governance.purposes
        columns = "\n".join(f"{taken(c.take)}: {c.why}" for c in spec.files[0].columns)
        self.facts.show_rows(
            [
                (tell("share.source"), self.source.currentText()),
                (tell("share.head-recipient"), self._recipient_words()),
                (tell("share.head-agreement"), self.agreement.currentText()),
                (tell("share.head-purpose"), titles[spec.purpose].title),
                (tell("share.mark"), spec.classification),
                (tell("share.leaves"), columns),
                (tell("share.head-rows"), self.count.text()),
            ]
        )
        return True

    def _recipient_words(self) -> str:
        chosen = self.recipient.value()
        words = next((r.fingerprint_words for r in self._stock.recipients if r.name == chosen), "")
        return f"{chosen}\n{words}"

    def _draft(self) -> bool:
        ws, proposal, asked = self._page.desk.workspace, self._proposal, self._round
        if proposal is None:
            return False
        self._hold(True)
        self._page.write(
            tell("share.drafting"),
            lambda progress: sharing.draft(
                ws, proposal.agreement, proposal.recipient, proposal.spec, progress
            ),
            self._drafted,
            lambda error: self._refused(asked, error),
        )
        return False

    def _drafted(self, answer: DraftAnswer) -> None:
        self.free()
        self._done(answer)

    def _refused(self, asked: int, error: Refused) -> None:
        if asked != self._round:
            self._page.refuse(error)
            return
        self.free()
        what, do = refusal_text(error)
        if error.code.startswith(("agreement-", "purpose-", "recipient-")):
            self.steps.show_step(WHAT)
            self.form.refuse(what, do)
        else:
            self._page.refuse(error)
