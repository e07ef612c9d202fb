"""The foot of the reading desk: the three verdicts, the reason, the note, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.gui.forms import Button, Choice, LineBox, Text, flow
from app.gui.pages.review.queues import said_of
from app.model.runs import Undo, Verdict
from app.wording import name
from app.wording.window import tell

KEYS = {Verdict.SAME: "Y", Verdict.DIFFERENT: "N", Verdict.UNSURE: "U"}
USUAL = ""
SHORT = 100
"""Letters in a line of the foot below which it would take a line more."""


class Deciding(QWidget):
    """Buttons with their keys on them; a letter typed into a box stays a letter."""

    def __init__(
        self,
        page: QWidget,
        decide: Callable[[Verdict], object],
        move: Callable[[int], object],
        undo: Callable[[], object],
    ) -> None:
        super().__init__()
        self._page = page
        self.verdicts = {
            verdict: Button(
                tell(f"review.{verdict.value}"),
                partial(decide, verdict),
                part="primary",
            )
            for verdict in Verdict
        }
        self.undo = Button(tell("review.undo"), undo)
        self.undo_words = Text("", "quiet", wrap=False)
        self.previous = Button(tell("review.previous"), lambda: move(-1))
        self.next = Button(tell("review.next"), lambda: move(1))
        self.reason = Choice()
        self.reason.setMinimumContentsLength(18)
        self.note = LineBox(example=tell("review.note-hint"))
        self.note.returnPressed.connect(page.setFocus)
        self._stand_for: dict[str, tuple[str, ...]] = {}
        self._pair = ""
        self._begun: dict[str, tuple[str, str]] = {}
        self._usable = False
        self.reason.currentIndexChanged.connect(lambda _at: self._show_fitting())
        reason_words = Text(tell("review.reason"), "label", wrap=False)
        note_words = Text(tell("review.note"), "label", wrap=False)
        reason_words.setBuddy(self.reason)
        note_words.setBuddy(self.note)
        self.reason.setAccessibleName(tell("review.reason"))
        self.note.setAccessibleName(tell("review.note"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self.note.setMinimumWidth(self.note.fontMetrics().averageCharWidth() * 36)
        box.addWidget(flow(reason_words, self.reason, note_words, self.note))
        box.addWidget(
            flow(*self.verdicts.values(), self.undo, self.previous, self.next, self.undo_words)
        )
        self._shortcuts = self._listen(decide, move, undo)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()

    def fit(self) -> None:
        """Where the line is short the ways on are arrows, so that more of the records is seen."""
        short = self.width() < self.fontMetrics().averageCharWidth() * SHORT
        for button, key in ((self.previous, "previous"), (self.next, "next")):
            words = tell(f"review.{key}")
            button.setText("←→"[key == "next"] if short else words)
            button.setAccessibleName(words)

    def show_reasons(self, codes: dict[str, tuple[str, ...]]) -> None:
        """Offer reasons; each names the verdicts it can stand for."""
        self._stand_for = codes
        entries = [(USUAL, tell("review.usual"))]
        for code, verdicts in codes.items():
            marks = "/".join(KEYS[Verdict(verdict)] for verdict in verdicts)
            entries.append((code, f"{marks}: {name('reason', code)}"))
        self.reason.offer(entries, self.reason.value() or USUAL)

    def fits(self, verdict: Verdict) -> bool:
        """Whether the reason in the box can stand for a verdict."""
        stands = self._stand_for.get(self.reason.value())
        return stands is None or verdict.value in stands

    def misfit(self, verdict: Verdict) -> str:
        """Why the reason in the box cannot stand for a verdict, and what does."""
        fitting = [
            name("reason", code)
            for code, stands in self._stand_for.items()
            if verdict.value in stands
        ]
        return tell(
            "review.reason-not",
            reason=name("reason", self.reason.value()),
            verdict=name("verdict", verdict.value),
            fitting=", ".join(fitting),
        )

    def _show_fitting(self) -> None:
        for verdict, button in self.verdicts.items():
            button.setEnabled(self._usable and self.fits(verdict))

    def show_undo(self, undo: Undo | None) -> None:
        """Say which decision the undo would take back."""
        words = tell("review.no-undo") if undo is None else tell("review.undo-is", **said_of(undo))
        if self.undo.isEnabled():  # who may not decide reads why not
            self.undo.setToolTip(words)
            self.undo.setAccessibleDescription(words)
        self.undo_words.say("" if undo is None else words)
        self.undo_words.setVisible(undo is not None)

    def show_pair(self, pair: str) -> None:
        """Turn to a pair: what was begun on the one before waits for it, until it is decided."""
        self._begun[self._pair] = (self.reason.value(), self.note.value())
        self._pair = pair
        reason, words = self._begun.pop(pair, (USUAL, ""))
        self.reason.set_value(reason)
        self.note.setText(words)

    def reset(self) -> None:
        """Empty reason and note: they stand in a decision now."""
        self.reason.set_value(USUAL)
        self.note.clear()

    def set_usable(self, usable: bool) -> None:
        """Whether there is a pair to decide."""
        self._usable = usable
        self._show_fitting()
        for button in (self.previous, self.next):
            button.setEnabled(usable)
        for box in (self.reason, self.note):
            box.setEnabled(usable)

    def _listen(
        self,
        decide: Callable[[Verdict], object],
        move: Callable[[int], object],
        undo: Callable[[], object],
    ) -> list[QShortcut]:
        acts: dict[str, Callable[[], object]] = {
            "Z": undo,
            "Left": partial(move, -1),
            "Right": partial(move, 1),
            "/": partial(self.note.setFocus, Qt.FocusReason.ShortcutFocusReason),
        }
        acts |= {key: partial(decide, verdict) for verdict, key in KEYS.items()}
        made = []
        for key, act in acts.items():
            shortcut = QShortcut(QKeySequence(key), self._page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
            shortcut.setAutoRepeat(False)
            made.append(shortcut)
        return made

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Letters belong to a box that takes letters while the cursor is in it."""
        typing = isinstance(now, QLineEdit | QComboBox) or (
            isinstance(now, QAbstractItemView) and now.window() is not self.window()
        )
        for shortcut in self._shortcuts:
            shortcut.setEnabled(not typing)
