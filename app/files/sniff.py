"""Finds out what a file is and how to read it, by its content and never by its name."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.access import head_of, refuse_other, refuse_unreadable
from app.files.dialect import sample_lines, shape_of_delimited
from app.files.encoding import EncodingGuess, conclude_encoding, decoder
from app.files.layouts import (
    Known,
    Text,
    shape_as_proposed,
    shape_as_stated,
    shape_by_known,
)
from app.files.workbook import shape_of_workbook
from app.files.xml import shape_of_xml
from app.model.kinds import FixedColumn, Layout
from app.model.loads import ReadChoices, Shape
from app.model.notes import Note
from app.model.reading import ReadLimits

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes of common files that hold no table, and what they are.
_OTHER_FILES = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"SQLite format 3", "database"),
    (b"age-encryption.org/", "sealed"),
    (b"-----BEGIN", "sealed"),
    (b"{\\rtf", "document"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"PAR1", "parquet"),
)
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r\x0c\x1a") + b"\x7f"
_JUNK_SHARE = 0.05
_JUNK_BYTES = 8


def sniff(
    path: Path,
    choices: ReadChoices,
    layouts: Mapping[str, tuple[Layout, ...]],
    limits: ReadLimits,
    progress: Progress = SILENT,
    remembered: Sequence[tuple[FixedColumn, ...]] = (),
) -> Shape:
    """How to read a file: format, encoding, columns and where they are; every guess is noted.

    `layouts` are the declared file shapes by kind; `choices.kind` leaves only those of one kind.
    `remembered` are fixed-width layouts of loads before. `choices.header_row` 0 says that no row
    names the columns.

    Raises Refused: file-not-found, file-is-folder, file-unreadable, file-empty,
    file-header-only, file-not-a-table, encoding-unknown, delimiter-unusable, line-too-long,
    too-many-columns, header-row-not-there, sheet-not-found, layout-and-delimiter,
    layout-not-for-format, workbook-..., archive-..., xml-...
    """
    shape = _shape(path, choices, layouts, limits, progress, remembered)
    shape = replace(shape, chosen=tuple(_insisted(choices, shape)))
    if shape.footer_rows:
        left_out = Note("report-footer-left-out", {"rows": shape.footer_rows})
        shape = replace(shape, notes=(*shape.notes, left_out))
    return shape


def _shape(
    path: Path,
    choices: ReadChoices,
    layouts: Mapping[str, tuple[Layout, ...]],
    limits: ReadLimits,
    progress: Progress,
    remembered: Sequence[tuple[FixedColumn, ...]],
) -> Shape:
    refuse_unreadable(path)
    _refuse_choices(path, choices, limits)
    head = head_of(path)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        _refuse_encoding(path, "utf-32", limits)
    text = choices.delimiter is not None or choices.layout is not None
    if head.startswith((_ZIP, _OLE)):
        _refuse_layout(path, choices)
        return shape_of_workbook(path, choices, limits, progress)
    _refuse_other_files(path, head)
    declared = _layouts(layouts, choices.kind)
    if not text and _starts_like_xml(head):
        xml = [one for one in declared if one.format == "xml"]
        return shape_of_xml(path, xml, limits, progress)
    _refuse_endless_line(path, limits)
    guess = _encoding(path, head, choices, progress)
    sample = Text(path, guess.encoding, sample_lines(path, guess.encoding, limits), limits)
    known = [Known(columns, "remembered") for columns in remembered]
    known += [Known(one.columns, "declared") for one in declared if one.format == "fixed"]
    shape = _shape_of_text(sample, choices, known)
    return replace(shape, notes=(*guess.notes, *shape.notes))


def _shape_of_text(text: Text, choices: ReadChoices, known: Sequence[Known]) -> Shape:
    """Fixed width where somebody says so or the lines tell it, else parted by marks."""
    shape: Shape | None = None
    header_row = choices.header_row
    if choices.layout:
        shape = shape_as_stated(text, choices.layout, header_row)
    elif choices.layout is not None:
        shape = shape_as_proposed(text, header_row, asked=True)
    elif choices.delimiter is None:
        shape = shape_by_known(text, known, header_row, named=choices.kind is not None)
        shape = shape or shape_as_proposed(text, header_row, asked=False)
    if shape is not None:
        return shape
    return shape_of_delimited(text.path, text.encoding, choices, text.sample, text.limits)


def _insisted(choices: ReadChoices, shape: Shape) -> Iterator[str]:
    """What was chosen among that which matters to a file of this format."""
    if choices.delimiter is not None and shape.delimiter is not None:
        yield "delimiter"
    if choices.header_row is not None and shape.format != "xml":
        yield "header_row"
    if choices.sheet is not None and shape.sheet is not None:
        yield "sheet"


def _layouts(layouts: Mapping[str, tuple[Layout, ...]], kind: str | None) -> list[Layout]:
    if kind is not None:
        return list(layouts.get(kind, ()))
    return [layout for group in layouts.values() for layout in group]


def _encoding(path: Path, head: bytes, choices: ReadChoices, progress: Progress) -> EncodingGuess:
    if choices.encoding is not None:
        chosen = choices.encoding.lower()
        return EncodingGuess(chosen, (Note("encoding-chosen", {"encoding": chosen}),))
    guess = conclude_encoding(path, head, progress)
    text = decoder(guess.encoding).decode(head)
    junk = sum(map(text.count, map(chr, _CONTROLS)))
    if junk > max(_JUNK_BYTES, _JUNK_SHARE * len(text)):
        refuse_other(path, "binary")
    return guess


def _refuse_choices(path: Path, choices: ReadChoices, limits: ReadLimits) -> None:
    where = Where(file=path.name)
    if choices.encoding is not None and choices.encoding.lower() not in limits.encodings:
        _refuse_encoding(path, choices.encoding, limits)
    if choices.layout and choices.delimiter is not None:
        raise Refused("layout-and-delimiter", where=where)
    mark = choices.delimiter
    if mark is not None and (len(mark) != 1 or mark in '"\r\n' or ord(mark) > 0xFFFF):
        raise Refused("delimiter-unusable", where=where)


def _refuse_layout(path: Path, choices: ReadChoices) -> None:
    if choices.layout is not None:
        raise Refused("layout-not-for-format", where=Where(file=path.name))


def _refuse_encoding(path: Path, encoding: str, limits: ReadLimits) -> NoReturn:
    raise Refused(
        "encoding-unknown",
        where=Where(file=path.name),
        encoding=encoding,
        offered=", ".join(limits.encodings),
    )


def _refuse_other_files(path: Path, head: bytes) -> None:
    for start, found in _OTHER_FILES:
        if head.startswith(start):
            refuse_other(path, found)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head[:4096]:
        refuse_other(path, "xml-spreadsheet")
    opening = _opening(head).lower()
    if opening.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<style")):
        refuse_other(path, "web-page")
    array = opening.startswith("[") and opening[1:].lstrip()[:1] in tuple('[{"')
    if array or opening.startswith("{"):
        refuse_other(path, "json")


def _refuse_endless_line(path: Path, limits: ReadLimits) -> None:
    """Refuse at once a file whose first line has no end within the limit.

    A character takes up to four bytes, so that many more are looked through, in pieces.
    """
    left = limits.line_characters * 4
    with path.open("rb") as stream:
        while left > 0 and (block := stream.read(min(left, 1 << 20))):
            if b"\n" in block or b"\r" in block:
                return
            left -= len(block)
        if not stream.read(1):
            return
    where = Where(file=path.name, row=1)
    raise Refused("line-too-long", where=where, limit=limits.line_characters)


def _opening(head: bytes) -> str:
    """The first letters as text, without byte order mark and white space."""
    if head.startswith(codecs.BOM_UTF16_LE):
        text = head[2:1026].decode("utf-16-le", "replace")
    elif head.startswith(codecs.BOM_UTF16_BE):
        text = head[2:1026].decode("utf-16-be", "replace")
    else:
        text = head[:1024].removeprefix(codecs.BOM_UTF8).decode("latin-1")
    return text.replace("\x00", "").lstrip()


def _starts_like_xml(head: bytes) -> bool:
    opening = _opening(head)
    return opening.startswith("<") and (opening[1:2] in "?!" or opening[1:2].isalpha())
