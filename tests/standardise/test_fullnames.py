from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standardise.fullnames import Person, full_name, is_joint, joint_parts, others


def people(text, rules):
    return [(person.given, person.surname) for person in full_name(text, rules).persons]


@pytest.mark.parametrize(
    "text",
    [
        "SMITH/JOHN MR",
        "SMITH, JOHN",
        "Smith, Mr John",
        "MR JOHN SMITH",
        "JOHN SMITH",
        "SMITH JOHN MR",
        "SMITH MR JOHN",
        "SMITH JOHN",
        "Mr. John Smith OBE",
        "LORD JOHN SMITH",
    ],
)
def test_one_name_in_any_order(rules, text) -> None:
    assert people(text, rules) == [("JOHN", "SMITH")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MR J SMITH & MRS A SMITH", [("J", "SMITH"), ("A", "SMITH")]),
        ("SMITH/JOHN MR & ANN MRS", [("JOHN", "SMITH"), ("ANN", "SMITH")]),
        ("KHAN/ABDUL MR & ZARA BIBI MRS", [("ABDUL", "KHAN"), ("ZARA BIBI", "KHAN")]),
        ("SMITH/JOHN & JONES/ANN", [("JOHN", "SMITH"), ("ANN", "JONES")]),
        ("MR & MRS J SMITH", [("J", "SMITH"), ("", "SMITH")]),
        ("J & A SMITH", [("J", "SMITH"), ("A", "SMITH")]),
        ("MR JOHN & MRS ANN SMITH", [("JOHN", "SMITH"), ("ANN", "SMITH")]),
        ("MR SMITH AND MS A JONES", [("", "SMITH"), ("A", "JONES")]),
        ("MR J SMITH + MISS K JONES", [("J", "SMITH"), ("K", "JONES")]),
        (
            "MR A SMITH, MR B JONES & MS C BROWN",
            [("A", "SMITH"), ("B", "JONES"), ("C", "BROWN")],
        ),
        ("ANDREW SANDERSON", [("ANDREW", "SANDERSON")]),
        ("Mr Ludwig van Beethoven", [("LUDWIG", "VAN BEETHOVEN")]),
    ],
)
def test_joint_names_and_particles(rules, text, found) -> None:
    assert people(text, rules) == found


def test_a_cut_cell_is_mended_by_the_lead_surname_or_left_open(rules) -> None:
    cut = "MR JONATHAN SMITHSN & MRS A SMIT"
    assert len(cut) == 32
    assert people(cut, rules) == [("JONATHAN", "SMITHSN"), ("A", "SMITHSN")]
    lost = "MR JONATHAN SMITHSON & MRS ANNAB"
    assert people(lost, rules) == [("JONATHAN", "SMITHSON"), ("ANNAB", "")]
    assert "name-cut" in full_name(lost, rules).remarks
    # One character fewer is a whole name, however odd.
    assert people(cut[:-1], rules)[1] == ("A", "SMI")


def test_a_cell_of_thirty_five_characters_may_be_cut_too(rules) -> None:
    cut = "MR JONATHAN SMITHSONIAN & MRS A SMI"
    assert len(cut) == 35
    assert people(cut, rules) == [("JONATHAN", "SMITHSONIAN"), ("A", "SMITHSONIAN")]
    assert "name-cut" in full_name(cut, rules).remarks
    assert "name-cut" not in full_name(cut[:-1], rules).remarks


def test_a_hyphenated_forename_behind_the_surname_is_one(rules) -> None:
    assert people("JONES MARY-ANN", rules) == [("MARY-ANN", "JONES")]
    assert people("MARY-ANN JONES", rules) == [("MARY-ANN", "JONES")]
    assert people("MARY SMITH-JONES", rules) == [("MARY", "SMITH-JONES")]


def test_what_a_cut_leaves_of_a_title_is_no_initial(rules) -> None:
    cut = "SMITHERS/JONATHAN MR & ROSEANN M"
    assert len(cut) == 32
    assert people(cut, rules)[1] == ("ROSEANN", "SMITHERS")
    # One character fewer is a whole name.
    assert people("SMITHERS/JONATHAN MR & ROSEAN M", rules)[1] == ("ROSEAN M", "SMITHERS")
    untitled = "SMITHERS/JONATHANIEL & ROSEANN M"
    assert people(untitled, rules)[1] == ("ROSEANN M", "SMITHERS")


@pytest.mark.parametrize(
    "text",
    [
        "EXORS OF J SMITH (DEC'D)",
        "Executors of the late J Smith",
        "PERS REPS OF MR J SMITH",
        "J SMITH DECD",
        "The Estate of J Smith",
    ],
)
def test_executors_are_remarked_and_taken_off(rules, text) -> None:
    assert people(text, rules) == [("J", "SMITH")]
    assert "name-executors" in full_name(text, rules).remarks


def test_occupiers_and_firms_are_nobody(rules) -> None:
    assert full_name("THE OCCUPIER", rules).remarks == ("name-placeholder",)
    assert full_name("SMITH & SONS LTD", rules).remarks == ("name-organisation",)
    assert not full_name("SMITH & SONS LTD", rules).persons


def test_the_others_of_a_joint_name_whoever_leads(rules) -> None:
    cell = full_name("MR J SMITH & MRS A SMITH", rules)
    assert others(cell, Person("JOHN", "SMITH")) == (Person("A", "SMITH"),)
    assert others(cell, Person("ANN", "SMITH")) == (Person("J", "SMITH"),)
    assert others(full_name("MR J SMITH", rules), Person("JOHN", "SMITH")) == ()


def test_joint_cells_of_split_columns(rules) -> None:
    assert is_joint("John & Ann", rules)
    assert not is_joint("Anderson", rules)
    assert joint_parts("John and Ann", rules) == ("JOHN", "ANN")


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(rules, text) -> None:
    cell = full_name(text, rules)
    assert all(person.given or person.surname for person in cell.persons)
