"""What reaches the terminal: aligned, spoken, and unable to act."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused, Where
from app.cli.outcome import Told
from app.cli.output import Output, facts, notes_json, paragraphs, plain, table
from app.model.notes import Note


@given(st.text())
def test_nothing_from_a_file_can_move_the_cursor_or_turn_the_text(text: str) -> None:
    shown = plain(text)
    assert "\x1b" not in shown
    assert not set(shown) & set("\r\x07\u202e\u2066\u200b")
    assert len(shown) == len(text)


def test_columns_stand_in_line_and_numbers_to_the_right() -> None:
    told = table(("name", "rows"), [("a", "5"), ("long name", "1,200")])
    assert told.splitlines() == [
        "name        rows",
        "---------  -----",
        "a              5",
        "long name  1,200",
    ]


def test_a_cell_stays_on_its_line() -> None:
    assert len(table(("a",), [("one\ntwo",)]).splitlines()) == 3
    assert len(facts([("name", "one\ntwo")]).splitlines()) == 1


def test_an_empty_table_takes_no_room() -> None:
    assert paragraphs("one", table(("a",), []), "two") == "one\n\ntwo"


def test_an_answer_as_json_is_one_object_alone_on_standard_output(capsys) -> None:
    Output(as_json=True).answer(Told({"load": "L1"}, "for people", aside="a remark"))
    told = capsys.readouterr()
    assert json.loads(told.out) == {"load": "L1"}
    assert told.err == "a remark\n"


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_long_list_is_told_as_it_comes(capsys, number: int) -> None:
    rows = ({"row": n, "name": "é"} for n in range(number))
    Output(as_json=True).answer(Told({"load": "L1", "rejections": rows, "warnings": []}, ""))
    told = capsys.readouterr().out
    assert json.loads(told) == {
        "load": "L1",
        "rejections": [{"row": n, "name": "é"} for n in range(number)],
        "warnings": [],
    }
    assert told.count("\n") == 1


def test_a_remark_as_json_names_the_first_rows_where_they_are_known() -> None:
    known = Note("date-unreadable", {"column": "born", "count": 9, "first_rows": "4, 17"})
    told = notes_json([known, Note("quotes-literal")])
    assert [one.get("first_rows") for one in told] == [[4, 17], None]


def test_a_refusal_as_json_has_code_message_place_and_remedy(capsys) -> None:
    error = Refused("file-not-found", where=Where("a.csv", 12, "Surname"))
    Output(as_json=True).refusal(error)
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "error": {
            "code": "file-not-found",
            "message": "There is no file a.csv, or it cannot be opened.",
            "where": {"file": "a.csv", "row": 12, "column": "Surname"},
            "remedy": "Check the name and that you may read the file.",
        }
    }


def test_a_refusal_for_people_goes_to_standard_error(capsys) -> None:
    Output(as_json=False).refusal(Refused("vault-not-named"))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("No vault was named.\n")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_never_holds_what_is_no_json(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        Output(as_json=True).answer(Told({"x": value}, ""))
