"""The book of sentences: every resources/wording/*.toml read into one table by family and code."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.base.errors import Fact
from app.base.places import resource
from app.wording.forms import say

FAMILY_KEYS: dict[str, frozenset[str]] = {"refused": frozenset({"what", "do"})}
"""Keys of a family's entries; every other family has exactly `text`."""


@dataclass(frozen=True)
class Entry:
    """One entry of the book: its sentences by key, and the file it stands in."""

    sentences: Mapping[str, str]
    file: str

    def facts(self) -> frozenset[str]:
        """Names of the facts the sentences mention."""
        parsed = (part for text in self.sentences.values() for part in _FORMATTER.parse(text))
        return frozenset(name for _, name, _, _ in parsed if name)


class _Formatter(string.Formatter):
    """Fills `{fact}`; a fact nobody gave shows as an ellipsis, for a report must never fail."""

    def get_value(self, key: int | str, _args: object, kwargs: Mapping[str, object]) -> object:
        return kwargs.get(str(key), "…")

    def format_field(self, value: object, _spec: str) -> str:
        return str(value)


_FORMATTER = _Formatter()


@cache
def book() -> Mapping[tuple[str, str], Entry]:
    """Every entry by (family, code). Raises ValueError when a file breaks the form."""
    entries: dict[tuple[str, str], Entry] = {}
    for path in sorted(resource("wording").glob("*.toml")):
        entries = {**read_entries(path), **entries}
    return entries


def read_entries(path: Path) -> dict[tuple[str, str], Entry]:
    """Entries of one file. Raises ValueError naming file and key when one breaks the form."""
    found: dict[tuple[str, str], Entry] = {}
    for family, codes in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if not isinstance(codes, dict):
            raise ValueError(f"{path.name}: {family} is not a family of sentences")
        for code, texts in codes.items():
            found[family, code] = Entry(_sentences(path.name, family, code, texts), path.name)
    return found


def sentence(family: str, code: str, key: str, facts: Mapping[str, Fact]) -> str | None:
    """A sentence with its facts filled in, or None where the book has no such entry."""
    entry = book().get((family, code))
    if entry is None:
        return None
    spoken = {name: say(value) for name, value in facts.items()}
    return _FORMATTER.vformat(entry.sentences[key], (), spoken)


def _sentences(file: str, family: str, code: str, texts: object) -> dict[str, str]:
    expected = FAMILY_KEYS.get(family, frozenset({"text"}))
    if not isinstance(texts, dict) or set(texts) != expected:
        raise ValueError(f"{file}: {family}.{code} must have exactly {', '.join(sorted(expected))}")
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise ValueError(f"{file}: {family}.{code} has an empty sentence")
    return dict(texts)
