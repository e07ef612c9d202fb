"""What one run found: how many pairs stand in each band, and the pairs themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.forms import Button, Notice, Roomy, Scroll, Text, column, flow, tab_bar
from app.gui.frame import Page
from app.gui.pages.matching.reach import Reached
from app.gui.pages.matching.whatif import Moving
from app.gui.tables import Table
from app.model.runs import Band, Bands, PairSummary, RunAnswer, RunSummary
from app.services import review
from app.wording import name, note, number, percent
from app.wording.window import tell

COLUMNS = ("pair", "left", "right", "chance", "points", "why", "decision")
SIGNS = {Band.CERTAIN: "●", Band.PROBABLE: "◕", Band.POSSIBLE: "◑", Band.UNLIKELY: "○"}
MOST = 2000
LEAST = 16
"""Lines of text that bands, tabs and a few pairs need."""

LOW = 22
"""Lines of text below which the page has no room for explanations."""


class BandButton(Button):
    """One band: its sign, its word, its count, and what the band means."""

    def __init__(self, band: Band) -> None:
        super().__init__("", part="row")
        self.band = band
        self.count = 0
        self.setCheckable(True)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Minimum)
        self.figure = Text("", "figure", wrap=False)
        words = name("band", band.value)
        self.word = Text(f"{SIGNS[band]}  {words.capitalize()}", "label", wrap=False)
        self.means = Text(tell(f"match.band-{band.value}"), "small")
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(2)
        for label in (self.word, self.figure, self.means):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            box.addWidget(label)
        box.addStretch(1)

    def show_count(self, count: int) -> None:
        """Show how many pairs stand in the band."""
        self.count = count
        self.figure.say(number(count))
        self.means.say(tell(f"match.band-{self.band.value}"))
        words = name("band", self.band.value)
        self.setAccessibleName(tell("match.band-count", band=words, n=count))
        self.setAccessibleDescription(self.means.text())

    def explain(self, words: str) -> None:
        """Say something else of the band than usual."""
        self.means.say(words)
        self.setAccessibleDescription(words)

    def sizeHint(self) -> QSize:
        """As its words need."""
        box = self.layout()
        return super().sizeHint() if box is None else self._tall(box.totalSizeHint())

    def minimumSizeHint(self) -> QSize:
        """As its words need."""
        box = self.layout()
        return super().minimumSizeHint() if box is None else self._tall(box.totalMinimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the words take other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _tall(self, size: QSize) -> QSize:
        """A size with the height that the words take in the present width."""
        box = self.layout()
        if box is None or not box.hasHeightForWidth():  # its explanation is out of sight
            return size
        return QSize(size.width(), box.totalHeightForWidth(self.width()))


class Found(QWidget):
    """Bands above, the pairs of the chosen band below."""

    def __init__(self, page: Page, back: Callable[[], object]) -> None:
        super().__init__()
        self._page = page
        self._run = ""
        self._pairs: tuple[PairSummary, ...] = ()
        self.bands = {band: BandButton(band) for band in Band}
        group = QButtonGroup(self)
        self._room = Roomy(LEAST)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        for band, button in self.bands.items():
            group.addButton(button)
            button.clicked.connect(lambda _=False, band=band: self.show_band(band))
        self._across = 0
        self._place_bands(len(self.bands))
        self.notes = Notice("", "warn", tell("load.note"))
        heads = {name_of: tell(f"match.head-{name_of}") for name_of in COLUMNS}
        self.table = Table(
            page.desk.jobs, "pairs", tell("match.pairs"), heads, ("chance", "points"), "why"
        )
        self.table.opened.connect(lambda key: self._review(self._pairs[key].pair))
        self.cut = Text("", "quiet")
        self.reached = Reached(page)
        self.moving = Moving(page, lambda pair: page.desk.go("review", f"{self._run}/{pair}"))
        self.to_review = Button(tell("match.to-review"), self._review_band, part="primary")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._room)
        box = self._room.body
        box.addWidget(flow(Button(tell("match.back"), back), self.to_review, gap=12))
        box.addLayout(self._grid)
        box.addWidget(self.notes)
        self._below = QStackedWidget()
        box.addWidget(self._tabs())
        box.addWidget(self._below, 1)
        self._band = Band.PROBABLE

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the page is low, what the bands mean makes room for their pairs."""
        super().resizeEvent(event)
        roomy = self.height() >= self.fontMetrics().lineSpacing() * LOW
        for button in self.bands.values():
            button.means.setVisible(roomy)
        needs = [button.word.sizeHint().width() + 44 for button in self.bands.values()]
        self._place_bands(len(needs) if self.width() >= sum(needs) else 2)

    def _place_bands(self, across: int) -> None:
        """The bands beside each other, or two by two where the window is narrow."""
        if across == self._across:
            return
        self._across = across
        self._room.keep(LEAST if across == len(self.bands) else LEAST + 4)
        for at, button in enumerate(self.bands.values()):
            self._grid.addWidget(button, at // across, at % across)
        for at in range(len(self.bands)):
            self._grid.setColumnStretch(at, int(at < across))

    def _tabs(self) -> QWidget:
        """What stands below the bands: pairs, whom the match reaches, or other lines."""
        parts: dict[str, QWidget] = {
            "pairs": column(self.table, self.cut, gap=12),
            "reach": Scroll(self.reached),
            "what-if": Scroll(self.moving),
        }
        for part in parts.values():
            self._below.addWidget(part)
        bar, self.tabs = tab_bar({key: tell(f"match.tab-{key}") for key in parts}, self._show)
        return bar

    def _show(self, tab: str) -> None:
        self.tabs[tab].setChecked(True)
        self._below.setCurrentIndex(list(self.tabs).index(tab))
        if tab == "reach":
            self.reached.show_run(self._run)
        elif tab == "what-if":
            self.moving.show_run(self._run)
            self.moving.probable.setFocus()

    def show_run(self, run: RunSummary, answer: RunAnswer | None = None) -> None:
        """Show a run; the answer, when it has just ended, brings remarks."""
        self._run = run.run
        self.reached.forget()
        self._show("pairs")
        for band, button in self.bands.items():
            button.show_count(getattr(run.bands, band.value))
        self.notes.say("\n".join(note(one) for one in answer.notes) if answer else "")
        worth = [b for b in (Band.PROBABLE, Band.POSSIBLE, Band.CERTAIN, Band.UNLIKELY)]
        filled = [band for band in worth if getattr(run.bands, band.value)]
        self.show_band(filled[0] if filled else Band.PROBABLE)

    def show_band(self, band: Band) -> None:
        """Read and show the pairs of a band, heaviest first."""
        self._band = band
        self._show("pairs")
        self.bands[band].setChecked(True)
        ws, run = self._page.desk.workspace, self._run
        self._page.read(
            lambda: (review.pairs(ws, run, band, MOST), review.kept(ws, run)),
            lambda found: self._show_pairs(*found),
            key="pairs",
        )

    def _show_pairs(self, pairs: tuple[PairSummary, ...], kept: Bands) -> None:
        self._pairs = pairs
        rows = []
        values = []
        for pair in pairs:
            decision = name("verdict", pair.decision.verdict.value) if pair.decision else ""
            why = "; ".join(note(reason) for reason in pair.reasons)
            place = tell("match.place", ref=pair.left, row=pair.left_row)
            other = tell("match.place", ref=pair.right, row=pair.right_row)
            chance = percent(pair.probability)
            points = f"{pair.weight:+.1f}".replace("-", "−")
            rows.append((pair.pair, place, other, chance, points, why, decision))
            values.append((pair.pair, place, other, pair.probability, pair.weight, why, decision))
        limits = self._limits(len(pairs), kept)
        self.table.show_rows(COLUMNS, rows, values, empty=limits or tell("match.no-pairs"))
        self.cut.say(limits if pairs else "")
        self.cut.setVisible(bool(limits and pairs))
        self.to_review.setEnabled(bool(pairs))

    def _limits(self, listed: int, kept: Bands) -> str:
        """Where the numbers in sight are not the whole: what is kept, and what is listed."""
        unlikely = self.bands[Band.UNLIKELY]
        counted, held = unlikely.count, kept.unlikely
        if counted > held:
            unlikely.explain(tell("match.band-unlikely-kept", n=held))
        told = []
        if self._band is Band.UNLIKELY and counted > held:
            told.append(tell("match.kept", n=held, all=counted))
        here = getattr(kept, self._band.value)
        if here > listed:
            told.append(tell("match.cut", n=listed, of=here))
        return " ".join(told)

    def _review_band(self) -> None:
        self._page.desk.go("review", f"{self._run}/{self._band.value}")

    def _review(self, pair: str) -> None:
        self._page.desk.go("review", f"{self._run}/{self._band.value}/{pair}")
