"""Rows that were not loaded: who looks at them is recorded, and what is told without looking."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes, Rejection
from app.services import intake, rejected, trail


@pytest.fixture
def load(workspace, tmp_path) -> str:
    file = tmp_path / "people.csv"
    file.write_text(
        "ref,surname,forename\n1,Smith,Ann\n2,Marked,Bo,too,long\n3\n4,Li,Cy\n", encoding="utf-8"
    )
    return intake.load_file(workspace, file, LoadWishes(kind="people")).load


def say(one: Rejection) -> str:
    return one.code


def test_looking_at_them_is_recorded(workspace, load) -> None:
    before = len(trail.entries(workspace))
    table = rejected.rows(workspace, load, say)
    assert "Marked" in " ".join(table.window(0, 1)[0])
    (look,) = trail.entries(workspace)[before:]
    assert (look.action, look.facts) == ("look.rejections", {"load": load})


def test_reasons_are_told_without_the_text_of_the_row(workspace, load) -> None:
    before = len(trail.entries(workspace))
    told = list(rejected.each(workspace, load))
    assert [(one.row, one.code) for one in told] == [(3, "row-too-long"), (4, "row-too-short")]
    assert {one.cells for one in told} == {()}
    assert len(trail.entries(workspace)) == before


def test_an_unknown_load_leaves_no_entry(workspace) -> None:
    before = len(trail.entries(workspace))
    with pytest.raises(Refused, match="load-unknown"):
        rejected.rows(workspace, "L9", say)
    assert len(trail.entries(workspace)) == before
