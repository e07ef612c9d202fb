"""How the window looks and when it locks: kept on this computer."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from app.gui.forms import Card, Choice, Field, RadioChoice, Text, Tick
from app.gui.frame import Desk
from app.gui.frame.preferences import IDLE_MINUTES
from app.gui.theme import CHOICES, SCALES
from app.wording.window import tell


class Looks(Card):
    """Theme and text size, put in force at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(Text(tell("settings.looks"), "heading"), gap=12)
        self._desk = desk
        kept = desk.preferences
        self.theme = RadioChoice([(c, tell(f"settings.theme-{c}")) for c in CHOICES], kept.theme)
        self.scale = Choice([(str(s), f"{s} %") for s in SCALES], str(kept.scale))
        self.scale.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.theme.changed.connect(lambda _code: self._apply())
        self.scale.currentIndexChanged.connect(lambda _at: self._apply())
        self.body.addWidget(Field(tell("settings.theme"), self.theme))
        self.body.addWidget(Field(tell("settings.scale"), self.scale))

    def _apply(self) -> None:
        kept = self._desk.preferences
        kept.theme, kept.scale = self.theme.value(), int(self.scale.value())
        self._desk.theme.apply(kept.theme, kept.scale / 100)


class Habits(Card):
    """When the window locks, whether review is blind, and what a matching may use of memory."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(Text(tell("settings.habits"), "heading"), gap=12)
        self._desk = desk
        kept = desk.preferences
        entries = [(str(m), tell("settings.minutes", n=m)) for m in IDLE_MINUTES]
        self.idle = Choice(entries, str(kept.idle_minutes))
        self.idle.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.idle.currentIndexChanged.connect(lambda _at: self._keep())
        self.blind = Tick(tell("settings.blind"), kept.blind)
        self.blind.toggled.connect(lambda _on: self._keep())
        self.body.addWidget(
            Field(tell("settings.idle"), self.idle, hint=tell("settings.idle-hint"))
        )
        self.body.addWidget(self.blind)
        policy = desk.workspace.catalogue.vault_policy
        offered = {*policy.match_memory_choices, policy.match_memory_mb}
        sizes = [(str(mb), tell("settings.memory-mb", n=mb)) for mb in sorted(offered)]
        self.memory = Choice(sizes, str(kept.memory_mb or policy.match_memory_mb))
        self.memory.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.memory.currentIndexChanged.connect(lambda _at: self._keep())
        self.body.addWidget(
            Field(tell("settings.memory"), self.memory, hint=tell("settings.memory-hint"))
        )

    def _keep(self) -> None:
        self._desk.preferences.idle_minutes = int(self.idle.value())
        self._desk.preferences.blind = self.blind.value()
        self._desk.preferences.memory_mb = int(self.memory.value())
