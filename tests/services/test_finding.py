"""Finding one person over all loads: what agrees, what may be searched, what is on record."""

from __future__ import annotations

import pytest

from app.base.errors import Refused
from app.model.searching import SearchRequest
from app.services import finding, intake, review, trail
from tests.services.council import death, deaths

MAIL = "stop-mail"


def search(workspace, **known: str):
    return finding.find(workspace, SearchRequest(MAIL, known.pop("case", "ENQ/12"), **known))


def places(found) -> list[tuple[str, int]]:
    return [(record.load, record.row) for record in found.records]


def test_a_person_is_found_in_every_load(matched) -> None:
    found = search(matched, surname="tapscott", forename="Wilhelmina", born="04/03/1944")
    assert [load for load, _ in places(found)] == ["L1", "L2"]
    assert (found.more, found.searched, found.left_out) == (0, ("L1", "L2"), ())
    raw = {line.name: line.raw for line in found.records[0].fields}
    assert raw["surname"] == "Tapscott"


@pytest.mark.parametrize(
    "known",
    [
        {"surname": "Tapscott", "forename": "Minnie"},
        {"surname": "Tapscott", "forename": "W"},
        {"forename": "Wilhelmina", "postcode": "ex1 2ab"},
        {"surname": "Ó Brádaigh", "born": "1952-02-29"},
    ],
)
def test_names_agree_as_matching_takes_them(matched, known) -> None:
    assert len(search(matched, **known).records) == 2


@pytest.mark.parametrize(
    "known",
    [
        {"surname": "Tapscott", "born": "1944-03-05"},
        {"surname": "Tapscott", "forename": "Barnaby"},
        {"surname": "Nobody", "forename": "Wilhelmina"},
        {"forename": "Wilhelmina", "postcode": "EX9 9ZZ"},
    ],
)
def test_whoever_disagrees_in_one_thing_is_not_shown(matched, known) -> None:
    assert search(matched, **known).records == ()


def test_a_search_is_on_record_with_its_case_and_without_the_name(matched) -> None:
    search(matched, surname="Tapscott", forename="Wilhelmina", case=" ENQ/12  b ")
    entry = trail.entries(matched)[-1]
    assert entry.action == "look.search"
    assert entry.facts == {"purpose": MAIL, "case": "ENQ/12 b", "loads": 2, "records": 2}
    assert "tapscott" not in str(trail.entries(matched)).lower()
    search(matched, surname="Nobody", forename="Wilhelmina")
    assert trail.entries(matched)[-1].facts["records"] == 0


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"surname": "Tapscott", "forename": "W", "case": "  "}, "search-needs-case"),
        ({"surname": "Tapscott"}, "search-too-wide"),
        ({}, "search-too-wide"),
        ({"surname": "Tapscott", "born": "soon"}, "search-unreadable"),
        ({"surname": "Tapscott", "postcode": "EX1"}, "search-unreadable"),
        ({"surname": "Unknown", "forename": "Ann"}, "search-unreadable"),
    ],
)
def test_what_is_no_search_is_refused_and_not_on_record(matched, known, code) -> None:
    before = len(trail.entries(matched))
    with pytest.raises(Refused) as refused:
        search(matched, **known)
    assert refused.value.code == code
    assert len(trail.entries(matched)) == before


def test_a_load_that_the_purpose_may_not_see_is_not_searched(matched, tmp_path) -> None:
    """What came for the prevention of crime must not stop mail."""
    crime = deaths(tmp_path, [death(3)], route="ddri-licence", name="crime.xml")
    intake.load_file(matched, crime)
    found = search(matched, surname="Pettigrew", forename="Honoria")
    assert places(found) == [("L1", 5)]
    (left_out,) = found.left_out
    assert left_out.facts["load"] == "L3"
    assert left_out.facts["clause"]


def test_a_withdrawn_registration_is_not_found(matched, tmp_path) -> None:
    gone = death(0, id="D9", status="withdrawn", amends="D1")
    intake.load_file(matched, deaths(tmp_path, [gone], name="gone.xml"))
    found = search(matched, surname="Tapscott", forename="Wilhelmina")
    assert [load for load, _ in places(found)] == ["L1"]


def test_a_purpose_has_to_be_one_for_people(matched) -> None:
    with pytest.raises(Refused) as refused:
        finding.find(matched, SearchRequest("statistics", "C1", "Tapscott", "W"))
    assert refused.value.code == "purpose-matches-nobody"


def test_a_month_is_reported_by_officer(matched) -> None:
    search(matched, surname="Tapscott", forename="Wilhelmina", case="B/2")
    search(matched, surname="Nobody", forename="Wilhelmina", case="A/1")
    review.pair(matched, "R1-1")
    month = trail.entries(matched)[-1].at[:7]
    (ann,) = finding.searches(matched, month)
    assert (ann.steward, ann.searches, ann.records, ann.looks) == ("Ann", 2, 2, 1)
    assert ann.cases == ("A/1", "B/2")
    assert finding.searches(matched, "1999-01") == ()
    with pytest.raises(Refused) as refused:
        finding.searches(matched, "November")
    assert refused.value.code == "month-unreadable"
