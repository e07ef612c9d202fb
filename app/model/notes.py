"""A remark for the steward: a stable code and facts; wording makes the sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from app.base.errors import Fact


@dataclass(frozen=True)
class Note:
    """Something worth saying that does not stop the work (a warning, a reason)."""

    code: str
    facts: dict[str, Fact] = field(default_factory=dict)


ROWS_NAMED = 5
"""How many rows a remark names; of more it tells the number."""


def first_rows(rows: Iterable[int]) -> dict[str, Fact]:
    """The fact that names the first rows a remark is about; none where no row is known."""
    named = ", ".join(map(str, islice(rows, ROWS_NAMED)))
    return {"first_rows": named} if named else {}
