"""The reading desk: one pair at a time, blind until decided, every act undoable."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.base.errors import Refused
from app.gui.forms import (
    Button,
    Card,
    Choice,
    Question,
    Text,
    Tick,
    ask,
    column,
    flow,
    row,
)
from app.gui.frame import Desk, Page
from app.gui.pages.review import queues
from app.gui.pages.review.deciding import USUAL, Deciding
from app.gui.pages.review.sheet import KEYS, Sheet
from app.model.notes import Note
from app.model.runs import (
    WORTH_REVIEW,
    Band,
    Decision,
    PairView,
    Queue,
    RunSummary,
    Undo,
    Verdict,
)
from app.services import matching, review
from app.wording import name, note
from app.wording.window import tell

EVERY = ""
"""The queue of every band worth a look."""


class Review(Page):
    """Full height: two records, the evidence beneath, the decisions at the foot."""

    name: ClassVar[str] = "review"
    topics: ClassVar[frozenset[str]] = frozenset({"match", "load"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._runs: tuple[RunSummary, ...] = ()
        self._queue: Queue | None = None
        self._at = 0
        self._wanted: str | None = None
        self._view: PairView | None = None
        self._mine: dict[str, list[str]] = {}
        self._whole = False
        self._moved = False
        self._busy = False
        self._onward: Band | None = None
        self.run, self.band = Choice(), Choice()
        self.standard = Tick(tell("review.standard"))
        self.open_score = Tick(tell("review.show-score"), not desk.preferences.blind)
        above = flow(self.run, self.band, self.standard, self.open_score, gap=12)
        self.sheet = Sheet(desk.theme, above)
        self.comparison, self.evidence = self.sheet.comparison, self.sheet.evidence
        self.deciding = Deciding(self, self.decide, self.go_by, self.undo)
        self._parts = QStackedWidget()
        self._parts.addWidget(self._reading_desk())
        self._parts.addWidget(self._end_part())
        self.body.addWidget(self._parts, 1)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._listen()
        self._may = self.permit("pair.decide", *self.deciding.verdicts.values(), self.deciding.undo)
        self._nothing()
        self.say(tell("review.reading"))

    def _reading_desk(self) -> QWidget:
        self.run.setAccessibleName(tell("review.run"))
        self.band.setAccessibleName(tell("review.band"))
        self.run.setMinimumContentsLength(28)
        self.band.setMinimumContentsLength(24)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.sheet, 1)
        box.addWidget(self.deciding)
        return whole

    def _end_part(self) -> QWidget:
        self.end_words = Text("", "lead")
        self.end_under = Text("", "quiet")
        self.again = Button(tell("review.look-again"), self._look_again)
        self.onward = Button("", self._go_on, part="primary")
        self.onward.hide()
        self.to_matching = Button(
            tell("review.to-matching"), lambda: self.desk.go("matching", None)
        )
        ways = row(self.onward, self.to_matching, self.again, 1)
        card = Card(self.end_words, self.end_under, ways, gap=12)
        return column(card, 1)

    def _listen(self) -> None:
        self.run.currentIndexChanged.connect(lambda _at: self._read_queue())
        self.band.currentIndexChanged.connect(lambda _at: self._read_queue())
        self.standard.toggled.connect(self.comparison.set_standard)
        self.open_score.toggled.connect(self._show_score)
        bands = [(EVERY, tell("review.every-band")), (queues.SAMPLE, tell("review.sample"))]
        bands += [(band.value, name("band", band.value)) for band in Band]
        self.band.offer(bands, EVERY)

    def look(self) -> None:
        """Read the runs that can be reviewed."""
        ws = self.desk.workspace
        known = ws.catalogue.governance.reasons.values()
        self.deciding.show_reasons({reason.id: reason.verdicts for reason in known})
        self.read(lambda: matching.runs(ws), self._show_runs, key="runs")

    def open(self, id: str | None) -> None:
        """`run`, `run/band` or `run/band/pair`."""
        self._wanted = id
        self.refresh()

    def undo(self) -> None:
        """Take this steward's last decision in the match back and show its pair.

        One made before this sitting is out of sight and mind: it is named and asked about first.
        """
        ws, run = self.desk.workspace, self.run.value()
        if self._busy or not run or not self._may:
            return
        if self._mine.get(run):
            self._take_back(run)
            return
        self.read(lambda: review.next_undo(ws, run), lambda found: self._ask(run, found), "undo")

    def _ask(self, run: str, found: Undo | None) -> None:
        if found is None:
            self.refuse(Refused("nothing-to-undo", run=run))
            return
        question = Question(
            tell("review.undo-title", pair=found.pair),
            " ".join(
                (tell("review.undo-what", run=run, **queues.said_of(found)), *_touched(found))
            ),
            tell("review.undo-undo"),
            tell("review.undo-do"),
        )
        ask(self, question, lambda: self._take_back(run))

    def _take_back(self, run: str) -> None:
        ws = self.desk.workspace
        self._busy = True
        self.write(tell("review.undoing"), lambda _progress: review.undo(ws, run), self._undone)

    def take_keyboard(self) -> bool:
        """The desk itself hears the keys, where a pair lies on it."""
        if self._parts.currentIndex() == 1:
            return super().take_keyboard()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def free(self) -> None:
        """The next key counts again."""
        self._busy = False

    def decide(self, verdict: Verdict) -> None:
        """Record a verdict on the pair in sight and go on to the next one undecided."""
        if self._busy or self._view is None or not self._may:
            return
        if not self.deciding.fits(verdict):
            words = self.deciding.misfit(verdict)
            self.problem.show_problems([(words, self.deciding.reason)])
            return
        ws, pair = self.desk.workspace, self._view.summary.pair
        reason = self.deciding.reason.value()
        words = self.deciding.note.value()

        def work(_progress: object) -> Decision:
            given = reason if reason != USUAL else review.reasons(ws, verdict)[0]
            return review.decide(ws, pair, verdict, given, words)

        self._busy = True
        self.write(tell("review.deciding"), work, self._decided)

    def go_by(self, steps: int) -> None:
        """Go to the pair before or after."""
        if self._queue is not None and not self._busy:
            at = max(0, min(self._at + steps, len(self._queue.pairs) - 1))
            if at != self._at or self._parts.currentIndex() == 1:
                self.forgive()
                self._open_at(at)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember where this steward left off in the whole queue; a band has no place kept."""
        super().hideEvent(event)
        if self._queue is not None and self._moved and self._whole and self._may:
            ws, run, at = self.desk.workspace, self._queue.run, self._at
            self._moved = False
            self.desk.jobs.write(
                tell("review.bookmarking"),
                lambda _progress: review.bookmark(ws, run, at),
                refused=lambda _error: None,  # a run withdrawn meanwhile has no place to keep
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down and the page keys move along the sheet."""
        if event.key() in KEYS:
            self.sheet.travel(Qt.Key(event.key()))
        else:
            super().keyPressEvent(event)

    def _show_runs(self, runs: tuple[RunSummary, ...]) -> None:
        self._runs = tuple(run for run in runs[::-1] if run.state == "complete")
        run, band, _ = self._wanted_parts()
        entries = [
            (one.run, tell("review.run-words", run=one.run, left=one.left, right=one.right))
            for one in self._runs
        ]
        self.run.offer(entries, run or None)
        if run:
            self.band.blockSignals(True)
            self.band.set_value(band)
            self.band.blockSignals(False)
        if entries:
            self._read_queue()
        else:
            self._nothing()

    def _wanted_parts(self) -> tuple[str, str, str]:
        run, _, rest = (self._wanted or "").partition("/")
        band, _, pair = rest.partition("/")
        return run, band, pair

    def _nothing(self) -> None:
        self._queue = None
        self.say(tell("review.nothing"))
        self._show_end(tell("review.nothing"), tell("review.nothing-under"))
        self.again.hide()

    def _read_queue(self) -> None:
        ws, run = self.desk.workspace, self.run.value()
        chosen = self.band.value()
        self.read(
            lambda: queues.chosen_queue(ws, run, chosen),
            lambda queue: self._show_queue(queue, whole=chosen == EVERY),
            key="queue",
        )

    def _show_queue(self, queue: Queue, *, whole: bool) -> None:
        self._queue, self._whole = queue, whole
        _, _, pair = self._wanted_parts()
        self._wanted = None
        self._show_counts()
        if pair in queue.pairs:
            self._open_at(queue.pairs.index(pair))
        elif not queue.pairs:
            self._show_end(tell("review.empty"), "")
            self._look_onward()
        elif not queue.left:
            self._finished()
        else:
            at = min(queue.position, len(queue.pairs) - 1) if whole else 0
            self._open_at(at, undecided=True)

    def _open_at(self, at: int, *, undecided: bool = False) -> None:
        """Open the pair at a place; with `undecided`, the first from there not yet decided."""
        queue = self._queue
        if queue is None:
            return
        if undecided:
            held = set(queue.decided)
            order = (*range(at, len(queue.pairs)), *range(at))
            at = next((place for place in order if queue.pairs[place] not in held), -1)
        if at < 0:
            self._finished()
            return
        ws, run, pair = self.desk.workspace, queue.run, queue.pairs[at]
        self._busy = True
        self.read(
            lambda: (review.pair(ws, pair), review.next_undo(ws, run)),
            lambda found: self._opened(at, *found),
            key="pair",
        )

    def _opened(self, at: int, view: PairView, undo: Undo | None) -> None:
        self._busy = False
        self.deciding.show_undo(undo)
        self._at, self._view = at, view
        self._moved = True
        self._parts.setCurrentIndex(0)
        self.deciding.set_usable(True)
        self.deciding.show_pair(view.summary.pair)
        self.sheet.show_pair(view)
        self._show_score()
        self._show_counts()
        if not self.deciding.note.hasFocus():
            self.setFocus()

    def _show_score(self) -> None:
        decided = self._view is not None and self._view.summary.decision is not None
        self.sheet.show_score(self.open_score.value() or decided)

    def _show_counts(self) -> None:
        queue = self._queue
        if queue is None:
            return
        self.say(
            queues.state_of(queue, "" if self._whole else self.band.value()),
            tell(
                "review.under",
                at=min(self._at + 1, len(queue.pairs)),
                of=len(queue.pairs),
                done=queue.done,
                unsure=queue.unsure,
            ),
        )

    def _decided(self, decision: Decision) -> None:
        self._busy = False
        self.forgive()
        self.deciding.reset()
        self._mine.setdefault(queues.run_of(decision.pair), []).append(decision.pair)
        view, queue = self._view, self._queue
        if queue is not None and view is not None and view.summary.pair == decision.pair:
            self._queue = queues.counted(queue, view.summary.decision, decision)
            self._open_at(self._at, undecided=True)

    def _undone(self, undone: Undo) -> None:
        self._busy = False
        run, pair = undone.run, undone.pair
        self.confirm(" ".join((tell("review.undone", pair=pair), *_touched(undone))))
        if self._mine.get(run):
            self._mine[run].pop()
        here = self._queue is not None and self._queue.run == run and pair in self._queue.pairs
        alone = undone.band.value if undone.band not in WORTH_REVIEW else EVERY
        self.open(f"{run}/{self.band.value() if here else alone}/{pair}")

    def _look_again(self) -> None:
        if self._queue is not None and self._queue.pairs:
            self._open_at(self._at)

    def _finished(self) -> None:
        queue = self._queue
        if queue is None:
            return
        self._show_counts()
        self.again.show()
        self._show_end(
            tell("review.end", n=queue.done, run=queue.run),
            tell("review.end-under", n=queue.unsure),
        )
        self._look_onward()

    def _look_onward(self) -> None:
        """See whether another band of the run still waits, and offer it."""
        ws, run = self.desk.workspace, self.run.value()
        self.read(lambda: queues.next_open(ws, run), self._offer_onward, key="onward")

    def _offer_onward(self, found: tuple[Band, int] | None) -> None:
        if found is None or self._parts.currentIndex() != 1:
            return
        self._onward, left = found
        self.onward.say(tell("review.onward", n=left, band=name("band", self._onward.value)))
        self.onward.show()
        self.onward.setFocus()

    def _go_on(self) -> None:
        if self._onward is not None:
            self.open(f"{self.run.value()}/{self._onward.value}")

    def _show_end(self, words: str, under: str) -> None:
        self._view = None
        ws, run = self.desk.workspace, self.run.value()
        self.deciding.show_undo(None)
        if run:
            self.read(lambda: review.next_undo(ws, run), self.deciding.show_undo, key="pair")
        self.sheet.clear()
        self.onward.hide()
        self.deciding.set_usable(False)
        self.end_words.say(words)
        self.end_under.say(under)
        self._parts.setCurrentIndex(1)
        self.to_matching.setFocus()


def _touched(undo: Undo) -> list[str]:
    """What else an undo touches: later matches, and packages that have left."""
    touched = []
    if undo.copies:
        touched.append(note(Note("pair-was-carried", {"pairs": ", ".join(undo.copies)})))
    if undo.sent:
        touched.append(note(Note("pair-was-sent", {"packages": ", ".join(undo.sent)})))
    return touched
