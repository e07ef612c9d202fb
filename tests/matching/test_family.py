"""Known false friends: twins, father and son, namesakes, widows, household; and their innocence."""

from __future__ import annotations

from app.model.runs import Band
from tests.matching.households import AWAY, HOME, person

SURE = (Band.CERTAIN, Band.PROBABLE)


def test_twins_are_told_apart_by_the_forename(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    (same, _, _), (twin, applied, _) = judge(
        death, person("EDWIN", born="1940-05-06"), person("HERBERT", born="1940-05-06")
    )
    assert same is Band.CERTAIN
    assert twin not in SURE
    assert "possible-twin" in applied


def test_a_living_twin_alone_is_not_taken_for_the_dead_one(judge) -> None:
    ((band, applied, _),) = judge(
        person("EDWIN", born="1940-05-06"), person("HERBERT", born="1940-05-06")
    )
    assert band not in SURE
    assert "possible-twin" in applied


def test_twins_of_names_that_sound_alike_are_two(judge) -> None:
    """Parents give Marilyn and Martin, or Christine and Christopher, on one day."""
    death = person("MARTIN", born="1940-05-06", sex=1)
    (band, applied, _), (slip, named_so, _) = judge(
        death, person("MARILYN", born="1940-05-06"), person("MATRIN", born="1940-05-06")
    )
    assert band not in SURE
    assert "possible-twin" in applied
    assert slip in SURE
    assert "possible-twin" not in named_so


def test_one_middle_name_does_not_make_one_of_twins(judge) -> None:
    """It speaks for one person known by two names, but twins may share it: somebody looks."""
    death = person("MAUREEN", born="1940-05-06", middle="SUSAN")
    (known_as, applied, _), (twin, held, _) = judge(
        death,
        person("MOLLIE", born="1940-05-06", middle="SUSAN"),
        person("MOLLIE", born="1940-05-06", middle="JOAN"),
    )
    assert "other-forename" in applied
    assert known_as is Band.PROBABLE
    assert "possible-twin" in held
    assert twin not in SURE


def test_name_and_birth_date_prove_less_where_no_address_joins_them(judge) -> None:
    """More share both than independent fields would make: names go with years of birth."""
    death = person("EDWIN", born="1940-05-06", middle="LEE")
    (home, at_home, _), (_, elsewhere, _), (_, other, _) = judge(
        death,
        person("EDWIN", born="1940-05-06", middle="LEE"),
        person("EDWIN", born="1940-05-06", middle="LEE") | AWAY,
        person("HERBERT", born="1940-05-06") | AWAY,
    )
    assert home is Band.CERTAIN
    assert "chance-namesake" not in at_home
    assert "chance-namesake" in elsewhere
    assert "chance-namesake" not in other


def test_namesakes_of_another_house_are_no_reason_to_doubt(judge) -> None:
    death = person("EDWIN", middle="LEE") | {"house": "", "street": ""}
    (_, applied, _), *_ = judge(death, person("EDWIN", middle="LEE"), person("EDWIN"))
    assert "namesake-at-address" not in applied


def test_father_and_son_of_one_name_with_birth_dates(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    (father, _, _), (son, applied, _) = judge(
        death, person("EDWIN", born="1940-05-06"), person("EDWIN", born="1968-02-01")
    )
    assert father is Band.CERTAIN
    assert son not in SURE
    assert "possible-father-and-son" in applied


def test_namesakes_without_birth_dates_go_to_review_and_are_not_dropped(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    for band, applied, _ in judge(death, person("EDWIN"), person("EDWIN")):
        assert band is Band.POSSIBLE
        assert "namesake-at-address" in applied


def test_name_and_address_alone_suffice_where_nobody_shares_the_name(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    (own, applied, _), (spouse, _, _) = judge(death, person("EDWIN"), person("HILDA"))
    assert own in SURE
    assert "namesake-at-address" not in applied
    assert spouse not in SURE


def test_a_widow_under_her_husbands_initial_is_never_sure(judge) -> None:
    death = person("EDWIN", sex=1, born="1940-05-06")
    ((unknown_sex, applied, _),) = judge(death, person("E"))
    assert unknown_sex not in SURE
    ((widow, _, _),) = judge(death, person("E", sex=2))
    assert widow not in SURE
    assert "initial-only" in applied or unknown_sex is Band.UNLIKELY


def test_an_initial_shared_in_the_house_is_never_sure(judge) -> None:
    death = person("EDWIN", sex=1, born="1940-05-06")
    (band, _, _), *_ = judge(death, person("E", sex=1), person("ERNEST", sex=1))
    assert band not in SURE


def test_a_widow_under_both_of_her_husbands_initials_is_never_sure(judge) -> None:
    """A second initial tells nothing: Mrs J A Wigglesworth was John Arthur's wife."""
    death = person("EDWIN", sex=1, born="1940-05-06", middle="AUBREY")
    ((band, applied, _),) = judge(death, person("E", middle="A"))
    assert band is Band.POSSIBLE
    assert "initial-only" in applied
    ((band, applied, _),) = judge(death, person("E", middle="A", sex=1))
    assert band in SURE
    assert "initial-only" not in applied


def test_a_name_and_its_female_form_are_a_couple_or_siblings(judge) -> None:
    death = person("STANISLAW", surname="JAWORSKI", sex=1, born="1940-05-06")
    wife = person("STANISLAWA", surname="JAWORSKI")
    ((band, applied, _),) = judge(death, wife)
    assert band not in SURE
    assert "other-sex-name" in applied
    ((_, applied, _),) = judge(death, wife | {"sex": 1})
    assert "other-sex-name" not in applied


def test_two_of_one_first_name_in_a_house_are_not_one(judge) -> None:
    death = person("HARBHAJAN", surname="KAUR", sex=2, born="1940-05-06")
    ((band, applied, _),) = judge(death, person("HARBHAJAN", surname="SINGH"))
    assert band not in SURE
    assert "other-surname" in applied
    dated = person("HARBHAJAN", surname="SINGH", born="1940-05-06")
    ((_, applied, _),) = judge(death, dated)
    assert "other-surname" not in applied


def test_siblings_are_not_each_other(judge) -> None:
    ((band, _, _),) = judge(person("EDWIN", born="1940-05-06"), person("GERALD", born="1943-09-17"))
    assert band not in SURE


def test_name_alone_is_at_most_possible_unless_rare(judge) -> None:
    death = {"forename": "JOHN", "surname": "SMITH", "born": "1940-05-06", **AWAY}
    common = {"forename": "JOHN", "surname": "SMITH", **HOME}
    ((band, _, _),) = judge(death, common)
    assert band not in SURE


def test_same_name_and_birth_date_in_another_area_goes_to_review(judge) -> None:
    death = {"forename": "EDWIN", "surname": "HARGREAVES", "born": "1940-05-06", **AWAY}
    ((band, applied, _),) = judge(death, person("EDWIN", born="1940-05-06"))
    assert band is Band.POSSIBLE
    assert "elsewhere" in applied


def test_same_name_and_birth_date_from_a_care_home_is_certain(judge) -> None:
    death = person("EDWIN", born="1940-05-06") | {"postcode": "ES79XX", "communal": True}
    ((band, _, _),) = judge(death, person("EDWIN", born="1940-05-06"))
    assert band is Band.CERTAIN


def test_one_person_listed_twice_is_right_twice(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    twice = judge(death, person("EDWIN", born="1940-05-06"), person("EDWIN", born="1940-05-06"))
    assert [band for band, _, _ in twice] == [Band.CERTAIN, Band.CERTAIN]


def test_two_different_candidates_share_one_probability(judge) -> None:
    death = {"forename": "EDWIN", "surname": "HARGREAVES", "birth_year": 1940, **HOME}
    found = judge(
        death,
        person("EDWIN", born="1940-05-06"),
        person("EDWIN", born="1940-11-21"),
    )
    assert sum(chance for _, _, chance in found) <= 1.0
    assert all(band is Band.POSSIBLE for band, _, _ in found)


def test_no_correction_touches_an_ordinary_match(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    ((band, applied, _),) = judge(death, person("EDWIN", born="1940-05-06"))
    assert band is Band.CERTAIN
    assert applied == {"household-surname"}


def test_without_a_birth_date_nothing_is_certain_but_by_a_second_forename(judge) -> None:
    death = person("EDWIN", born="1940-05-06", middle="AUBREY")
    ((band, applied, _),) = judge(death, person("EDWIN"))
    assert band is Band.PROBABLE
    assert "undated" in applied
    for middle in ("AUBREY", "A"):
        ((band, applied, _),) = judge(death, person("EDWIN", middle=middle))
        assert band is Band.CERTAIN
        assert not applied & {"undated", "middle-unmatched"}


def test_a_personal_number_stands_in_for_the_birth_date(judge) -> None:
    number = {"nino": "QQ123456"}
    death = person("EDWIN", born="1940-05-06", **number)
    ((band, applied, _),) = judge(death, person("EDWIN", middle="AUBREY", **number), full=True)
    assert band is Band.CERTAIN
    assert not applied & {"undated", "middle-unmatched"}


def test_another_middle_name_may_be_a_sons(judge) -> None:
    death = person("EDWIN", born="1940-05-06", middle="AUBREY")
    ((band, applied, _),) = judge(death, person("EDWIN", middle="GILBERT"))
    assert band is Band.POSSIBLE
    assert "middle-unmatched" in applied


def test_a_middle_name_missing_from_full_names_may_be_a_sons(judge) -> None:
    death, son = person("EDWIN", born="1940-05-06"), person("EDWIN", middle="AUBREY")
    ((band, applied, _),) = judge(death, son, full=True)
    assert band is Band.POSSIBLE
    assert "middle-unmatched" in applied
    ((band, applied, _),) = judge(death, son, full=False)
    assert band is Band.PROBABLE
    assert "middle-unmatched" not in applied


def test_a_middle_name_used_as_forename_is_not_missing(judge) -> None:
    death = person("EDWIN", born="1940-05-06", middle="AUBREY")
    ((_, applied, _),) = judge(death, person("AUBREY"), full=True)
    assert "middle-unmatched" not in applied


def test_a_register_does_not_drop_the_first_of_two_names(judge) -> None:
    death = person("AUBREY", born="1940-05-06")
    ((band, applied, _),) = judge(death, person("EDWIN", middle="AUBREY"), full=True)
    assert band not in SURE
    assert "middle-unmatched" in applied


def test_one_name_taken_for_another_needs_the_birth_date(judge) -> None:
    death = person("MURIEL", born="1947-03-13")
    ((band, applied, _),) = judge(death, person("PEARL", middle="MURIEL", born="1949-08-16"))
    assert band not in SURE
    assert "contradicted" in applied
    ((_, applied, _),) = judge(death, person("MURIEL", born="1949-08-16"))
    assert "contradicted" not in applied


def test_house_and_street_bring_together_what_has_no_postcode(judge) -> None:
    listed = person("EDWIN", born="1940-05-06")
    there = {"postcode": None}
    for death in (
        person("EDWYN", born="1941-06-07", **there),
        person("EDWIN", surname="HARGRAEVES", born="1941-06-07", **there),
    ):
        ((band, _, _),) = judge(death, listed)
        assert band is not None


def test_two_held_at_one_mark_still_compete_by_what_they_weigh(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    (nearer, applied, chance), (_, held, other) = judge(
        death, person("EDWIN"), person("EDWIN", postcode=None)
    )
    assert "undated" in applied & held
    assert nearer is Band.POSSIBLE
    assert chance > 2 * other
    assert chance + other <= 1.0


def test_a_birth_date_far_from_a_slip_needs_an_address_or_a_number(judge) -> None:
    moved = {"postcode": "ES79XX", "house": "90", "street": "HIGH STREET"}
    rare = {"forename": "PEREGRINE", "surname": "FOTHERGILL", "middle": "AUBREY"}
    death = {**rare, "born": "1940-05-06", **HOME}
    other = {**rare, "born": "1941-04-10"}
    ((band, applied, _),) = judge(death, other | moved, full=True)
    assert band is Band.POSSIBLE
    assert "contradicted" in applied
    number = {"nino": "QQ123456"}
    ((_, applied, _),) = judge(death | number, other | moved | number, full=True)
    assert "contradicted" not in applied
    ((_, applied, _),) = judge(death, other | HOME, full=True)
    assert "contradicted" not in applied


def test_a_record_without_a_name_is_never_sure(judge) -> None:
    death = person("EDWIN", born="1940-05-06")
    ((band, applied, _),) = judge(death, {"born": "1940-05-06", **HOME})
    assert band is Band.POSSIBLE
    assert "nameless" in applied


def test_a_name_alone_is_rare_only_with_its_middle_name(judge) -> None:
    rare = {"forename": "PEREGRINE", "surname": "FOTHERGILL"}
    moved = {"postcode": "ES79XX", "house": "90", "street": "HIGH STREET"}
    death = {**rare, "middle": "AUBREY", "born": "1940-05-06", **HOME}
    ((band, applied, _),) = judge(death, {**rare, **moved})
    assert band not in SURE
    assert "name-only" in applied
    ((band, applied, _),) = judge(death, {**rare, "middle": "AUBREY", **moved})
    assert band in SURE
    assert "name-only" not in applied


def test_a_namesake_a_few_doors_on_is_not_the_dead(judge) -> None:
    """One postcode holds fifteen houses: without a birth date it places nobody together."""
    rare = {"forename": "PEREGRINE", "surname": "FOTHERGILL"}
    ((band, applied, _),) = judge(
        {**rare, "born": "1940-05-06", **HOME}, {**rare, **HOME, "house": "6"}
    )
    assert band not in SURE
    assert "name-only" in applied
