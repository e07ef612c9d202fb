"""Sentences for codes: facts filled in, gaps survived, the form of the files held."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import Fact, Refused, Where
from app.model.loads import Rejection
from app.model.meanings import Meaning
from app.model.notes import Note
from app.wording import field, note, place, refusal, rejection, stage
from app.wording.book import book, read_entries


def test_a_refusal_says_what_happened_and_what_to_do() -> None:
    said = refusal(Refused("file-not-found", where=Where(file="deaths.xml")))
    assert said.what == "There is no file deaths.xml, or it cannot be opened."
    assert said.do.endswith("read the file.")


def test_facts_stand_in_the_sentence_and_numbers_are_readable() -> None:
    said = refusal(Refused("steward-not-named", count=1200, stewards="Ann, Bob"))
    assert "1,200 stewards" in said.what
    assert said.do.endswith("Ann, Bob.")


def test_a_fact_nobody_gave_does_not_break_the_report() -> None:
    assert "…" in refusal(Refused("steward-not-named")).what


def test_items_of_an_agreement_are_said_in_words_and_the_code_where_it_is_written() -> None:
    facts = {"agreement": "ISA/7", "item": "nino", "listed": "reference, birth_date"}
    where = Where(file="a.csv", column="account")
    said = refusal(Refused("agreement-item-not-disclosed", where=where, clause="Names", **facts))
    assert f"“{field('nino')}”" in said.what
    assert f"{field('reference')}, {field('birth_date')}" in said.what
    assert "birth_date" not in said.what
    assert "“nino”" in said.do


def test_an_unknown_code_still_gets_a_clear_sentence() -> None:
    said = refusal(Refused("never-heard-of"))
    assert "never-heard-of" in said.what
    assert said.do
    assert note(Note("odd-thing")) == "Odd thing"
    assert rejection(Rejection(4, None, "no-such-thing")) == "No such thing"
    assert stage("counting-sheep") == "Counting sheep"
    assert stage("") == ""


@pytest.mark.parametrize(
    ("count", "rows", "said"),
    [
        (1, "4", "Row: 4."),
        (2, "4, 1204", "Rows: 4, 1204."),
        (9, "4, 1204", "First in rows 4, 1204."),
        (9, "4", "First in row 4."),
    ],
)
def test_a_note_names_the_first_rows_it_is_about(count: int, rows: str, said: str) -> None:
    facts: dict[str, Fact] = {"column": "born", "count": count}
    bare = note(Note("date-unreadable", facts))
    assert note(Note("date-unreadable", facts | {"first_rows": rows})) == f"{bare} {said}"


def test_a_fact_cannot_smuggle_in_another_fact() -> None:
    said = refusal(Refused("file-not-found", where=Where(file="{row}.csv", row=7)))
    assert "{row}.csv" in said.what


def test_a_place_is_told_as_far_as_it_is_known() -> None:
    assert place(Where("a.csv", 1200, "Surname")) == "a.csv, row 1,200, column Surname"
    assert place(Where("a.csv")) == "a.csv"
    assert place(None) == ""


@pytest.mark.parametrize("meaning", list(Meaning))
def test_every_meaning_has_its_own_word(meaning: Meaning) -> None:
    assert ("field", meaning.value) in book()
    assert field(meaning.value)


@pytest.mark.parametrize(
    "text",
    [
        '[refused.a]\nwhat = "x"\n',
        '[note.a]\ntext = " "\n',
        '[note.a]\ntext = "x"\nmore = "y"\n',
        'note = "x"\n',
    ],
)
def test_a_broken_book_is_told_at_once(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.toml"):
        read_entries(path)
