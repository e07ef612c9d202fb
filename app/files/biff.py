"""Looks into an old Excel workbook (.xls): extent, formulas and errors of each sheet.

The container is the compound file of [MS-CFB], its stream the records of [MS-XLS]. Only what
keeps the fast reader from harm, and what it does not tell, is looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from app.base.errors import Refused, Where
from app.files.access import refuse_other
from app.files.sheetxml import SheetLook

_FREE = 0xFFFFFFFA  # sector numbers from here on have other meanings
_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _SST, _DIMENSIONS = 0x809, 0x0A, 0x85, 0x2F, 0xFC, 0x200
_DATE_MODE = 0x22
_CELLS = frozenset((0x203, 0x27E, 0xFD, 0x204, 0xD6, 0x205, 0x06, 0x206, 0x406, 0x201))
_SPANS = frozenset((0xBD, 0xBE))
_FORMULAS = frozenset((0x06, 0x206, 0x406))
_BOOLERR = 0x205
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def look_at_xls(path: Path) -> dict[str, SheetLook]:
    """Every sheet of the file by name.

    Raises Refused: workbook-locked, workbook-damaged, file-not-a-table.
    """
    where = Where(file=path.name)
    try:
        stream = _workbook_stream(path)
        looks: dict[str, SheetLook] = {}
        since_1904 = False
        for code, _, body in _records(stream, 0):
            if code == _FILEPASS:
                raise Refused("workbook-locked", where=where)
            if code == _SST and int.from_bytes(body[4:8], "little") * 3 > len(stream):
                raise Refused("workbook-damaged", where=where)
            if code == _BOUNDSHEET:
                offset = int.from_bytes(body[:4], "little")
                looks[_sheet_name(body)] = _look_at_sheet(stream, offset)
            since_1904 = since_1904 or (code == _DATE_MODE and body[:1] == b"\x01")
        for look in looks.values():
            look.since_1904 = since_1904
        return looks
    except (struct.error, IndexError, ValueError):
        raise Refused("workbook-damaged", where=where) from None


def _look_at_sheet(stream: bytes, offset: int) -> SheetLook:
    look = SheetLook()
    for code, _, body in _records(stream, offset):
        if code in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            _reach(look, row + 1, column + 1)
            if code in _FORMULAS:
                look.formulas += 1
                if body[12:14] == b"\xff\xff" and body[6] == 2:
                    look.fault(row + 1, column + 1, "cell-error", _ERRORS.get(body[8], ""))
            elif code == _BOOLERR and body[7]:
                look.fault(row + 1, column + 1, "cell-error", _ERRORS.get(body[6], ""))
        elif code in _SPANS:
            row = int.from_bytes(body[:2], "little")
            _reach(look, row + 1, int.from_bytes(body[-2:], "little") + 1)
        elif code == _DIMENSIONS:
            _, rows, _, columns = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
            _reach(look, rows, columns)
    return look


def _reach(look: SheetLook, row: int, column: int) -> None:
    look.rows = max(look.rows, row)
    look.columns = max(look.columns, column)


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, int, bytes]]:
    """Records of the substream at an offset: code, place and body, without nested substreams."""
    depth = 0
    while offset + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, offset)
        depth += (code == _BOF) - (code == _EOF)
        if depth <= 1:
            yield code, offset, stream[offset + 4 : offset + 4 + size]
        if depth <= 0:
            return
        offset += 4 + size


def _sheet_name(body: bytes) -> str:
    size, wide = body[6], body[7] & 1
    return (
        body[8 : 8 + size * 2].decode("utf-16-le") if wide else body[8 : 8 + size].decode("latin-1")
    )


def _workbook_stream(path: Path) -> bytes:
    data = path.read_bytes()
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise ValueError
    table = _sector_table(data, size)
    first = struct.unpack_from("<I", data, 48)[0]
    directory = _chain(data, size, table, first)
    entries: dict[str, tuple[int, int]] = {}
    for place in range(0, len(directory) - 127, 128):
        entry = directory[place : place + 128]
        letters = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(0, min(letters, 64) - 2)].decode("utf-16-le", "replace")
        entries.setdefault(name, struct.unpack_from("<II", entry, 116))
    if "EncryptedPackage" in entries:
        raise Refused("workbook-locked", where=Where(file=path.name))
    found = entries.get("Workbook") or entries.get("Book")
    if found is None:
        refuse_other(path, "document")
    start, length = found
    if length < struct.unpack_from("<I", data, 56)[0]:
        return _small_stream(data, size, table, entries["Root Entry"][0], start)[:length]
    return _chain(data, size, table, start)[:length]


def _small_stream(data: bytes, size: int, table: list[int], container: int, start: int) -> bytes:
    """A stream below the cut-off lies in sectors of 64 bytes within the root's own stream."""
    small = _chain(data, size, table, container)
    raw = _chain(data, size, table, struct.unpack_from("<I", data, 60)[0])
    links = list(struct.unpack_from(f"<{len(raw) // 4}I", raw))
    return _chain(b"\x00" * 64 + small, 64, links, start)


def _sector_table(data: bytes, size: int) -> list[int]:
    """Which sector follows which, from the header's list and its continuation sectors."""
    holders = [one for one in struct.unpack_from("<109I", data, 76) if one < _FREE]
    following, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while following < _FREE and following not in seen:
        seen.add(following)
        listed = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        holders += [one for one in listed[:-1] if one < _FREE]
        following = listed[-1]
    table: list[int] = []
    for holder in holders:
        table += struct.unpack_from(f"<{size // 4}I", data, (holder + 1) * size)
    return table


def _chain(data: bytes, size: int, table: list[int], sector: int) -> bytes:
    """The bytes of a chain of sectors; a chain that loops or leads nowhere is damage."""
    pieces: list[bytes] = []
    for _ in range(len(table) + 1):
        if sector >= _FREE:
            return b"".join(pieces)
        pieces.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    raise ValueError
