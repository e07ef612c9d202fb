"""Verbs for the match model itself."""

from __future__ import annotations

import argparse

from app.cli.match_verbs import PLANS
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Told
from app.cli.output import facts
from app.cli.session import Session

DEATHS = "deaths"
GROUPS = {"model": "The match model, for those with a bigger machine."}


def _arguments(parser: argparse.ArgumentParser) -> None:
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--plan", choices=PLANS, help="deaths unless given")
    of.add_argument(
        "--run",
        metavar="RUN",
        help="the plan of a run, such as R1, with what chance agreement its tables have",
    )
    parser.add_argument(
        "--to", required=True, metavar="DIR", type=existing_or_new, help="where it is written"
    )


def _export(session: Session) -> Told:
    from app.services import model

    o = session.options
    if o.run is None:
        made = model.export(session.catalogue(), o.plan or DEATHS, o.to)
    else:
        with session.workspace() as workspace:
            made = model.export_run(workspace, o.run, o.to, session.progress)
    told = {
        "splink_settings": str(made.settings),
        "post_steps": str(made.post_steps),
        "runner": str(made.runner),
    }
    return Told(dict(told), facts(told.items()))


VERBS = (
    Verb(
        ("model", "export"),
        "Write the match model as Splink settings, its corrections as SQL, and a runner for Spark.",
        _export,
        _arguments,
        (
            "muniment model export --plan deaths --to model",
            "muniment --vault strongroom model export --run R1 --to model",
        ),
    ),
)
