"""No source is used for a purpose its route does not allow: the whole matrix."""

import pytest

from app.base.errors import Refused
from app.base.places import resource
from app.catalogue.governance import read_governance
from app.governance.gateways import Source, choose, permitted, require, route_for

GOVERNANCE = read_governance(resource("governance"))
MATRIX = [(route, purpose) for route in GOVERNANCE.routes for purpose in GOVERNANCE.purposes]


@pytest.mark.parametrize(("route", "purpose"), MATRIX)
def test_a_purpose_is_allowed_exactly_where_its_route_declares_it(route: str, purpose: str) -> None:
    source = Source("L1", GOVERNANCE.routes[route])
    if purpose in GOVERNANCE.routes[route].permits:
        require(GOVERNANCE, [source], purpose)
        return
    with pytest.raises(Refused) as refusal:
        require(GOVERNANCE, [source], purpose)
    assert refusal.value.code == "purpose-not-permitted"
    assert refusal.value.facts["clause"] == GOVERNANCE.routes[route].clause


def test_licensed_deaths_never_stop_mail() -> None:
    assert "stop-mail" not in GOVERNANCE.routes["ddri-licence"].permits
    own = Source("L1", GOVERNANCE.routes["own-records"])
    licensed = Source("L2", GOVERNANCE.routes["ddri-licence"])
    assert choose(GOVERNANCE, [own, licensed], None) == "prevent-crime"
    with pytest.raises(Refused, match="purpose-not-permitted"):
        choose(GOVERNANCE, [own, licensed], "stop-mail")


def test_council_tax_returns_stay_in_council_tax() -> None:
    own = Source("L1", GOVERNANCE.routes["own-records"])
    returned = Source("L2", GOVERNANCE.routes["registrars-return"])
    assert set(permitted(GOVERNANCE, [own, returned])) == {"council-tax-administration", "test"}


def test_what_nobody_stated_may_only_be_tried_out() -> None:
    route = route_for(GOVERNANCE, "death", None)
    assert route.id == "unstated"
    assert route.permits == ("test",)


def test_routes_are_for_their_subjects() -> None:
    with pytest.raises(Refused, match="route-not-for-subject"):
        route_for(GOVERNANCE, "person", "s19aa")
    with pytest.raises(Refused, match="route-unknown"):
        route_for(GOVERNANCE, "death", "carrier-pigeon")


def test_every_route_says_where_its_rule_is_written() -> None:
    for route in GOVERNANCE.routes.values():
        assert route.clause
        assert route.source
        assert route.as_at
