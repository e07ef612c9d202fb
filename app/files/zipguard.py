"""Guards against archives that unpack to more than they say, or to where they should not."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.model.reading import ReadLimits

BLOCK = 1 << 20
_END = b"PK\x05\x06"
_END_SIZE = 22
_LONG_END = b"PK\x06\x06"
_LONG_END_SIZE = 76  # the record of the long form and the locator behind it
_COMMENT = 65535
_DIRECTORY_BYTES_AN_ENTRY = 512
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1

Watch = Callable[[str, bytes], None]


def guard(
    path: Path, limits: ReadLimits, watch: Watch | None = None, progress: Progress = SILENT
) -> None:
    """Prove an archive harmless by its directory, then by unpacking every entry and counting.

    Nothing is kept or written; `watch` sees each entry's name and blocks as they go by.
    Stage `unpack` counts declared bytes.

    Raises Refused: archive-damaged, archive-too-many-entries, archive-too-large,
    archive-bomb, archive-names, archive-locked.
    """
    where = Where(file=path.name)
    try:
        _refuse_long_directory(path, limits)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            refuse_entries(entries, path.name, limits)
            _refuse_overlaps(entries, path)
            progress.stage("unpack", sum(entry.file_size for entry in entries))
            for entry in entries:
                _count(archive, entry, watch, progress)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ):
        raise Refused("archive-damaged", where=where) from None


def refuse_entries(entries: Sequence[zipfile.ZipInfo], file: str, limits: ReadLimits) -> None:
    """Judge an archive by its directory alone.

    Raises Refused: archive-too-many-entries, archive-too-large, archive-bomb, archive-names,
    archive-locked, archive-damaged (a method of packing that nobody needs).
    """
    where = Where(file=file)
    if len(entries) > limits.zip_entries:
        raise Refused("archive-too-many-entries", where=where, limit=limits.zip_entries)
    total = sum(entry.file_size for entry in entries)
    if total > limits.zip_total_bytes:
        raise Refused("archive-too-large", where=where, bytes=total, limit=limits.zip_total_bytes)
    names: set[str] = set()
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Refused("archive-locked", where=where)
        if entry.compress_type not in _METHODS:
            raise Refused("archive-damaged", where=where)
        if unsafe_name(entry.filename) or _is_link(entry) or entry.filename.casefold() in names:
            raise Refused("archive-names", where=where)
        names.add(entry.filename.casefold())
        large = entry.file_size > limits.zip_ratio_from_bytes
        if large and entry.file_size > limits.zip_ratio * max(1, entry.compress_size):
            raise Refused("archive-bomb", where=where, limit=limits.zip_ratio)


def unsafe_name(name: str) -> bool:
    """Whether an entry's name could lead out of a folder on any system."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return (
        not name
        or posix.is_absolute()
        or windows.is_absolute()
        or bool(windows.drive or windows.root)
        or ".." in windows.parts
        or any(ord(letter) < 32 for letter in name)
    )


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _refuse_long_directory(path: Path, limits: ReadLimits) -> None:
    """Refuse a directory too long to be read into memory, by the end record's own figure."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _END_SIZE - _COMMENT - _LONG_END_SIZE))
        tail = stream.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise zipfile.BadZipFile
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    long_end = tail[max(0, end - _LONG_END_SIZE) : end]
    if long_end.startswith(_LONG_END):
        directory = int.from_bytes(long_end[40:48], "little")
    if directory > limits.zip_entries * _DIRECTORY_BYTES_AN_ENTRY:
        raise Refused(
            "archive-too-many-entries", where=Where(file=path.name), limit=limits.zip_entries
        )


def _refuse_overlaps(entries: Sequence[zipfile.ZipInfo], path: Path) -> None:
    """Entries that share packed bytes add up to more than the file."""
    if sum(entry.compress_size for entry in entries) > path.stat().st_size:
        raise Refused("archive-bomb", where=Where(file=path.name), limit=1)


def _count(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, watch: Watch | None, progress: Progress
) -> None:
    """Unpack one entry in pieces: it must hold just the bytes it declared, and their checksum."""
    counted = 0
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            counted += len(block)
            if watch is not None:
                watch(entry.filename, block)
            progress.step(len(block))
    if counted != entry.file_size:
        raise zipfile.BadZipFile
