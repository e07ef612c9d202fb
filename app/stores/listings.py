"""Tables that change, as row sources over SQL: keys first, rows when they are painted."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.model.loads import Rejection
from app.stores import rejections as rejected
from app.stores.sqlcipher import Reader

Reading = Callable[[], contextlib.AbstractContextManager[Reader]]
WINDOW = 256


@dataclass(frozen=True)
class Listing:
    """A table as shown: column name to SQL expression, where rows come from, and their key.

    All SQL here is the program's own; only `values` come from outside.
    """

    columns: dict[str, str]
    source: str
    key: str
    where: str = "1"
    values: tuple[str | int, ...] = ()
    order: str = ""


def pairs(run: str) -> Listing:
    """The pairs of a run, heaviest first."""
    return Listing(
        columns={
            "pair": "p.run || '-' || p.n",
            "left": "l.row",
            "right": "r.row",
            "weight": "round(p.weight, 2)",
            "probability": "round(p.probability, 4)",
            "band": "p.band",
        },
        source=(
            "pair p JOIN run u ON u.id = p.run"
            " LEFT JOIN pair_record l ON l.run = p.run AND l.load = u.left_load"
            " AND l.record = p.left_record"
            " LEFT JOIN pair_record r ON r.run = p.run"
            " AND r.load = coalesce(u.right_load, u.left_load) AND r.record = p.right_record"
        ),
        key="p.n",
        where="p.run = ?",
        values=(run,),
        order="p.weight DESC, p.n",
    )


def rejections(load: str) -> Listing:
    """The rejected rows of a load in the order they were met."""
    return Listing(
        columns={"row": "x.row", "column": 'x."column"', "reason": "x.code", "text": "x.cells"},
        source="rejection x",
        key="x.n",
        where="x.load = ?",
        values=(load,),
        order="x.row, x.n",
    )


def trail() -> Listing:
    """The trail, newest first."""
    return Listing(
        columns={
            "seq": "t.seq",
            "at": "t.at",
            "steward": "t.steward",
            "action": "t.action",
            "facts": "t.facts",
        },
        source="trail t",
        key="t.seq",
        order="t.seq DESC",
    )


class ListingView:
    """A row source over a listing (`app.model.rowsource.RowSource`).

    Keys are read at `arrange` (once on making), rows by key at `window`; a row that has gone
    since reads as empty texts.
    """

    def __init__(self, reading: Reading, listing: Listing) -> None:
        self._reading = reading
        self._listing = listing
        self._names = tuple(listing.columns)
        self._keys = array("q")
        self._total = 0
        self.arrange(None, False, "")

    @property
    def columns(self) -> Sequence[str]:
        """Column names."""
        return self._names

    @property
    def numbered(self) -> bool:
        """Keys are the store's own."""
        return False

    def count(self) -> int:
        """Rows in the present order."""
        return len(self._keys)

    def total(self) -> int:
        """Rows without filter."""
        return self._total

    def window(self, first: int, number: int) -> list[tuple[str, ...]]:
        """Up to 256 rows as text from position `first`."""
        keys = self._keys[first : first + min(number, WINDOW)]
        listing = self._listing
        marks = ", ".join("?" * len(keys))
        sql = (
            f"SELECT {listing.key}, {', '.join(listing.columns.values())} FROM {listing.source}"  # noqa: S608
            f" WHERE {listing.where} AND {listing.key} IN ({marks})"
        )
        with self._reading() as reader:
            found = {row[0]: row[1:] for row in reader.rows(sql, (*listing.values, *keys))}
        gone = ("",) * len(self._names)
        return [
            tuple("" if cell is None else str(cell) for cell in found.get(key, gone))
            for key in keys
        ]

    def key(self, position: int) -> int:
        """The key of the row at a position: its number in the run, the load or the trail."""
        return self._keys[position]

    def arrange(self, sort: str | None, descending: bool, contains: str) -> None:
        """Set order and substring filter; reads every key that remains."""
        listing = self._listing
        order = listing.order
        if sort is not None:
            direction = "DESC" if descending else "ASC"
            order = f"{listing.columns[sort]} {direction}, {listing.key}"
        where, values = listing.where, listing.values
        if contains:
            whole = " || char(31) || ".join(
                f"coalesce({expression}, '')" for expression in listing.columns.values()
            )
            where = f"{where} AND instr(lower({whole}), lower(?)) > 0"
            values = (*values, contains)
        with self._reading() as reader:
            sql = f"SELECT {listing.key} FROM {listing.source} WHERE {where} ORDER BY {order}"  # noqa: S608
            keys = array("q", (row[0] for row in reader.each(sql, values, 5_000)))
            total = reader.first(
                f"SELECT count(*) FROM {listing.source} WHERE {listing.where}",  # noqa: S608
                listing.values,
            )
        self._keys, self._total = keys, int(total[0]) if total else 0


class RejectedRows(ListingView):
    """The rejected rows of a load as a table: where, the reason in words, the row as it stood."""

    def __init__(self, reading: Reading, load: str, reason: Callable[[Rejection], str]) -> None:
        self._load = load
        self._reason = reason
        super().__init__(reading, rejections(load))

    def window(self, first: int, number: int) -> list[tuple[str, ...]]:
        """Up to 256 rows as text from position `first`."""
        keys = self._keys[first : first + min(number, WINDOW)]
        with self._reading() as reader:
            found = rejected.by_keys(reader, self._load, keys)
        rows: list[tuple[str, ...]] = [
            (str(one.row), one.column or "", self._reason(one), " │ ".join(one.cells))
            for one in found
        ]
        return rows + [("",) * 4] * (len(keys) - len(rows))
