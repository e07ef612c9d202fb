"""Agreements come in the register's shape, old or new, and doubts are said."""

import json
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.catalogue.agreements import read_agreement, register_entry

PURPOSES = ("stop-mail", "test")
FULL = {
    "record_id": "DEA/1",
    "agreement_name": "Deaths for services",
    "purpose": "So that no letter goes to someone who has died.",
    "purposes": ["stop-mail"],
    "powers": ["Registration Service Act 1953 section 19AA"],
    "controllers": ["Exampleshire"],
    "disclosed_information": "Names, dates and addresses",
    "data_items": ["reference", "surname", "death_date"],
    "retention_period": "6 months",
    "start_date": "2026-01-01",
    "end_date": "2027-12-31",
    "contact": "data@exampleshire.example",
}


def write(folder: Path, data: object) -> Path:
    path = folder / "agreement.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_register_entry_is_read_whole(tmp_path: Path) -> None:
    agreement = read_agreement(write(tmp_path, FULL), PURPOSES, 365)
    assert (agreement.ref, agreement.purposes) == ("DEA/1", ("stop-mail",))
    assert agreement.retention_days == 6 * 31
    assert not agreement.doubts


def test_what_is_written_out_reads_back_the_same(tmp_path: Path) -> None:
    agreement = read_agreement(write(tmp_path, FULL), PURPOSES, 365)
    path = tmp_path / "again.json"
    path.write_text(json.dumps(register_entry(agreement)), encoding="utf-8")
    assert read_agreement(path, PURPOSES, 365) == agreement


def test_the_old_register_shape_is_read_and_its_gaps_are_said(tmp_path: Path) -> None:
    old = {
        "information-sharing-agreement": "17",
        "Name": "Debt pilot",
        "Legal power disclosure": "Digital Economy Act 2017 section 48",
        "Retention period": "until no longer needed",
        "Areas": "England",
    }
    agreement = read_agreement(write(tmp_path, old), PURPOSES, 365)
    assert agreement.powers == ("Digital Economy Act 2017 section 48",)
    assert agreement.retention_days == 365
    codes = {note.code for note in agreement.doubts}
    assert {"agreement-purposes-unstated", "agreement-retention-assumed"} <= codes
    assert "agreement-fields-unused" in codes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"record_id": ""}, "agreement-incomplete"),
        ({"purposes": ["spam"]}, "agreement-purpose-unknown"),
        ({"end_date": "next year"}, "agreement-date-unreadable"),
        ({"retention_days": "99999999999"}, "agreement-incomplete"),
    ],
)
def test_what_cannot_stand_is_refused(tmp_path: Path, change: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        read_agreement(write(tmp_path, FULL | change), PURPOSES, 365)


def test_junk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "agreement.json"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(Refused, match="agreement-unreadable"):
        read_agreement(path, PURPOSES, 365)
    with pytest.raises(Refused, match="file-not-found"):
        read_agreement(tmp_path / "none.json", PURPOSES, 365)


def test_dates_are_kept_in_one_form(tmp_path: Path) -> None:
    agreement = read_agreement(write(tmp_path, FULL | {"end_date": "20260101"}), PURPOSES, 365)
    assert agreement.end_date == "2026-01-01"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ref": "R" * 2_000}, "agreement-field-unusable"),
        ({"ref": "R\n1"}, "agreement-field-unusable"),
        ({"agreement_name": "n" * 2_000}, "agreement-field-unusable"),
        ({"purposes": 5}, "agreement-purpose-unknown"),
        ({"purposes": {"stop-mail": 1}}, "agreement-purpose-unknown"),
    ],
)
def test_what_no_register_holds_is_refused_and_no_bug_of_ours(tmp_path, changes, code) -> None:
    body = {"ref": "ISA-1", "agreement_name": "Deaths", "start_date": "2026-01-01"}
    path = tmp_path / "agreement.json"
    path.write_text(json.dumps(body | changes), encoding="utf-8")
    with pytest.raises(Refused, match=code):
        read_agreement(path, ("stop-mail",), 365)


@pytest.mark.parametrize("content", ["[" * 100_000, " " * 1_000_001 + "{}"])
def test_a_file_too_deep_or_too_large_is_no_agreement(tmp_path, content) -> None:
    path = tmp_path / "agreement.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match="agreement-unreadable"):
        read_agreement(path, ("stop-mail",), 365)


@pytest.mark.parametrize("powers", [7, True, ["a", 2], "a; b"])
def test_odd_values_of_fields_of_many_are_read_as_text(tmp_path, powers) -> None:
    body = {"ref": "ISA-1", "agreement_name": "D", "start_date": "2026-01-01", "powers": powers}
    path = tmp_path / "agreement.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    assert all(isinstance(one, str) for one in read_agreement(path, (), 365).powers)


def test_data_items_are_kept_as_they_are_listed(tmp_path: Path) -> None:
    stated = FULL | {"data_items": ["death_date", "reference", "death_date"]}
    agreement = read_agreement(write(tmp_path, stated), PURPOSES, 365)
    assert agreement.data_items == ("death_date", "reference")


def test_an_agreement_without_items_says_so_and_reads_back_the_same(tmp_path: Path) -> None:
    stated = {key: value for key, value in FULL.items() if key != "data_items"}
    agreement = read_agreement(write(tmp_path, stated), PURPOSES, 365)
    assert agreement.data_items == ()
    assert [note.code for note in agreement.doubts] == ["agreement-items-unlisted"]
    again = read_agreement(write(tmp_path, register_entry(agreement)), PURPOSES, 365)
    assert again == agreement


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ("reference; surname", "agreement-items-unreadable"),
        ([], "agreement-items-unreadable"),
        ({"reference": True}, "agreement-items-unreadable"),
        (["reference", "shoe_size"], "agreement-item-unknown"),
        (["reference", ["nino"]], "agreement-item-unknown"),
        (["Reference"], "agreement-item-unknown"),
    ],
)
def test_items_are_read_to_the_letter(tmp_path: Path, items: object, code: str) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        read_agreement(write(tmp_path, FULL | {"data_items": items}), PURPOSES, 365)


def test_items_stated_twice_are_not_chosen_between(tmp_path: Path) -> None:
    stated = FULL | {"Data-Items": ["nino"]}
    with pytest.raises(Refused, match=r"^agreement-items-unreadable$"):
        read_agreement(write(tmp_path, stated), PURPOSES, 365)
