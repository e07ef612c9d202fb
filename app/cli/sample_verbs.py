"""Verbs that need no data of your own: the demonstration and the sample council."""

from __future__ import annotations

import argparse
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from app import wording
from app.cli.display import display_answers
from app.cli.match_verbs import BANDS, bands_json
from app.cli.options import Verb, existing_or_new, whole
from app.cli.outcome import Json, Told
from app.cli.output import facts, paragraphs, table
from app.cli.session import Session

if TYPE_CHECKING:
    from app.model.demo import DemoAnswer

SEED = 20260822
PEOPLE = 2000
SIZE = f"how many people, 100 or more ({PEOPLE} unless given)"
SAME = "the same number gives the same council, to the byte"


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--into", metavar="DIR", type=existing_or_new, help="where it is made")
    parser.add_argument("--people", type=whole(100), default=PEOPLE, metavar="N", help=SIZE)
    parser.add_argument("--seed", type=whole(0), default=SEED, metavar="S", help=SAME)
    parser.add_argument("--no-window", action="store_true", help="open no window at the end")


def _demo(session: Session) -> Told:
    o = session.options
    into = o.into or _free_folder()
    # Said before the heavy libraries are read: on a slow disk they take seconds.
    session.say(wording.name("end", "demo-begins"))
    from app.services.demo import demo

    made = demo(session.catalogue(), into, o.people, o.seed, session.clock, session.progress)
    shows = not o.no_window and display_answers()
    told = wording.name("end", "demo-passphrase")
    return Told(
        _demo_json(made),
        _demo_text(made),
        aside=f"{told}\n\n    {made.passphrase}\n",
        sound=made.package_verified and made.trail_verified,
        then=(lambda: session.front.open(made.vault, made.stewards[0])) if shows else None,
    )


def _free_folder() -> Path:
    """`muniment-demo`, or the next with a number that does not stand here yet."""
    names = (f"muniment-demo-{number}" if number > 1 else "muniment-demo" for number in count(1))
    return next(Path(name) for name in names if not Path(name).exists())


def _demo_json(made: DemoAnswer) -> dict[str, Json]:
    loads: list[Json] = [
        {
            "kind": load.kind,
            "file": load.file,
            "rows_read": load.rows_read,
            "rows_loaded": load.rows_loaded,
            "rows_rejected": load.rows_rejected,
        }
        for load in made.loads
    ]
    runs: list[Json] = [
        {
            "run": run.run,
            "plan": run.plan,
            "candidate_pairs": run.candidate_pairs,
            "bands": bands_json(run.bands),
        }
        for run in made.runs
    ]
    return {
        "vault": str(made.vault),
        "people": made.people,
        "loads": loads,
        "runs": runs,
        "accuracy": {"precision": made.precision, "recall": made.recall, "f1": made.f1},
        "package": {"file": str(made.package), "verified": made.package_verified},
        "trail": {"entries": made.trail_entries, "verified": made.trail_verified},
        "seconds": {stage: round(taken, 3) for stage, taken in made.seconds.items()},
    }


def _demo_text(made: DemoAnswer) -> str:
    loads = [
        (
            load.file,
            load.kind,
            wording.number(load.rows_read),
            wording.number(load.rows_loaded),
            wording.number(load.rows_rejected),
        )
        for load in made.loads
    ]
    runs = [
        (
            run.run,
            wording.name("plan", run.plan),
            wording.number(run.candidate_pairs),
            *(wording.number(getattr(run.bands, band)) for band in BANDS),
        )
        for run in made.runs
    ]
    bands = (wording.name("band", band) for band in BANDS)
    return paragraphs(
        table(("file", "kind", "read", "loaded", "rejected"), loads),
        table(("run", "plan", "pairs compared", *bands), runs),
        facts(
            [
                ("precision", wording.percent(made.precision)),
                ("recall", wording.percent(made.recall)),
                ("f1", wording.percent(made.f1)),
                ("package", str(made.package)),
                ("package verified", wording.say(made.package_verified)),
                ("trail entries", wording.number(made.trail_entries)),
                ("trail verified", wording.say(made.trail_verified)),
                ("vault", str(made.vault)),
                ("stewards", ", ".join(made.stewards)),
                ("seconds", wording.number(round(sum(made.seconds.values()), 1))),
            ]
        ),
    )


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=whole(100), default=PEOPLE, metavar="N", help=SIZE)
    parser.add_argument("--deaths", type=whole(1), metavar="M", help="follows from N unless given")
    parser.add_argument("--seed", type=whole(0), default=SEED, metavar="S", help=SAME)
    parser.add_argument(
        "--out", required=True, metavar="DIR", type=existing_or_new, help="where it is written"
    )


def _sample(session: Session) -> Told:
    from app.services.sample import sample

    o = session.options
    made = sample(session.catalogue(), o.out, o.people, o.deaths, o.seed, session.progress)
    listed: list[Json] = [{"file": file.name, "rows": file.rows} for file in made.files]
    return Told(
        {"out": str(made.folder), "files": listed},
        paragraphs(
            table(("file", "rows"), [(f.name, wording.number(f.rows)) for f in made.files]),
            facts([("out", str(made.folder))]),
        ),
    )


VERBS = (
    Verb(
        ("demo",),
        "Make a sample council and go the whole way: load, match, review, seal, verify.",
        _demo,
        _demo_arguments,
        ("muniment demo", "muniment demo --people 500 --no-window --json"),
    ),
    Verb(
        ("sample",),
        "Write a sample council's files in the forms councils really get, and the truth.",
        _sample,
        _sample_arguments,
        ("muniment sample --people 2000 --seed 7 --out exampleshire",),
    ),
)
