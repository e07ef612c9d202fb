"""Persons: what the runs link together over all loads, for one purpose at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.base.progress import Progress
from app.gui.forms import (
    Button,
    Choice,
    Field,
    Form,
    LineBox,
    Notice,
    Roomy,
    Text,
    Tick,
    column,
    flow,
    tab_bar,
)
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import Table
from app.model.notes import Note
from app.model.persons import Gathering, Person, PersonSummary, RefusedLink
from app.model.runs import RecordView
from app.model.searching import SearchAnswer, SearchRequest
from app.services import finding, persons
from app.wording import against, field, moment_of, name, note, number
from app.wording.window import tell

MOST = 2000
"""Persons listed, those of most records first; the count tells of all."""
LEAST = 27
"""Lines of text that the choices, a warning and a few persons need."""
LISTED = ("person", "records", "loads")
REFUSED = ("pair", "reason", "against")
SAID = ("load", "place", "field", "says")

Known = tuple[Gathering | None, tuple[PersonSummary, ...], tuple[RefusedLink, ...]]


class Persons(QWidget):
    """A purpose, a button that gathers, and below it the persons and the links refused."""

    def __init__(self, page: Page, back: Callable[[], object]) -> None:
        super().__init__()
        self._page = page
        self._persons: tuple[PersonSummary, ...] = ()
        self._refused: tuple[RefusedLink, ...] = ()
        self.purpose = Choice()
        self.purpose.setAccessibleName(tell("match.purpose"))
        self.purpose.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.purpose.currentIndexChanged.connect(lambda _at: self.look())
        self.probable = Tick(tell("persons.probable"))
        self.go = Button(tell("persons.go"), self._gather, part="primary")
        self.seek = Button(tell("persons.find"), self.ask_find)
        self.digest = Text("", "quiet")
        self.warning = Notice("", "warn", tell("load.note"))
        self.table = self._table("persons", LISTED, right=("records",))
        self.table.opened.connect(lambda key: self.show_person(self._persons[key].person))
        self.refused = self._table("refused", REFUSED)
        self.refused.opened.connect(lambda key: self._review(self._refused[key].pair))
        self.who = Text("", "heading")
        self.said = self._table("said", SAID)
        self._below = QStackedWidget()
        page.permit("person.gather", self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        room = Roomy(LEAST)
        whole.addWidget(room)
        box = room.body
        box.addWidget(flow(Button(tell("match.back"), back), gap=12))
        box.addWidget(flow(Text(tell("match.purpose"), "label", wrap=False), self.purpose, gap=12))
        box.addWidget(flow(self.probable, self.go, self.seek, gap=12))
        box.addWidget(self.digest)
        box.addWidget(self.warning)
        box.addWidget(self._tabs())
        box.addWidget(self._below, 1)

    def _table(self, part: str, columns: tuple[str, ...], right: tuple[str, ...] = ()) -> Table:
        heads = {one: tell(f"persons.head-{one}") for one in columns}
        title = tell(f"persons.{part}")
        return Table(self._page.desk.jobs, f"persons-{part}", title, heads, right, columns[-1])

    def _tabs(self) -> QWidget:
        parts = {
            "persons": self.table,
            "refused": self.refused,
            "said": column(self.who, self.said, gap=8),
        }
        for part in parts.values():
            self._below.addWidget(part)
        bar, self.tabs = tab_bar({key: tell(f"persons.{key}") for key in parts}, self._show_tab)
        self.tabs["said"].hide()
        self._show_tab("persons")
        return bar

    def _show_tab(self, tab: str) -> None:
        self.tabs[tab].setChecked(True)
        self._below.setCurrentIndex(list(self.tabs).index(tab))

    def begin(self) -> None:
        """Offer every purpose; the one persons were gathered for last stays chosen."""
        if not self.purpose.count():
            known = self._page.desk.workspace.catalogue.governance.purposes
            self.purpose.offer([(one.id, one.title) for one in known.values() if one.people])
        self.look()

    def look(self) -> None:
        """Read what was gathered for the purpose."""
        ws, purpose = self._page.desk.workspace, self.purpose.value()
        if not purpose:
            return

        def known() -> Known:
            made = persons.gathering(ws, purpose)
            if made is None:
                return None, (), ()
            return made, persons.listed(ws, purpose, MOST), persons.refused(ws, purpose)

        self._page.read(known, self._show, key="persons")

    def _show(self, found: Known) -> None:
        made, self._persons, self._refused = found
        self.tabs["said"].hide()
        if self._below.currentIndex() == list(self.tabs).index("said"):
            self._show_tab("persons")
        if made is None:
            self.digest.say(tell("persons.none"))
            self.warning.say("")
        else:
            self.probable.setChecked(made.probable)
            self.digest.say(_digest(made))
            self.warning.say("\n".join(note(one) for one in _warnings(made)))
        rows = [(one.person, number(one.records), ", ".join(one.loads)) for one in self._persons]
        values = [(one.person, one.records, ", ".join(one.loads)) for one in self._persons]
        self.table.show_rows(LISTED, rows, values, empty=tell("persons.empty"))
        whys = [(one.pair, name("unjoined", one.reason), against(one)) for one in self._refused]
        self.refused.show_rows(REFUSED, whys, whys, empty=tell("persons.refused-none"))

    def _gather(self) -> None:
        ws, purpose, probable = (
            self._page.desk.workspace,
            self.purpose.value(),
            self.probable.value(),
        )

        def gather(progress: Progress) -> Gathering:
            return persons.gather(ws, purpose, probable=probable, progress=progress)

        self.go.setEnabled(False)
        self._page.write(
            tell("persons.gathering"), gather, self._gathered, cancelled=self._cancelled
        )

    def free(self) -> None:
        """Persons can be gathered again."""
        self.go.setEnabled(True)

    def _gathered(self, _made: Gathering) -> None:
        self.free()
        self._page.confirm(tell("persons.done"))
        self.look()

    def _cancelled(self) -> None:
        self.free()
        self._page.confirm(tell("persons.cancelled"))

    def show_person(self, person: str) -> None:
        """What the records of one person say; the look is recorded."""
        ws, purpose = self._page.desk.workspace, self.purpose.value()
        self._page.read(lambda: persons.person(ws, person, purpose), self._show_said, key="person")

    def _show_said(self, found: Person) -> None:
        self.who.say(tell("persons.who", person=found.person, n=len(found.records)))
        self._lay_out(found.records)

    def ask_find(self) -> None:
        """One person in all loads that the purpose may see, for a case that goes on record."""
        ws, purpose = self._page.desk.workspace, self.purpose.value()
        case = LineBox()
        known = {part: LineBox() for part in ("surname", "forename", "born", "postcode")}
        rule = needed(case.value, tell("persons.need-case"))
        fields = [Field(tell("persons.case"), case, hint=tell("persons.case-hint"), rule=rule)]
        fields += [Field(tell(f"persons.{part}"), box) for part, box in known.items()]

        def find(progress: Progress) -> SearchAnswer:
            told = {part: box.value() for part, box in known.items()}
            return finding.find(ws, SearchRequest(purpose, case.value(), **told), progress)

        ask_form(
            self._page,
            tell("persons.find"),
            Form(*fields),
            find,
            lambda found: self._found(case.value(), found),
        )

    def _found(self, case: str, found: SearchAnswer) -> None:
        self.who.say(tell("persons.found", case=case, n=len(found.records)))
        told = [note(one) for one in found.left_out]
        if found.more:
            told.append(note(Note("search-more", {"more": found.more})))
        self.warning.say("\n".join(told))
        self._lay_out(found.records)

    def _lay_out(self, records: Sequence[RecordView]) -> None:
        rows = [
            (
                record.load,
                tell("persons.place", file=record.file, row=record.row),
                field(line.name),
                line.raw or line.standard,
            )
            for record in records
            for line in record.fields
        ]
        self.said.show_rows(SAID, rows, rows, empty=tell("persons.found-none"))
        self.tabs["said"].show()
        self._show_tab("said")

    def _review(self, pair: str) -> None:
        run, _, _ = pair.partition("-")
        self._page.desk.go("review", f"{run}/{pair}")


def _digest(made: Gathering) -> str:
    facts = {"records": made.records, "persons": made.persons, "links": made.links}
    when = tell("persons.when", at=moment_of(made.gathered_at), by=made.gathered_by)
    return " ".join((note(Note("persons-gathered", dict(facts))), when))


def _warnings(made: Gathering) -> list[Note]:
    warnings = list(made.left_out)
    if made.refused:
        warnings.append(Note("persons-refused", {"refused": made.refused}))
    if not made.current:
        warnings.append(Note("persons-stale"))
    return warnings
