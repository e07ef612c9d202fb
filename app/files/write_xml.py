"""Writes files of records in XML, one element a record, as a stream."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import Target, opened
from app.model.writing import XmlForm

_BATCH = 20_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_records(
    target: Target,
    form: XmlForm,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    progress: Progress = SILENT,
) -> int:
    """Write records as UTF-8 XML and return their number.

    A column `group/name` stands inside an element `group`, which neighbouring columns share.
    Empty cells have no element. Raises Refused: disk-full, cannot-write, text-not-in-encoding
    (a character XML cannot hold); Cancelled.
    """
    layout = _layout(columns)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in form.attributes.items())
    with opened(target) as stream:
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{form.root}{attributes}>\n'
        stream.write(head.encode())
        count, batch = 0, []
        for row in rows:
            batch.append(_record(form.record, layout, row))
            if len(batch) == _BATCH:
                count = _send(stream.write, batch, count)
                progress.step(len(batch))
                batch = []
        count = _send(stream.write, batch, count)
        progress.step(len(batch))
        stream.write(f"</{form.root}>\n".encode())
    return count


Write = Callable[[bytes], int]
_Layout = list[tuple[str, list[tuple[int, str, str]]]]


def _layout(columns: Sequence[str]) -> _Layout:
    """Groups of neighbouring columns: (group or "", [(position, opening tag, closing tag)])."""
    cells = [(name.rpartition("/"), position) for position, name in enumerate(columns)]
    return [
        (group, [(position, f"<{name}>", f"</{name}>") for (_, _, name), position in members])
        for group, members in groupby(cells, key=lambda cell: cell[0][0])
    ]


def _record(element: str, layout: _Layout, row: Sequence[str]) -> str:
    parts = [f"<{element}>"]
    for group, cells in layout:
        inside = "".join(
            f"{opening}{escape(row[position])}{closing}"
            for position, opening, closing in cells
            if row[position]
        )
        parts.append(f"<{group}>{inside}</{group}>" if group and inside else inside)
    parts.append(f"</{element}>\n")
    return "".join(parts)


def _send(write: Write, batch: list[str], before: int) -> int:
    text = "".join(batch)
    if _FORBIDDEN.search(text):
        raise Refused("text-not-in-encoding", where=Where(row=before + 1), encoding="XML 1.0")
    write(text.encode())
    return before + len(batch)
