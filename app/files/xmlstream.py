"""Streams one kind of element out of an XML file: no DOCTYPE, no network, flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NoReturn

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
    fed = 0
    with path.open("rb") as stream:
        try:
            while fed < _PROLOG and (piece := stream.read(_PROLOG_PIECE)):
                fed += len(piece)
                parser.feed(piece)
                for _, element in parser.read_events():
                    if element.getroottree().docinfo.doctype:
                        raise Refused("xml-doctype", where=Where(file=path.name))
                    return element  # type: ignore[no-any-return]
        except etree.XMLSyntaxError as error:
            _refuse_damage(path, error)
    raise Refused("xml-damaged", where=Where(file=path.name, row=1))


def elements(
    path: Path, record: str, limits: ReadLimits, progress: Progress
) -> Iterator[etree._Element]:
    """Every outermost element of that local name, whole; it is emptied when the next is asked for.

    What lies between them is let go as it passes. Counts bytes on `progress`.

    Raises Refused: xml-doctype, xml-damaged, xml-too-deep, xml-too-large.
    """
    parser = _parser(("start", "end"), (str(_root(path).tag), f"{{*}}{record}"))
    root: etree._Element | None = None
    waiting = 0
    with path.open("rb") as stream:
        try:
            while block := stream.read(BLOCK):
                parser.feed(block)
                waiting += len(block)
                for event, element in parser.read_events():
                    if root is None:
                        root = element
                    if event == "end" and local(element.tag) == record and not _nested(element):
                        waiting = 0
                        yield element
                        _let_go(element)
                if root is not None and not _prune(root, record):
                    waiting = 0
                if waiting > limits.line_characters * 4:
                    raise Refused("xml-too-large", where=Where(file=path.name))
                progress.step(len(block))
            parser.close()
        except etree.XMLSyntaxError as error:
            _refuse_damage(path, error)


def opening(path: Path, limits: ReadLimits) -> Iterator[tuple[str, etree._Element]]:
    """Start and end events of the file's first elements, for finding out its structure.

    Raises Refused: xml-doctype, xml-damaged, xml-too-deep, xml-too-large.
    """
    _root(path)
    parser = _parser(("start", "end"), None)
    left = limits.xml_sample_elements
    fed = 0
    with path.open("rb") as stream:
        try:
            while fed <= limits.line_characters * 4 and (block := stream.read(BLOCK)):
                fed += len(block)
                parser.feed(block)
                for event, element in parser.read_events():
                    yield event, element
                    left -= event == "end"
                    if left <= 0:
                        return
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
