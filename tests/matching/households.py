"""People of one household for the tests of the family guards, as words."""

from __future__ import annotations

from typing import Any

HOME = {"postcode": "ES12AB", "house": "4", "street": "MILL LANE"}
AWAY = {"postcode": "BG71ZZ", "house": "90", "street": "HIGH STREET"}


def person(forename: str | None, surname: str = "HARGREAVES", **more: Any) -> dict[str, Any]:
    """A record at HOME unless `more` says otherwise; `born` is an ISO date."""
    return {"forename": forename, "surname": surname, **HOME, **more}


def family_of(resident: dict[str, Any]) -> list[dict[str, Any]]:
    """A resident and a child of another name, thirty years younger, in one house."""
    year, rest = int(resident["born"][:4]), resident["born"][4:].replace("-02-29", "-02-28")
    child = {"forename": f"Q{resident['forename']}", "born": f"{year + 30}{rest}"}
    return [resident, resident | child]
