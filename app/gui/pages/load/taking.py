"""Taking a file in: the steps from the file to the load, one question at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import Field, FileBox, Form, column
from app.gui.forms.form import needed
from app.gui.frame import Page, Step, Steps, made
from app.gui.jobs import deliver_to, refusal_text
from app.gui.pages.load.checking import Checking
from app.gui.pages.load.columns import Columns
from app.gui.pages.load.mapping_files import MappingFiles
from app.gui.pages.load.reading import Reading
from app.gui.pages.load.source import Source
from app.gui.pages.load.waiting import Waiting
from app.model.kinds import Mapping
from app.model.loads import (
    LoadAnswer,
    LoadRequest,
    Offer,
    Preview,
    ReadChoices,
    Understanding,
)
from app.model.sharing import Agreement
from app.services import intake, reading, sharing
from app.wording import day_of, footer, size
from app.wording.window import tell

FILE, READING, COLUMNS, SOURCE, CHECK = range(5)


class Taking(QWidget):
    """Five steps. `done` gets the answer, `left` is called when the steward gives up."""

    def __init__(
        self,
        page: Page,
        done: Callable[[LoadAnswer], object],
        left: Callable[[], object],
        show_load: Callable[[str], object],
        waiting: Waiting,
    ) -> None:
        super().__init__()
        self._page, self._done, self._waiting = page, done, waiting
        self._offer: Offer | None = None
        self.under_way = False
        self.file = FileBox("open", filters=tell("load.filters"))
        rule = needed(self.file.value, tell("load.need-file"))
        self.form = Form(
            Field(tell("load.file"), self.file, hint=tell("load.file-hint"), rule=rule)
        )
        self._then_on = False
        self._show_load = show_load
        self.steps = Steps(
            (
                Step(tell("load.step-file"), column(self.form, 1), self._file_given),
                Step(tell("load.step-reading"), lambda: self.reading, self._read_well),
                Step(
                    tell("load.step-columns"),
                    lambda: column(self.columns, self.files),
                    self._columns_given,
                    go=tell("load.accept-all"),
                ),
                Step(tell("load.step-source"), lambda: self.source, self._source_given),
                Step(
                    tell("load.step-check"),
                    lambda: self.checking,
                    self._take_in,
                    go=tell("load.take-in"),
                ),
            )
        )
        self.steps.left.connect(self.end)
        self.steps.left.connect(left)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.steps)

    @cached_property
    def reading(self) -> Reading:
        """The step that says how the file is read."""
        return Reading(self._page.desk, lambda _choices: self._inspect(stay=True), self._show_load)

    @cached_property
    def columns(self) -> Columns:
        """The step that says what the columns mean."""
        return Columns(self._page.desk, lambda _kind: self._inspect(stay=True))

    @cached_property
    def files(self) -> MappingFiles:
        """Mapping files, beneath the columns."""
        return MappingFiles(self._page, self.columns, self._mapped_by)

    @cached_property
    def source(self) -> Source:
        """The step that says where the file comes from."""
        return Source(self._page.desk)

    @cached_property
    def checking(self) -> Checking:
        """The step that shows what will be loaded."""
        return Checking(self._page.desk)

    @property
    def queue(self) -> list[Path]:
        """The files that wait behind the one under way."""
        return self._waiting.paths

    def end(self) -> None:
        """The file under way is loaded or left; those that wait stay in the queue."""
        self.under_way = False

    def begin(self) -> None:
        """Start with the first of the files that wait; where none does, ask for one."""
        self._offer = None
        if made(self, "reading"):
            self.reading.begin()
        if made(self, "source"):
            self.source.begin()
        self.form.forgive()
        first = self._waiting.take()
        self.file.line.setText("" if first is None else str(first))
        self.steps.show_step(FILE)
        self.file.setFocus()
        if self.file.value():
            self._inspect(stay=False)

    def _file_given(self) -> bool:
        if self.form.check():
            if made(self, "reading"):
                self.reading.begin()
            self._inspect(stay=False)
        return False

    def _read_well(self) -> bool:
        """Whether to go on; changes of the ruler that still wait are read first."""
        self._then_on = self.reading.settle()
        offer = self._offer
        if self._then_on or offer is None or not self.reading.settled_header():
            return False
        try:
            reading.require_sheet(offer.path.name, offer.shape)
            if offer.seen_before is not None:
                raise Refused("file-already-loaded", load=offer.seen_before)
        except Refused as error:
            self._page.refuse(error)
            return False
        return True

    def _inspect(self, *, stay: bool) -> None:
        """Look at the file as chosen so far; then go on, or stay and show what changed."""
        ws, path = self._page.desk.workspace, Path(self.file.value())
        chosen = self.reading.choices if made(self, "reading") else ReadChoices()
        kind = self.columns.kind.value() if self.steps.at == COLUMNS else None
        choices = ReadChoices(
            chosen.encoding, chosen.delimiter, chosen.header_row, chosen.sheet, kind, chosen.layout
        )
        self.under_way = True
        self.steps.wait(True)
        self._page.forgive()
        self._page.desk.jobs.read(
            tell("load.looking", file=path.name),
            lambda progress: intake.inspect(ws, path, choices, progress),
            deliver_to(self, lambda offer: self._inspected(offer, stay)),
            deliver_to(self, lambda error: self._not_read(error, stay)),
            key="inspect",
            cancelled=self.free,
        )

    def free(self) -> None:
        """Nothing is awaited: the steps go on."""
        self.under_way = self.under_way and self.steps.at > FILE
        self.steps.wait(False)

    def _inspected(self, offer: Offer, stay: bool) -> None:
        self.steps.wait(False)
        self._offer = offer
        self.reading.show_offer(offer)
        self.columns.show_offer(offer)
        self.files.show_offer(offer)
        if not stay:
            self.steps.show_step(READING)
        elif self._then_on and self._read_well():
            self.steps.show_step(COLUMNS)
        self._then_on = False

    def _mapped_by(self, path: Path) -> None:
        """Read and map the file as a mapping file says."""
        ws, file = self._page.desk.workspace, Path(self.file.value())
        wishes = replace(self.reading.wishes(), mapping_file=path)
        self._page.read(
            lambda: intake.understood(ws, file, wishes),
            self._understood,
            key="mapping-file",
        )

    def _understood(self, found: Understanding) -> None:
        self._offer = found.offer
        self.reading.take_over(found.offer.shape)
        self.reading.show_offer(found.offer)
        self.files.show_offer(found.offer)
        self.columns.show_understanding(found)

    def _not_read(self, error: Refused, stay: bool) -> None:
        self.steps.wait(False)
        self._then_on = False
        if stay:
            self._offer = None
            self.reading.show_unread()
            self._page.refuse(error)
        else:
            self.end()
            what, do = refusal_text(error)
            self.form.refuse(what, do, self.form.fields[0])

    def _columns_given(self) -> bool:
        """Whether every meaning is there; a step that is held says at the top what for."""
        self._page.forgive()
        if self.columns.check():
            return True
        lacking = f"{tell('load.still-needs')}: {self.columns.missing.text.text()}"
        self._page.problem.show_problems([(lacking, self.columns.table.grid)])
        return False

    def _source_given(self) -> bool:
        mapping = self.columns.mapping()
        if not self.source.form.check() or self._offer is None or mapping is None:
            return False
        ws, offer = self._page.desk.workspace, self._offer
        self.steps.wait(True)
        self._page.read(
            lambda: intake.preview(ws, offer, mapping),
            lambda preview: self._previewed(preview, mapping),
            key="preview",
        )
        return False

    def _previewed(self, preview: Preview, mapping: Mapping) -> None:
        self.steps.wait(False)
        offer = self._offer
        if offer is None:
            return
        used = [use for use in mapping.columns if use.means is not None]
        as_at = self.source.as_at.value()
        kinds = self._page.desk.workspace.catalogue.kinds
        self.checking.show_preview(
            preview,
            [
                (tell("load.file"), f"{offer.path.name}, {size(offer.size)}"),
                (tell("load.kind"), kinds[mapping.kind].title),
                (
                    tell("load.columns"),
                    tell("load.columns-used", n=len(used), of=len(mapping.columns)),
                ),
                (tell("load.footer"), footer(offer.shape) or tell("load.footer-none")),
                (tell("load.route"), self.source.route_title()),
                (
                    tell("load.agreement"),
                    self.source.agreement.value() or tell("load.no-agreement"),
                ),
                (tell("load.as-at"), day_of(as_at) if as_at else tell("load.as-at-none")),
            ],
        )
        self.steps.show_step(CHECK)

    def _take_in(self) -> bool:
        mapping, offer = self.columns.mapping(), self._offer
        if mapping is None or offer is None:
            return False
        request = LoadRequest(
            path=offer.path,
            mapping=mapping,
            shape=offer.shape,
            agreement=self.source.agreement.value() or None,
            route=self.source.route_id(),
            as_at=self.source.as_at.value() or None,
            supplier=self.source.supplier.value() or None,
            sha256=offer.sha256,
            kind_reason=self.columns.kind_reason(),
            reasons=self.columns.reasons(),
        )
        ws = self._page.desk.workspace
        self.steps.wait(True)
        self._page.write(
            tell("load.taking", file=offer.path.name),
            lambda progress: intake.accept(ws, request, progress),
            self._taken,
            self._not_taken,
            self._cancelled,
        )
        return False

    def _taken(self, answer: LoadAnswer) -> None:
        self.steps.wait(False)
        self.end()
        self._done(answer)

    def _not_taken(self, error: Refused) -> None:
        self.steps.wait(False)
        self._page.refuse(error)

    def _cancelled(self) -> None:
        self.steps.wait(False)
        self._page.confirm(tell("load.cancelled"))

    def prepare_source(self) -> None:
        """Read the agreements the source step offers."""
        ws = self._page.desk.workspace
        self._page.read(lambda: sharing.agreements(ws), self._offer_source, key="agreements")

    def _offer_source(self, agreements: tuple[Agreement, ...]) -> None:
        if self._offer is not None and self.columns.kind.value():
            self.source.show_offer(self._offer, self.columns.kind.value(), agreements)
