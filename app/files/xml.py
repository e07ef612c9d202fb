"""Reads XML: finds the element that repeats, makes columns of what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from app.base.errors import Fact, Refused, Where
from app.base.progress import Progress
from app.files.batches import batches
from app.files.closing import Closing
from app.files.table import refuse_many_columns
from app.files.xmlstream import declared, elements, local, opening
from app.model.kinds import Layout
from app.model.loads import Rejection, Rows, Shape
from app.model.notes import Note
from app.model.reading import ReadLimits

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_OWN_TEXT = "text"


def shape_of_xml(
    path: Path, layouts: Sequence[Layout], limits: ReadLimits, progress: Progress
) -> Shape:
    """The shape of an XML file: its record, and the columns of all its records, first seen first.

    Reads the whole file once, so a damaged file is refused before anything is read from it.

    Raises Refused: xml-doctype, xml-damaged, xml-too-deep, xml-too-large, xml-no-records,
    too-many-columns.
    """
    record, known = _find_record(path, layouts, limits)
    progress.stage("decode", path.stat().st_size)
    columns: dict[str, None] = {}
    records = 0
    flattener = Flattener(path.name, limits)
    for element in elements(path, record, limits, progress):
        records += 1
        cells = flattener.row(element)
        if not cells.keys() <= columns.keys():
            columns.update(dict.fromkeys(cells))
            refuse_many_columns(len(columns), limits, path.name)
    if not records or not columns:
        raise Refused("xml-no-records", where=Where(file=path.name), record=record)
    basis = "xml-record-declared" if known else "xml-record-found"
    return Shape(
        format="xml",
        columns=tuple(columns),
        record=record,
        declared=declared(path),
        notes=(Note(basis, {"record": record, "count": records}),),
    )


def read_xml(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress,
) -> Iterator[Rows]:
    """Batches of an XML file, streamed; a row's number is its record's place, from 1.

    Raises Refused("file-changed") when a record has something the shape does not know.
    """
    progress.stage("read", path.stat().st_size)
    yield from batches(_rows(path, shape, reject, limits, progress), Closing(limits))


class Flattener:
    """Makes one flat row of a record: `surname`, `usualAddress/line1`, `alias[2]`, `@id`.

    Text is without the white space around it; an element's own text among children is kept
    under the element's path. Column names are put together once for each path and tag.

    Raises Refused: xml-too-deep, xml-damaged (a reference to something declared nowhere).
    """

    def __init__(self, file: str, limits: ReadLimits) -> None:
        self._where = Where(file=file)
        self._depth = limits.xml_depth
        self._names: dict[str, dict[str, str]] = {}

    def row(self, element: etree._Element) -> dict[str, str]:
        """What a record holds, by column, in the record's own order."""
        cells: dict[str, str] = {}
        if element.keys():
            _gather_attributes(element, "", cells)
        self._gather(element, "", cells, 1)
        return cells

    def _gather(
        self, element: etree._Element, path: str, cells: dict[str, str], depth: int
    ) -> None:
        if depth > self._depth:
            raise Refused("xml-too-deep", where=self._where)
        names = self._names.setdefault(path, {})
        holders: set[str] = set()
        own = element.text
        for child in element:
            name = names.get(child.tag) or self._name(path, child, names)
            if name in cells or name in holders:
                name = _next(name, cells, holders)
            if len(child):
                holders.add(name)
                if child.keys():
                    _gather_attributes(child, name, cells)
                self._gather(child, name, cells, depth + 1)
            else:
                text = child.text
                cells[name] = text.strip() if text else ""
                if child.keys():
                    _gather_attributes(child, name, cells)
            if tail := child.tail:
                own = (own or "") + tail
        if own and (own := own.strip()):
            cells[path or _OWN_TEXT] = own

    def _name(self, path: str, child: etree._Element, names: dict[str, str]) -> str:
        tag: object = child.tag
        if not isinstance(tag, str):
            where = Where(file=self._where.file, row=getattr(child, "sourceline", None))
            raise Refused("xml-damaged", where=where)
        names[tag] = f"{path}/{local(tag)}" if path else local(tag)
        return names[tag]


