"""Households, families and names are believable, with the skews real ones have."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from app.exampleshire.council import Council
from app.exampleshire.names import FEMALE, MALE, NONE, fold
from app.exampleshire.people import CHILD, ELDER, HEAD
from app.exampleshire.world import World
from app.model.exampleshire import ExampleshireProfile

_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN "
    "DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA "
    "LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG "
    "SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO "
    "ZE"
)
ALLOCATED = set(_AREAS.split())
POSTCODE = re.compile(r"[A-PR-UWYZ][A-HK-Y]\d{1,2} \d[ABD-HJLNP-UW-Z]{2}")
NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")


def surnames(world: World) -> list[str]:
    return [str(name) for name in world.book.surnames.folded()[world.named.surname]]


def test_there_are_exactly_as_many_people_as_asked(town: Council) -> None:
    assert len(town.world.people) == 40_000
    assert town.world.people.households.first[0] == 0


def test_surnames_have_their_true_skew_and_a_long_tail(town: Council) -> None:
    counts = Counter(surnames(town.world))
    share = {name: counts[name] / 400 for name in ("SMITH", "KAUR", "BEGUM", "KHAN", "PATEL")}
    assert 0.7 < share["SMITH"] < 1.25
    assert 1.9 < share["KAUR"] < 3.3
    assert 1.5 < share["BEGUM"] < 2.9
    assert 0.6 < share["KHAN"] < 1.6
    assert 0.3 < share["PATEL"] < 1.1
    assert len(counts) > 7_700
    once = sum(1 for count in counts.values() if count == 1)
    assert once > len(counts) // 5


def test_a_small_place_bears_names_that_read_as_english(
    village: Council, town: Council, profile: ExampleshireProfile
) -> None:
    listed = {fold(name) for name, _ in profile.names.surnames["english"]}
    parts = profile.names.composed["english"]
    composed = {first + last for first in parts.first for last in parts.last} - listed

    def rare(council: Council) -> float:
        return float(np.mean([name in composed for name in surnames(council.world)]))

    assert rare(village) < 0.08
    assert rare(town) > 2 * rare(village)


def test_forenames_follow_the_cohort(town: Council) -> None:
    world = town.world
    forename = world.book.forenames.folded()[world.named.forename]
    age = world.age()
    olivia = age[forename == "OLIVIA"]
    doreen = age[forename == "DOREEN"]
    assert np.median(olivia) < 25
    assert np.median(doreen) > 65


def test_some_communities_have_many_births_on_the_first_of_january(town: Council) -> None:
    world = town.world
    ids = [community.id for community in world.profile.communities]
    day = world.people.birth.astype("datetime64[D]")
    first = day == day.astype("datetime64[Y]").astype("datetime64[D]")
    grown = world.age() > 30
    ours = grown & np.isin(
        world.people.community, [ids.index("pakistani"), ids.index("bangladeshi")]
    )
    english = grown & (world.people.community == ids.index("english"))
    assert 0.06 < first[ours].mean() < 0.15
    assert first[english].mean() < 0.01


def test_couples_are_each_others_and_wives_mostly_bear_one_name(town: Council) -> None:
    people, named = town.world.people, town.world.named
    paired = np.flatnonzero(people.spouse != NONE)
    assert (people.spouse[people.spouse[paired]] == paired).all()
    assert (people.household[people.spouse[paired]] == people.household[paired]).all()
    wives = paired[(people.sex[paired] == FEMALE) & (people.role[paired] != ELDER)]
    shared = named.surname[wives] == named.surname[people.spouse[wives]]
    assert 0.5 < shared.mean() < 0.9
    assert (named.maiden[wives] != NONE).mean() > 0.4


def test_children_are_younger_than_their_mothers_and_siblings_have_names_of_their_own(
    town: Council,
) -> None:
    people, named = town.world.people, town.world.named
    children = np.flatnonzero(people.role == CHILD)
    head = people.head()[children]
    spouse = np.maximum(people.spouse[head], 0)
    mother = np.where(people.sex[head] == FEMALE, head, spouse)
    known = people.sex[mother] == FEMALE
    assert (people.birth[children] - people.birth[mother] > 15 * 365)[known].all()
    names = Counter(
        zip(people.household[children], people.sex[children], named.forename[children], strict=True)
    )
    assert sum(1 for count in names.values() if count > 1) < len(children) * 0.002


def test_there_are_twins_and_three_generations(town: Council) -> None:
    people = town.world.people
    second = np.flatnonzero((people.role == CHILD) & (people.nth == 1))
    twins = second[people.birth[second] == people.birth[second - 1]]
    assert 0.015 < len(twins) / len(second) < 0.05
    elders = people.household[people.role == ELDER]
    assert np.isin(elders, people.household[people.role == CHILD]).mean() > 0.9


def test_some_sons_are_named_after_their_fathers(town: Council) -> None:
    people, named = town.world.people, town.world.named
    sons = np.flatnonzero((people.role == CHILD) & (people.nth == 0) & (people.sex == MALE))
    head = people.head()[sons]
    father = np.where(people.sex[head] == MALE, head, np.maximum(people.spouse[head], 0))
    namesakes = (named.forename[sons] == named.forename[father]).mean()
    assert 0.004 < namesakes < 0.03


def test_nobody_is_head_twice_and_care_homes_hold_the_old(town: Council) -> None:
    world = town.world
    heads = world.people.household[world.people.role == HEAD]
    assert len(heads) == len(set(heads.tolist()))
    cared = world.lives.moved == 2
    assert np.median(world.age()[cared]) > 78


def test_postcode_areas_are_nobodys(profile: ExampleshireProfile) -> None:
    areas = {profile.places.local_area, *profile.places.other_areas}
    assert not areas & ALLOCATED


def test_places_and_numbers_pass_the_syntax_of_the_country(nation: Council) -> None:
    assert all(POSTCODE.fullmatch(code) for code in nation.world.lives.addresses.postcode)
    deaths = nation.deaths().column("usualAddress/postcode").to_pylist()
    assert all(POSTCODE.fullmatch(code) for code in deaths if code)
    residents = nation.residents()
    assert all(NINO.fullmatch(nino) for nino in residents.column("nino").to_pylist() if nino)
    uprns = [uprn for uprn in residents.column("uprn").to_pylist() if uprn]
    assert all(uprn.isdigit() and len(uprn) <= 12 for uprn in uprns)


def test_no_street_stands_twice_in_one_town(town: Council) -> None:
    addresses = town.world.lives.addresses
    local = [
        i for i, unit in enumerate(addresses.unit) if not unit and addresses.house[i].isdigit()
    ]
    places = Counter(
        (addresses.street[i], addresses.town[i])
        for i in local
        if addresses.postcode[i].startswith("ES")
    )
    assert max(places.values()) == 1


def test_folding_takes_accents_away() -> None:
    assert fold("Łukasz") == "LUKASZ"
    assert fold("SIÂN") == "SIAN"
