"""The stewards of the vault, what may be done with each, and one's own passphrase."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.forms import (
    Button,
    Card,
    Choice,
    Field,
    Form,
    LineBox,
    PassphraseBox,
    Question,
    Text,
    ask,
    flow,
)
from app.gui.forms.form import needed
from app.gui.frame import NewPassphraseBox, Page, ask_form
from app.gui.tables import Table
from app.model.vaults import Role, StewardInfo
from app.services import staff
from app.wording import name, note
from app.wording.window import tell


class People(Card):
    """A table of stewards with the acts on it."""

    def __init__(self, page: Page) -> None:
        super().__init__(Text(tell("settings.stewards"), "heading"), gap=12)
        self._page = page
        heads = {"name": tell("settings.name"), "role": tell("settings.role")}
        self.table = Table(page.desk.jobs, "stewards", tell("settings.stewards"), heads)
        self.table.setMinimumHeight(180)
        self.table.chosen.connect(lambda _key: self._choose())
        self.table.arranged.connect(self._choose)
        self._people: tuple[StewardInfo, ...] = ()
        self.add = Button(tell("settings.add-steward"), self.ask_steward)
        self.role = Button(tell("settings.change-role"), lambda: self._with(self.ask_role))
        self.revoke = Button(tell("settings.revoke"), lambda: self._with(self.ask_revoke))
        self.change = Button(tell("settings.change-passphrase"), self.ask_passphrase)
        self.body.addWidget(self.table)
        self.body.addWidget(flow(self.add, self.role, self.revoke, self.change, gap=12))
        self._choose()

    def show_people(self, people: tuple[StewardInfo, ...]) -> None:
        """Show who may open the vault."""
        self._people = people
        rows = [(p.name, name("role", p.role.value)) for p in people]
        self.table.show_rows(("name", "role"), rows)
        self._choose()

    def _chosen(self) -> StewardInfo | None:
        """The steward under the cursor, if it is another than the one at work."""
        key = self.table.current_key()
        found = None if key is None or key >= len(self._people) else self._people[key]
        mine = self._page.desk.workspace.steward.name
        return None if found is None or found.name == mine else found

    def _choose(self) -> None:
        another = self._chosen() is not None
        self.role.setEnabled(another)
        self.revoke.setEnabled(another)

    def _with(self, act: Callable[[StewardInfo], object]) -> None:
        steward = self._chosen()
        if steward is not None:
            act(steward)

    def ask_steward(self) -> None:
        """Add somebody."""
        who = LineBox()
        role = roles(Role.STEWARD)
        secret, again = NewPassphraseBox(who.value), PassphraseBox()
        form = Form(
            Field(tell("settings.name"), who, rule=needed(who.value, tell("lock.need-name"))),
            Field(tell("settings.role"), role),
            *passphrase_fields(secret, again),
        )
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("settings.add-steward"),
            form,
            lambda _progress: staff.add_steward(
                ws, who.value(), Role(role.value()), secret.value()
            ),
            lambda added: self._page.confirm(tell("settings.steward-added", name=added.name)),
        )

    def ask_role(self, steward: StewardInfo) -> None:
        """Give another steward another role."""
        role = roles(steward.role)
        form = Form(Field(tell("settings.role"), role, hint=tell("settings.role-hint")))
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("settings.change-role-of", name=steward.name),
            form,
            lambda _progress: staff.change_role(ws, steward.name, Role(role.value())),
            lambda made: self._page.confirm(
                tell("settings.role-changed", name=made.name, role=name("role", made.role.value))
            ),
            go=tell("settings.change-role"),
        )

    def ask_revoke(self, steward: StewardInfo) -> None:
        """Let another steward in no more."""
        ws = self._page.desk.workspace
        question = Question(
            tell("settings.revoke-of", name=steward.name),
            tell("settings.revoke-what", name=steward.name),
            tell("settings.revoke-undo"),
            tell("settings.revoke"),
            danger=True,
        )
        ask(
            self._page,
            question,
            lambda: self._page.write(
                question.title,
                lambda progress: staff.revoke(ws, steward.name, progress),
                lambda notes: self._page.confirm(
                    " ".join(
                        (
                            tell("settings.revoked", name=steward.name),
                            *(note(one) for one in notes),
                        )
                    )
                ),
            ),
        )

    def ask_passphrase(self) -> None:
        """Change the passphrase of the steward at work."""
        mine = self._page.desk.workspace.steward.name
        old, secret, again = PassphraseBox(), NewPassphraseBox(lambda: mine), PassphraseBox()
        rule = needed(old.value, tell("lock.need-passphrase"))
        form = Form(
            Field(tell("settings.old-passphrase"), old, rule=rule),
            *passphrase_fields(secret, again),
        )
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("settings.change-passphrase"),
            form,
            lambda _progress: staff.change_passphrase(ws, old.value(), secret.value()),
            lambda _none: self._page.confirm(tell("settings.passphrase-changed")),
        )


def roles(now: Role) -> Choice:
    """A choice of roles."""
    return Choice([(r.value, name("role", r.value)) for r in Role], now.value)


def passphrase_fields(secret: PassphraseBox, again: PassphraseBox) -> tuple[Field, Field]:
    """A new passphrase, typed twice."""

    def same() -> str | None:
        return None if again.value() == secret.value() else tell("lock.differ")

    return (
        Field(
            tell("settings.new-passphrase"),
            secret,
            hint=tell("lock.passphrase-hint"),
            rule=needed(secret.value, tell("lock.need-passphrase")),
        ),
        Field(tell("lock.again"), again, rule=same),
    )
