"""Which columns of a table a steward put out of sight, kept here without their names."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from PySide6.QtCore import QSettings


class Hidden:
    """Places of hidden columns, by table and by the columns it shows: another file, another list.

    Columns are known by a digest, so that nothing of a file's own head stands in the settings.
    """

    def __init__(self, table: str) -> None:
        self._table = table

    def places(self, columns: Sequence[str]) -> frozenset[int]:
        """The columns out of sight; none where what was kept makes no sense."""
        kept = str(QSettings().value(self._key(columns), ""))
        places = {int(place) for place in kept.split() if place.isdecimal()}
        return frozenset(place for place in places if place < len(columns))

    def keep(self, columns: Sequence[str], places: Sequence[int]) -> None:
        """Remember them; with none hidden nothing is kept."""
        if places:
            QSettings().setValue(self._key(columns), " ".join(str(place) for place in places))
        else:
            QSettings().remove(self._key(columns))

    def _key(self, columns: Sequence[str]) -> str:
        digest = sha256("\0".join(columns).encode()).hexdigest()[:16]
        return f"hidden/{self._table}/{digest}"
