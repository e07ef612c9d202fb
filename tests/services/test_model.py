"""The model leaves as three files that belong together, or not at all."""

from __future__ import annotations

import ast
import json

import pytest

from app.base.errors import Refused
from app.matching.export.counted import counted, usual
from app.model.runs import MatchRequest
from app.services import intake, matching, model, trail
from app.stores import runs
from tests.services.council import death, deaths


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


def levels(settings: dict) -> dict[tuple[str, str], dict]:
    return {
        (comparison["output_column_name"], level["label_for_charts"]): level
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
    }


def test_a_run_gives_the_chances_of_its_own_tables(matched, tmp_path) -> None:
    made = model.export_run(matched, "R1", tmp_path / "own")
    usually = model.export(matched.catalogue, "deaths", tmp_path / "usual")
    own, other = (json.loads(m.settings.read_text(encoding="utf-8")) for m in (made, usually))
    assert own["comparisons"][0]["comparison_description"].endswith("counted on L1 and L2, run R1")
    assert own["link_type"] == "link_only"
    # Five residents and three deaths, each of them with the surname of one resident.
    surname = levels(own)["surname", "exact"]["u_probability"]
    assert surname == pytest.approx(3 / 15)
    assert (
        levels(other)["surname", "exact"]["u_probability"]
        == usual(matched.catalogue.plans["deaths"]).u["surname"]["exact"]
    )
    assert made.post_steps.read_bytes() == usually.post_steps.read_bytes()
    assert made.runner.read_bytes() == usually.runner.read_bytes()


def test_the_prior_is_that_of_the_run(matched, tmp_path) -> None:
    made = model.export_run(matched, "R1", tmp_path / "own")
    settings = json.loads(made.settings.read_text(encoding="utf-8"))
    with matched.read() as reader:
        pair = next(runs.pairs(reader, "R1"))
    (prior,) = (bar.weight for bar in pair.evidence if bar.field == "prior")
    odds = 2.0**prior
    told = settings["probability_two_random_records_match"]
    assert told == pytest.approx(odds / (1 + odds), rel=1e-5)
    assert told != pytest.approx(usual(matched.catalogue.plans["deaths"]).pair, rel=0.1)


def test_registrations_withdrawn_since_are_not_counted(matched, tmp_path, monkeypatch) -> None:
    entry = death(1, id="D9", status="cancelled", amends="D2")
    intake.load_file(matched, deaths(tmp_path, [entry], name="more.xml"))
    sizes = []

    def counting(tables, *others):
        sizes.extend(table.num_rows for table in tables)
        return counted(tables, *others)

    monkeypatch.setattr(model, "counted", counting)
    model.export_run(matched, "R1", tmp_path / "own")
    assert sizes == [5, 2]


def test_one_table_within_itself_is_told_to_splink(loaded, tmp_path) -> None:
    matching.run(loaded, MatchRequest("L1"))
    made = model.export_run(loaded, "R1", tmp_path / "own")
    settings = json.loads(made.settings.read_text(encoding="utf-8"))
    assert settings["link_type"] == "dedupe_only"
    assert settings["comparisons"][0]["comparison_description"].endswith("counted on L1, run R1")


def test_what_was_counted_in_the_vault_leaves_with_an_entry(matched, tmp_path, monkeypatch) -> None:
    model.export_run(matched, "R1", tmp_path / "own")
    entry = trail.entries(matched)[-1]
    assert entry.action == "model.export"
    plan = matched.catalogue.plans["deaths"]
    assert entry.facts == {"run": "R1", "plan": "deaths", "plan_digest": plan.digest}
    before = len(trail.entries(matched))
    with pytest.raises(Refused, match=r"^file-exists$"):
        model.export_run(matched, "R1", tmp_path / "own")
    with pytest.raises(Refused, match=r"^run-unknown$"):
        model.export_run(matched, "R7", tmp_path / "other")
    monkeypatch.setattr("app.stores.trail.append", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model.export_run(matched, "R1", tmp_path / "late")
    monkeypatch.undo()
    assert not [*(tmp_path / "late").iterdir()]
    assert len(trail.entries(matched)) == before


def test_an_auditor_takes_no_model_of_a_run(matched, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(matched, "may", lambda action: action != "model.export")
    monkeypatch.setattr(model, "counted", lambda *_: pytest.fail("it was counted for nobody"))
    with pytest.raises(Refused, match=r"^right-missing$"):
        model.export_run(matched, "R1", tmp_path / "own")
    assert not (tmp_path / "own").exists()
