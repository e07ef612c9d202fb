"""Backup, restore and health of the vault."""

from __future__ import annotations

from pathlib import Path

from app.gui.forms import (
    Button,
    Card,
    Dialog,
    Facts,
    Field,
    FileBox,
    Form,
    Notice,
    Text,
    flow,
    show_once,
)
from app.gui.forms.form import needed
from app.gui.frame import Page, PlaceWarning, ask_form
from app.model.vaults import BackupAnswer, Health, TakenOut
from app.services import leaving, vaults
from app.services.catalogue import catalogue
from app.wording.window import tell

PARTS = ("integrity", "cipher", "schema", "trail")


class Keeping(Card):
    """Four acts, and the health found by the last check."""

    def __init__(self, page: Page) -> None:
        super().__init__(Text(tell("settings.keeping"), "heading"), gap=12)
        self._page = page
        self.backup = Button(tell("settings.backup"), self.ask_backup)
        self.restore = Button(tell("settings.restore"), self.ask_restore)
        self.check = Button(tell("settings.check"), self.check_now)
        self.take_out = Button(tell("settings.take-out"), self.ask_take_out)
        page.permit("vault.take-out", self.take_out)
        self.health = Facts()
        self.health.hide()
        self.body.addWidget(Text(tell("settings.keeping-what"), "quiet"))
        self.body.addWidget(flow(self.backup, self.restore, self.check, self.take_out, gap=12))
        self.body.addWidget(self.health)

    def ask_backup(self) -> None:
        """One encrypted file of everything."""
        day = self._page.desk.clock().strftime("%Y-%m-%d")
        vault = self._page.desk.workspace.vault.folder
        place = FileBox("save", name=str(vault.parent / f"{vault.name} {day}.backup"))
        rule = needed(place.value, tell("settings.need-file"))
        form = Form(
            Field(tell("settings.backup-to"), place, hint=tell("settings.backup-hint"), rule=rule)
        )
        form.add(
            PlaceWarning(
                self._page, place, lambda to: vaults.backup_warnings(catalogue(), to.parent)
            )
        )
        ws = self._page.desk.workspace
        ask_form(
            self._page,
            tell("settings.backup"),
            form,
            lambda progress: vaults.backup(ws, Path(place.value()), progress),
            self._backed_up,
        )

    def ask_restore(self) -> None:
        """A new vault folder from a backup; the open vault stays as it is."""
        file, to = FileBox("open"), FileBox("save")
        need = tell("settings.need-file")
        form = Form(
            Field(tell("settings.restore-from"), file, rule=needed(file.value, need)),
            Field(
                tell("settings.restore-to"),
                to,
                hint=tell("settings.restore-hint"),
                rule=needed(to.value, tell("lock.need-place")),
            ),
        )
        form.add(
            PlaceWarning(self._page, to, lambda folder: vaults.place_warnings(catalogue(), folder))
        )
        ask_form(
            self._page,
            tell("settings.restore"),
            form,
            lambda progress: vaults.restore(
                catalogue(), Path(file.value()), Path(to.value()), progress
            ),
            lambda made: self._page.confirm(tell("settings.restored", vault=str(made.vault))),
        )

    def ask_take_out(self) -> None:
        """Everything as plain tables in a sealed archive, for leaving."""
        ws = self._page.desk.workspace
        place = FileBox("save", name=str(ws.vault.folder.parent / "everything.zip"))
        rule = needed(place.value, tell("settings.need-file"))
        hint = tell("settings.take-out-hint")
        dialog = ask_form(
            self._page,
            tell("settings.take-out"),
            Form(Field(tell("settings.take-out-to"), place, hint=hint, rule=rule)),
            lambda progress: leaving.take_out(ws, Path(place.value()), progress),
            self.show_taken,
        )
        dialog.asks_once = True

    def show_taken(self, made: TakenOut) -> Dialog:
        """The passphrase of the archive, shown once."""
        phrase = Text(made.passphrase, "key").selectable()
        phrase.setAccessibleName(tell("share.passphrase"))
        return show_once(
            self._page,
            tell("settings.taken-out"),
            Text(tell("settings.taken-out-what", file=made.file.name, n=made.files)),
            phrase,
            Notice(tell("share.passphrase-once"), "warn"),
            close=tell("settings.take-out-kept"),
            once=True,
        )

    def check_now(self) -> None:
        """Look at every part of the vault."""
        ws = self._page.desk.workspace
        self._page.write(
            tell("settings.checking"), lambda progress: vaults.check(ws, progress), self._checked
        )

    def _backed_up(self, made: BackupAnswer) -> None:
        self._page.confirm(tell("settings.backed-up", file=str(made.file), sha256=made.sha256[:16]))

    def _checked(self, health: Health) -> None:
        self.health.show_rows(
            [
                (
                    tell(f"settings.part-{part}"),
                    tell("settings.sound" if getattr(health, part) else "settings.unsound"),
                )
                for part in PARTS
            ]
        )
        self.health.show()
        if all(getattr(health, part) for part in PARTS):
            self._page.confirm(tell("settings.healthy"))
