"""Agreements written out as the public register holds them, and taken in again as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.base.errors import Refused
from app.services import register, sharing, trail
from tests.services.council import agreement, refused

FULL = {
    "purpose": "Nobody writes to the dead",
    "powers": ["Digital Economy Act 2017 section 46"],
    "controllers": ["Exampleshire Council", "General Register Office"],
    "processors": ["A supplier"],
    "disclosed_information": "Names and dates",
    "data_items": ["surname", "death_date"],
    "benefits": "No distress",
    "method": "Sealed packages",
    "retention_period": "90 days",
    "end_date": "2027-12-31",
    "review_date": "2027-06-30",
    "contact": "data@example.org",
}


@pytest.fixture
def held(workspace, tmp_path):
    sharing.import_agreement(workspace, agreement(tmp_path, **FULL))
    sharing.import_agreement(workspace, agreement(tmp_path, record_id="ISA/8", retention_days=7))
    return workspace


def test_what_is_written_out_is_taken_in_again_as_it_was(held, tmp_path) -> None:
    for ref in ("ISA/7", "ISA/8"):
        before, _ = sharing.agreement(held, ref)
        to = tmp_path / f"{ref[-1]}.json"
        assert register.export(held, to, ref) == (ref,)
        assert sharing.import_agreement(held, to) == before
    entry = next(e for e in trail.entries(held) if e.action == "agreement.export")
    assert (entry.facts["agreement"], entry.facts["file"]) == ("ISA/7", "7.json")


def test_all_are_written_with_the_names_and_the_state_of_the_register(held, tmp_path) -> None:
    to = tmp_path / "all.json"
    held.clock = lambda: datetime(2028, 1, 1, tzinfo=UTC)
    assert register.export(held, to) == ("ISA/7", "ISA/8")
    first, second = json.loads(to.read_text(encoding="utf-8"))
    assert (first["isa_status"], second["isa_status"]) == ("Complete", "Active")
    assert first["controllers"] == FULL["controllers"]
    assert {"record_id", "agreement_name", "powers", "retention_period"} <= first.keys()
    assert "ref" not in first


def test_nothing_is_written_over_nor_without_an_agreement(workspace, held, tmp_path) -> None:
    to = tmp_path / "there.json"
    to.write_text("mine")
    with refused("file-exists"):
        register.export(held, to)
    with refused("agreement-unknown"):
        register.export(held, tmp_path / "none.json", "ISA/9")
    assert to.read_text() == "mine"
    assert not (tmp_path / "none.json").exists()


def test_an_empty_register_is_refused(workspace, tmp_path) -> None:
    with refused("no-agreements"):
        register.export(workspace, tmp_path / "none.json")


def test_no_file_stays_whose_entry_does_not_stand(held, tmp_path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise Refused("disk-full")

    monkeypatch.setattr("app.services.workspace.trail.append", full)
    with refused("disk-full"):
        register.export(held, tmp_path / "all.json")
    assert not (tmp_path / "all.json").exists()
