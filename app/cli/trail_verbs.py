"""Verbs that read the trail of acts and check that nobody has changed it."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import Verb, whole
from app.cli.outcome import Json, Told
from app.cli.output import facts, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

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
    parser.add_argument(
        "--after", type=whole(0), default=0, metavar="SEQ", help="only acts after this number"
    )
    parser.add_argument(
        "--limit",
        type=whole(1),
        default=1000,
        metavar="N",
        help="at most so many, the oldest first (1000 unless given)",
    )
    parser.add_argument(
        "--action",
        metavar="CODE",
        help="only acts of this sort: match.run, or match for the whole family",
    )


def _list(session: Session) -> Told:
    from app.services import trail

    o = session.options
    family = o.action and (o.action if "." in o.action else f"{o.action}.")
    with session.workspace() as workspace:
        more = trail.entries(workspace, o.after, o.limit and o.limit + 1, family)
    found = more[: o.limit] if o.limit else more
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
            ", ".join(f"{name} {value}" for name, value in wording.facts_of(entry)),
        )
        for entry in found
    ]
    shown = table(("no.", "when", "who", "what", "about"), rows)
    cut = (
        Note("acts-cut", {"n": o.limit, "after": found[-1].seq}) if len(more) > len(found) else None
    )
    return Told(
        {"entries": listed},
        shown or wording.name("empty", "acts"),
        aside=wording.note(cut) if cut else "",
    )


VERBS = (
    Verb(
        ("trail", "verify"),
        "Check the chain of the trail from the first entry to the last.",
        _verify,
        examples=("muniment --vault strongroom trail verify",),
    ),
    Verb(
        ("trail", "list"),
        "List what was done, by whom and when.",
        _list,
        _list_arguments,
        (
            "muniment --vault strongroom trail list",
            "muniment --vault strongroom trail list --action package --after 100",
        ),
    ),
)
