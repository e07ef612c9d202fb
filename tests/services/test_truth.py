"""Truth files of `evaluate`: pairs or clusters, with or without a row of names."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Refused
from app.model.evaluation import EvaluateRequest
from app.services.catalogue import catalogue
from app.services.evaluate import evaluate

PEOPLE = [("Ann", "Lee"), ("Bob", "Low"), ("Cy", "May"), ("Dee", "Nash")]


def people(path: Path, mark: str) -> Path:
    rows = [f"{mark}{n},{one},{two},195{n}-02-03" for n, (one, two) in enumerate(PEOPLE)]
    path.write_text("\n".join(["id,forename,surname,dob", *rows]), encoding="utf-8")
    return path


def truth(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("names", [["left,right"], []])
def test_no_pair_is_lost_to_a_missing_row_of_names(tmp_path, names) -> None:
    left, right = people(tmp_path / "l.csv", "A"), people(tmp_path / "r.csv", "B")
    pairs = truth(tmp_path / "t.csv", *names, *(f"A{n},B{n}" for n in range(4)))
    found = evaluate(catalogue(), EvaluateRequest(left=left, right=right, truth=pairs))
    assert found.true_pairs == 4


def test_one_cluster_of_everybody_is_refused(tmp_path) -> None:
    left = people(tmp_path / "l.csv", "A")
    labels = truth(tmp_path / "t.csv", "id_l,source,id_r", "A0,fake,A1", "A1,fake,A2", "A2,fake,A3")
    with pytest.raises(Refused, match="truth-one-cluster"):
        evaluate(catalogue(), EvaluateRequest(left=left, right=None, truth=labels))


def test_clusters_without_a_row_of_names(tmp_path) -> None:
    left = people(tmp_path / "l.csv", "A")
    clusters = truth(tmp_path / "t.csv", "A0,1", "A1,1", "A2,2", "A3,3")
    found = evaluate(catalogue(), EvaluateRequest(left=left, right=None, truth=clusters))
    assert found.true_pairs == 1
