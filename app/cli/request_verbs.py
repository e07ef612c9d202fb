"""Verbs for what a person asks of the council about data on them: clocks, records, the copy."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from app import wording
from app.cli.options import Verb, existing_or_new, iso_date
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.person_verbs import found_told, known_of
from app.cli.session import Session
from app.model.notes import Note

if TYPE_CHECKING:
    from app.model.requests import HeldRecord, Place, RequestSummary, SubjectView

GROUPS = {"request": "Requests of persons about data on them: copies, corrections, objections."}
SHOWN = ("request", "asked", "case", "received", "waits", "due", "days left", "records")


def _request(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", metavar="REQUEST", help="such as Q1 (muniment request list)")


def _day(parser: argparse.ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--on", required=True, metavar="DATE", type=iso_date, help="the day, such as 2026-11-04"
    )


def _open_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--right", required=True, metavar="ID", help="access, rectification, objection, complaint"
    )
    parser.add_argument("--case", required=True, metavar="REF", help="it goes on record; no name")
    parser.add_argument(
        "--received", required=True, metavar="DATE", type=iso_date, help="the day it came"
    )
    parser.add_argument(
        "--identity", metavar="DATE", type=iso_date, help="the day it was clear who asks"
    )


def _open(session: Session) -> Told:
    from app.services import requests

    o = session.options
    identity = date.fromisoformat(o.identity) if o.identity else None
    with session.workspace() as workspace:
        received = date.fromisoformat(o.received)
        return _summary(requests.begin(workspace, o.right, o.case, received, identity))


def _list(session: Session) -> Told:
    from app.services import requests

    with session.workspace() as workspace:
        found = requests.listed(workspace)
    rows = [
        (
            one.kept.request,
            one.title,
            one.kept.case,
            wording.day_of(one.kept.received_on),
            _waits(one),
            wording.day_of(one.due) if one.due else "",
            "" if one.days_left is None else str(one.days_left),
            str(one.records),
        )
        for one in found
    ]
    told: list[Json] = [_summary_json(one) for one in found]
    return Told({"requests": told}, table(SHOWN, rows) or wording.name("empty", "requests"))


def _identity(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        return _summary(requests.identified(workspace, o.request, date.fromisoformat(o.on)))


def _acknowledge(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        return _summary(requests.acknowledged(workspace, o.request, date.fromisoformat(o.on)))


def _extend_arguments(parser: argparse.ArgumentParser) -> None:
    _request(parser)
    parser.add_argument("--why", required=True, metavar="TEXT", help="as the person is told")


def _extend(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        return _summary(requests.extend(workspace, o.request, o.why))


def _search(session: Session) -> Told:
    from app.model.searching import SearchRequest
    from app.services import finding

    o = session.options
    with session.workspace() as workspace:
        asked = SearchRequest(request=o.request, **known_of(sys.stdin))
        return found_told(finding.find(workspace, asked, session.progress))


def _records_arguments(parser: argparse.ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "records",
        metavar="LOAD:LINE",
        nargs="+",
        type=_place,
        help="a record, as the search names it; LOAD:LINE:2 for the second person of a line",
    )


def _place(text: str) -> Place:
    from app.model.requests import Place

    load, _, rest = text.partition(":")
    line, _, part = rest.partition(":")
    try:
        return Place(load, int(line), int(part or 1))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a record like L1:12") from None


def _lay(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        return _summary(requests.lay(workspace, o.request, o.records))


def _take_off(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        return _summary(requests.take_off(workspace, o.request, o.records))


def _show(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        view = requests.held(workspace, o.request)
    return Told(_view_json(view), _view_text(view), aside=notes_text(_unlaid(view)))


def _pack_arguments(parser: argparse.ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--to", required=True, metavar="FILE.zip", type=existing_or_new, help="a file that is new"
    )
    parser.add_argument(
        "--give",
        action="append",
        default=[],
        metavar="LOAD:COLUMN",
        help="give a withheld column all the same: you have seen that it tells of nobody else",
    )


def _pack(session: Session) -> Told:
    from app.services import answering

    o = session.options
    give = {(load, column) for load, _, column in (text.partition(":") for text in o.give)}
    with session.workspace() as workspace:
        made = answering.pack(workspace, o.request, o.to, _word, give, session.progress)
    rows = [
        ("file", made.file),
        ("passphrase", made.passphrase),
        ("records", str(made.records)),
        ("columns withheld", str(made.withheld)),
        ("given to others", str(made.gone_out)),
    ]
    return Told(asdict(made), facts(rows), aside=wording.name("end", "pack"))


def _close_arguments(parser: argparse.ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--outcome", required=True, metavar="ID", help="such as given, refused, corrected, upheld"
    )
    parser.add_argument("--why", required=True, metavar="TEXT", help="in a line")


def _close(session: Session) -> Told:
    from app.services import requests

    o = session.options
    with session.workspace() as workspace:
        view, tell = requests.close(workspace, o.request, o.outcome, o.why)
    notes = (Note("request-tell", {"names": ", ".join(tell)}),) if tell else ()
    told: list[Json] = list(tell)
    return Told(
        {**_summary_json(view.summary), "tell": told},
        _summary(view.summary).text,
        aside=notes_text(notes),
    )


def _word(family: str, code: str) -> str:
    return wording.field(code) if family == "field" else wording.name(family, code)


def _unlaid(view: SubjectView) -> tuple[Note, ...]:
    """That records judged to be of the same person are not laid to the request."""
    return tuple(
        Note("request-unlaid", {"pair": pair, "load": at.load, "row": at.row})
        for pair, at in view.unlaid
    )


def _waits(one: RequestSummary) -> str:
    if one.kept.outcome is not None:
        return wording.name("outcome", one.kept.outcome)
    return wording.name("owed", one.owed.value)


def _summary(one: RequestSummary) -> Told:
    kept = one.kept
    rows = [
        ("request", kept.request),
        ("asked", one.title),
        ("case", kept.case),
        ("received", wording.day_of(kept.received_on)),
        ("waits", _waits(one)),
        ("due", wording.day_of(one.due) if one.due else ""),
        ("records", str(one.records)),
    ]
    return Told(_summary_json(one), facts(rows))


def _summary_json(one: RequestSummary) -> dict[str, Json]:
    kept: dict[str, Json] = asdict(one.kept)
    return {
        **kept,
        "records": one.records,
        "owed": one.owed.value,
        "due": one.due,
        "days_left": one.days_left,
    }


def _view_json(view: SubjectView) -> dict[str, Json]:
    told: dict[str, Json] = asdict(view)
    told["summary"] = _summary_json(view.summary)
    return told


def _view_text(view: SubjectView) -> str:
    compared = [
        (
            one.pair,
            f"{one.load} {one.row}",
            wording.name("band", one.band.value),
            wording.name("verdict", one.verdict.value) if one.verdict else "",
            f"{one.other.load} {one.other.row}" if one.other else "",
        )
        for one in view.compared
    ]
    looks = [
        (wording.moment_of(one.at), wording.name("action", one.action), one.steward)
        for one in view.looks
    ]
    gone = [
        (one.package, one.recipient, wording.moment_of(one.sealed_at), ", ".join(one.columns))
        for one in view.gone_out
    ]
    return paragraphs(
        str(_summary(view.summary).text),
        *map(_record_text, view.records),
        table(("pair", "record", "band", "decided", "with"), compared),
        table(("package", "to", "sealed", "columns"), gone),
        table(("when", "act", "steward"), looks),
    )


def _record_text(one: HeldRecord) -> str:
    source = [
        ("came by", one.route),
        ("agreement", one.agreement or ""),
        ("destroy by", wording.day_of(one.destroy_by) if one.destroy_by else ""),
        ("withheld", ", ".join(name for name, _ in one.withheld)),
    ]
    return paragraphs(
        f"{one.load}:{one.row}:{one.part}  {one.title}, {one.file}",
        facts([row for row in source if row[1]]),
        facts(one.columns),
    )


VERBS = (
    Verb(
        ("request", "open"),
        "Put on record what a person asks about data on them; its clock is reckoned from then on.",
        _open,
        _open_arguments,
        (
            "muniment --vault strongroom request open --right access --case SAR-7"
            " --received 2026-11-02 --identity 2026-11-04",
        ),
    ),
    Verb(
        ("request", "list"),
        "List the requests, and until when each is to be answered.",
        _list,
        examples=("muniment --vault strongroom request list",),
    ),
    Verb(
        ("request", "identity"),
        "Put on record the day on which it became clear who asks: the clock runs from it.",
        _identity,
        _day,
        ("muniment --vault strongroom request identity Q1 --on 2026-11-04",),
    ),
    Verb(
        ("request", "acknowledge"),
        "Put on record the day on which the person was told that the request has come.",
        _acknowledge,
        _day,
        ("muniment --vault strongroom request acknowledge Q1 --on 2026-11-05",),
    ),
    Verb(
        ("request", "extend"),
        "Take the longer time that the law gives, once, with the reason.",
        _extend,
        _extend_arguments,
        ('muniment --vault strongroom request extend Q1 --why "four systems to search"',),
    ),
    Verb(
        ("request", "search"),
        "Find the person of a request in all loads. What is known is asked for, or read from"
        " standard input as lines of surname=, forename=, born= and postcode=.",
        _search,
        _request,
        ("muniment --vault strongroom request search Q1",),
    ),
    Verb(
        ("request", "lay"),
        "Lay records to a request: you have seen that they are the person's.",
        _lay,
        _records_arguments,
        ("muniment --vault strongroom request lay Q1 L1:12 L2:7",),
    ),
    Verb(
        ("request", "take-off"),
        "Take records off a request: they are not the person's after all.",
        _take_off,
        _records_arguments,
        ("muniment --vault strongroom request take-off Q1 L1:12",),
    ),
    Verb(
        ("request", "show"),
        "Show all that is held on the person, who looked, and to whom it went. The look is"
        " recorded.",
        _show,
        _request,
        ("muniment --vault strongroom request show Q1",),
    ),
    Verb(
        ("request", "pack"),
        "Write the copy of what is held, as an AES-256 ZIP for the person; what may tell of"
        " somebody else is withheld.",
        _pack,
        _pack_arguments,
        ("muniment --vault strongroom request pack Q1 --to copy.zip",),
    ),
    Verb(
        ("request", "close"),
        "End a request with its outcome and why.",
        _close,
        _close_arguments,
        (
            "muniment --vault strongroom request close Q1 --outcome given"
            ' --why "sent by post on the 12th"',
        ),
    ),
)
