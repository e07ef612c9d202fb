"""What a column that names somebody else looks like says nothing of a file's own people."""

from __future__ import annotations

import re
from dataclasses import replace

from app.catalogue.house import Catalogue
from app.model.kinds import ColumnUse, KindGuess, Mapping, Suggestion
from app.model.notes import Note
from app.standardise.required import missing_required

BY_LOOKS = ("mapped-by-content", "mapped-by-neighbour")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def without_others(catalogue: Catalogue, guess: KindGuess) -> KindGuess:
    """A guess that takes no column of a mother, informant or the like for the record's own person.

    By its name such a column is mapped only where a kind lists it; here the same holds for looks,
    else a birth without the child's forename would bear the mother's.
    """
    words = catalogue.names.headers.somebody_else
    found = tuple(_kept(one) if _of_others(one, words) else one for one in guess.suggestions)
    if found == guess.suggestions:
        return guess
    mapping = Mapping(guess.kind, tuple(one.use for one in found))
    facts = dict(guess.reason.facts)
    if "columns" in facts:
        facts["columns"] = sum(one.use.means is not None for one in found)
    return replace(
        guess,
        suggestions=found,
        missing_required=missing_required(catalogue.kinds[guess.kind], mapping),
        reason=replace(guess.reason, facts=facts),
    )


def _of_others(one: Suggestion, words: frozenset[str]) -> bool:
    named = {word.lower() for word in _WORDS.findall(one.use.column)}
    return one.reason.code in BY_LOOKS and not words.isdisjoint(named)


def _kept(one: Suggestion) -> Suggestion:
    use = ColumnUse(one.use.column, None)
    return replace(one, use=use, reason=Note("not-mapped"), confidence=0.0)
