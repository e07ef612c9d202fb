"""Matching measured against known truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class EvaluateRequest:
    """Files to match and the truth to measure against.

    `truth`: first two columns are pairs of ids; with one file, id and cluster.
    """

    left: Path
    truth: Path
    right: Path | None = None
    mapping_left: Path | None = None
    mapping_right: Path | None = None
    id_column: str | None = None
    train: bool = False
    threshold: float = 0.95


@dataclass(frozen=True)
class Accuracy:
    """Pairwise quality at a probability threshold (0-1 each)."""

    threshold: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ClusterAccuracy:
    """Pairwise quality after clustering."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class EvaluateAnswer:
    """What `evaluate` measured; sizes are numbers of records, `peak_rss_mb` of this process.

    `unguarded`: guards against relatives that training left out, the files showing no families.
    """

    left_records: int
    right_records: int | None
    true_pairs: int
    candidate_pairs: int
    blocking_recall: float
    at_threshold: Accuracy
    best: Accuracy
    clusters: ClusterAccuracy | None
    seconds: dict[str, float]
    peak_rss_mb: float
    unguarded: int = 0
