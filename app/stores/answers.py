"""Receipts and certificates of destruction, as they came back for sealed packages."""

from __future__ import annotations

from app.model.answers import Answer, Answered
from app.stores.sqlcipher import Reader, Row, Writer

_ANSWER = "SELECT package, what, said_on, said_by, signed, kept_at, kept_by FROM package_answer"


def put(writer: Writer, answer: Answer) -> None:
    """Keep an answer, in place of one of its kind that was kept before."""
    writer.run(
        "INSERT INTO package_answer (package, what, said_on, said_by, signed, kept_at, kept_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (package, what) DO UPDATE SET"
        " said_on = excluded.said_on, said_by = excluded.said_by, signed = excluded.signed,"
        " kept_at = excluded.kept_at, kept_by = excluded.kept_by",
        (
            answer.package,
            answer.what.value,
            answer.said_on,
            answer.said_by,
            int(answer.signed),
            answer.kept_at,
            answer.kept_by,
        ),
    )


def get(reader: Reader, package: str, what: Answered) -> Answer | None:
    """One answer, None where it has not come."""
    row = reader.first(f"{_ANSWER} WHERE package = ? AND what = ?", (package, what.value))
    return None if row is None else _answer(row)


def listing(reader: Reader) -> dict[tuple[str, Answered], Answer]:
    """Every answer by package and kind."""
    found = (_answer(row) for row in reader.rows(f"{_ANSWER} ORDER BY package, what"))
    return {(answer.package, answer.what): answer for answer in found}


def _answer(row: Row) -> Answer:
    package, what, said_on, said_by, signed, kept_at, kept_by = row
    return Answer(package, Answered(what), said_on, said_by, bool(signed), kept_at, kept_by)
