"""The facts of an act of the trail in words, the same in the window and on the command line."""

from __future__ import annotations

from app.base.errors import Fact
from app.model.vaults import TrailEntry
from app.wording.forms import say
from app.wording.sentences import name

FAMILIES = {"of": "action", "verdict": "verdict", "band": "band", "role": "role", "plan": "plan"}
"""Facts that are codes, and the family of their words."""

NOTHING = frozenset({"failed_attempts"})
"""Counts that are worth a word only above nought."""


def facts_of(entry: TrailEntry) -> list[tuple[str, str]]:
    """Name and value of each fact; what is empty says nothing."""
    return [
        (name("fact", key).lower(), _worded(key, value))
        for key, value in entry.facts.items()
        if value not in (None, "") and not (key in NOTHING and value == 0)
    ]


def _worded(key: str, value: Fact) -> str:
    """A code in the words there are for it elsewhere, any other fact as it is."""
    family = FAMILIES.get(key)
    if family is not None and isinstance(value, str):
        return name(family, value)
    return say(value)
