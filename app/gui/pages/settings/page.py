"""The settings page: cards under each other."""

from __future__ import annotations

from typing import ClassVar

from app.gui.forms import Card, Scroll, Text, column
from app.gui.frame import Desk, Page, called
from app.gui.pages.settings.keeping import Keeping
from app.gui.pages.settings.keys import Keys
from app.gui.pages.settings.looks import Habits, Looks
from app.gui.pages.settings.people import People
from app.gui.tables import Table
from app.model.kinds import Kind
from app.services import staff
from app.services.catalogue import catalogue
from app.services.kinds import kinds
from app.wording import field
from app.wording.window import tell

KIND_COLUMNS = ("title", "id", "needs", "source")


class Settings(Page):
    """Looks and locking belong to this computer, the rest to the vault."""

    name: ClassVar[str] = "settings"
    topics: ClassVar[frozenset[str]] = frozenset({"steward", "vault"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.looks, self.habits = Looks(desk), Habits(desk)
        self.people, self.keys, self.keeping = People(self), Keys(self), Keeping(self)
        self.permit("steward.add", self.people.add)
        self.permit("steward.role", self.people.role)
        self.permit("steward.revoke", self.people.revoke)
        self.permit("vault.recovery", self.keys.recovery)
        self.permit("vault.rotate", self.keys.rotate)
        heads = {column: tell(f"settings.kind-{column}") for column in KIND_COLUMNS}
        self.kinds = Table(desk.jobs, "kinds", tell("settings.kinds"), heads)
        self.kinds.setMinimumHeight(300)
        known = Card(
            Text(tell("settings.kinds"), "heading"),
            Text(tell("settings.kinds-what"), "quiet"),
            self.kinds,
        )
        cards = (self.looks, self.habits, self.people, self.keys, self.keeping, known)
        content = column(*cards, 1, gap=16)
        self.body.addWidget(Scroll(content))
        self.say(tell("settings.title", vault=called(desk.workspace.vault.folder)))

    def look(self) -> None:
        """Read stewards and kinds."""
        folder = self.desk.workspace.vault.folder
        self.read(lambda: staff.stewards_of(folder), self.people.show_people, key="stewards")
        self.read(lambda: staff.recovery_of(folder), self.keys.show_asked, key="recovery")
        self.read(lambda: kinds(catalogue()), self._show_kinds, key="kinds")

    def _show_kinds(self, known: tuple[Kind, ...]) -> None:
        rows = []
        for kind in known:
            needs = ", ".join(field(f.means.value) for f in kind.fields if f.required)
            rows.append((kind.title, kind.id, needs, kind.source))
        self.kinds.show_rows(KIND_COLUMNS, rows)
