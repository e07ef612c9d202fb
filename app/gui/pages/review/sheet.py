"""The sheet on the reading desk: two records, and the program's view beneath or beside them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.gui.comparison import Comparison, EvidenceTable
from app.gui.forms import Scroll, Text, column
from app.gui.theme import Theme
from app.model.runs import Decision, PairView
from app.wording import moment_of, name, note
from app.wording.window import tell

WIDE = 190
"""Letters in a line of the page from which the program's view stands beside the records."""

LOW = 22
"""Lines of text in sight below which a new pair begins at its records, not at what is above."""

KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Sheet(QWidget):
    """One column that scrolls as a whole; nothing in it scrolls by itself."""

    def __init__(self, theme: Theme, above: QWidget) -> None:
        super().__init__()
        self.comparison = Comparison(theme)
        self.evidence = EvidenceTable(theme)
        self.band_words = Text("", "label")
        self.history = Text("", "quiet")
        self.blind = Text(tell("review.blind"), "quiet")
        program = column(self.band_words, self.evidence, self.blind, self.history, 1)
        self.both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.both.setSpacing(12)
        self.both.addWidget(self.comparison, 3)
        self.both.addWidget(program, 2)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(above)
        inner.addLayout(self.both)
        inner.addStretch(1)
        self._scroll = Scroll(content)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._scroll)

    def show_pair(self, view: PairView) -> None:
        """Show a pair from its beginning."""
        self.comparison.show_pair(view.left, view.right)
        self.evidence.show_pair(view.summary)
        band = name("band", view.summary.band.value)
        why = "; ".join(note(reason) for reason in view.summary.reasons)
        self.band_words.say(tell("review.band-words", band=band, why=why))
        self.history.say("\n".join(_history(one) for one in view.history))
        self.history.setVisible(bool(view.history))
        low = self._scroll.viewport().height() < self.fontMetrics().lineSpacing() * LOW
        self._scroll.verticalScrollBar().setValue(self.comparison.y() if low else 0)

    def clear(self) -> None:
        """Show nothing."""
        self.comparison.clear()
        self.evidence.clear_pair()

    def show_score(self, shown: bool) -> None:
        """Open or hide the program's view."""
        self.evidence.setVisible(shown)
        self.band_words.setVisible(shown)
        self.blind.setVisible(not shown)

    def travel(self, key: Qt.Key) -> None:
        """Move by a line or a page, wherever on the desk the keyboard stands."""
        bar = self._scroll.verticalScrollBar()
        step = bar.pageStep() if key in KEYS[2:] else self.fontMetrics().lineSpacing() * 2
        bar.setValue(bar.value() + (step if key in KEYS[1::2] else -step))

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
        """In a wide window the program's view stands beside the records."""
        wide = self.width() >= self.fontMetrics().averageCharWidth() * WIDE
        way = QBoxLayout.Direction
        self.both.setDirection(way.LeftToRight if wide else way.TopToBottom)


def _history(decision: Decision) -> str:
    return tell(
        "review.history-carried" if decision.carried_from else "review.history",
        pair=decision.carried_from,
        at=moment_of(decision.at),
        by=decision.by,
        verdict=name("verdict", decision.verdict.value),
        reason=name("reason", decision.reason),
        note=f" “{decision.note}”" if decision.note else "",
    )
