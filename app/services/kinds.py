"""The dataset kinds the program knows."""

from __future__ import annotations

from app.catalogue.house import Catalogue
from app.model.kinds import Kind


def kinds(catalogue: Catalogue) -> tuple[Kind, ...]:
    """Every kind, by id."""
    return tuple(catalogue.kinds[name] for name in sorted(catalogue.kinds))
