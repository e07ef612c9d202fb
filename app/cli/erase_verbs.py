"""Verbs that erase a load for good: proposed by one, done by another, proved and on record."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from app import wording
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_json, notes_text, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

if TYPE_CHECKING:
    from app.model.erasures import Erasure

GROUPS = {
    "erase": "Erasure: a load gone for good, with the proof. What cannot be undone takes two."
}


def _load(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("load", metavar="LOAD", help="such as L1 (muniment loads)")


def _propose_arguments(parser: argparse.ArgumentParser) -> None:
    _load(parser)
    parser.add_argument("--reason", metavar="CODE", required=True, help="such as retention-over")


def _propose(session: Session) -> Told:
    from app.services import erasing

    o = session.options
    with session.workspace() as workspace:
        made = erasing.propose(workspace, o.load, o.reason)
    falls = made.falls
    rows = [
        ("load", falls.load),
        ("runs", ", ".join(falls.runs) or wording.number(0)),
        ("decisions", wording.number(falls.decisions)),
        ("packages", ", ".join(falls.packages) or wording.number(0)),
    ]
    notes = (*falls.notices, Note("erasure-waits" if made.second else "erasure-alone"))
    return Told(
        {
            **_json(made.erasure),
            "runs": list(falls.runs),
            "decisions": falls.decisions,
            "packages": list(falls.packages),
            "second": made.second,
            "notices": notes_json(notes),
        },
        paragraphs(wording.name("end", "would-erase"), facts(rows)),
        aside=notes_text(notes),
    )


def _drop(session: Session) -> Told:
    from app.services import erasing

    o = session.options
    with session.workspace() as workspace:
        erasing.drop(workspace, o.load)
    return Told({"load": o.load}, facts([("load", o.load)]))


def _confirm(session: Session) -> Told:
    from app.services import erasing

    o = session.options
    with session.workspace() as workspace:
        session.settles(workspace, "load")
        made = erasing.erase(workspace, o.load, session.progress)
    return _told(made)


def _list(session: Session) -> Told:
    from app.services import erasing

    with session.workspace() as workspace:
        found = erasing.listed(workspace)
    rows = [
        (
            one.load,
            wording.moment_of(one.proposed_at),
            one.proposed_by,
            wording.moment_of(one.erased_at) if one.erased_at else "",
            one.erased_by or "",
            wording.say(one.proved) if one.erased_at else "",
        )
        for one in found
    ]
    told: list[Json] = [_json(one) for one in found]
    header = ("load", "proposed", "by", "erased", "by", "proved")
    return Told({"erasures": told}, table(header, rows) or wording.name("empty", "erasures"))


def _record_arguments(parser: argparse.ArgumentParser) -> None:
    _load(parser)
    parser.add_argument(
        "--to", required=True, metavar="FILE.html", type=existing_or_new, help="a file that is new"
    )


def _record(session: Session) -> Told:
    from app.services import erasing

    o = session.options
    with session.workspace() as workspace:
        made = erasing.record(workspace, o.load, o.to, wording.name)
    return Told({**_json(made), "file": str(o.to)}, facts([("file", str(o.to))]))


def _told(made: Erasure) -> Told:
    rows = [
        ("load", made.load),
        ("pages searched", wording.say(made.pages)),
        ("pieces searched for", wording.say(made.pieces)),
        ("pieces found", wording.say(made.found)),
        ("older backups removed", wording.say(made.backups)),
        ("proved", wording.say(made.proved)),
    ]
    note = Note("erased-elsewhere" if made.proved else "erasure-left")
    return Told(_json(made), facts(rows), notes_text((note,)), made.proved)


def _json(one: Erasure) -> dict[str, Json]:
    told: dict[str, Json] = asdict(one)
    return {**told, "proved": one.proved}


VERBS = (
    Verb(
        ("erase", "propose"),
        "Propose to erase a load for good, and see what falls with it. Another steward does it.",
        _propose,
        _propose_arguments,
        ("muniment --vault strongroom erase propose L1 --reason retention-over",),
    ),
    Verb(
        ("erase", "drop"),
        "Take back a proposal that was not done.",
        _drop,
        _load,
        ("muniment --vault strongroom erase drop L1",),
    ),
    Verb(
        ("erase", "confirm"),
        "Erase a proposed load, renew the vault's own backup, and search every page for what is"
        " left.",
        _confirm,
        _load,
        ("muniment --vault strongroom --steward Bob erase confirm L1",),
    ),
    Verb(
        ("erase", "list"),
        "List what was proposed and what was erased.",
        _list,
        examples=("muniment --vault strongroom erase list",),
    ),
    Verb(
        ("erase", "record"),
        "Write the record of an erasure, without personal data.",
        _record,
        _record_arguments,
        ("muniment --vault strongroom erase record L1 --to L1-erased.html",),
    ),
)
