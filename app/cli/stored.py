"""What a run has stored, in the words of a person who stops it afterwards."""

from __future__ import annotations

from app import wording
from app.model.vaults import TrailEntry

NAMED_BY = ("run", "load", "pair", "package", "steward", "agreement", "recipient", "setting")
"""Facts that name what an act was about, the first found is told."""


def told(entry: TrailEntry) -> str:
    """An act and what it was about: `ran a match (R1)`."""
    about = next((str(entry.facts[name]) for name in NAMED_BY if entry.facts.get(name)), "")
    act = wording.name("action", entry.action)
    return f"{act} ({about})" if about else act
