"""Persons as they were gathered for a purpose, their records, and the links that were refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.base.errors import Refused
from app.model.notes import Note
from app.model.persons import PREFIX, PersonSummary, RefusedLink
from app.stores import plain
from app.stores.runs import pair_id, split_id
from app.stores.sqlcipher import Reader, Writer

Place = tuple[str, int]
"""A record: its load and its ordinal there."""


@dataclass(frozen=True)
class Gathered:
    """What is kept of a gathering beside its persons; `decisions` is the newest it had seen."""

    probable: bool
    runs: tuple[str, ...]
    left_out: tuple[Note, ...]
    decisions: int
    links: int
    at: str
    by: str


def number_of(person: str) -> int:
    """The number of an id such as C12. Raises Refused `person-unknown`."""
    number = person.removeprefix(PREFIX)
    if not person.startswith(PREFIX) or not (number.isascii() and number.isdigit()):
        raise Refused("person-unknown", person=person[:40])
    return int(number)


def facts(reader: Reader, purpose: str) -> Gathered | None:
    """What is kept of the gathering of a purpose, None where there was none."""
    row = reader.first(
        "SELECT probable, runs, left_out, decisions, links, gathered_at, gathered_by"
        " FROM gathering WHERE purpose = ?",
        (purpose,),
    )
    if row is None:
        return None
    probable, runs, left_out, *rest = row
    kept = plain.read(list[str], runs)
    return Gathered(bool(probable), tuple(kept), plain.read_all(Note, left_out), *rest)


def members(reader: Reader, purpose: str) -> dict[Place, int]:
    """The person number of every record that is linked, for a purpose."""
    sql = "SELECT load, record, person FROM person_record WHERE purpose = ?"
    return {(load, record): person for load, record, person in reader.each(sql, (purpose,), 5_000)}


def replace(
    writer: Writer,
    purpose: str,
    gathered: Gathered,
    members_of: Iterable[tuple[Place, int]],
    refused: Iterable[tuple[str, int, str]],
) -> None:
    """Put a new gathering in the place of the old one; `refused` are run, pair and reason."""
    writer.run("DELETE FROM person_record WHERE purpose = ?", (purpose,))
    writer.run("DELETE FROM refused_link WHERE purpose = ?", (purpose,))
    writer.run("DELETE FROM gathering WHERE purpose = ?", (purpose,))
    writer.run_many(
        "INSERT INTO person_record (purpose, load, record, person) VALUES (?, ?, ?, ?)",
        ((purpose, load, record, person) for (load, record), person in members_of),
    )
    writer.run_many(
        "INSERT INTO refused_link (purpose, run, pair, reason) VALUES (?, ?, ?, ?)",
        ((purpose, run, pair, reason) for run, pair, reason in refused),
    )
    writer.run(
        "INSERT INTO gathering (purpose, probable, runs, left_out, decisions, links,"
        " gathered_at, gathered_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            purpose,
            int(gathered.probable),
            plain.write(gathered.runs),
            plain.write(gathered.left_out),
            gathered.decisions,
            gathered.links,
            gathered.at,
            gathered.by,
        ),
    )


def new_numbers(writer: Writer, purpose: str, wanted: int) -> range:
    """Numbers for so many new persons; none is ever given twice."""
    row = writer.first("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'person'")
    first = (row[0] if row else 0) + 1
    numbers = range(first, first + wanted)
    writer.run_many(
        "INSERT INTO person (n, purpose) VALUES (?, ?)", ((n, purpose) for n in numbers)
    )
    return numbers


def became(writer: Writer, heirs: Iterable[tuple[int, int]]) -> None:
    """Say which person took over the records of one that is no more."""
    writer.run_many("UPDATE person SET became = ? WHERE n = ?", ((new, old) for old, new in heirs))


def heir(reader: Reader, person: int) -> int:
    """The number that a person goes by now. Raises Refused `person-unknown`."""
    seen = set()
    while person not in seen:
        seen.add(person)
        row = reader.first("SELECT became FROM person WHERE n = ?", (person,))
        if row is None:
            raise Refused("person-unknown", person=f"{PREFIX}{person}"[:40])
        if row[0] is None:
            return person
        person = int(row[0])
    raise Refused("vault-damaged")


def purpose_of(reader: Reader, person: int) -> str:
    """The purpose a person was gathered for. Raises Refused `person-unknown`."""
    row = reader.first("SELECT purpose FROM person WHERE n = ?", (person,))
    if row is None:
        raise Refused("person-unknown", person=f"{PREFIX}{person}"[:40])
    return str(row[0])


def sizes(reader: Reader, purpose: str) -> dict[int, int]:
    """How many persons have how many records."""
    rows = reader.rows(
        "SELECT records, count(*) FROM (SELECT count(*) AS records FROM person_record"
        " WHERE purpose = ? GROUP BY person HAVING count(*) > 1) GROUP BY records ORDER BY records",
        (purpose,),
    )
    return dict(rows)


def summaries(reader: Reader, purpose: str, limit: int | None) -> Iterator[PersonSummary]:
    """Persons, those of most records first."""
    rows = reader.each(
        "SELECT person, count(*) AS records, group_concat(DISTINCT load) FROM person_record"
        " WHERE purpose = ? GROUP BY person HAVING records > 1"
        " ORDER BY records DESC, person LIMIT ?",
        (purpose, -1 if limit is None else limit),
    )
    for person, records, held in rows:
        loads = sorted(held.split(","), key=lambda load: (len(load), load))
        yield PersonSummary(f"{PREFIX}{person}", records, tuple(loads))


def records(reader: Reader, person: int) -> tuple[Place, ...]:
    """The records of a person, by load in order of loading."""
    rows = reader.rows(
        "SELECT p.load, p.record FROM person_record p JOIN load l ON l.id = p.load"
        " WHERE p.person = ? ORDER BY l.n, p.record",
        (person,),
    )
    return tuple((load, record) for load, record in rows)


def person_of(reader: Reader, purpose: str, place: Place) -> int | None:
    """The number of the person that a record belongs to, None where it is linked to no other."""
    row = reader.first(
        "SELECT person FROM person_record WHERE purpose = ? AND load = ? AND record = ?",
        (purpose, *place),
    )
    return None if row is None else int(row[0])


def refused(reader: Reader, purpose: str) -> tuple[RefusedLink, ...]:
    """The links of a gathering that joined nothing, by run and pair."""
    rows = reader.rows(
        "SELECT f.run, f.pair, f.reason FROM refused_link f JOIN run r ON r.id = f.run"
        " WHERE f.purpose = ? AND r.state = 'complete' ORDER BY r.n, f.pair",
        (purpose,),
    )
    return tuple(RefusedLink(pair_id(run, pair), reason) for run, pair, reason in rows)


def why_refused(reader: Reader, purpose: str, pair: str) -> str | None:
    """Why a pair joined nothing, None where it was not refused."""
    run, number = split_id(pair)
    row = reader.first(
        "SELECT reason FROM refused_link WHERE purpose = ? AND run = ? AND pair = ?",
        (purpose, run, number),
    )
    return None if row is None else str(row[0])


def forget_load(writer: Writer, load: str) -> None:
    """Take the records of a withdrawn load out of every person.

    A record left alone is no person to be shown, but keeps its number for the next gathering.
    """
    writer.run("DELETE FROM person_record WHERE load = ?", (load,))
