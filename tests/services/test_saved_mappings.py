"""Mappings saved while a file is loaded or seen: refused before, never lost, read alike."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.base import durable
from app.base.errors import Refused
from app.model.kinds import Mapping
from app.model.loads import LoadWishes, ReadChoices
from app.services import intake, reading

ROWS = "".join(f"{n};Smith;Ann;01/02/1950\n" for n in range(9))
REPORT = "Extract of people\nref;surname;forename;date of birth\nREF;SUR;FORE;BORN\n" + ROWS


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refused(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


def test_a_place_that_cannot_be_written_is_found_before_anything_is_kept(
    workspace, tmp_path
) -> None:
    file = written(tmp_path / "people.csv", REPORT)
    wishes = LoadWishes(kind="people", save_mapping=tmp_path / "no" / "m.toml")
    with refused("cannot-write"):
        intake.load_file(workspace, file, wishes)
    taken = written(tmp_path / "m.toml", "mine")
    with refused("file-exists"):
        intake.load_file(workspace, file, LoadWishes(kind="people", save_mapping=taken))
    assert intake.loads(workspace) == ()
    assert taken.read_text(encoding="utf-8") == "mine"


def test_a_load_that_stands_is_told_though_its_mapping_got_no_name(
    workspace, tmp_path, monkeypatch
) -> None:
    def full(*_given) -> None:
        raise OSError(28, "No space left on device")

    file, out = written(tmp_path / "people.csv", REPORT), tmp_path / "m.toml"
    monkeypatch.setattr(durable.Part, "place", full)
    answer = intake.load_file(workspace, file, LoadWishes(kind="people", save_mapping=out))
    assert "mapping-not-saved" in {note.code for note in answer.warnings}
    assert [one.load for one in intake.loads(workspace)] == [answer.load]
    assert not list(tmp_path.glob("m.toml*"))


def test_no_mapping_is_left_by_a_load_that_was_refused(workspace, tmp_path) -> None:
    file, out = written(tmp_path / "people.csv", REPORT), tmp_path / "m.toml"
    with refused("agreement-unknown"):
        intake.load_file(workspace, file, LoadWishes(agreement="NONE", save_mapping=out))
    assert not out.exists()


def test_what_was_chosen_of_a_text_file_is_saved_and_read_again(workspace, tmp_path) -> None:
    file, out = written(tmp_path / "people.csv", REPORT), tmp_path / "m.toml"
    choices = ReadChoices(delimiter=";", header_row=3, kind="people")
    offer = intake.inspect(workspace, file, choices)
    mapping = reading.mapping_from(offer, offer.guesses[0])
    reading.write_mapping(mapping, out)
    again = intake.understood(workspace, file, LoadWishes(mapping_file=out)).offer.shape
    assert (again.delimiter, again.header_row, again.columns) == (
        ";",
        3,
        ("REF", "SUR", "FORE", "BORN"),
    )
    assert reading.choices_of(again).header_row == 3


def test_that_no_row_names_the_columns_is_saved(workspace, tmp_path) -> None:
    file, out = written(tmp_path / "people.csv", ROWS), tmp_path / "m.toml"
    offer = intake.inspect(workspace, file, ReadChoices(header_row=0, kind="people"))
    reading.write_mapping(reading.mapping_from(offer, offer.guesses[0]), out)
    again = intake.understood(workspace, file, LoadWishes(mapping_file=out)).offer.shape
    assert (again.header_row, again.columns[0]) == (None, "Column 1")


def test_the_sheet_that_was_chosen_is_saved(workspace, tmp_path) -> None:
    book = openpyxl.Workbook()
    for name in ("North", "South"):
        sheet = book.create_sheet(name)
        sheet.append(["ref", "surname", "forename"])
        for n in range(9):
            sheet.append([n, f"Smith{name}", "Ann"])
    del book["Sheet"]
    file, out = tmp_path / "two.xlsx", tmp_path / "m.toml"
    book.save(file)
    intake.load_file(workspace, file, LoadWishes(kind="people", sheet="South", save_mapping=out))
    found = intake.understood(workspace, file, LoadWishes(mapping_file=out))
    assert found.offer.shape.sheet == "South"
    other = LoadWishes(mapping_file=out, sheet="North")
    assert intake.understood(workspace, file, other).offer.shape.sheet == "North"


def test_a_mapping_without_meanings_can_be_read_again(workspace, tmp_path) -> None:
    file, out = written(tmp_path / "odd.csv", "a;b\n1;2\n3;4\n5;6\n"), tmp_path / "m.toml"
    offer = intake.inspect(workspace, file, ReadChoices(kind="people"))
    bare = Mapping("people", ())
    reading.write_mapping(reading.settled(bare, offer.shape), out)
    found = intake.understood(workspace, file, LoadWishes(mapping_file=out))
    assert found.mapping is not None
    assert found.missing == ("surname",)
