"""The step that says what each column means, why the program thinks so, and lets it be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.gui.forms import Choice, Field, Notice, Scroll, Text
from app.model.kinds import ColumnUse, Mapping, Suggestion
from app.model.loads import Offer, Understanding
from app.model.meanings import Meaning
from app.model.notes import Note
from app.services import reading
from app.services.catalogue import Catalogue
from app.wording import field, note, percent
from app.wording.window import tell

KEEP = ""
DATES = frozenset(
    {
        Meaning.BIRTH_DATE,
        Meaning.DEATH_DATE,
        Meaning.REGISTERED_DATE,
        Meaning.START_DATE,
        Meaning.END_DATE,
    }
)
Changed = Callable[[], object]

FORMATS = ("", "%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%m/%d/%Y", "%Y%m%d", "%d %B %Y", "%d-%b-%Y")


SLICE_S = 0.03
"""How long boxes are made at a time, so that the window answers in between."""


class MeaningChoice(Choice):
    """What a column means. The list is filled when first opened, for files have many columns."""

    def __init__(self, use: ColumnUse, entries: Callable[[], list[tuple[str, str]]]) -> None:
        present = _code(use)
        super().__init__([(present, _words(present))], present)
        self._entries: Callable[[], list[tuple[str, str]]] | None = entries
        self.setMinimumContentsLength(22)

    def fill(self) -> None:
        """Offer every meaning."""
        if self._entries is not None:
            entries = self._entries()
            self._entries = None
            self.offer(entries, self.value())

    def showPopup(self) -> None:
        """Fill, then open."""
        self.fill()
        super().showPopup()

    def focusInEvent(self, event: object) -> None:
        """Fill, so that arrows and letters choose."""
        self.fill()
        super().focusInEvent(event)  # type: ignore[arg-type]


class _Line:
    """One column: what it means, in which form its dates are, and the boxes that change it.

    The answers stand without the boxes, which are made when the line comes in sight.
    """

    def __init__(self, suggestion: Suggestion, form: str) -> None:
        self.suggestion = suggestion
        self.column = suggestion.use.column
        self.code = _code(suggestion.use)
        self.form = form

    @property
    def why(self) -> Note:
        """Why the column means what it is taken for."""
        same = self.code == _code(self.suggestion.use)
        return self.suggestion.reason if same else Note("mapped-by-steward")

    def make(self, entries: Callable[[], list[tuple[str, str]]], changed: Changed) -> list[QWidget]:
        """The cells of the line: name, examples, boxes, reason."""
        samples = " · ".join(dict.fromkeys(s for s in self.suggestion.samples if s.strip()))
        reason = note(self.suggestion.reason)
        self.meaning = MeaningChoice(self.suggestion.use, entries)
        self.meaning.setAccessibleName(tell("load.meaning-of", column=self.column))
        self.meaning.setAccessibleDescription(reason)
        self.meaning.currentIndexChanged.connect(lambda _at: self._mean(changed))
        self.dates: Choice | None = None
        self.reason = Text(reason, "small")
        both = QWidget()
        self._both = QVBoxLayout(both)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(2)
        self._both.addWidget(self.meaning)
        self._show_dates()
        return [Text(self.column, "label"), Text(samples[:90], "quiet"), both, self.reason]

    def _mean(self, changed: Changed) -> None:
        self.code = self.meaning.value()
        why = self.why
        same = why is self.suggestion.reason
        self.reason.say(note(why) if same else tell("load.you-chose"))
        self._show_dates()
        changed()

    def _show_dates(self) -> None:
        """The form of dates, where it matters: most columns never need that box."""
        wanted = _use(self.column, self.code).means in DATES
        if wanted and self.dates is None:
            forms = FORMATS if self.form in FORMATS else (*FORMATS, self.form)
            self.dates = Choice([(f, _format_words(f)) for f in forms], self.form)
            self.dates.setAccessibleName(tell("load.date-form-of", column=self.column))
            self.dates.currentIndexChanged.connect(lambda _at: self._form())
            self._both.addWidget(self.dates)
        if self.dates is not None:
            self.dates.setVisible(wanted)

    def _form(self) -> None:
        self.form = self.dates.value() if self.dates is not None else self.form


class Columns(QWidget):
    """The mapping table. `kind_changed` is called when the steward says it is another kind."""

    def __init__(self, catalogue: Catalogue, kind_changed: Callable[[str], object]) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._kinds = catalogue.kinds
        self._kind_changed = kind_changed
        self._lines: list[_Line] = []
        self._why: Note | None = None
        self.kind = Choice()
        self.kind.currentIndexChanged.connect(lambda _at: kind_changed(self.kind.value()))
        self.kind.setMinimumContentsLength(40)
        self.why = Text("", "quiet")
        self.missing = Notice("", "warn", tell("load.still-needs"))
        self.missing.hide()
        self._rows = QWidget()
        self._scroll = Scroll(self._rows)
        self._grid = QGridLayout()
        self._made = 0
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._make_some)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        field_ = Field(tell("load.kind"), self.kind)
        policy = QSizePolicy.Policy
        self.kind.setSizePolicy(policy.Maximum, policy.Fixed)
        box.addWidget(field_)
        box.addWidget(self.why)
        box.addWidget(self.missing)
        box.addWidget(self._scroll, 1)

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
        uses = tuple(_use(line.column, line.code) for line in self._lines)
        dates = {
            line.column: line.form
            for line, use in zip(self._lines, uses, strict=True)
            if line.form and use.means in DATES
        }
        return Mapping(self.kind.value(), uses, dates)

    def kind_reason(self) -> Note | None:
        """Why the file is taken as its kind."""
        return self._why

    def reasons(self) -> dict[str, Note]:
        """Why each column means what it is taken for."""
        return {line.column: line.why for line in self._lines}

    def check(self) -> bool:
        """Whether every meaning the kind must have is there; says which are not."""
        mapping = self.mapping()
        lacking = reading.missing(self._catalogue, mapping) if mapping is not None else ()
        kind = self._kinds.get(self.kind.value())
        means = {f.name: f.means for f in kind.fields} if kind else {}
        self.missing.say(", ".join(sorted(field(means.get(name, name)) for name in lacking)))
        return not lacking

    @property
    def making(self) -> bool:
        """Whether boxes are still being made."""
        return self._more.isActive()

    def _kind_words(self, kind: str, fit: float | None) -> str:
        title = self._kinds[kind].title
        return title if not fit else tell("load.kind-fits", title=title, fit=percent(fit))

    def showEvent(self, event: QShowEvent) -> None:
        """The boxes are made when they come in sight: making those of many columns takes long."""
        super().showEvent(event)
        self._more.start()

    def _show_lines(self, suggestions: Sequence[Suggestion], dates: dict[str, str]) -> None:
        self._lines = [_Line(one, dates.get(one.use.column, "")) for one in suggestions]
        self._made = 0
        self._more.stop()
        self._rows = QWidget()
        outer = QVBoxLayout(self._rows)
        outer.setContentsMargins(0, 0, 12, 0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        for at, share in enumerate((3, 4, 0, 4)):
            self._grid.setColumnStretch(at, share)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        heads = ("load.column", "load.samples", "load.means", "load.why")
        for at, key in enumerate(heads):
            self._grid.addWidget(Text(tell(key), "label"), 0, at)
        self._scroll.hold(self._rows)
        if suggestions:
            self.check()
        if self.isVisible():
            self._more.start()

    def _make_some(self) -> None:
        """Make boxes for a moment, then let the window answer; until every line has its own."""
        entries, until = self._entries(self.kind.value()), perf_counter() + SLICE_S
        while self._made < len(self._lines):
            line = self._lines[self._made]
            self._made += 1
            for at, cell in enumerate(line.make(entries, self.check)):
                place = Qt.AlignmentFlag(0) if at == 2 else Qt.AlignmentFlag.AlignVCenter
                self._grid.addWidget(cell, self._made, at, place)
            if perf_counter() > until:
                return
        self._more.stop()

    def _entries(self, kind: str) -> Callable[[], list[tuple[str, str]]]:
        fields = self._kinds[kind].fields if kind in self._kinds else ()
        second = [f"{f.means.value}#{f.party}" for f in fields if f.party > 1]
        codes = [KEEP, *(means.value for means in Meaning), *second]
        return lambda: [(code, _words(code)) for code in codes]


def words_of(use: ColumnUse) -> str:
    """What a column means, in words."""
    return _words(_code(use))


def _code(use: ColumnUse) -> str:
    if use.means is None:
        return KEEP
    return use.means.value if use.party == 1 else f"{use.means.value}#{use.party}"


def _use(column: str, code: str) -> ColumnUse:
    means, _, party = code.partition("#")
    return ColumnUse(column, Meaning(means) if means else None, int(party or 1))


def _words(code: str) -> str:
    if code == KEEP:
        return tell("load.keep")
    means, _, party = code.partition("#")
    words = field(means)
    return tell("load.second-person", field=words) if party else words


def _format_words(form: str) -> str:
    if not form:
        return tell("load.date-any")
    examples = {
        "%d": "22",
        "%m": "08",
        "%Y": "2026",
        "%B": "August",
        "%b": "Aug",
    }
    for sign, example in examples.items():
        form = form.replace(sign, example)
    return tell("load.date-like", example=form)
