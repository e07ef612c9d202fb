"""What comes back for a package: its receipt, and in the end the certificate of destruction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Answered(StrEnum):
    """What a recipient says of a package."""

    RECEIPT = "receipt"
    DESTRUCTION = "destruction"


@dataclass(frozen=True)
class Answer:
    """An answer on record: the day it names, who gave it, and whether a signature proves it."""

    package: str
    what: Answered
    said_on: str
    said_by: str
    signed: bool
    kept_at: str
    kept_by: str


@dataclass(frozen=True)
class Awaited:
    """A sealed package for which an answer is late: since which day."""

    package: str
    recipient: str
    what: Answered
    due: str


@dataclass(frozen=True)
class AnswerFile:
    """A signed answer as it was written for the sender."""

    file: Path
    what: Answered
    sha256: str
    said_on: str