def _next(name: str, cells: dict[str, str], holders: set[str]) -> str:
    """The next free name for an element that repeats within its parent."""
    number = 2
    while f"{name}[{number}]" in cells or f"{name}[{number}]" in holders:
        number += 1
    return f"{name}[{number}]"


def _gather_attributes(element: etree._Element, path: str, cells: dict[str, str]) -> None:
    for name, value in element.items():
        if not str(name).startswith(_INSTANCE):
            cells[f"{path}@{local(str(name))}"] = str(value)


def _rows(
    path: Path,
    shape: Shape,
    reject: Callable[[Rejection], None],
    limits: ReadLimits,
    progress: Progress,
) -> Iterator[tuple[int, Sequence[str]]]:
    columns = shape.columns
    known = frozenset(columns)
    flattener = Flattener(path.name, limits)
    records = elements(path, shape.record or "", limits, progress)
    for number, element in enumerate(records, start=1):
        cells = flattener.row(element)
        if not cells.keys() <= known:
            raise Refused("file-changed", where=Where(file=path.name, row=number))
        row = [cells.get(column, "") for column in columns]
        if fault := overlong(row, columns, number, limits):
            reject(fault)
        elif any(row):
            yield number, row


def overlong(
    row: Sequence[str], columns: Sequence[str], number: int, limits: ReadLimits
) -> Rejection | None:
    """A rejection for a field beyond the limit, its cells cut short, or None."""
    if max(map(len, row), default=0) <= limits.field_characters:
        return None
    place = next(i for i, cell in enumerate(row) if len(cell) > limits.field_characters)
    facts: dict[str, Fact] = {"characters": len(row[place]), "limit": limits.field_characters}
    return Rejection(
        number, columns[place], "field-too-long", facts, tuple(cell[:1000] for cell in row)
    )


@dataclass
class _Element:
    """What the sample knows of one path: how often, and what it holds directly."""

    count: int = 0
    leaves: set[str] = field(default_factory=set)
    nests: bool = False


def _find_record(path: Path, layouts: Sequence[Layout], limits: ReadLimits) -> tuple[str, bool]:
    """The local name of the record, and whether a layout declares it."""
    found = _survey(path, limits)
    names = {tail[-1] for tail in found}
    for layout in layouts:
        if layout.record in names and layout.record is not None:
            return layout.record, True
    by_depth = sorted(found.items(), key=lambda item: (len(item[0]), -item[1].count))
    holders = [(place, one) for place, one in by_depth if one.leaves or one.nests]
    repeated = [
        (place, one)
        for place, one in holders
        if place[:-1] in found and one.count > found[place[:-1]].count
    ]
    choices = (
        [place for place, one in repeated if len(one.leaves) > 1],
        [place for place, _ in repeated],
        [place for place, one in holders if len(one.leaves) > 1],
        [place for place, one in by_depth if one.count > 1],
    )
    for places in choices:
        if places:
            return places[0][-1], False
    raise Refused("xml-no-records", where=Where(file=path.name), record="")


def _survey(path: Path, limits: ReadLimits) -> dict[tuple[str, ...], _Element]:
    """The structure of the file's first elements, by path of local names."""
    found: dict[tuple[str, ...], _Element] = {}
    place: tuple[str, ...] = ()
    for event, element in opening(path, limits):
        if event == "end":
            if any(not isinstance(child.tag, str) for child in element):
                where = Where(file=path.name, row=getattr(element, "sourceline", None))
                raise Refused("xml-damaged", where=where)
            if not len(element) and place[:-1] in found:
                found[place[:-1]].leaves.add(place[-1])
            place = place[:-1]
            element.clear()
            continue
        place = (*place, local(element.tag))
        if len(place) > limits.xml_depth:
            raise Refused("xml-too-deep", where=Where(file=path.name))
        one = found.setdefault(place, _Element())
        one.count += 1
        one.leaves.update("@" + str(name) for name in element.attrib)
        if place[:-1] in found:
            found[place[:-1]].nests = True
    return found
