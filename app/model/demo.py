"""What the demonstration reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.model.runs import Bands


@dataclass(frozen=True)
class DemoLoad:
    """One sample file as it was loaded."""

    kind: str
    file: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int


@dataclass(frozen=True)
class DemoRun:
    """One match of an extract against the deaths that may serve it."""

    run: str
    plan: str
    candidate_pairs: int
    bands: Bands


@dataclass(frozen=True)
class DemoAnswer:
    """The whole way: sample, vault, loads, runs, accuracy against truth, package, trail."""

    vault: Path
    people: int
    stewards: tuple[str, ...]
    passphrase: str
    loads: tuple[DemoLoad, ...]
    runs: tuple[DemoRun, ...]
    precision: float
    recall: float
    f1: float
    package: Path
    package_verified: bool
    trail_entries: int
    trail_verified: bool
    seconds: dict[str, float]
