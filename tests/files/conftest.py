"""What the reader tests share: the declared limits, reading from bytes, an old-workbook writer."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.progress import SILENT
from app.catalogue.reading import read_limits
from app.files.read import read
from app.files.sniff import sniff
from app.model.kinds import Layout
from app.model.loads import ReadChoices, Rejection, Shape
from app.model.reading import ReadLimits

LIMITS = read_limits()


@dataclass(frozen=True)
class Taken:
    """A file read to its end."""

    shape: Shape
    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    rejected: tuple[Rejection, ...]

    @property
    def codes(self) -> dict[int, str]:
        return {one.row: one.code for one in self.rejected}

    @property
    def notes(self) -> dict[str, Mapping[str, object]]:
        return {one.code: one.facts for one in self.shape.notes}


Take = Callable[..., Taken]


@pytest.fixture(scope="session")
def limits() -> ReadLimits:
    return LIMITS


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Read bytes (or a path) as a file of any name: sniffed, then read to the end."""

    def run(
        content: bytes | Path,
        choices: ReadChoices | None = None,
        layouts: Mapping[str, tuple[Layout, ...]] | None = None,
        limits: ReadLimits = LIMITS,
    ) -> Taken:
        path = content if isinstance(content, Path) else tmp_path / "extract.dat"
        if isinstance(content, bytes):
            path.write_bytes(content)
        shape = sniff(path, choices or ReadChoices(), layouts or {}, limits, SILENT)
        rejected: list[Rejection] = []
        batches = list(read(path, shape, rejected.append, limits))
        return Taken(
            shape,
            tuple(number for batch in batches for number in batch.numbers),
            tuple(row for batch in batches for row in batch.cells),
            tuple(rejected),
        )

    return run


@pytest.fixture
def refusal(take: Take) -> Callable[..., str]:
    """The code a file is refused with."""

    def run(*arguments: object, **options: object) -> str:
        with pytest.raises(Refused) as caught:
            take(*arguments, **options)
        return caught.value.code

    return run


def xls_record(code: int, body: bytes) -> bytes:
    return struct.pack("<HH", code, len(body)) + body


def xls_cell(row: int, column: int, value: str | float | bool) -> bytes:
    """A cell record; `!0x17`-like text stands for an error, `=7` for a formula's result."""
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bool):
        return xls_record(0x205, place + bytes((value, 0)))
    if isinstance(value, str) and value.startswith("!"):
        return xls_record(0x205, place + bytes((int(value[1:], 16), 1)))
    if isinstance(value, str) and value.startswith("="):
        result = struct.pack("<dHIH", float(value[1:]), 0, 0, 3)
        return xls_record(0x06, place + result + b"\x1e\x01\x00")
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return xls_record(0x204, place + struct.pack("<HB", len(value), 1) + text)
    return xls_record(0x203, place + struct.pack("<d", value))


def xls_book(sheets: dict[str, bytes], globals_extra: bytes = b"") -> bytes:
    """An Excel 97 workbook of sheets made of cell records."""

    def start(kind: int) -> bytes:
        return xls_record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 1997, 0, 6))

    end = xls_record(0x0A, b"")
    head = start(5) + globals_extra
    bodies = [start(0x10) + cells + end for cells in sheets.values()]
    offset = len(head) + sum(12 + len(name) for name in sheets) + len(end)
    listed = b""
    for name, body in zip(sheets, bodies, strict=True):
        title = struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name.encode("latin-1")
        listed += xls_record(0x85, title)
        offset += len(body)
    return compound_file({"Workbook": head + listed + end + b"".join(bodies)})


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with 512-byte sectors and streams beyond the small-stream cut-off."""
    none, last = 0xFFFFFFFF, 0xFFFFFFFE
    sectors, table, directory = b"", list[int](), _entry("Root Entry", 5, last, 0, child=1)
    for place, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        begins = len(sectors) // 512
        sectors += padded
        table += [*range(begins + 1, begins + len(padded) // 512), last]
        right = place + 1 if place < len(streams) else none
        directory += _entry(name, 2, begins, len(padded), right=right)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    begins = len(sectors) // 512
    sectors += directory
    table += [*range(begins + 1, begins + len(directory) // 512), last]
    tables = 1
    while len(table) + tables > tables * 128:
        tables += 1
    holder = len(sectors) // 512
    table += [0xFFFFFFFD] * tables
    sectors += struct.pack(f"<{len(table)}I", *table).ljust(tables * 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, tables, begins, 0, 4096, last, 0, last, 0)
    listed = [*range(holder, holder + tables)] + [none] * (109 - tables)
    return header + struct.pack("<109I", *listed) + sectors


def _entry(
    name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(letters), kind, 1, 0xFFFFFFFF, right, child)
    return letters.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


@pytest.fixture
def old_workbook() -> Callable[..., bytes]:
    """Bytes of an .xls with one sheet of the rows given."""

    def make(rows: list[list[str | float | bool]], extra: bytes = b"", more: bytes = b"") -> bytes:
        cells = b"".join(
            xls_cell(row, column, value)
            for row, values in enumerate(rows)
            for column, value in enumerate(values)
        )
        return xls_book({"Data": cells + more}, extra)

    return make


@pytest.fixture
def compound() -> Callable[[dict[str, bytes]], bytes]:
    return compound_file
