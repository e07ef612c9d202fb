"""The grid of a table: Enter opens, Space selects, Tab leaves, one line a row."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView

from app.gui.clipboard import copy_record
from app.gui.tables.rows import SourceModel


class Grid(QTableView):
    """The view: Enter opens, Space selects, Tab leaves, one line a row."""

    opened = Signal(int)
    font_changed = Signal()

    def __init__(self, model: SourceModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setSectionsClickable(False)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = self.horizontalHeader()
        heads.setSectionsMovable(True)
        heads.setHighlightSections(False)
        heads.setSortIndicatorClearable(True)
        heads.setMinimumSectionSize(48)
        heads.setSortIndicatorShown(False)
        heads.setStretchLastSection(True)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.fit_rows()

    def fit_rows(self) -> None:
        """Row height from the font in force."""
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.75))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.font_changed.emit()
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row the cursor is on; Space selects it, Ctrl+C copies all of it."""
        at = self.currentIndex()
        if at.isValid() and event.matches(QKeySequence.StandardKey.Copy):
            self._copy(at.row())
            return
        if at.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(at.row())
        elif at.isValid() and event.key() == Qt.Key.Key_Space:
            flags = self.selectionModel().SelectionFlag
            self.selectionModel().select(at, flags.Toggle | flags.Rows)
        else:
            super().keyPressEvent(event)

    def _copy(self, row: int) -> None:
        """The columns in sight, in the order in sight, parted by tabs."""
        heads = self.horizontalHeader()
        order = (heads.logicalIndex(place) for place in range(heads.count()))
        shown = [at for at in order if not self.isColumnHidden(at)]
        texts = (str(self.model().index(row, at).data()) for at in shown)
        copy_record("\t".join(texts))
