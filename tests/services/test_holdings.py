"""The register of what is held: one load on one page, and the whole as a catalogue."""

from __future__ import annotations

import json

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.services import holdings, intake, sharing, trail
from tests.services.council import badges, death, deaths, spec


def test_a_holding_tells_whose_it_is_how_it_came_and_what_uses_it(matched) -> None:
    people, dead = holdings.holdings(matched)
    assert (people.load, people.title, people.records) == ("L1", "Blue badges", 5)
    assert people.clause.startswith("Held by the council")
    assert (people.runs, people.used_for, people.told) == (("R1",), ("stop-mail",), ())
    assert dead.agreement == "ISA/7"
    permits = matched.catalogue.governance.routes["s19aa"].permits
    assert sorted(dead.purposes) == sorted(permits)
    assert dead.as_at == "2026-10-02"
    assert (people.as_at, people.age, dead.age) == (None, 0, 0)
    assert dead.days_left == 90


def test_data_without_its_agreement_may_serve_less(workspace, tmp_path) -> None:
    intake.load_file(workspace, deaths(tmp_path, [death(0)]))
    (dead,) = holdings.holdings(workspace)
    assert dead.purposes == ("test",)
    assert (dead.agreement, dead.destroy_by, dead.days_left) == (None, None, None)


def test_how_old_data_is_counts_from_the_day_it_stood_so(workspace, tmp_path) -> None:
    intake.load_file(workspace, badges(tmp_path), LoadWishes(as_at="2026-08-01"))
    (people,) = holdings.holdings(workspace)
    assert (people.as_at, people.age) == ("2026-08-01", 21)


def test_whom_packages_told_is_part_of_it(ready, tmp_path) -> None:
    made = sharing.draft(ready, "ISA/7", "Post room", spec("R1"))
    people, dead = holdings.holdings(ready)
    assert people.packages == dead.packages == (made.package,)
    assert people.told == ()
    sharing.seal(ready, made.package, tmp_path / "out.age")
    assert holdings.holdings(ready)[0].told == ("Post room",)


def test_what_was_withdrawn_is_held_no_more(matched) -> None:
    intake.withdraw(matched, "L2", "wrong-file")
    (people,) = holdings.holdings(matched)
    assert (people.load, people.runs, people.used_for) == ("L1", (), ())


def test_the_register_is_a_catalogue_that_tells_of_nobody(matched, tmp_path) -> None:
    to = tmp_path / "holdings.json"
    assert holdings.export(matched, to) == 2
    text = to.read_text("utf-8")
    made = json.loads(text)
    first = made["dataset"][0]
    assert {"identifier", "title", "publisher", "issued", "modified"} <= set(first)
    assert (first["accessRights"], first["securityClassification"]) == ("INTERNAL", "OFFICIAL")
    assert "Tapscott" not in text
    entry = trail.entries(matched)[-1]
    assert (entry.action, entry.facts) == (
        "holdings.export",
        {"loads": 2, "file": "holdings.json"},
    )
    with pytest.raises(Refused) as refused:
        holdings.export(matched, to)
    assert refused.value.code == "file-exists"


def test_there_is_no_register_of_nothing(workspace, tmp_path) -> None:
    with pytest.raises(Refused) as refused:
        holdings.export(workspace, tmp_path / "holdings.json")
    assert refused.value.code == "nothing-held"
    assert not (tmp_path / "holdings.json").exists()
