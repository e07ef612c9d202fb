"""How files are written: the forms of text and XML files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TextForm:
    """How a text file is written: encoding, byte order mark, lines before and after the rows.

    `footer` may hold `{rows}`, the number of rows written.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    bom: bool = False
    preamble: tuple[str, ...] = ()
    footer: str | None = None
    newline: str = "\r\n"


@dataclass(frozen=True)
class XmlForm:
    """How a record file in XML is written: root, its attributes, the repeating element."""

    root: str
    record: str
    attributes: Mapping[str, str] = field(default_factory=dict)
