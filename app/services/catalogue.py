"""The catalogue for those above the services: read once, shared, never changed."""

from __future__ import annotations

from functools import cache

from app.base.places import RESOURCES
from app.catalogue.house import Catalogue

__all__ = ["Catalogue", "catalogue"]


@cache
def catalogue() -> Catalogue:
    """The declared data that ships with the program."""
    return Catalogue(RESOURCES)
