"""The keys behind the passphrases: the recovery key on paper, and the vault's own data key."""

from __future__ import annotations

from app.base.progress import Progress
from app.gui.forms import (
    Button,
    Card,
    Choice,
    Dialog,
    Field,
    Form,
    NoteBox,
    Notice,
    Question,
    RadioChoice,
    Text,
    ask,
    flow,
    show_once,
)
from app.gui.frame import Page, ask_form
from app.model.notes import Note
from app.model.vaults import Recovery, RecoveryAsked
from app.services import staff
from app.wording import note
from app.wording.window import tell

WHOLE, SPLIT = "whole", "split"
MOST_NEEDED = 5


class Keys(Card):
    """Two acts, and how the recovery key is kept now."""

    def __init__(self, page: Page) -> None:
        super().__init__(Text(tell("settings.secrets"), "heading"), gap=12)
        self._page = page
        self.kept = Text("")
        self.recovery = Button(tell("settings.new-recovery"), self.ask_recovery)
        self.rotate = Button(tell("settings.new-key"), self.ask_rotate)
        self.body.addWidget(self.kept)
        self.body.addWidget(flow(self.recovery, self.rotate, gap=12))

    def show_asked(self, asked: RecoveryAsked) -> None:
        """Say how the recovery key is kept."""
        holders = ", ".join(asked.holders)
        split = tell("settings.recovery-split", needed=asked.needed, holders=holders)
        self.kept.say(split if asked.holders else tell("settings.recovery-whole"))

    def ask_recovery(self) -> None:
        """A new recovery key, whole or split between officers."""
        ways = [(way, tell(f"settings.recovery-way-{way}")) for way in (WHOLE, SPLIT)]
        way = RadioChoice(ways, WHOLE)
        names = NoteBox(4)
        counts = [(str(n), str(n)) for n in range(2, MOST_NEEDED + 1)]
        needed = Choice(counts, "2")
        who = Field(tell("settings.holders"), names, hint=tell("settings.holders-hint"), rule=None)
        many = Field(tell("settings.needed"), needed)
        form = Form(Field(tell("settings.recovery-way"), way), who, many)
        form.add(Notice(tell("settings.old-recovery-ends"), "warn"))
        for part in (who, many):
            part.setVisible(False)
            way.changed.connect(lambda chosen, part=part: part.setVisible(chosen == SPLIT))
        ws = self._page.desk.workspace

        def work(progress: Progress) -> Recovery:
            if way.value() == WHOLE:
                return staff.new_recovery(ws, progress=progress)
            holders = tuple(line.strip() for line in names.value().splitlines() if line.strip())
            return staff.new_recovery(ws, holders or ("",), int(needed.value()), progress)

        dialog = ask_form(self._page, tell("settings.new-recovery"), form, work, self.show_new)
        dialog.asks_once = True

    def show_new(self, made: Recovery) -> Dialog:
        """The key, or each officer's share, shown once."""
        items: list[Text | Notice] = [Notice(tell("settings.recovery-once"), "warn")]
        shown = made.shares or (("", made.written),)
        for holder, words in shown:
            if holder:
                items.append(Text(tell("settings.share-of", holder=holder), "label"))
            key = Text(words, "key").selectable()
            key.setAccessibleName(holder or tell("lock.recovery-key"))
            items.append(key)
        items += [Text(note(one), "quiet") for one in staff.OLD_BACKUPS]
        return show_once(
            self._page,
            tell("settings.new-recovery"),
            *items,
            close=tell("settings.recovery-kept"),
            once=True,
        )

    def ask_rotate(self) -> None:
        """The whole vault under a new data key."""
        ws = self._page.desk.workspace
        question = Question(
            tell("settings.new-key"),
            tell("settings.new-key-what"),
            tell("settings.new-key-undo"),
            tell("settings.new-key-do"),
        )
        ask(
            self._page,
            question,
            lambda: self._page.write(
                question.do, lambda progress: staff.rotate(ws, progress), self.rotated
            ),
        )

    def rotated(self, notes: tuple[Note, ...]) -> None:
        """Say what a change of key leaves to do."""
        told = " ".join(note(one) for one in notes)
        self._page.confirm(f"{tell('settings.key-changed')} {told}")
