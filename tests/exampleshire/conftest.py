"""The declared profile and a few councils, generated once for all tests of this room."""

from __future__ import annotations

import pytest

from app.base.places import resource
from app.catalogue.exampleshire import read_exampleshire
from app.exampleshire.council import Council, generate
from app.model.exampleshire import ExampleshireProfile


@pytest.fixture(scope="session")
def profile() -> ExampleshireProfile:
    return read_exampleshire(resource("exampleshire"))


@pytest.fixture(scope="session")
def village(profile: ExampleshireProfile) -> Council:
    """2,000 people and 80 deaths, as in the demonstration."""
    return generate(2_000, None, 42, profile)


@pytest.fixture(scope="session")
def town(profile: ExampleshireProfile) -> Council:
    """40,000 people and 1,600 deaths: enough for rates."""
    return generate(40_000, None, 7, profile)


@pytest.fixture(scope="session")
def nation(profile: ExampleshireProfile) -> Council:
    """10,000 people against a national file of 6,000 deaths."""
    return generate(10_000, 6_000, 3, profile)
