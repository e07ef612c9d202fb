"""Births and marriages against a list of people: a file each, the plan that fits, both parties."""

from __future__ import annotations

import pytest

from app.model.loads import LoadWishes
from app.model.runs import Band, MatchRequest
from app.services import intake, matching, review
from tests.services.council import agreed

LIST = """Reference,Forename,Surname,Date of birth,Address line 1,Postcode
C1,Elsie,Rumpole,03/02/2026,4 Mill Lane,EX1 2AB
C2,Bronwen,Jenkinson,05/03/2026,7 Mill Lane,EX1 2AB
C3,Barnaby,Underhill,11/11/1991,77 Quay Road,EX4 1ZZ
C4,Honoria,Pettigrew,30/09/1993,5 Abbey Close,EX5 5EE
C5,Chidiebere,Nkemelu,17/07/1989,9 Fore Street,EX6 6FF
"""
BIRTHS = """Entry number,Child forenames,Child surname,Child sex,Date of birth,Mother surname,\
Mother address,Mother postcode,Date of registration
E1,Elsie May,Rumpole,F,2026-02-03,Rumpole,4 Mill Lane,EX1 2AB,2026-02-20
E2,Delyth,Jenkinson,F,2026-03-05,Vaughan,7 Mill Lane,EX1 2AB,2026-03-30
"""
MARRIAGES = """Entry number,Date of marriage,Party 1 forenames,Party 1 surname,\
Party 1 date of birth,Party 1 address,Party 1 postcode,Party 2 forenames,Party 2 surname,\
Party 2 surname after marriage,Party 2 date of birth,Party 2 address,Party 2 postcode
M1,2026-06-06,Barnaby,Underhill,1991-11-11,77 Quay Road,EX4 1ZZ,Honoria,Pettigrew,Underhill,\
1993-09-30,5 Abbey Close,EX5 5EE
"""


@pytest.fixture
def council(workspace, tmp_path):
    """A list as L1, births as L2 and marriages as L3, by the route of registration officials."""
    for name, text in (("list", LIST), ("births", BIRTHS), ("marriages", MARRIAGES)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    intake.load_file(workspace, tmp_path / "list.csv")
    wishes = agreed(workspace, tmp_path)
    for name in ("births", "marriages"):
        told = LoadWishes(route="s19aa", agreement=wishes.agreement)
        intake.load_file(workspace, tmp_path / f"{name}.csv", told)
    return workspace


def bands(council, right: str) -> dict[tuple[str, str, int], Band]:
    found = matching.run(council, MatchRequest("L1", right, purpose="service-update"))
    pairs = review.pairs(council, found.run)
    return {(pair.left, pair.right, pair.right_part): pair.band for pair in pairs}


def test_a_file_of_registrations_is_known_by_its_columns(council) -> None:
    assert [load.kind for load in intake.loads(council)] == ["people", "births", "marriages"]


def test_a_registered_child_is_found_and_a_twin_is_not_taken_for_one(council) -> None:
    found = bands(council, "L2")
    assert found["C1", "E1", 1] in (Band.CERTAIN, Band.PROBABLE)
    assert found.get(("C2", "E2", 1), Band.UNLIKELY) in (Band.UNLIKELY, Band.POSSIBLE)
    assert matching.runs(council)[-1].plan == "births"


def test_both_parties_of_a_marriage_are_found(council) -> None:
    found = bands(council, "L3")
    assert found["C3", "M1", 1] in (Band.CERTAIN, Band.PROBABLE)
    assert found["C4", "M1", 2] in (Band.CERTAIN, Band.PROBABLE)
    assert matching.runs(council)[-1].plan == "marriages"
