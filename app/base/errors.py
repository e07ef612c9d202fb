"""Refusals (the world's or the user's fault, a code and facts) and cancellation."""

from __future__ import annotations

from dataclasses import dataclass

Fact = str | int | float | bool | None


@dataclass(frozen=True)
class Where:
    """A place in a file: `row` is the line (header = 1), sheet row or record ordinal."""

    file: str | None = None
    row: int | None = None
    column: str | None = None


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a bug
    """The program will not do this; `code` is stable, `facts` fill the sentence in wording.

    Facts must never hold a person's data: they reach screens, scripts and the log.
    """

    def __init__(self, code: str, *, where: Where | None = None, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.where = where
        self.facts: dict[str, Fact] = facts


class Cancelled(Exception):  # noqa: N818 - the steward's wish, not an error
    """The steward cancelled; nothing is half-written."""
