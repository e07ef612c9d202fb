"""Tables over row sources: rows are fetched when painted, sorted and filtered in a worker."""

from app.gui.tables.details import show_row
from app.gui.tables.grid import Grid
from app.gui.tables.rows import Listed, SourceModel
from app.gui.tables.table import Table

__all__ = ["Grid", "Listed", "SourceModel", "Table", "show_row"]
