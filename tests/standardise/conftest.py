"""The declared rules and kinds, read once."""

from __future__ import annotations

from datetime import date

import pytest

from app.base.places import resource
from app.catalogue.kinds import read_kinds
from app.catalogue.names import read_name_rules
from app.model.kinds import Kind
from app.model.names import NameRules


@pytest.fixture(scope="session")
def rules() -> NameRules:
    return read_name_rules(resource("reference"))


@pytest.fixture(scope="session")
def kinds() -> dict[str, Kind]:
    return read_kinds(resource("kinds"))


@pytest.fixture(scope="session")
def today() -> date:
    return date(2026, 11, 1)
