"""The model leaves as three files that belong together, or not at all."""

from __future__ import annotations

import ast
import json

import pytest

from app.base.errors import Refused
from app.services import model


@pytest.mark.parametrize("plan", ["deaths", "births", "marriages", "people"])
def test_every_plan_can_be_handed_over(catalogue, tmp_path, plan) -> None:
    made = model.export(catalogue, plan, tmp_path / "model")
    settings = json.loads(made.settings.read_text(encoding="utf-8"))
    names = {c["output_column_name"] for c in settings["comparisons"]}
    assert names == set(catalogue.plans[plan].fields)
    assert "CREATE" in made.post_steps.read_text(encoding="utf-8").upper()
    ast.parse(made.runner.read_text(encoding="utf-8"))


def test_an_unknown_plan_writes_nothing(catalogue, tmp_path) -> None:
    with pytest.raises(Refused, match=r"^plan-unknown$"):
        model.export(catalogue, "weddings", tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_what_was_handed_over_before_is_not_written_over(catalogue, tmp_path) -> None:
    model.export(catalogue, "deaths", tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(Refused, match=r"^file-exists$"):
        model.export(catalogue, "people", tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
