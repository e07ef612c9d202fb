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


def evaluated(tmp_path, *rows: str, two: bool = False):
    left = people(tmp_path / "l.csv", "A")
    right = people(tmp_path / "r.csv", "B") if two else None
    told = truth(tmp_path / "t.csv", *rows)
    return evaluate(catalogue(), EvaluateRequest(left=left, right=right, truth=told))


@pytest.mark.parametrize("two", [False, True])
def test_pairs_with_an_unknown_id_are_told_by_row_and_number(tmp_path, two) -> None:
    """One slip among pairs does not turn them into clusters."""
    mark = "B" if two else "A"
    rows = [f"A{n},{mark}{m}" for n, m in ((0, 1), (1, 2), (2, 9), (0, 3), (3, 8))]
    with pytest.raises(Refused, match="truth-unknown-ids") as refused:
        evaluated(tmp_path, "one,other", *rows, two=two)
    assert refused.value.where.row == 4
    assert (refused.value.facts["rows"], refused.value.facts["of"]) == (2, 5)


def test_a_record_paired_with_itself_is_no_pair(tmp_path) -> None:
    found = evaluated(tmp_path, "one,other", "A0,A0", "A0,A1", "A1,A0", "A2,A2")
    assert found.true_pairs == 1
    with pytest.raises(Refused, match="truth-empty"):
        evaluated(tmp_path, "one,other", "A0,A0", "A2,A2")


def test_a_cluster_may_be_called_as_a_record_is(tmp_path) -> None:
    """Every record stands once, so that the second column is its cluster."""
    assert evaluated(tmp_path, "id,cluster", "A0,A0", "A1,A0", "A2,A2", "A3,A2").true_pairs == 2
    rows = [f"A{n},c{n // 2}" for n in range(3)]
    assert evaluated(tmp_path, "id,cluster", *rows).true_pairs == 1
