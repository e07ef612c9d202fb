"""Verbs for registrations at work: what confirmed pairs allow to be done."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import Verb
from app.cli.outcome import Json, Told
from app.cli.output import table
from app.cli.session import Session

GROUPS = {"registrations": "Deaths, births and marriages at work."}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--service", metavar="S", help="only the actions of this service")


def _actions(session: Session) -> Told:
    from app.services import registrations

    with session.workspace() as workspace:
        found = registrations.actions(workspace, session.options.service)
    listed: list[Json] = [
        {
            "pair": action.pair,
            "service": action.service,
            "action": action.action,
            "status": action.status,
            "evidence": action.evidence,
            "follow_ups": list(action.follow_ups),
        }
        for action in found
    ]
    rows = [
        (action.pair, action.service, action.title, wording.name("status", action.status))
        for action in found
    ]
    header = ("pair", "service", "action", "status")
    return Told({"actions": listed}, table(header, rows) or wording.name("empty", "actions"))


VERBS = (
    Verb(
        ("registrations", "actions"),
        "List what confirmed pairs allow to be done, service by service.",
        _actions,
        _arguments,
        ("muniment --vault strongroom registrations actions --service council-tax",),
    ),
)
