"""People of one household for the tests of the family guards, as words."""

from __future__ import annotations

from typing import Any

HOME = {"postcode": "ES12AB", "house": "4", "street": "MILL LANE"}
AWAY = {"postcode": "BG71ZZ", "house": "90", "street": "HIGH STREET"}


def person(forename: str | None, surname: str = "HARGREAVES", **more: Any) -> dict[str, Any]:
    """A record at HOME unless `more` says otherwise; `born` is an ISO date."""
    return {"forename": forename, "surname": surname, **HOME, **more}
