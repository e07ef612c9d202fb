"""Streams one kind of element out of an XML file: no DOCTYPE, no network, flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal, NoReturn

from lxml import etree

from app.base.errors import Refused, Where
from app.base.progress import Progress
from app.model.reading import ReadLimits

BLOCK = 65536
_Event = Literal["start", "end"]
_PROLOG = 1 << 20
_PROLOG_PIECE = 32


def local(tag: str) -> str:
    """A tag or attribute name without its namespace."""
    return tag.rpartition("}")[2]


def declared(path: Path) -> dict[str, str]:
    """What the file says of itself: the attributes of its first element, by local name."""
    return {local(str(name)): str(value) for name, value in _root(path).items()}


def _root(path: Path) -> etree._Element:
    """The root as it opens, read in small pieces so that nothing after a DOCTYPE is parsed.

    Raises Refused: xml-doctype, xml-damaged.
    """
    parser = _parser(("start",), None)
    with path.open("rb") as stream:
        for _, element in _events(parser, stream, path, _PROLOG_PIECE, _PROLOG):
            if element.getroottree().docinfo.internalDTD is not None:
                raise Refused("xml-doctype", where=Where(file=path.name))
            return element
    raise Refused("xml-damaged", where=Where(file=path.name, row=1))


def elements(
    path: Path, record: str, limits: ReadLimits, progress: Progress
) -> Iterator[etree._Element]:
    """Every outermost element of that local name, whole; it is emptied when the next is asked for.

    What lies between them is let go as it passes. Counts bytes on `progress`.

    Raises Refused: xml-doctype, xml-damaged, xml-too-deep, xml-too-large.
    """
    parser = _parser(("start", "end"), (str(_root(path).tag), f"{{*}}{record}"))
    with path.open("rb") as stream:
        watch = _Watch(stream, record, path.name, limits, progress)
        for event, element in _events(parser, watch, path, BLOCK, None):
            if watch.root is None:
                watch.root = element
            if event == "end" and local(str(element.tag)) == record and not _nested(element):
                watch.waiting = 0
                yield element
                _let_go(element)


def opening(path: Path, limits: ReadLimits) -> Iterator[tuple[str, etree._Element]]:
    """Start and end events of the file's first elements, for finding out its structure.

    Raises Refused: xml-doctype, xml-damaged, xml-too-deep, xml-too-large.
    """
    _root(path)
    parser = _parser(("start", "end"), None)
    left = limits.xml_sample_elements
    with path.open("rb") as stream:
        for event, element in _events(parser, stream, path, BLOCK, limits.line_characters * 4):
            yield event, element
            left -= event == "end"
            if left <= 0:
                return


class _Watch:
    """A stream that, before each block, lets go of what has passed and bounds what waits."""

    def __init__(
        self, stream: IO[bytes], record: str, file: str, limits: ReadLimits, progress: Progress
    ) -> None:
        self.root: etree._Element | None = None
        self.waiting = 0
        self._stream = stream
        self._record = record
        self._file = file
        self._bound = limits.line_characters * 4
        self._progress = progress

    def read(self, size: int) -> bytes:
        """The next block.

        Raises Refused("xml-too-large") while one record goes on and on.
        """
        if self.root is not None and not _prune(self.root, self._record):
            self.waiting = 0
        if self.waiting > self._bound:
            raise Refused("xml-too-large", where=Where(file=self._file))
        block = self._stream.read(size)
        self.waiting += len(block)
        self._progress.step(len(block))
        return block


def _events(
    parser: Any, stream: IO[bytes] | _Watch, path: Path, piece: int, most: int | None
) -> Iterator[tuple[str, etree._Element]]:
    """Events of a stream fed piece by piece, at most so many bytes of it."""
    fed = 0
    try:
        while (most is None or fed <= most) and (block := stream.read(piece)):
            fed += len(block)
            parser.feed(block)
            yield from parser.read_events()
        if most is None or fed <= most:
            parser.close()
            yield from parser.read_events()
    except etree.XMLSyntaxError as error:
        _refuse_damage(path, error)


def _parser(events: tuple[_Event, ...], tags: tuple[str, ...] | None) -> Any:
    return etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )


def _nested(element: etree._Element) -> bool:
    return any(outer.tag == element.tag for outer in element.iterancestors())


def _let_go(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _prune(root: etree._Element, record: str) -> bool:
    """Let go of everything that is closed; True when a record is still open."""
    node = root
    while local(node.tag) != record:
        if len(node) == 0:
            return False
        if len(node) > 1:
            del node[:-1]
        node = node[0]
    return True


def _refuse_damage(path: Path, error: etree.XMLSyntaxError) -> NoReturn:
    message = str(error).lower()
    code = "xml-damaged"
    if "depth" in message:
        code = "xml-too-deep"
    elif "huge" in message or "too long" in message or "too big" in message:
        code = "xml-too-large"
    elif "entity" in message or "dtd" in message:
        code = "xml-doctype"
    raise Refused(code, where=Where(file=path.name, row=error.lineno)) from None
