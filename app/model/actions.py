"""What may be done on a registration, by service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionRule:
    """A declared action of a service; `kinds` empty means every kind.

    `purposes` are those of the matches that may open it.
    """

    id: str
    service: str
    kinds: tuple[str, ...]
    purposes: tuple[str, ...]
    title: str
    evidence: str
    tell: tuple[str, ...]
    follow_ups: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Action:
    """An action that a confirmed pair opens; a person still decides it."""

    pair: str
    service: str
    action: str
    title: str
    status: str
    evidence: str
    follow_ups: tuple[str, ...]
