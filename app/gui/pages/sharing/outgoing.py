"""The packages of this office: approve one, seal it, or drop it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.forms import (
    Button,
    Field,
    FileBox,
    Form,
    Notice,
    Question,
    RadioChoice,
    Text,
    ask,
    flow,
)
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.pages.sharing.answering import ask_paper, ask_signed, in_cell
from app.gui.pages.sharing.columns import heads_of
from app.gui.pages.sharing.noticing import ask_withdraw
from app.gui.pages.sharing.readback import ReadBack
from app.gui.tables import Table
from app.model.answers import Answer, Answered
from app.model.sharing import PackagePreview, PackageSummary, SealedAnswer
from app.services import checker, sharing
from app.wording import day_of, moment_of, name, number
from app.wording.window import tell

COLUMNS = (
    "package",
    "state",
    "recipient",
    "agreement",
    "purpose",
    "rows",
    "fields",
    "drafted",
    "approved",
    "sealed",
    "file",
    "destroy",
    "receipt",
    "destroyed",
)

Answers = dict[tuple[str, Answered], Answer]


class Outgoing(QWidget):
    """A table of packages with what can be done to the one chosen."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._held: tuple[PackageSummary, ...] = ()
        heads = {column: tell(f"share.head-{column}") for column in COLUMNS}
        self.table = Table(
            page.desk.jobs, "packages", tell("share.packages"), heads, right=("rows", "fields")
        )
        self.table.chosen.connect(lambda _key: self._choose())
        self.table.arranged.connect(self._choose)
        self.approve = Button(tell("share.approve"), lambda: self._with(self._approve))
        self.seal = Button(tell("share.seal"), lambda: self._with(self._ask_seal))
        self.drop = Button(tell("share.discard"), lambda: self._with(self._ask_discard))
        self.signed = Button(tell("answer.take-in"), lambda: ask_signed(self._page))
        self.paper = Button(tell("answer.paper"), lambda: self._with(self._ask_paper))
        self.checker = Button(tell("share.checker"), self._ask_checker)
        self.withdraw = Button(
            tell("notice.button"), lambda: self._with(lambda one: ask_withdraw(page, one))
        )
        acts = (self.approve, self.seal, self.drop, self.signed, self.paper, self.withdraw)
        self.acts = flow(*acts, self.checker, gap=12)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self.table, 1)
        box.addWidget(self.acts)

    def _ask_checker(self) -> None:
        """The small program by which a recipient without Muniment checks an opened package."""
        place = FileBox("save", name=str(Path.home() / checker.NAME))
        rule = needed(place.value, tell("settings.need-file"))
        hint = tell("share.checker-hint")
        ask_form(
            self._page,
            tell("share.checker"),
            Form(Field(tell("share.checker-to"), place, hint=hint, rule=rule)),
            lambda _progress: checker.write(Path(place.value())),
            lambda file: self._page.confirm(tell("share.checker-saved", file=file.name)),
            go=tell("share.checker-save"),
        )

    def show_packages(self, held: tuple[PackageSummary, ...], came: Answers) -> None:
        """Show packages, latest first, with what was answered to them."""
        self._held = held[::-1]
        purposes = self._page.desk.workspace.catalogue.governance.purposes
        rows, values = [], []
        for p in self._held:
            purpose = purposes[p.purpose].title if p.purpose in purposes else p.purpose
            first = (p.package, name("state", p.state), p.recipient, p.agreement, purpose)
            last = (
                f"{p.drafted_by}, {moment_of(p.drafted_at)}",
                p.approved_by or "",
                moment_of(p.sealed_at) if p.sealed_at else "",
                p.file or "",
                day_of(p.destroy_by) if p.destroy_by else "",
                *(in_cell(came.get((p.package, what))) for what in Answered),
            )
            rows.append((*first, number(p.rows), number(p.fields), *last))
            values.append((*first, p.rows, p.fields, *last))
        self.table.show_rows(COLUMNS, rows, values, empty=tell("share.no-packages"))
        self.acts.setVisible(bool(held))
        if held:
            self.table.grid.selectRow(0)
        self._choose()

    def _chosen(self) -> PackageSummary | None:
        key = self.table.current_key()
        return None if key is None else self._held[key]

    def _choose(self) -> None:
        package = self._chosen()
        state = package.state if package else ""
        self.approve.setEnabled(state == "draft")
        self.seal.setEnabled(state in ("draft", "approved"))
        self.drop.setEnabled(state in ("draft", "approved"))
        self.paper.setEnabled(state == "sealed")
        self.withdraw.setEnabled(state == "sealed")

    def _with(self, act: Callable[[PackageSummary], object]) -> None:
        package = self._chosen()
        if package is not None:
            act(package)

    def _approve(self, package: PackageSummary) -> None:
        """Nobody approves what they have not seen: the rows are shown first."""
        ws = self._page.desk.workspace
        self._page.write(
            tell("share.previewing"),
            lambda progress: sharing.show(ws, package.package, progress),
            lambda previews: self._ask_approval(package, previews),
        )

    def _ask_approval(self, package: PackageSummary, previews: tuple[PackagePreview, ...]) -> None:
        ws = self._page.desk.workspace
        form = Form()
        form.add(Text(tell("share.approve-what", rows=package.rows, recipient=package.recipient)))
        for shown in previews:
            rows = Table(self._page.desk.jobs, "approval", shown.name, heads_of(shown))
            rows.show_rows(shown.header, shown.rows, empty=tell("share.nothing-leaves"))
            rows.setMinimumHeight(260)
            counted = tell("share.count", n=shown.count, file=shown.name, shown=len(shown.rows))
            form.add(Text(counted, "quiet"))
            form.add(rows)
        form.add(Notice(tell("share.approve-undo"), "warn"))
        ask_form(
            self._page,
            tell("share.approve-title", package=package.package),
            form,
            lambda _progress: sharing.approve(ws, package.package),
            lambda made: self._page.confirm(tell("share.approved", package=made.package)),
            go=tell("share.approve"),
        )

    def _ask_paper(self, package: PackageSummary) -> None:
        ask_paper(self._page, package)

    def _ask_discard(self, package: PackageSummary) -> None:
        ws = self._page.desk.workspace
        question = Question(
            tell("share.discard-title", package=package.package),
            tell("share.discard-what"),
            tell("share.discard-undo"),
            tell("share.discard"),
            danger=True,
        )
        ask(
            self._page,
            question,
            lambda: self._page.write(
                tell("share.discard"),
                lambda _progress: sharing.discard(ws, package.package),
                lambda _none: self._page.confirm(tell("share.discarded")),
            ),
        )

    def _ask_seal(self, package: PackageSummary) -> None:
        place = FileBox("save", name=f"{package.package}.age")
        form_of = RadioChoice(
            [("age", tell("share.form-age")), ("zip", tell("share.form-zip"))], "age"
        )
        form = Form(
            Field(
                tell("share.seal-to"),
                place,
                hint=tell("share.seal-hint"),
                rule=needed(place.value, tell("load.need-file")),
            ),
            Field(tell("share.form"), form_of),
        )
        ws = self._page.desk.workspace
        dialog = ask_form(
            self._page,
            tell("share.seal-title", package=package.package, recipient=package.recipient),
            form,
            lambda progress: sharing.seal(
                ws, package.package, Path(place.value()), form_of.value(), progress
            ),
            self._sealed,
            go=tell("share.seal"),
        )
        dialog.asks_once = True

    def _sealed(self, made: SealedAnswer) -> None:
        self._page.confirm(
            tell("share.sealed", package=made.package, file=str(made.file), n=made.rows)
        )
        if made.passphrase is None:
            return
        ReadBack(self._page, made.package, made.passphrase, made.file.name).open()
