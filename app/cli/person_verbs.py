"""Verbs that gather the records of many loads into persons, and show them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, TextIO

from app import wording
from app.base.errors import Refused, Where
from app.cli.options import Verb, whole
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

if TYPE_CHECKING:
    from app.model.persons import Gathering, Person
    from app.model.runs import RecordView
    from app.model.searching import SearchAnswer

KNOWN = ("surname", "forename", "born", "postcode")
GROUPS = {"persons": "Persons: the records of many loads that are of one human being."}


def _purpose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--purpose", required=True, metavar="ID", help="what the persons are gathered for"
    )


def _gather_arguments(parser: argparse.ArgumentParser) -> None:
    _purpose(parser)
    parser.add_argument(
        "--include-probable",
        action="store_true",
        help="take probable pairs for links too, where nobody has judged them",
    )


def _gather(session: Session) -> Told:
    from app.services import persons

    o = session.options
    with session.workspace() as workspace:
        made = persons.gather(
            workspace, o.purpose, probable=o.include_probable, progress=session.progress
        )
        refused = persons.refused(workspace, o.purpose)
    rows = [
        (one.pair, wording.name("unjoined", one.reason), wording.against(one)) for one in refused
    ]
    json = _gathering_json(made)
    json["refused"] = [
        {
            "pair": one.pair,
            "reason": one.reason,
            "against": [{"load": at.load, "row": at.row} for at in one.against],
        }
        for one in refused
    ]
    return Told(
        json,
        paragraphs(
            _sizes_text(made),
            table(("pair", "why it joined nothing", "what stands against it"), rows),
        ),
        aside=notes_text(_notes(made)),
    )


def _notes(made: Gathering) -> tuple[Note, ...]:
    counts = {"records": made.records, "persons": made.persons, "links": made.links}
    notes = [Note("persons-gathered", dict(counts)), *made.left_out]
    if made.refused:
        notes.append(Note("persons-refused", {"refused": made.refused}))
    if not made.current:
        notes.append(Note("persons-stale"))
    return tuple(notes)


def _gathering_json(made: Gathering) -> dict[str, Json]:
    return {
        "purpose": made.purpose,
        "probable": made.probable,
        "runs": list(made.runs),
        "left_out": [str(note.facts["run"]) for note in made.left_out],
        "links": made.links,
        "records": made.records,
        "persons": made.persons,
        "current": made.current,
    }


def _sizes_text(made: Gathering) -> str:
    rows = [(wording.number(size), wording.number(n)) for size, n in made.sizes.items()]
    return table(("records", "persons"), rows) or wording.name("empty", "persons")


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    _purpose(parser)
    parser.add_argument(
        "--limit", type=whole(1), metavar="N", help="at most so many, those of most records first"
    )


def _list(session: Session) -> Told:
    from app.services import persons

    o = session.options
    with session.workspace() as workspace:
        made = persons.gathering(workspace, o.purpose)
        if made is None:
            raise Refused("persons-not-gathered", purpose=o.purpose)
        found = persons.listed(workspace, o.purpose, o.limit)
    rows = [(one.person, wording.number(one.records), ", ".join(one.loads)) for one in found]
    listed: list[Json] = [
        {"person": one.person, "records": one.records, "loads": list(one.loads)} for one in found
    ]
    return Told(
        {**_gathering_json(made), "listed": listed},
        table(("person", "records", "loads"), rows) or wording.name("empty", "persons"),
        aside=notes_text(_notes(made)),
    )


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "person", metavar="PERSON", help="a person, such as C12 (muniment persons list)"
    )
    _purpose(parser)


def _show(session: Session) -> Told:
    from app.services import persons

    o = session.options
    with session.workspace() as workspace:
        found = persons.person(workspace, o.person, o.purpose)
    return Told(_person_json(found), _person_text(found))


def _person_json(found: Person) -> dict[str, Json]:
    return {
        "person": found.person,
        "purpose": found.purpose,
        "records": [_record_json(record) for record in found.records],
        "links": [
            {
                "pair": link.pair,
                "band": link.band.value,
                "probability": link.probability,
                "decision": link.verdict.value if link.verdict else None,
                "refused": link.refused,
            }
            for link in found.links
        ],
    }


def _record_json(record: RecordView) -> dict[str, Json]:
    return {
        "load": record.load,
        "kind": record.kind,
        "row": record.row,
        "part": record.part,
        "fields": {f.name: {"raw": f.raw, "standard": f.standard} for f in record.fields},
    }


def _record_text(record: RecordView) -> str:
    return paragraphs(
        f"{record.load}  {wording.place(Where(record.file, record.row))}",
        facts([(wording.field(f.name), f.raw or f.standard) for f in record.fields]),
    )


def _person_text(found: Person) -> str:
    records = map(_record_text, found.records)
    links = [
        (
            link.pair,
            wording.name("band", link.band.value),
            f"{link.probability:.4f}",
            wording.name("verdict", link.verdict.value) if link.verdict else "",
            wording.name("unjoined", link.refused) if link.refused else "",
        )
        for link in found.links
    ]
    header = ("pair", "band", "probability", "decided", "why it joined nothing")
    return paragraphs(found.person, *records, table(header, links))


def _find_arguments(parser: argparse.ArgumentParser) -> None:
    _purpose(parser)
    parser.add_argument(
        "--case", required=True, metavar="REF", help="the case it is for; it goes on record"
    )


def known_of(stream: TextIO | None) -> dict[str, str]:
    """What is known of the person, from standard input: asked for, or as lines of `surname=…`.

    Never from the command line, which stands in the list of processes and the shell's history.
    Raises Refused `search-field-unknown`.
    """
    if stream is None:
        return {}
    known = {}
    if stream.isatty():
        for part in KNOWN:
            print(f"{wording.name('search', part)}: ", end="", file=sys.stderr, flush=True)
            known[part] = stream.readline().strip()
        return known
    for line in filter(str.strip, stream):
        part, _, value = line.partition("=")
        if part.strip() not in KNOWN:
            raise Refused("search-field-unknown", known=", ".join(KNOWN))
        known[part.strip()] = value.strip()
    return known


def _find(session: Session) -> Told:
    from app.model.searching import SearchRequest
    from app.services import finding

    o = session.options
    with session.workspace() as workspace:
        request = SearchRequest(o.purpose, o.case, **known_of(sys.stdin))
        return found_told(finding.find(workspace, request, session.progress))


def found_told(found: SearchAnswer) -> Told:
    """What a search found, as it is told."""
    notes = [*found.left_out]
    if found.more:
        notes.append(Note("search-more", {"more": found.more}))
    told: dict[str, Json] = {
        "records": [_record_json(record) for record in found.records],
        "more": found.more,
        "searched": list(found.searched),
        "left_out": [str(note.facts["load"]) for note in found.left_out],
    }
    shown = paragraphs(*map(_record_text, found.records)) or wording.name("empty", "search")
    return Told(told, shown, aside=notes_text(tuple(notes)))


VERBS = (
    Verb(
        ("persons", "find"),
        "Find one person in all loads that a purpose may see. What is known of the person is asked"
        " for, or read from standard input as lines of surname=, forename=, born= and postcode=."
        " The search and its case are on record.",
        _find,
        _find_arguments,
        ("muniment --vault strongroom persons find --purpose stop-mail --case ENQ-12",),
    ),
    Verb(
        ("persons", "gather"),
        "Put the records that certain and confirmed pairs link together into persons, for one"
        " purpose.",
        _gather,
        _gather_arguments,
        ("muniment --vault strongroom persons gather --purpose stop-mail",),
    ),
    Verb(
        ("persons", "list"),
        "List the persons gathered for a purpose, those of most records first.",
        _list,
        _list_arguments,
        ("muniment --vault strongroom persons list --purpose stop-mail --limit 20",),
    ),
    Verb(
        ("persons", "show"),
        "Show the records that make a person, and what links them. The look is recorded.",
        _show,
        _show_arguments,
        ("muniment --vault strongroom persons show PERSON --purpose stop-mail",),
    ),
)
