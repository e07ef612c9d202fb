"""Rows of text as RFC 4180 bytes: UTF-8 with BOM, CRLF, no cell that a spreadsheet would run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice

from app.base.errors import Refused, Where
from app.model.cells import guard_row
from app.model.packaging import ControlTotal, DataFile

BOM = b"\xef\xbb\xbf"
BATCH = 2_000
_CIRCLE = 1 << 256


class RowWriter:
    """A data file's bytes batch by batch; counts rows and control totals on the way."""

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._header = [column.name for column in file.columns]
        self._key = None if file.key is None else self._header.index(file.key)
        self._amounts = [self._header.index(name) for name in file.amounts]
        self._pence = [Decimal(0)] * len(self._amounts)
        self._unread = [0] * len(self._amounts)
        self._keys = 0
        self.rows = 0

    def batches(self) -> Iterator[bytes]:
        """BOM and header, then up to 2,000 rows at a time.

        Raises Refused `package-text-unwritable` for text that UTF-8 cannot hold, ValueError for
        a row that is not as wide as the columns.
        """
        yield BOM + self._encode([self._header])
        rows = iter(self._file.rows)
        while batch := list(islice(rows, BATCH)):
            for row in batch:
                if len(row) != len(self._header):
                    raise ValueError("a row is not as wide as its file's columns")
            self._count(batch)
            yield self._encode(batch)
            self.rows += len(batch)

    def totals(self) -> tuple[ControlTotal, ...]:
        """Rows, sums in pence, and a sum over the key column that no order of rows changes.

        The last is the sum of SHA-256 of each key in UTF-8, modulo 2 to the 256, in hex.
        """
        found = [ControlTotal("rows", "", str(self.rows))]
        for name, pence, unread in zip(self._file.amounts, self._pence, self._unread, strict=True):
            found.append(ControlTotal("sum-pence", name, str(int(pence))))
            if unread:
                found.append(ControlTotal("not-an-amount", name, str(unread)))
        if self._file.key is not None:
            found.append(ControlTotal("sum-sha256", self._file.key, f"{self._keys:064x}"))
        return tuple(found)

    def _encode(self, rows: Iterable[Sequence[str]]) -> bytes:
        try:
            return "".join([rfc4180(guard_row(row)) for row in rows]).encode("utf-8")
        except UnicodeEncodeError:
            raise Refused(
                "package-text-unwritable", where=Where(file=self._file.name, row=self.rows + 2)
            ) from None

    def _count(self, batch: Sequence[Sequence[str]]) -> None:
        if self._key is not None:
            for row in batch:
                key = hashlib.sha256(row[self._key].encode("utf-8", "surrogatepass")).digest()
                self._keys = (self._keys + int.from_bytes(key, "big")) % _CIRCLE
        for number, column in enumerate(self._amounts):
            for row in batch:
                pence = _pence(row[column]) if row[column].strip() else Decimal(0)
                if pence is None:
                    self._unread[number] += 1
                else:
                    self._pence[number] += pence


def rfc4180(cells: Sequence[str]) -> str:
    """One record with its CRLF; cells are quoted where they must be, as one look at all tells."""
    line = ",".join(cells)
    plain = (
        line.count(",") == len(cells) - 1
        and '"' not in line
        and "\n" not in line
        and "\r" not in line
        and line != ""
    )
    return f"{line}\r\n" if plain else ",".join(map(_quoted, cells)) + "\r\n"


class RecordCounter:
    """Counts the records of RFC 4180 bytes fed in pieces (line ends outside quotes)."""

    def __init__(self) -> None:
        self._quoted = False
        self._last = b""
        self._ends = 0

    def feed(self, piece: bytes) -> None:
        """Count the line ends of the next piece."""
        for part in piece.split(b'"'):
            if not self._quoted:
                self._ends += part.count(b"\n")
            self._quoted = not self._quoted
        self._quoted = not self._quoted
        self._last = piece[-1:] or self._last

    @property
    def rows(self) -> int:
        """Records but for the header; a last record without line end counts."""
        return max(0, self._ends + (self._last not in {b"", b"\n"}) - 1)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _pence(cell: str) -> Decimal | None:
    try:
        pence = Decimal(cell.strip().replace(",", "")) * 100
    except InvalidOperation:
        return None
    return pence if pence.is_finite() and pence == pence.to_integral_value() else None
