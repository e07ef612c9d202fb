"""Verbs that read the trail of acts and check that nobody has changed it."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import Verb, whole
from app.cli.outcome import Json, Told
from app.cli.output import facts, paragraphs, table
from app.cli.session import Session

GROUPS = {"trail": "The record of who did what."}


def _verify(session: Session) -> Told:
    from app.services import trail

    found = session.examined(trail.verify, trail.UNREADABLE)
    told = [
        ("entries", wording.number(found.entries)),
        ("verified", wording.say(found.verified)),
        ("head", found.head),
    ]
    if found.broken_at is not None:
        told.append(("broken at entry", str(found.broken_at)))
    return Told(
        {"entries": found.entries, "verified": found.verified, "head": found.head},
        paragraphs(facts(told), wording.name("end", "damaged") if found.damaged else ""),
        sound=found.verified,
    )


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--after", type=whole(0), default=0, metavar="SEQ")
    parser.add_argument("--limit", type=whole(1), default=1000, metavar="N")
    parser.add_argument("--action", metavar="CODE", help="only acts of this sort")


def _list(session: Session) -> Told:
    from app.services import trail

    o = session.options
    with session.workspace() as workspace:
        found = trail.entries(workspace, o.after, o.limit, o.action)
    listed: list[Json] = [
        {
            "seq": entry.seq,
            "at": entry.at,
            "steward": entry.steward,
            "action": entry.action,
            "facts": dict(entry.facts),
            "hash": entry.hash,
        }
        for entry in found
    ]
    rows = [
        (
            str(entry.seq),
            wording.moment_of(entry.at),
            entry.steward,
            wording.name("action", entry.action),
            ", ".join(f"{name} {wording.say(value)}" for name, value in entry.facts.items()),
        )
        for entry in found
    ]
    return Told({"entries": listed}, table(("no.", "when", "who", "what", "facts"), rows))


VERBS = (
    Verb(
        ("trail", "verify"),
        "Check the chain of the trail from the first entry to the last.",
        _verify,
        examples=("muniment --vault strongroom trail verify",),
    ),
    Verb(("trail", "list"), "List what was done, by whom and when.", _list, _list_arguments),
)
