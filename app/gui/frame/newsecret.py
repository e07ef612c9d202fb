"""A box for a new passphrase, which says as it is typed how hard it is to guess."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.forms import PassphraseBox, Text
from app.services import staff
from app.wording.window import tell


class NewPassphraseBox(PassphraseBox):
    """`known` gives what an attacker would try first: the steward's name.

    While `judging` is off the box says nothing: a passphrase that opens something is no new one.
    """

    def __init__(self, known: Callable[[], str] = lambda: "") -> None:
        super().__init__()
        self._known, self.judging = known, True
        self.strength = Text("", "small")
        self.strength.setWordWrap(False)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.strength)
        self.line.textChanged.connect(self._judge)

    def _judge(self, typed: str) -> None:
        """Said beside the box and to a screen reader; nothing before anything is typed."""
        score = staff.strength(typed, self._known()).score
        words = tell(f"form.strength-{score}") if typed and self.judging else ""
        self.strength.say(words)
        self.line.setAccessibleDescription(words)
