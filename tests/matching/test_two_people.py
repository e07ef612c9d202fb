"""Two of one family who look like one person, under every plan that could take them for one."""

from __future__ import annotations

import pytest

from app.model.runs import Band
from tests.matching.households import person

SURE = (Band.CERTAIN, Band.PROBABLE)
PLANS = ("deaths", "people", "births", "marriages")
ADULTS = ("deaths", "people", "marriages")
BORN = "1960-05-06"


@pytest.mark.parametrize("plan", PLANS)
def test_twins_of_one_middle_name_wait_for_a_look(judge, plan) -> None:
    ((band, _, _),) = judge(
        person("DELYTH", born=BORN, middle="MAIR"),
        person("BRONWEN", born=BORN, middle="MAIR"),
        plan=plan,
    )
    assert band is not Band.CERTAIN


@pytest.mark.parametrize("plan", PLANS)
def test_plain_twins_are_not_one(judge, plan) -> None:
    ((band, applied, _),) = judge(
        person("DELYTH", born=BORN), person("BRONWEN", born=BORN), plan=plan
    )
    assert band not in SURE
    assert "possible-twin" in applied


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("sexes", [{}, {"sex": 2}])
@pytest.mark.parametrize(("brother", "sister"), [("PAUL", "PAULA"), ("DENIS", "DENISE")])
def test_brother_and_sister_twins_of_one_stem_are_two(judge, plan, sexes, brother, sister) -> None:
    ((band, applied, _),) = judge(
        person(brother, born=BORN, sex=1), person(sister, born=BORN, **sexes), plan=plan
    )
    assert band not in SURE
    assert "other-sex-name" in applied


def test_a_slip_in_the_forename_is_no_other_sex(judge) -> None:
    death = person("STANISLAW", born=BORN, sex=1)
    for other in (person("STANISLW", born=BORN), person("STANISLAWA", born=BORN, sex=1)):
        ((band, applied, _),) = judge(death, other)
        assert band in SURE
        assert "other-sex-name" not in applied


@pytest.mark.parametrize("plan", ADULTS)
@pytest.mark.parametrize("names", [("EDWIN", "AUBREY"), ("OLWEN", "MAIR")])
def test_a_generation_apart_is_a_parent_and_a_child(judge, plan, names) -> None:
    forename, middle = names
    parent = person(forename, born="1940-05-06", middle=middle)
    child = person(forename, born="1968-02-01", middle=middle)
    ((band, _, _),) = judge(parent, child, plan=plan)
    assert band not in SURE
    home = {"phone": 441632960123, "email": "THE.HARGREAVES@EXAMPLE.ORG"}
    ((band, _, _),) = judge(parent | home, child | home, plan=plan)
    assert band not in SURE
    ((numbered, _, _),) = judge(
        parent | {"nino": "QQ123456"}, child | {"nino": "QQ123456"}, plan=plan
    )
    assert numbered in SURE


@pytest.mark.parametrize("plan", ADULTS)
def test_a_wife_under_her_husbands_name_is_not_him(judge, plan) -> None:
    husband = person("JOHN", "ACKERLEY", born="1930-01-05", sex=1)
    ((band, applied, _),) = judge(husband, person("JOHN", "ACKERLEY", sex=2), plan=plan)
    assert band not in SURE
    assert "other-sex-name" in applied


@pytest.mark.parametrize("plan", PLANS)
def test_nobody_is_certain_without_a_forename(judge, plan) -> None:
    ((band, applied, _),) = judge(
        person("ELSIE", "RUMPOLE", born=BORN), person(None, "RUMPOLE", born=BORN), plan=plan
    )
    assert band is not Band.CERTAIN
    assert "forename-unknown" in applied or band in (Band.UNLIKELY, None)


@pytest.mark.parametrize("plan", PLANS)
def test_nobody_is_certain_without_a_birth_date(judge, plan) -> None:
    ((band, _, _),) = judge(person("ELSIE", born=BORN), person("ELSIE"), plan=plan)
    assert band is not Band.CERTAIN


@pytest.mark.parametrize("plan", ["deaths", "people"])
@pytest.mark.parametrize(
    "numbers",
    [({"nino": "AB123456"}, {"nino": "CE654321"}), ({"nhs_number": 1}, {"nhs_number": 2})],
)
def test_two_numbers_are_two_people_until_somebody_has_looked(judge, plan, numbers) -> None:
    mine = numbers[0]
    here, there = (person("EDWIN", born=BORN, middle="LEE", **n) for n in numbers)
    ((band, applied, _),) = judge(here, there, plan=plan)
    assert band is not Band.CERTAIN
    assert "number-contradicts" in applied
    ((same, applied, _),) = judge(here, there | mine, plan=plan)
    assert same is Band.CERTAIN
    assert "number-contradicts" not in applied


def test_the_family_name_that_a_list_has_dropped_is_half_of_the_name(judge) -> None:
    """Harpreet Kaur and Harpreet Kaur Dhaliwal, who has moved."""
    death = person("HARPREET", "DHALIWAL", middle="KAUR", born=BORN, sex=2)
    (dropped, _, sure), (other, _, unsure) = judge(
        death,
        person("HARPREET", "KAUR", born=BORN, postcode="ES29ZZ", house="1", street="LOW ROAD"),
        person("HARPREET", "GILL", born=BORN, postcode="ES29ZY", house="2", street="LOW ROAD"),
    )
    assert dropped in (*SURE, Band.POSSIBLE)
    assert sure > unsure
    assert other in (Band.UNLIKELY, Band.POSSIBLE, None)
