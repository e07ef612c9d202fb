"""The step that says what each column means, why the program thinks so, and lets it be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.gui.forms import Choice, Field, Notice, Text
from app.gui.frame import Desk
from app.gui.pages.load.lines import KEEP, Line, Lines, code_of, is_date, use_of, words_of
from app.gui.pages.load.meaning import MeaningBoxes
from app.gui.tables import Table
from app.model.kinds import ColumnUse, Mapping, Suggestion
from app.model.loads import Offer, Understanding
from app.model.meanings import Meaning
from app.model.notes import Note
from app.services import reading
from app.wording import field, note, percent
from app.wording.window import tell

HEADS = ("column", "samples", "means", "dates", "why")


class Columns(QWidget):
    """The mapping as a table, and boxes that change the column the cursor is on.

    `kind_changed` is called when the steward says it is another kind.
    """

    def __init__(self, desk: Desk, kind_changed: Callable[[str], object]) -> None:
        super().__init__()
        self._catalogue = desk.workspace.catalogue
        self._kinds = self._catalogue.kinds
        self.lines: list[Line] = []
        self._why: Note | None = None
        self.kind = Choice()
        self.kind.currentIndexChanged.connect(lambda _at: kind_changed(self.kind.value()))
        self.kind.setMinimumContentsLength(40)
        self.why = Text("", "quiet")
        self.missing = Notice("", "warn", tell("load.still-needs"))
        heads = {part: tell(f"load.{part}") for part in HEADS}
        title = tell("load.step-columns")
        self.table = Table(desk.jobs, "load-mapping", title, heads, telling="why")
        self.table.setMinimumHeight(260)
        self.boxes = MeaningBoxes(self._changed)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _key: self.boxes.begin())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        field_ = Field(tell("load.kind"), self.kind)
        policy = QSizePolicy.Policy
        self.kind.setSizePolicy(policy.Maximum, policy.Fixed)
        for item in (field_, self.why, self.missing):
            box.addWidget(item)
        box.addWidget(self.table, 1)
        box.addWidget(self.boxes)

    def show_offer(self, offer: Offer) -> None:
        """Show the best guess of an offer, or the kind insisted on."""
        fits = {guess.kind: guess.fit for guess in offer.guesses}
        names = sorted(self._kinds, key=lambda kind: (-fits.get(kind, 0), kind))
        best = offer.guesses[0] if offer.guesses else None
        entries = [(kind, self._kind_words(kind, fits.get(kind))) for kind in names]
        self.kind.offer(entries, best.kind if best else "people")
        self._why = best.reason if best else Note("kind-named")
        self.why.say(note(best.reason) if best else tell("load.no-kind"))
        self._show_lines(best.suggestions if best else (), best.dates if best else {})

    def show_understanding(self, found: Understanding) -> None:
        """Show what a mapping file makes of a file."""
        self.kind.blockSignals(True)
        self.kind.set_value(found.kind or "")
        self.kind.blockSignals(False)
        self._why = found.reason
        self.why.say(note(found.reason) if found.reason else "")
        self._show_lines(found.suggestions, found.dates)

    def mapping(self) -> Mapping | None:
        """The mapping as it stands; None where no kind is chosen."""
        if not self.kind.value():
            return None
        uses = tuple(use_of(line.column, line.code) for line in self.lines)
        dates = {line.column: line.form for line in self.lines if line.form and is_date(line.code)}
        return Mapping(self.kind.value(), uses, dates)

    def kind_reason(self) -> Note | None:
        """Why the file is taken as its kind."""
        return self._why

    def reasons(self) -> dict[str, Note]:
        """Why each column means what it is taken for."""
        return {line.column: line.why for line in self.lines}

    def choose(self, column: str) -> None:
        """Put the cursor on a column, as if it were clicked."""
        key = next(n for n, line in enumerate(self.lines) if line.column == column)
        order = range(self.table.model.rowCount())
        source = self.table.model.source
        self.table.grid.selectRow(next(at for at in order if source.key(at) == key))

    def check(self) -> bool:
        """Whether every meaning the kind must have is there; says which are not."""
        mapping = self.mapping()
        lacking = reading.missing(self._catalogue, mapping) if mapping is not None else ()
        kind = self._kinds.get(self.kind.value())
        means = {f.name: f.means for f in kind.fields} if kind else {}
        self.missing.say(", ".join(sorted(field(means.get(name, name)) for name in lacking)))
        return not lacking

    def _kind_words(self, kind: str, fit: float | None) -> str:
        title = self._kinds[kind].title
        return title if not fit else tell("load.kind-fits", title=title, fit=percent(fit))

    def _show_lines(self, suggestions: Sequence[Suggestion], dates: dict[str, str]) -> None:
        self.lines = [Line(one, dates.get(one.use.column, "")) for one in suggestions]
        self.boxes.offer(self._entries(self.kind.value()))
        self.table.show_source(Lines(HEADS, self.lines))
        if self.lines:
            self.table.grid.selectRow(0)
            self.check()

    def _choose(self, key: int) -> None:
        self.boxes.show_line(self.lines[key])

    def _changed(self) -> None:
        self.table.renew()
        self.check()

    def _entries(self, kind: str) -> list[tuple[str, str]]:
        fields = self._kinds[kind].fields if kind in self._kinds else ()
        second = [code_of(ColumnUse("", f.means, f.party)) for f in fields if f.party > 1]
        return [(code, words_of(code)) for code in (KEEP, *map(str, Meaning), *second)]
