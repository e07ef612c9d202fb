"""Verbs that tell what is held: the register of information assets."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app import wording
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, table
from app.cli.session import Session

GROUPS = {"holdings": "What is held: whose it is, how it came, until when, and what uses it."}


def _list(session: Session) -> Told:
    from app.services import holdings

    with session.workspace() as workspace:
        held = holdings.holdings(workspace)
    rows = [
        (
            one.load,
            one.title,
            one.route,
            wording.day_of(one.as_at) if one.as_at else "",
            wording.number(one.age),
            wording.number(one.records),
            wording.day_of(one.destroy_by) if one.destroy_by else "",
            ", ".join(one.used_for),
            ", ".join(one.told),
        )
        for one in held
    ]
    header = ("load", "what", "route", "as at", "days old", "records", "destroy by")
    listed: list[Json] = [asdict(one) for one in held]
    return Told(
        {"holdings": listed},
        table((*header, "used for", "told to"), rows) or wording.name("empty", "holdings"),
    )


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", required=True, metavar="FILE", type=existing_or_new, help="a file that is new"
    )


def _export(session: Session) -> Told:
    from app.services import holdings

    to = session.options.to
    with session.workspace() as workspace:
        number = holdings.export(workspace, to)
    told: dict[str, Json] = {"file": str(to), "holdings": number}
    return Told(told, facts([("file", str(to)), ("holdings", wording.number(number))]))


VERBS = (
    Verb(
        ("holdings", "list"),
        "List what is held: how it lawfully came, how old it is, until when it may be kept, and"
        " what uses it.",
        _list,
        examples=("muniment --vault strongroom holdings list",),
    ),
    Verb(
        ("holdings", "export"),
        "Write the register of what is held, in the terms of the UK Cross-Government Metadata"
        " Exchange Model. It tells of nobody.",
        _export,
        _export_arguments,
        ("muniment --vault strongroom holdings export --to holdings.json",),
    ),
)
