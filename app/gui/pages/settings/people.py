"""The stewards of the vault, and the passphrase of the one at work."""

from __future__ import annotations

from app.gui.forms import Button, Card, Choice, Field, Form, LineBox, PassphraseBox, Text, row
from app.gui.forms.form import needed
from app.gui.frame import Page, ask_form
from app.gui.tables import Table
from app.model.vaults import Role, StewardInfo
from app.services import staff
from app.wording import name
from app.wording.window import tell


class People(Card):
    """A table of stewards with the two acts on it."""

    def __init__(self, page: Page) -> None:
        super().__init__(Text(tell("settings.stewards"), "heading"), gap=12)
        self._page = page
        heads = {"name": tell("settings.name"), "role": tell("settings.role")}
        self.table = Table(page.desk.jobs, "stewards", tell("settings.stewards"), heads)
        self.table.setMinimumHeight(180)
        self.add = Button(tell("settings.add-steward"), self.ask_steward)
        self.change = Button(tell("settings.change-passphrase"), self.ask_passphrase)
        self.body.addWidget(self.table)
        self.body.addWidget(row(self.add, self.change, 1))

    def show_people(self, people: tuple[StewardInfo, ...]) -> None:
        """Show who may open the vault."""
        rows = [(p.name, name("role", p.role.value)) for p in people]
        self.table.show_rows(("name", "role"), rows)

    def ask_steward(self) -> None:
        """Add somebody."""
        who = LineBox()
        role = Choice([(r.value, name("role", r.value)) for r in Role], Role.STEWARD.value)
        secret, again = PassphraseBox(), PassphraseBox()
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

    def ask_passphrase(self) -> None:
        """Change the passphrase of the steward at work."""
        old, secret, again = PassphraseBox(), PassphraseBox(), PassphraseBox()
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
