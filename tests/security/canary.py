"""Marked people whose names must never be found on disk in clear, and the search for them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 22


@dataclass(frozen=True)
class Marked:
    """One marked person as a row of a plain list of people."""

    id: str
    forename: str
    surname: str
    born: str
    address: str
    postcode: str
    phone: str


PEOPLE = (
    Marked("C1", "Zyqwulfa", "Quaxmirefold", "03/02/1941", "7 Vexhollowby Lane", "BA1 5QX", "1"),
    Marked("C2", "Brixzephyr", "Jundlewhacke", "29/11/1938", "12 Ooglethwaite Row", "LS8 3QJ", "2"),
    Marked("C3", "Ghwenllynia", "Pfokkenstrop", "14/07/1950", "3 Umberquist End", "NE4 9QZ", "3"),
)
WORDS = tuple(
    word
    for person in PEOPLE
    for word in (
        person.forename,
        person.surname,
        person.address.split()[1],
        person.postcode.replace(" ", ""),
    )
)
HEADER = ("id", "forename", "surname", "date of birth", "address", "postcode", "phone")


def write_people(file: Path) -> Path:
    """The marked people as a plain list in CSV."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for p in PEOPLE:
            row = (p.id, p.forename, p.surname, p.born, p.address, p.postcode, p.phone)
            writer.writerow(row)
    return file


def write_deaths(file: Path) -> Path:
    """The registered deaths of the marked people, in the illustrative profile."""
    deaths = "".join(_death(number, person) for number, person in enumerate(PEOPLE, start=1))
    file.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<deathRegistrations profile="muniment-illustrative-1" source="Exampleshire"'
        f' route="s19aa" asAt="2026-08-20">\n{deaths}</deathRegistrations>\n',
        encoding="utf-8",
    )
    return file


def _death(number: int, person: Marked) -> str:
    day, month, year = person.born.split("/")
    return (
        f"<death><entryId>E{number:04}</entryId><status>new</status>"
        f"<forenames>{person.forename}</forenames><surname>{person.surname}</surname>"
        f"<sex>F</sex><dateOfBirth>{year}-{month}-{day}</dateOfBirth>"
        "<dateOfDeath>2026-08-01</dateOfDeath><dateRegistered>2026-08-04</dateRegistered>"
        f"<placeOfBirth>Exampleton</placeOfBirth><usualAddress><line1>{person.address}</line1>"
        f"<postcode>{person.postcode}</postcode></usualAddress></death>\n"
    )


def needles() -> dict[bytes, str]:
    """Every marked word in the forms in which it could lie on disk, lower case."""
    forms: dict[bytes, str] = {}
    for word in WORDS:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            forms[word.lower().encode(encoding)] = word
    return forms


def found_in(data: bytes) -> set[str]:
    """Marked words in a piece of data, whatever their case and encoding."""
    folded = data.lower()
    return {word for form, word in needles().items() if form in folded}


def found_on_disk(*folders: Path, except_in: tuple[Path, ...] = ()) -> dict[str, set[str]]:
    """Files below the folders that hold marked words, or are named by one."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if any(path == out or out in path.parents for out in except_in):
                continue
            words = found_in(str(path.relative_to(folder)).encode())
            if path.is_file():
                words |= _found_in_file(path)
            if words:
                found[str(path)] = words
    return found


def _found_in_file(path: Path) -> set[str]:
    """Blocks overlap, so that a word across two of them is found too."""
    overlap = max(len(form) for form in needles())
    words: set[str] = set()
    tail = b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            words |= found_in(tail + block)
            tail = block[-overlap:]
    return words
