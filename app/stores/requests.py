"""What persons asked of the council about data on them, and the records laid to each request."""

from __future__ import annotations

from collections.abc import Iterable

from app.base.errors import Refused
from app.model.requests import Place, SubjectRequest
from app.stores import unfinished
from app.stores.sqlcipher import Reader, Row, Writer

PREFIX = "Q"
Laid = tuple[Place, int]
"""A record laid to a request, and its ordinal in its load."""
_REQUEST = (
    "SELECT id, right_id, case_ref, received_on, identity_on, acknowledged_on, extended_why,"
    " opened_at, opened_by, outcome, outcome_why, closed_at, closed_by FROM subject_request"
)
_CHANGEABLE = frozenset({"identity_on", "acknowledged_on", "extended_why"})


def put(writer: Writer, asked: SubjectRequest) -> SubjectRequest:
    """Keep a new request under the next id ("Q1")."""
    identity = unfinished.next_id(writer, PREFIX)
    writer.run(
        "INSERT INTO subject_request (id, n, right_id, case_ref, received_on, identity_on,"
        " opened_at, opened_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identity,
            unfinished.number_of(identity),
            asked.right,
            asked.case,
            asked.received_on,
            asked.identity_on,
            asked.opened_at,
            asked.opened_by,
        ),
    )
    return get(writer, identity)


def get(reader: Reader, request: str) -> SubjectRequest:
    """One request. Raises Refused `request-unknown`."""
    row = reader.first(f"{_REQUEST} WHERE id = ?", (request,))
    if row is None:
        raise Refused("request-unknown", request=request[:40])
    return _request(row)


def listing(reader: Reader) -> tuple[SubjectRequest, ...]:
    """Every request, oldest first."""
    return tuple(_request(row) for row in reader.rows(f"{_REQUEST} ORDER BY n"))


def change(writer: Writer, request: str, name: str, value: str) -> None:
    """Set what may come later: `identity_on`, `acknowledged_on` or `extended_why`."""
    if name not in _CHANGEABLE:
        raise ValueError(name)
    writer.run(f"UPDATE subject_request SET {name} = ? WHERE id = ?", (value, request))  # noqa: S608


def close(writer: Writer, request: str, ended: tuple[str, str], at: str, by: str) -> None:
    """A request ends with an outcome and why."""
    writer.run(
        "UPDATE subject_request SET outcome = ?, outcome_why = ?, closed_at = ?, closed_by = ?"
        " WHERE id = ?",
        (*ended, at, by, request),
    )


def lay(writer: Writer, request: str, laid: Iterable[Laid], at: str, by: str) -> None:
    """Lay records to a request; one that is there already stays as it is."""
    writer.run_many(
        "INSERT OR IGNORE INTO subject_record (request, load, record, row, part, laid_at, laid_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((request, place.load, record, place.row, place.part, at, by) for place, record in laid),
    )


def take_off(writer: Writer, request: str, places: Iterable[Place]) -> int:
    """Records are not the person's after all; how many there were."""
    return sum(
        writer.run(
            "DELETE FROM subject_record WHERE request = ? AND load = ? AND row = ? AND part = ?",
            (request, place.load, place.row, place.part),
        )
        for place in places
    )


def records(reader: Reader, request: str) -> tuple[Laid, ...]:
    """The records laid to a request, in the order of loads and lines."""
    rows = reader.rows(
        "SELECT load, row, part, record FROM subject_record WHERE request = ?", (request,)
    )
    found = [(Place(load, row, part), int(record)) for load, row, part, record in rows]
    return tuple(sorted(found, key=lambda one: (unfinished.number_of(one[0].load), one[1])))


def counts(reader: Reader) -> dict[str, int]:
    """How many records are laid to each request."""
    rows = reader.rows("SELECT request, count(*) FROM subject_record GROUP BY request")
    return {str(request): int(number) for request, number in rows}


def held_back(reader: Reader, outcomes: Iterable[tuple[str, str]], load: str) -> frozenset[int]:
    """Records of a load laid to requests that ended with any (right, outcome) of these."""
    wanted = set(outcomes)
    rows = reader.rows(
        "SELECT r.record, q.right_id, q.outcome FROM subject_record r"
        " JOIN subject_request q ON q.id = r.request WHERE r.load = ? AND q.outcome IS NOT NULL",
        (load,),
    )
    return frozenset(int(record) for record, right, outcome in rows if (right, outcome) in wanted)


def _request(row: Row) -> SubjectRequest:
    return SubjectRequest(*row)
