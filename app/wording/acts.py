"""The facts of an act of the trail in words, the same in the window and on the command line."""

from __future__ import annotations

import re

from app.base.errors import Fact
from app.model.vaults import TrailEntry
from app.wording.forms import say
from app.wording.sentences import name, names

FAMILIES = {
    "of": "action",
    "verdict": "verdict",
    "band": "band",
    "role": "role",
    "plan": "plan",
    "reason": "reason",
}
"""Facts that are codes, and the family of their words."""

NOTHING = frozenset({"failed_attempts"})
"""Counts that are worth a word only above nought."""
_DIGEST = re.compile(r"[0-9a-f]{32,}")


def facts_of(entry: TrailEntry) -> list[tuple[str, str]]:
    """Name and value of each fact, fingerprints last; what is empty says nothing."""
    told = [
        (key, value)
        for key, value in entry.facts.items()
        if value not in (None, "") and not (key in NOTHING and value == 0)
    ]
    told.sort(key=lambda fact: bool(_DIGEST.fullmatch(str(fact[1]))))
    return [(name("fact", key).lower(), _worded(key, value)) for key, value in told]


def _worded(key: str, value: Fact) -> str:
    """A code in the words there are for it elsewhere, any other fact as it is."""
    family = FAMILIES.get(key)
    if family == "reason" and str(value) in names("withdrawal"):
        family = "withdrawal"
    if family is not None and isinstance(value, str):
        return name(family, value)
    return say(value)
