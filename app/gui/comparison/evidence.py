"""Why the program thinks what it does: a table of sentences and points, and its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.gui.theme import Theme
from app.model.runs import PairSummary
from app.wording import field, level, percent
from app.wording.window import tell

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
HEADS = ("evidence.field", "evidence.seen", "evidence.points", "evidence.picture")
PICTURE = 3
PICTURE_LETTERS = 14
EDGES = 12
"""Room for the frame above and below, with the keyboard on it."""


@dataclass(frozen=True)
class Step:
    """One bar: from the points before it to the points after it."""

    field: str
    words: str
    seen: str
    weight: float
    before: float
    after: float
    total: bool = False


def steps(pair: PairSummary) -> tuple[Step, ...]:
    """The evidence as bars that follow each other, and the sum at the end."""
    made: list[Step] = []
    running = 0.0
    for one in pair.evidence:
        words = field(one.field)
        made.append(
            Step(
                one.field,
                words[:1].upper() + words[1:],
                level(one.level),
                one.weight,
                running,
                running + one.weight,
            )
        )
        running += one.weight
    odds = tell("evidence.chance", chance=percent(pair.probability))
    made.append(Step("total", tell("evidence.total"), odds, running, 0.0, running, total=True))
    return tuple(made)


def signed(weight: float) -> str:
    """`+6.2`, `−3.0`, `0.0`."""
    text = f"{abs(weight):.1f}"
    return text if text == "0.0" else ("+" if weight > 0 else "−") + text


class StepModel(QAbstractTableModel):
    """Evidence rows for a view."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: tuple[Step, ...] = ()

    def show(self, made: tuple[Step, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.steps = made
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Evidence and the sum."""
        return 0 if parent.isValid() else len(self.steps)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """What, what was seen, points, picture."""
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words and points; the picture is drawn by the delegate."""
        step = self.steps[index.row()]
        at = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (step.words, step.seen, signed(step.weight), "")[at]
        if role == Qt.ItemDataRole.TextAlignmentRole and at == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and step.total:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole and at == 1:
            return step.seen
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(step)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads in words."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tell(HEADS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == 2 else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def _spoken(step: Step) -> str:
    if step.total:
        return tell("evidence.spoken-total", points=signed(step.weight), chance=step.seen)
    key = "evidence.spoken-for" if step.weight >= 0 else "evidence.spoken-against"
    return tell(key, field=step.words, seen=step.seen, points=f"{abs(step.weight):.1f}")


class Waterfall(QStyledItemDelegate):
    """Bars that start where the one before ended; what speaks against is hatched."""

    def __init__(self, theme: Theme, model: StepModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one bar on the scale of all."""
        super().paint(painter, option, index)
        made = self._model.steps
        step = made[index.row()]
        area = QRectF(option.rect).adjusted(10, 0, -10, 0)
        low = min(0.0, *(min(s.before, s.after) for s in made))
        high = max(1.0, *(max(s.before, s.after) for s in made))
        scale = area.width() / (high - low)

        def x(points: float) -> float:
            return area.left() + (points - low) * scale

        colours = self._theme.colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.edge), 1, Qt.PenStyle.DotLine))
        painter.drawLine(int(x(0)), int(area.top()), int(x(0)), int(area.bottom() + 1))
        colour = QColor(
            colours.start
            if step.field == "prior"
            else colours.towards
            if step.weight >= 0
            else colours.against
        )
        pattern = Qt.BrushStyle.SolidPattern if step.weight >= 0 else Qt.BrushStyle.BDiagPattern
        left, right = sorted((x(step.before), x(step.after)))
        thick = area.height() * (0.56 if step.total else 0.42)
        bar = QRectF(left, area.center().y() - thick / 2, max(2.0, right - left), thick)
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(QBrush(colour, pattern))
        painter.drawRoundedRect(bar, 2, 2)
        if not step.total:
            painter.setPen(QPen(QColor(colours.edge), 1))
            at = int(x(step.after))
            painter.drawLine(at, int(bar.bottom()), at, int(area.bottom() + 1))
        painter.restore()


class EvidenceTable(QTableView):
    """The evidence, row by row, as tall as it needs; `twin` says the same in one text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._made = StepModel()
        self.setModel(self._made)
        self.setItemDelegateForColumn(PICTURE, Waterfall(theme, self._made, self))
        self.setAccessibleName(tell("evidence.title"))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSectionsClickable(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heads.setStretchLastSection(True)
        self._fit()
        theme.changed.connect(self._fit)

    def show_pair(self, pair: PairSummary) -> None:
        """Show the evidence of a pair."""
        self._made.show(steps(pair))
        self.setAccessibleDescription(self.twin())
        self._fit()

    def clear_pair(self) -> None:
        """Show nothing."""
        self._made.show(())
        self.setAccessibleDescription("")
        self._fit()

    def twin(self) -> str:
        """The picture in words."""
        return " ".join(_spoken(step) for step in self._made.steps)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share()

    def _fit(self) -> None:
        height = round(self.fontMetrics().height() * 1.55)
        self.verticalHeader().setDefaultSectionSize(height)
        heads = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(heads + height * len(self._made.steps) + EDGES)
        self._share()

    def _share(self) -> None:
        """Words get the width they need, as far as the picture keeps a little of its own."""
        letter = self.fontMetrics().averageCharWidth()
        wanted = [
            max(self.sizeHintForColumn(at) + 2 * letter, 12 * letter) for at in range(PICTURE)
        ]
        room = self.viewport().width() - PICTURE_LETTERS * letter
        share = min(1.0, max(0, room - wanted[2]) / max(1, wanted[0] + wanted[1]))
        for at, width in enumerate(wanted):
            self.setColumnWidth(at, width if at == 2 else int(width * share))
