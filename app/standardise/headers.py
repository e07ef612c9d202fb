"""What a column's name says: aliases of a kind, then plain aliases, then words without weight."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass

from app.model.kinds import Field, Kind, header_key
from app.model.meanings import Meaning
from app.model.names import HeaderRules

PLAIN_KIND = "people"
"""The kind whose aliases serve every other kind as well."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_TWICE = frozenset(
    {
        Meaning.TITLE,
        Meaning.GIVEN_NAMES,
        Meaning.MIDDLE_NAMES,
        Meaning.SURNAME,
        Meaning.BIRTH_DATE,
        Meaning.NINO,
        Meaning.SEX,
    }
)


@dataclass(frozen=True)
class HeaderHit:
    """A field a header stands for; `own` when it is the kind's; `rank` its place in the aliases."""

    field: Field
    party: int
    own: bool
    rank: int
    confidence: float


class Headers:
    """Looks column names up for one kind."""

    def __init__(self, kind: Kind, kinds: Map[str, Kind], rules: HeaderRules) -> None:
        plain = kinds.get(PLAIN_KIND)
        self._own = _aliases(kind)
        self._plain = _aliases(plain) if plain is not None and plain.id != kind.id else {}
        self._rules = rules
        self._fields = {(field.means, field.party) for field in kind.fields}

    def look_up(self, header: str, *, nested: bool = False) -> HeaderHit | None:
        """The field a header stands for, None where it says nothing.

        A `nested` one is a path into a record, `names/surname`.
        """
        hit = self._exact(header_key(header), 0.95)
        hit = hit or self._exact(header_key(_BRACKETS.sub("", header)), 0.9) or self._bare(header)
        return hit or (self._within(header) if nested else None)

    def _within(self, path: str) -> HeaderHit | None:
        """The end of a path, where all that it lies in is known to be the record's own person."""
        parts = _BRACKETS.sub("", path).split("/")
        for start in range(1, len(parts)):
            around = {word.lower() for word in _WORDS.findall("/".join(parts[:start]))}
            if not around <= self._rules.own_around | self._rules.second_party:
                return None
            second = bool(around & self._rules.second_party)
            hit = self._exact(header_key("/".join(parts[start:])), 0.7)
            if hit is not None and not (second and hit.field.means not in _TWICE):
                party = 2 if second else hit.party
                return HeaderHit(hit.field, party, hit.own, 300 + hit.rank, hit.confidence)
        return None

    def _exact(self, key: str, confidence: float) -> HeaderHit | None:
        if not key:
            return None
        if key in self._own:
            field, rank = self._own[key]
            return HeaderHit(field, field.party, True, rank, confidence)
        if key in self._plain:
            field, rank = self._plain[key]
            own = (field.means, 1) in self._fields
            return HeaderHit(field, 1, own, 100 + rank, confidence - 0.1)
        return None

    def _bare(self, header: str) -> HeaderHit | None:
        """The header without words of no weight: `Applicant's First Name`, `Partner DOB`."""
        words = [word.lower() for word in _WORDS.findall(_BRACKETS.sub("", header))]
        if any(word in self._rules.somebody_else for word in words):
            return None
        second = any(word in self._rules.second_party for word in words)
        kept = [
            word
            for word in words
            if word not in self._rules.noise and word not in self._rules.second_party
        ]
        if not kept or len(kept) == len(words):
            return None
        hit = self._exact("".join(kept), 0.8)
        if hit is None or (second and hit.field.means not in _TWICE):
            return None
        return HeaderHit(hit.field, 2 if second else 1, hit.own, 200 + hit.rank, hit.confidence)


def _aliases(kind: Kind) -> dict[str, tuple[Field, int]]:
    aliases: dict[str, tuple[Field, int]] = {}
    for field in kind.fields:
        for rank, header in enumerate((*field.headers, field.name)):
            aliases.setdefault(header_key(header), (field, rank))
    return aliases
