"""Persons: what the runs link together over all loads, for one purpose at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.base.progress import Progress
from app.gui.forms import Button, Choice, Notice, Roomy, Text, Tick, column, flow, tab_bar
from app.gui.frame import Page
from app.gui.tables import Table
from app.model.notes import Note
from app.model.persons import Gathering, Person, PersonSummary, RefusedLink
from app.services import persons
from app.wording import field, moment_of, name, note, number
from app.wording.window import tell

MOST = 2000
"""Persons listed, those of most records first; the count tells of all."""
LEAST = 18
"""Lines of text that the choices and a few persons need."""
LISTED = ("person", "records", "loads")
REFUSED = ("pair", "reason")
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
        box.addWidget(flow(self.probable, self.go, gap=12))
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
        whys = [(one.pair, name("unjoined", one.reason)) for one in self._refused]
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
        rows = [
            (
                record.load,
                tell("persons.place", file=record.file, row=record.row),
                field(line.name),
                line.raw or line.standard,
            )
            for record in found.records
            for line in record.fields
        ]
        self.said.show_rows(SAID, rows, rows, empty="")
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
