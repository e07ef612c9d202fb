"""Published labelled sets through the front door: files in, accuracy out, no labels used."""

from __future__ import annotations

import csv
from pathlib import Path

from app.model.evaluation import EvaluateAnswer, EvaluateRequest
from app.services.catalogue import catalogue
from app.services.evaluate import evaluate


def clusters_file(source: Path, id_column: str, out: Path) -> Path:
    with source.open(encoding="utf-8", newline="") as stream:
        rows = [(row[id_column], row["cluster"]) for row in csv.DictReader(stream)]
    with out.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "cluster"), *rows])
    return out


def febrl4(data: Path, train: bool = False) -> EvaluateAnswer:
    folder = data / "febrl4"
    request = EvaluateRequest(
        left=folder / "febrl4_a.csv",
        right=folder / "febrl4_b.csv",
        truth=folder / "febrl4_links.csv",
        train=train,
    )
    return evaluate(catalogue(), request)


def febrl3(data: Path, tmp_path: Path, train: bool = False) -> EvaluateAnswer:
    source = data / "febrl3" / "febrl3.csv"
    truth = clusters_file(source, "rec_id", tmp_path / "truth.csv")
    return evaluate(catalogue(), EvaluateRequest(left=source, truth=truth, train=train))


def test_febrl4(shared_data: Path) -> None:
    found = febrl4(shared_data)
    assert found.true_pairs == 5000
    assert found.blocking_recall >= 0.9996
    # the guards against relatives, of which the set has none, hold back one pair in 300
    assert found.at_threshold.f1 >= 0.998
    assert found.best.f1 >= 0.9998
    assert not found.unguarded


def test_febrl3(shared_data: Path, tmp_path: Path) -> None:
    found = febrl3(shared_data, tmp_path)
    assert found.true_pairs == 6538
    assert found.blocking_recall >= 0.997
    assert found.at_threshold.f1 >= 0.991
    assert found.clusters is not None
    assert found.clusters.f1 >= 0.995


def test_training_sees_that_the_sets_hold_no_families(shared_data: Path, tmp_path: Path) -> None:
    for found, least in (
        (febrl4(shared_data, train=True), 0.9998),
        (febrl3(shared_data, tmp_path, train=True), 0.998),
    ):
        assert found.unguarded
        assert found.at_threshold.f1 >= least
        assert found.at_threshold.precision == 1.0


def test_fake_1000(shared_data: Path, tmp_path: Path) -> None:
    """Four records a person, half of them mangled: no false pair at .95, most of the rest found."""
    source = shared_data / "fake_1000" / "fake_1000.csv"
    truth = clusters_file(source, "unique_id", tmp_path / "truth.csv")
    found = evaluate(catalogue(), EvaluateRequest(left=source, truth=truth))
    assert found.at_threshold.precision >= 0.99
    assert found.best.f1 >= 0.84
    assert found.clusters is not None
    assert found.clusters.f1 >= 0.80
