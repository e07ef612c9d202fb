"""Every pair of routes and every purpose, asked of the services that read the data."""

from __future__ import annotations

import itertools

import pytest

from app.base.errors import Refused
from app.model.loads import LoadWishes
from app.model.runs import MatchRequest
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import intake, matching, packages, partners, persons, sharing
from app.services.catalogue import catalogue
from tests.services.council import PEOPLE, agreed, agreement, badges, death, deaths, refused

GOVERNANCE = catalogue().governance
PERSON = [r for r in GOVERNANCE.routes.values() if "person" in r.subjects]
DEATH = [r for r in GOVERNANCE.routes.values() if "death" in r.subjects]


@pytest.fixture
def held(workspace, tmp_path) -> dict[str, str]:
    """A load of people and one of deaths by every route, all under an agreement."""
    named, loads = agreed(workspace, tmp_path).agreement, {}
    for number, route in enumerate(PERSON):
        people = [(f"{route.id}{n}", *rest) for n, (_, *rest) in enumerate(PEOPLE)]
        path = badges(tmp_path, people, f"people{number}.csv")
        wishes = LoadWishes(agreement=named, route=route.id)
        loads["people", route.id] = intake.load_file(workspace, path, wishes).load
    for number, route in enumerate(DEATH):
        entries = [death(0, id=f"{route.id}-1"), death(1, id=f"{route.id}-2")]
        path = deaths(tmp_path, entries, None, f"deaths{number}.xml")
        wishes = LoadWishes(agreement=named, route=route.id)
        loads["deaths", route.id] = intake.load_file(workspace, path, wishes).load
    return loads


def test_a_match_serves_a_purpose_exactly_where_both_routes_and_the_purpose_allow_it(
    workspace, held
) -> None:
    tried = 0
    for mine, theirs in itertools.product(PERSON, DEATH):
        left, right = held["people", mine.id], held["deaths", theirs.id]
        offered = matching.purposes(workspace, left, right)
        for purpose in GOVERNANCE.purposes.values():
            tried += 1
            both = purpose.id in mine.permits and purpose.id in theirs.permits
            request = MatchRequest(left, right, purpose=purpose.id)
            assert (purpose.id in offered) is (both and purpose.people)
            try:
                matching.cost(workspace, request)
            except Refused as refusal:
                expected = "purpose-matches-nobody" if both else "purpose-not-permitted"
                assert refusal.code == expected, (mine.id, theirs.id, purpose.id)  # noqa: PT017
                clauses = {r.clause for r in (mine, theirs) if purpose.id not in r.permits}
                assert both or refusal.facts["clause"] in clauses  # noqa: PT017
            else:
                assert both, (mine.id, theirs.id, purpose.id)
                assert purpose.people
    assert tried == len(PERSON) * len(DEATH) * len(GOVERNANCE.purposes)


@pytest.mark.parametrize(
    ("mine", "theirs", "purpose"),
    [
        ("own-records", "ddri-licence", "stop-mail"),
        ("own-records", "registrars-return", "stop-mail"),
        ("own-records", "registrars-return", "service-update"),
        ("own-records", "pcmd", "stop-mail"),
        ("own-records", "pcmd", "test"),
        ("dea-debt", "s19aa", "fraud"),
        ("dea-debt", "s19aa", "prevent-crime"),
        ("dea-fraud", "s19aa", "debt-recovery"),
        ("dea-research", "s19aa", "service-update"),
        ("dea-research", "tell-us-once", "stop-mail"),
    ],
)
def test_what_the_law_keeps_apart_stays_apart(workspace, held, mine, theirs, purpose) -> None:
    request = MatchRequest(held["people", mine], held["deaths", theirs], purpose=purpose)
    with refused("purpose-not-permitted"):
        matching.run(workspace, request)
    with refused("purpose-not-permitted"):
        matching.cost(workspace, request)


def test_a_source_for_statistics_matches_nobody_by_itself_either(workspace, held) -> None:
    for left, right in (
        (held["people", "own-records"], held["deaths", "pcmd"]),
        (held["people", "dea-research"], None),
    ):
        with refused("no-common-purpose"):
            matching.run(workspace, MatchRequest(left, right))
    for purpose in ("statistics", "research"):
        request = MatchRequest(held["people", "own-records"], None, purpose=purpose)
        with refused("purpose-matches-nobody"):
            matching.run(workspace, request)
        with refused("purpose-matches-nobody"):
            persons.gather(workspace, purpose)


def test_what_may_not_be_passed_on_leaves_in_no_package(workspace, held, tmp_path) -> None:
    everything = {"purposes": list(GOVERNANCE.purposes)}
    listed = agreement(tmp_path, data_items=["reference"], **everything)
    sharing.import_agreement(workspace, listed)
    keys = packages.new_keys(workspace.catalogue, tmp_path / "their.key")
    partners.add(workspace, "Post room", keys.public_key, vouched=True)
    columns = (PackageColumn("entry", "reference", "counts"),)
    for route, code in (("pcmd", "route-not-passed-on"), ("ddri-licence", "purpose-not-permitted")):
        file = PackageFile("deaths.csv", None, held["deaths", route], columns)
        asked = PackageSpec("statistics", "OFFICIAL-SENSITIVE", (file,))
        for act in (sharing.draft, sharing.preview):
            with refused(code):
                act(workspace, "ISA/7", "Post room", asked)
