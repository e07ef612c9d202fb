"""Tables that change, as row sources over SQL: keys first, rows when they are painted."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.model.loads import Rejection
from app.stores import rejections as rejected
from app.stores.sqlcipher import Reader

Reading = Callable[[], contextlib.AbstractContextManager[Reader]]
WINDOW = 256
_DATE = ("%d", "%m", " %Y, %H:%M")
_SIGNS = (('"', ""), ("{", ""), ("}", ""), (":", " "), (",", " · "), ("_", " "))


@dataclass(frozen=True)
class Spoken:
    """A column as people read it: SQL, and the words that stand in it."""

    sql: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """What the codes of the trail are called where it is read; months by their two digits."""

    acts: Mapping[str, str]
    facts: Mapping[str, str]
    months: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """A table as shown: column name to SQL expression, where rows come from, and their key.

    A column that is `spoken` is sought in the words people read, so that a search finds what is
    in sight; one that is `sorted_spoken` is sorted by them too. All SQL here is the program's own;
    only `values` and words come from outside.
    """

    columns: dict[str, str]
    source: str
    key: str
    where: str = "1"
    values: tuple[str | int, ...] = ()
    order: str = ""
    spoken: Mapping[str, Spoken] = field(default_factory=dict)
    sorted_spoken: frozenset[str] = frozenset()


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


def trail(words: Words) -> Listing:
    """The trail, newest first: cells are codes, as they are kept."""
    day, month, rest = (f"strftime('{part}', t.at, 'localtime')" for part in _DATE)
    named = _case(month, words.months)
    return Listing(
        columns={
            "seq": "t.seq",
            "at": "t.at",
            "steward": "t.steward",
            "action": "t.action",
            "facts": "t.facts",
            "hash": "t.hash",
        },
        source="trail t",
        key="t.seq",
        order="t.seq DESC",
        spoken={
            "at": Spoken(f"ltrim({day}, '0') || ' ' || {named.sql} || {rest}", named.words),
            "action": _case("t.action", words.acts),
            "facts": _plain("t.facts", words.facts),
        },
        sorted_spoken=frozenset({"action"}),
    )


def _case(sql: str, words: Mapping[str, str]) -> Spoken:
    """Each code as its word, any other as it is."""
    whens = "WHEN ? THEN ? " * len(words)
    parts = tuple(part for pair in words.items() for part in pair)
    return Spoken(f"CASE {sql} {whens}ELSE {sql} END" if words else sql, parts)


def _plain(sql: str, words: Mapping[str, str]) -> Spoken:
    """Facts kept as JSON as they are read: their names in words, without the signs between."""
    parts: tuple[str, ...] = ()
    for code, word in words.items():
        sql = f"replace({sql}, ?, ?)"
        parts += (f'"{code}"', word)
    for sign, shown in _SIGNS:
        sql = f"replace({sql}, '{sign}', '{shown}')"
    return Spoken(sql, parts)


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
        """The key of the row at a position: its number in the load or the trail."""
        return self._keys[position]

    def arrange(self, sort: str | None, descending: bool, contains: str) -> None:
        """Set order and substring filter; reads every key that remains."""
        listing = self._listing
        order = Spoken(listing.order)
        if sort is not None:
            by = Spoken(listing.columns[sort])
            by = listing.spoken[sort] if sort in listing.sorted_spoken else by
            direction = "DESC" if descending else "ASC"
            order = Spoken(f"{by.sql} {direction}, {listing.key}", by.words)
        where, values = listing.where, listing.values
        if contains:
            read = [listing.spoken.get(name, Spoken(sql)) for name, sql in listing.columns.items()]
            whole = " || char(31) || ".join(f"coalesce({part.sql}, '')" for part in read)
            where = f"{where} AND instr(lower({whole}), lower(?)) > 0"
            values = (*values, *(word for part in read for word in part.words), contains)
        sql = f"SELECT {listing.key} FROM {listing.source} WHERE {where} ORDER BY {order.sql}"  # noqa: S608
        with self._reading() as reader:
            keys = array("q", (row[0] for row in reader.each(sql, (*values, *order.words), 5_000)))
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
