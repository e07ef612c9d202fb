"""The model of a table: windows of rows fetched when painted, never the rows themselves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.base.errors import Refused
from app.gui.forms import plain
from app.model.rowsource import RowSource
from app.wording import number

WINDOW = 256
KEEP = 64
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Listed:
    """A row source over rows held in memory, for lists of tens to thousands.

    `numbers` are columns that sort by value (`sort_by` gives it for a row); the rest sort as text.
    """

    def __init__(
        self,
        columns: Sequence[str],
        rows: Sequence[tuple[str, ...]],
        sort_by: Sequence[tuple[Any, ...]] = (),
    ) -> None:
        self._columns = tuple(columns)
        self._rows = list(rows)
        self._values = list(sort_by) or [tuple(c.casefold() for c in cells) for cells in rows]
        self._order = list(range(len(self._rows)))

    @property
    def columns(self) -> Sequence[str]:
        """Column names."""
        return self._columns

    @property
    def numbered(self) -> bool:
        """The place in a short list says nothing."""
        return False

    def count(self) -> int:
        """Rows in the present order."""
        return len(self._order)

    def total(self) -> int:
        """Rows without filter."""
        return len(self._rows)

    def window(self, first: int, many: int) -> list[tuple[str, ...]]:
        """Rows from a position of the present order."""
        return [self._rows[n] for n in self._order[first : first + many]]

    def key(self, position: int) -> int:
        """Ordinal of the row as it was given."""
        return self._order[position]

    def arrange(self, sort: str | None, descending: bool, contains: str) -> None:
        """Set order and filter."""
        wanted = contains.casefold()
        order = [
            n
            for n, cells in enumerate(self._rows)
            if not wanted or any(wanted in cell.casefold() for cell in cells)
        ]
        if sort is not None:
            at = self._columns.index(sort)
            order.sort(key=lambda n: self._values[n][at], reverse=descending)
        self._order = order


class SourceModel(QAbstractTableModel):
    """A Qt model that holds windows of rows, never the rows."""

    def __init__(self, heads: dict[str, str] | None = None, right: Sequence[str] = ()) -> None:
        super().__init__()
        self._source: RowSource = Listed((), [])
        self._heads = heads or {}
        self._right = frozenset(right)
        self._columns: tuple[str, ...] = ()
        self._aligned: tuple[bool, ...] = ()
        self._count = 0
        self._windows: OrderedDict[int, list[tuple[str, ...]]] = OrderedDict()

    @property
    def source(self) -> RowSource:
        """The rows behind the model."""
        return self._source

    def show_source(self, source: RowSource) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._source = source
        self._columns = tuple(source.columns)
        self._aligned = tuple(name in self._right for name in self._columns)
        self._count = source.count()
        self._windows.clear()
        self.endResetModel()

    def call(self, heads: dict[str, str]) -> None:
        """Name the columns of what is shown next, where their names are not known beforehand."""
        self._heads = heads

    def rearranged(self) -> None:
        """The source has a new order: forget what was fetched."""
        self.beginResetModel()
        self._count = self._source.count()
        self._windows.clear()
        self.endResetModel()

    def renewed(self) -> None:
        """Cells are others in the same order: the cursor stays where it is."""
        self._windows.clear()
        last = self.index(self._count - 1, len(self._columns) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Rows in the present order."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Columns of the source."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell as plain text; numbers stand to the right."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._aligned[index.column()] else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.cell(index.row(), index.column())
            return text if len(text) > 24 else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.head(index.column())}: {self.cell(index.row(), index.column())}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column names in words."""
        if orientation == Qt.Orientation.Horizontal and section < len(self._columns):
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                return self.head(section)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if self._aligned[section] else _LEFT
        if orientation == Qt.Orientation.Vertical and self._source.numbered:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._line(section)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
        return None

    def _line(self, position: int) -> str:
        """The row's own number, empty while the rows behind change."""
        try:
            return number(self._source.key(position))
        except IndexError:
            return ""

    def head(self, column: int) -> str:
        """A column's name in words."""
        name = self._columns[column]
        return plain(self._heads.get(name, name))

    def name_of(self, column: int) -> str:
        """A column's own name."""
        return self._columns[column]

    def row(self, position: int) -> list[tuple[str, str]]:
        """One row in full: each column's name in words, and its text."""
        return [(self.head(at), self.cell(position, at)) for at in range(len(self._columns))]

    def sample(self, many: int) -> list[tuple[str, ...]]:
        """The first and the last rows, to measure columns by."""
        last = max(many, self._count - many)
        return [*self._fetch(0, many), *self._fetch(last, many)]

    def _fetch(self, first: int, many: int) -> list[tuple[str, ...]]:
        """Rows from the source; none once the vault behind it has been closed."""
        try:
            return self._source.window(first, many)
        except Refused as error:
            if error.code != "vault-closed":
                raise
            return []

    def cell(self, position: int, column: int) -> str:
        """One cell as plain text, empty while the rows behind change."""
        at, within = divmod(position, WINDOW)
        rows = self._windows.get(at)
        if rows is None:
            rows = self._fetch(at * WINDOW, WINDOW)
            self._windows[at] = rows
            if len(self._windows) > KEEP:
                self._windows.popitem(last=False)
        else:
            self._windows.move_to_end(at)
        if within >= len(rows):
            return ""
        return plain(rows[within][column])
