"""Two records side by side, what differs between them, and why the program thinks what it does."""

from app.gui.comparison.evidence import EvidenceTable
from app.gui.comparison.marks import Mark, State, differences, state_of
from app.gui.comparison.records import Comparison

__all__ = ["Comparison", "EvidenceTable", "Mark", "State", "differences", "state_of"]
