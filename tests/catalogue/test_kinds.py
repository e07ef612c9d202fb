from __future__ import annotations

import re

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.kinds import read_kind, read_kinds
from app.catalogue.plans import read_plans
from app.model.kinds import SUBJECTS, header_key
from app.model.meanings import Meaning

GOOD = """
id = "lists"
title = "Lists"
version = 1
subject = "person"
source = "here"

[[fields]]
name = "surname"
means = "surname"
headers = ["Surname"]
"""


@pytest.fixture
def write(tmp_path):
    def to_file(text: str, name: str = "lists.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_the_ten_kinds_stand_with_their_sources() -> None:
    kinds = read_kinds(resource("kinds"))
    assert set(kinds) >= {
        "people", "council-tax", "electoral-register", "blue-badges", "concessionary-passes",
        "pensions-payroll", "housing-tenancies", "deaths",
        "births", "marriages",
    }  # fmt: skip
    assert all(kind.source and kind.id == id_ for id_, kind in kinds.items())
    assert len({kind.digest for kind in kinds.values()}) == len(kinds)


def test_every_plan_has_kinds_that_it_can_match() -> None:
    subjects = {kind.subject for kind in read_kinds(resource("kinds")).values()}
    plans = read_plans(resource("plans")).values()
    assert {plan.id for plan in plans} >= {"births", "marriages"}
    assert not {plan.id for plan in plans if not {plan.left, plan.right} <= subjects}
    assert subjects == set(SUBJECTS)


def test_a_marriage_tells_the_same_of_both_parties() -> None:
    fields = read_kinds(resource("kinds"))["marriages"].fields
    one, two = ({f.means for f in fields if f.party == party} for party in (1, 2))
    of_the_event = {Meaning.REFERENCE, Meaning.EVENT_STATUS, Meaning.AMENDS}
    of_the_event |= {Meaning.START_DATE, Meaning.REGISTERED_DATE}
    assert two == one - of_the_event
    assert Meaning.SURNAME in two


def test_a_birth_has_one_person_and_no_second_party() -> None:
    births = read_kinds(resource("kinds"))["births"]
    assert {field.party for field in births.fields} == {1}
    about_parents = re.compile(r"mother|father|parent|informant", re.IGNORECASE)
    naming = {
        field.means
        for field in births.fields
        if any(about_parents.search(header) for header in field.headers)
    }
    assert naming == {Meaning.ADDRESS, Meaning.TOWN, Meaning.POSTCODE, Meaning.UPRN}


def test_the_plain_kind_knows_every_meaning_of_people() -> None:
    plain = read_kinds(resource("kinds"))["people"]
    of_registrations = {Meaning.EVENT_STATUS, Meaning.AMENDS}
    assert {field.means for field in plain.fields} >= set(Meaning) - of_registrations


def test_the_fixed_layout_fills_its_line() -> None:
    columns = read_kinds(resource("kinds"))["pensions-payroll"].layouts[0].columns
    assert len(columns) == 14
    assert columns[-1].start + columns[-1].width - 1 == 234


def test_the_digest_is_of_the_data_not_of_the_text(write) -> None:
    one = read_kind(write(GOOD)).digest
    assert read_kind(write("# a remark\n" + GOOD)).digest == one
    assert read_kind(write(GOOD.replace("Surname", "Last"))).digest != one


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("version = 1", "version = 1\ncolour = 1"), "colour"),
        (('means = "surname"', 'means = "nickname"'), "fields[1].means"),
        (('subject = "person"', 'subject = "dog"'), "subject"),
        (('id = "lists"', 'id = "other"'), "id"),
        (('title = "Lists"\n', ""), "title"),
        (('headers = ["Surname"]', "party = 3"), "fields[1].party"),
        (
            (
                'headers = ["Surname"]',
                'headers = ["Surname"]\n[[fields]]\nname="b"\nmeans="title"\nheaders=["SUR NAME"]',
            ),
            "fields",
        ),
        (
            (
                'headers = ["Surname"]',
                '[[layouts]]\nformat="fixed"\ncolumns=[{name="a",start=1,width=4},'
                '{name="b",start=3,width=4}]',
            ),
            "layouts[1].columns",
        ),
    ],
)
def test_a_wrong_kind_is_refused_by_file_and_key(write, change, key) -> None:
    with pytest.raises(Refused) as refused:
        read_kind(write(GOOD.replace(*change)))
    assert refused.value.code == "declaration-invalid"
    assert refused.value.where.file == "lists.toml"
    assert refused.value.facts["key"] == key


def test_headers_compare_without_case_spaces_and_punctuation() -> None:
    assert header_key("D.O.B.") == header_key("dob")
    assert header_key("Forename(s)") == header_key("FORENAMES")
