"""A small council for the tests of services: five people, deaths, an agreement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.model.kinds import Mapping
from app.model.loads import HandOver, LoadWishes
from app.model.sharing import PackageColumn, PackageFile, PackageSpec
from app.services import rejected, sharing
from app.services.workspace import Workspace

HEADER = (
    "Reference number,Badge number,Title,Surname,Forename,Middle name,Address line 1,"
    "Address line 2,Address line 3,Address line 4,Postcode,Date of birth,"
    "National insurance number,Date issued,Expiry date"
)
PEOPLE = [
    ("B1", "Tapscott", "Wilhelmina", "12 Mill Lane", "EX1 2AB", "04031944"),
    ("B2", "Ó Brádaigh", "Siân", "3 Dôl y Coed", "EX2 7QQ", "29021952"),
    ("B3", "Underhill", "Barnaby", "77 Quay Road", "EX4 1ZZ", "11111961"),
    ("B4", "Pettigrew", "Honoria", "5 Abbey Close", "EX5 5EE", "30091938"),
    ("B5", "Nkemelu", "Chidiebere", "9 Fore Street", "EX6 6FF", "17071949"),
]
DEATH = """<death><entryId>{id}</entryId><status>{status}</status><amends>{amends}</amends>
<forenames>{forename}</forenames><surname>{surname}</surname><sex>{sex}</sex>
<dateOfBirth>{born}</dateOfBirth><dateOfDeath>2026-09-20</dateOfDeath>
<usualAddress><line1>{address}</line1><postcode>{postcode}</postcode></usualAddress></death>"""


def badges(folder: Path, people: list[tuple[str, ...]] = PEOPLE, name: str = "badges.csv") -> Path:
    path = folder / name
    rows = [f"{r},{r}0,,{s},{f},,{a},,,,{p},{b},,01012020,31122026" for r, s, f, a, p, b in people]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def death(number: int, **changes: str) -> str:
    _, surname, forename, address, postcode, born = PEOPLE[number]
    facts = {
        "id": f"D{number + 1}",
        "status": "new",
        "amends": "",
        "forename": forename,
        "surname": surname,
        "sex": "F",
        "born": f"{born[4:]}-{born[2:4]}-{born[:2]}",
        "address": address,
        "postcode": postcode,
    }
    return DEATH.format(**facts | changes)


def deaths(
    folder: Path, entries: list[str], route: str | None = "s19aa", name: str = "deaths.xml"
) -> Path:
    path = folder / name
    said = f' route="{route}" asAt="2026-10-02"' if route else ""
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<deathRegistrations profile="muniment-'
        f'illustrative-1"{said}>{"".join(entries)}</deathRegistrations>',
        encoding="utf-8",
    )
    return path


def agreement(folder: Path, **changes: object) -> Path:
    path = folder / "agreement.json"
    body = {
        "record_id": "ISA/7",
        "agreement_name": "Deaths for services",
        "purposes": ["stop-mail", "service-update"],
        "retention_days": 90,
        "start_date": "2026-01-01",
    }
    path.write_text(json.dumps(body | changes), encoding="utf-8")
    return path


def agreed(workspace: Workspace, folder: Path) -> LoadWishes:
    """A load under the agreement, which is imported."""
    return LoadWishes(agreement=sharing.import_agreement(workspace, agreement(folder)).ref)


def spec(run: str, purpose: str = "stop-mail") -> PackageSpec:
    columns = (
        PackageColumn("badge", "left.reference", "finds the badge"),
        PackageColumn("died", "right.death_date", "when"),
        PackageColumn("surname", "left.surname", "to check by"),
    )
    return PackageSpec(
        purpose, "OFFICIAL-SENSITIVE", (PackageFile("stop.csv", run, None, columns),)
    )


def refused(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


def hand_over(workspace, load, to, purpose="service-update"):
    return rejected.export(workspace, load, HandOver(to, purpose), lambda one: one.code)


def replace_mapping(offer, uses):
    return Mapping(offer.guesses[0].kind, tuple(uses))
