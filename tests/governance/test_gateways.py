"""No source is used for a purpose its route does not allow: the whole matrix."""

import shutil

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.governance import read_governance
from app.governance.gateways import Source, choose, permitted, require, route_for, source_of
from app.model.loads import LoadSummary

GOVERNANCE = read_governance(resource("governance"))
OWN = Source("L1", GOVERNANCE.routes["own-records"], agreed=False, subject="person")
MATRIX = [(route, purpose) for route in GOVERNANCE.routes for purpose in GOVERNANCE.purposes]


def load(route, agreement) -> LoadSummary:
    counts = {"rows_read": 1, "rows_loaded": 1, "rows_rejected": 0, "records": 1}
    return LoadSummary(
        load="L1",
        kind="deaths",
        file="deaths.xml",
        sha256="",
        state="visible",
        agreement=agreement,
        route=route,
        as_at=None,
        loaded_at="2026-10-02",
        loaded_by="Ann",
        **counts,
    )


@pytest.mark.parametrize(("route", "purpose"), MATRIX)
def test_a_purpose_is_allowed_exactly_where_its_route_declares_it(route: str, purpose: str) -> None:
    source = Source("L1", GOVERNANCE.routes[route], agreed=True, subject="death")
    if purpose in GOVERNANCE.routes[route].permits:
        require(GOVERNANCE, [source], purpose)
        return
    with pytest.raises(Refused) as refusal:
        require(GOVERNANCE, [source], purpose)
    assert refusal.value.code == "purpose-not-permitted"
    assert refusal.value.facts["clause"] == GOVERNANCE.routes[route].clause


def test_licensed_deaths_never_stop_mail() -> None:
    assert "stop-mail" not in GOVERNANCE.routes["ddri-licence"].permits
    licensed = Source("L2", GOVERNANCE.routes["ddri-licence"], agreed=True, subject="death")
    assert choose(GOVERNANCE, [OWN, licensed], None) == "prevent-crime"
    with pytest.raises(Refused, match="purpose-not-permitted"):
        choose(GOVERNANCE, [OWN, licensed], "stop-mail")


@pytest.mark.parametrize(("route", "purpose"), MATRIX)
def test_without_its_agreement_a_source_serves_only_what_its_route_says(route, purpose) -> None:
    declared = GOVERNANCE.routes[route]
    source = Source("L1", declared, agreed=False, subject="death")
    if purpose in declared.without_agreement:
        require(GOVERNANCE, [source], purpose)
        return
    with pytest.raises(Refused) as refusal:
        require(GOVERNANCE, [source], purpose)
    lacking = purpose in declared.permits
    expected = "purpose-needs-agreement" if lacking else "purpose-not-permitted"
    assert refusal.value.code == expected
    assert all(f"({one})" in refusal.value.facts["allowed"] for one in source.permits)


def test_a_route_that_needs_an_agreement_allows_tests_alone_without_it() -> None:
    needing = {r.id for r in GOVERNANCE.routes.values() if r.needs_agreement}
    powers = {"dea-public-services", "dea-debt", "dea-fraud", "dea-research"}
    assert needing == {"s19aa", "ddri-licence", "commercial-suppression", "pcmd", *powers}
    for route in GOVERNANCE.routes.values():
        tried = tuple({"test"} & set(route.permits))
        assert route.without_agreement == (tried if route.needs_agreement else route.permits)
    unagreed = Source("L2", GOVERNANCE.routes["s19aa"], agreed=False, subject="death")
    assert permitted(GOVERNANCE, [OWN, unagreed]) == ("test",)
    assert choose(GOVERNANCE, [OWN, unagreed], None) == "test"


def test_a_load_is_agreed_when_it_names_an_agreement() -> None:
    for agreement, agreed in ((None, False), ("ISA/7", True)):
        source = source_of(GOVERNANCE, load(route="s19aa", agreement=agreement), "death")
        assert (source.load, source.route.id, source.agreed) == ("L1", "s19aa", agreed)
    assert source_of(GOVERNANCE, load(route=None, agreement=None), "death").permits == ("test",)


def test_nothing_more_is_allowed_without_an_agreement_than_with_it(tmp_path) -> None:
    folder = tmp_path / "governance"
    shutil.copytree(resource("governance"), folder)
    routes = folder / "routes.toml"
    text = routes.read_text(encoding="utf-8")
    wider = text.replace('without_agreement = ["test"]', 'without_agreement = ["stop-mail"]')
    routes.write_text(wider, encoding="utf-8")
    with pytest.raises(Refused, match="declaration-invalid"):
        read_governance(folder)
    routes.write_text(text.replace('without_agreement = ["test"]\n', "", 1), encoding="utf-8")
    with pytest.raises(Refused, match="declaration-invalid"):
        read_governance(folder)


def test_council_tax_returns_stay_in_council_tax() -> None:
    returned = Source("L2", GOVERNANCE.routes["registrars-return"], agreed=False, subject="death")
    assert set(permitted(GOVERNANCE, [OWN, returned])) == {"council-tax-administration", "test"}


def test_what_nobody_stated_may_only_be_tried_out() -> None:
    route = route_for(GOVERNANCE, "death", None)
    assert route.id == "unstated"
    assert route.permits == ("test",)


def test_routes_are_for_their_subjects() -> None:
    with pytest.raises(Refused, match="route-not-for-subject"):
        route_for(GOVERNANCE, "person", "s19aa")
    with pytest.raises(Refused, match="route-unknown"):
        route_for(GOVERNANCE, "death", "carrier-pigeon")


@pytest.mark.parametrize("subject", ["birth", "marriage"])
def test_births_and_marriages_come_by_a_civil_registration_official(subject: str) -> None:
    assert route_for(GOVERNANCE, subject, None).id == "unstated"
    route = route_for(GOVERNANCE, subject, "s19aa")
    assert "Registration Service Act 1953 section 19AA" in route.clause
    agreed = Source("L2", route, agreed=True, subject=subject)
    allowed = permitted(GOVERNANCE, [OWN, agreed])
    assert allowed[0] == "service-update"
    assert "stop-mail" not in allowed
    with pytest.raises(Refused, match="purpose-not-permitted") as refusal:
        require(GOVERNANCE, [OWN, agreed], "stop-mail")
    assert refusal.value.facts["clause"] == GOVERNANCE.purposes["stop-mail"].because
    with pytest.raises(Refused, match="route-not-for-subject"):
        route_for(GOVERNANCE, subject, "registrars-return")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("purposes.toml", '["person", "death"]', '["person", "dog"]'),
        ("purposes.toml", 'because = "A birth', '# because = "A birth'),
        ("routes.toml", '["death", "birth"]', '["death", "dog"]'),
    ],
)
def test_a_subject_there_is_not_and_a_limit_without_its_reason_are_refused(
    tmp_path, name, old, new
) -> None:
    folder = tmp_path / "governance"
    shutil.copytree(resource("governance"), folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused, match="declaration-invalid"):
        read_governance(folder)


def test_every_route_says_where_its_rule_is_written() -> None:
    for route in GOVERNANCE.routes.values():
        assert route.clause
        assert route.source
        assert route.as_at
