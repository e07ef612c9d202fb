"""A table with its filter, chip, column chooser and count: the look all tables share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QMetaMethod, QModelIndex, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QVBoxLayout, QWidget

from app.gui.forms import Button, LineBox, Text, column, plain, row
from app.gui.jobs import Jobs
from app.gui.tables.details import show_row
from app.gui.tables.grid import Grid
from app.gui.tables.hidden import Hidden
from app.gui.tables.rows import Listed, SourceModel
from app.model.rowsource import RowSource
from app.wording.window import tell

TYPING_MS = 250


class Table(QWidget):
    """A grid with its filter, chips, column chooser and count; the look all tables share.

    `opened` and `chosen` carry the source's key of a row, and `arranged` says that another order or
    filter stands and no row is chosen; where nobody listens to `opened`, the
    row is told in full. Widths and hidden columns are kept under `name`; the `telling` column
    takes what is spare.
    """

    opened = Signal(int)
    chosen = Signal(int)
    arranged = Signal()

    def __init__(
        self,
        jobs: Jobs,
        name: str,
        title: str,
        heads: dict[str, str] | None = None,
        right: Sequence[str] = (),
        telling: str = "",
    ) -> None:
        super().__init__()
        self._jobs, self._name, self._telling = jobs, name, telling
        self._told = 0
        self._hidden = Hidden(name)
        self._sort: str | None = None
        self._descending = False
        self._contains = ""
        self.model = SourceModel(heads, right)
        self.grid = Grid(self.model)
        self.grid.setAccessibleName(title)
        self.filter = LineBox(example=tell("table.filter-hint"))
        self.filter.setAccessibleName(tell("table.filter", title=title))
        self.filter.setClearButtonEnabled(True)
        for cross in self.filter.findChildren(QToolButton):
            cross.setAccessibleName(tell("table.filter-clear", title=title))
        self._widen_filter()
        self.chip = Button("", self.filter.clear, part="chip")
        self.chip.hide()
        self.count = Text("", "quiet", wrap=False)
        self.columns = Button(tell("table.columns"))
        self._menu = QMenu(self.columns)
        self._menu.aboutToShow.connect(self._offer_columns)
        self.columns.setMenu(self._menu)
        self.empty = Text("", "quiet")
        self._lay_out()
        self._listen()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self._bar = row(self.filter, self.chip, 1, self.count, self.columns, gap=12)
        box.addWidget(self._bar)
        box.addWidget(self.grid, 1)
        self._blank = column(1, self.empty, 2)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(self._blank, 1)
        self._blank.hide()

    def _listen(self) -> None:
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._filter_typed)
        self.filter.textChanged.connect(self._typing.start)
        self.filter.returnPressed.connect(self._filter_typed)
        heads = self.grid.horizontalHeader()
        heads.setSectionsClickable(True)
        heads.sectionClicked.connect(self._head_clicked)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(400)
        self._resized.timeout.connect(self._save_widths)
        heads.sectionResized.connect(self._section_resized)
        self.grid.verticalScrollBar().rangeChanged.connect(self._give_spare_room)
        self.grid.font_changed.connect(self._set_widths)
        self.grid.opened.connect(self._open)
        self.grid.selectionModel().currentRowChanged.connect(self._moved)

    def show_source(self, source: RowSource, empty: str = "") -> None:
        """Show other rows; `empty` is what the page says where there are none."""
        self._sort, self._descending, self._contains = None, False, ""
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(False)
        self.model.show_source(source)
        self.grid.verticalHeader().setVisible(source.numbered)
        self.grid.horizontalHeader().setSortIndicatorShown(False)
        self.empty.say(empty)
        self._blank.setVisible(not source.total() and bool(empty))
        self.grid.setVisible(bool(source.total()) or not empty)
        self._bar.setVisible(bool(source.total()) or not empty)
        self._hide_columns(self._hidden.places(source.columns))
        self._set_widths()
        self._settle()

    def show_rows(
        self,
        columns: Sequence[str],
        rows: Sequence[tuple[str, ...]],
        sort_by: Sequence[tuple[Any, ...]] = (),
        empty: str = "",
    ) -> None:
        """Show a short list held in memory."""
        self.show_source(Listed(columns, rows, sort_by), empty)

    def arrange(self, sort: str | None, descending: bool, contains: str) -> None:
        """Sort and filter in a worker; the old order stays in sight until the new one is there."""
        self._sort, self._descending, self._contains = sort, descending, contains
        source = self.model.source
        self._jobs.read(
            tell("table.arranging"),
            lambda _progress: source.arrange(sort, descending, contains),
            lambda _none: self._arranged(source),
            key=f"arrange:{id(self)}",
        )

    def renew(self) -> None:
        """Tell the rows anew after the source changed some of them; order and cursor stay."""
        self.model.renewed()

    def current_key(self) -> int | None:
        """The source's key of the row the cursor is on."""
        at = self.grid.currentIndex()
        return self.model.source.key(at.row()) if at.isValid() else None

    def focus_filter(self) -> None:
        """Put the cursor in the filter box."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _open(self, at: int) -> None:
        if self.isSignalConnected(QMetaMethod.fromSignal(self.opened)):
            self.opened.emit(self.model.source.key(at))
        else:
            show_row(self, self.grid.accessibleName(), self.model.row(at))

    def _arranged(self, source: RowSource) -> None:
        if source is self.model.source:
            self.model.rearranged()
            self._show_sort()
            self._settle()
            self.arranged.emit()

    def _settle(self) -> None:
        count, total = self.model.source.count(), self.model.source.total()
        if count == total:
            self.count.say(tell("table.rows", n=total))
        else:
            self.count.say(tell("table.rows-of", n=count, total=total))
        self._show_chip()

    def _show_chip(self) -> None:
        self.chip.setVisible(bool(self._contains))
        if self._contains:
            self.chip.say(tell("table.chip", text=self._contains))
            self.chip.setAccessibleName(tell("table.chip-clear", text=self._contains))

    def _show_sort(self) -> None:
        heads = self.grid.horizontalHeader()
        heads.setSortIndicatorShown(self._sort is not None)
        if self._sort is not None:
            at = list(self.model.source.columns).index(self._sort)
            order = Qt.SortOrder
            way = order.DescendingOrder if self._descending else order.AscendingOrder
            heads.setSortIndicator(at, way)

    def _head_clicked(self, section: int) -> None:
        name = self.model.name_of(section)
        if self._sort != name:
            self.arrange(name, False, self._contains)
        elif not self._descending:
            self.arrange(name, True, self._contains)
        else:
            self.arrange(None, False, self._contains)

    def _filter_typed(self) -> None:
        self._typing.stop()
        if self.filter.value() != self._contains:
            self.arrange(self._sort, self._descending, self.filter.value())

    def _moved(self, now: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self.model.source.key(now.row()))

    def _offer_columns(self) -> None:
        self._menu.clear()
        for at in range(self.model.columnCount()):
            shown = not self.grid.isColumnHidden(at)
            action = QAction(self.model.head(at).replace("&", "&&"), self._menu)
            action.setCheckable(True)
            action.setChecked(shown)
            action.toggled.connect(lambda on, at=at: self._show_column(at, on))
            self._menu.addAction(action)
        at = self.grid.currentIndex().column()
        if at >= 0:
            self._menu.addSeparator()
            for key, down in (("table.sort-up", False), ("table.sort-down", True)):
                action = QAction(tell(key, column=self.model.head(at)), self._menu)
                name = self.model.name_of(at)
                action.triggered.connect(
                    lambda _=False, name=name, down=down: self.arrange(name, down, self._contains)
                )
                self._menu.addAction(action)

    def _show_column(self, at: int, on: bool) -> None:
        self.grid.setColumnHidden(at, not on)
        every = range(self.model.columnCount())
        hidden = [place for place in every if self.grid.isColumnHidden(place)]
        self._hidden.keep(self.model.source.columns, hidden)

    def _hide_columns(self, places: frozenset[int]) -> None:
        if not places and not self.grid.horizontalHeader().hiddenSectionCount():
            return
        for at in range(self.model.columnCount()):
            self.grid.setColumnHidden(at, at in places)

    def _set_widths(self) -> None:
        heads = self.grid.horizontalHeader()
        heads.blockSignals(True)
        saved = QSettings().value(f"widths/{self._name}", [])
        widths = saved if isinstance(saved, list) else []
        metrics = self.grid.fontMetrics()
        letter, head = metrics.averageCharWidth(), heads.fontMetrics().horizontalAdvance
        advance = metrics.horizontalAdvance
        self._widen_filter()
        sample = self.model.sample(30)
        for at in range(self.model.columnCount()):
            widest = max((advance(plain(cells[at])[:80]) for cells in sample), default=0)
            words = max(widest, head(self.model.head(at)) + 3 * letter)
            telling = self.model.source.columns[at] == self._telling
            width = min(words, (64 if telling else 36) * letter) + 28
            self._told = width if telling else self._told
            if at < len(widths) and len(widths) == self.model.columnCount():
                width = round(float(widths[at]) * letter) or width
            heads.resizeSection(at, width)
        self._give_spare_room()
        heads.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is spare in the new width goes to the column that tells most."""
        super().resizeEvent(event)
        self._give_spare_room()

    def _widen_filter(self) -> None:
        """Wide enough for its example, and for the cross that empties it."""
        metrics = self.filter.fontMetrics()
        words = metrics.horizontalAdvance(self.filter.placeholderText())
        self.filter.setMinimumWidth(words + metrics.averageCharWidth() * 8)

    def _give_spare_room(self) -> None:
        names = list(self.model.source.columns)
        if self._telling not in names or QSettings().contains(f"widths/{self._name}"):
            return
        heads, telling = self.grid.horizontalHeader(), names.index(self._telling)
        heads.setStretchLastSection(False)
        others = sum(heads.sectionSize(at) for at in range(heads.count()) if at != telling)
        spare = self.grid.viewport().width() - others
        heads.resizeSection(telling, max(spare, self._told))

    def _section_resized(self) -> None:
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._resized.start()

    def _save_widths(self) -> None:
        heads = self.grid.horizontalHeader()
        letter = self.grid.fontMetrics().averageCharWidth()
        widths = [f"{heads.sectionSize(at) / letter:.2f}" for at in range(heads.count())]
        QSettings().setValue(f"widths/{self._name}", widths)
