"""A remark for the steward: a stable code and facts; wording makes the sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.base.errors import Fact


@dataclass(frozen=True)
class Note:
    """Something worth saying that does not stop the work (a warning, a reason)."""

    code: str
    facts: dict[str, Fact] = field(default_factory=dict)
