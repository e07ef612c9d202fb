"""Verbs that bring files in, list them and take them out again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new, iso_date
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_json, notes_text, paragraphs, table
from app.cli.particulars import claims_text, particulars_json, particulars_text
from app.cli.preview_verbs import reading_arguments, reading_wishes
from app.cli.session import Session
from app.cli.understanding import mapping_text
from app.model.loads import HandOver, LoadAnswer, LoadSummary, Rejection, Understanding
from app.model.particulars import Claim
from app.wording.window import tell

REJECTIONS_SHOWN = 20


def _kinds(session: Session) -> Told:
    from app.services.kinds import kinds

    known = kinds(session.catalogue())
    listed: list[Json] = [
        {
            "id": kind.id,
            "title": kind.title,
            "fields": [
                {"name": f.name, "means": f.means.value, "required": f.required}
                for f in kind.fields
            ],
        }
        for kind in known
    ]
    rows = [
        (kind.id, kind.title, ", ".join(f.name for f in kind.fields if f.required))
        for kind in known
    ]
    return Told({"kinds": listed}, table(("kind", "title", "must have"), rows))


def _load_arguments(parser: argparse.ArgumentParser) -> None:
    reading_arguments(parser)
    parser.add_argument("--agreement", metavar="REF", help="the agreement the data came under")
    parser.add_argument("--route", metavar="ID", help="how the data lawfully came")
    parser.add_argument("--as-at", metavar="DATE", type=iso_date, help="the day it was true")


def _load(session: Session) -> Told:
    from app.services import intake, rejected
    from app.services.particulars import particulars

    o = session.options
    wishes = replace(reading_wishes(o), agreement=o.agreement, route=o.route, as_at=o.as_at)
    understood: list[Understanding] = []
    workspace = session.lasting_workspace()
    session.settles(workspace, "load")
    made = intake.load_file(workspace, o.file, wishes, session.progress, understood.append)
    every = (_rejection_json(one) for one in rejected.each(workspace, made.load))
    claims = particulars(workspace, made.load).claims
    return Told(_load_json(made, every), _load_text(made, understood[0], claims))


def _load_json(made: LoadAnswer, rejections: Iterator[Json]) -> dict[str, Json | Iterator[Json]]:
    return {
        "load": made.load,
        "kind": made.kind,
        "sha256": made.sha256,
        "rows_read": made.rows_read,
        "rows_loaded": made.rows_loaded,
        "rows_rejected": made.rows_rejected,
        "rejections": rejections,
        "warnings": notes_json(made.warnings),
    }


def _rejection_json(one: Rejection) -> dict[str, Json]:
    return {
        "row": one.row,
        "column": one.column,
        "code": one.code,
        "message": wording.rejection(one),
    }


def _load_text(made: LoadAnswer, found: Understanding, claims: tuple[Claim, ...]) -> str:
    shown = made.rejections[:REJECTIONS_SHOWN]
    number = sum(group.count for group in made.groups)
    return paragraphs(
        mapping_text(found, samples=False),
        facts(
            [
                ("load", made.load),
                ("kind", made.kind),
                ("rows read", wording.number(made.rows_read)),
                ("rows loaded", wording.number(made.rows_loaded)),
                ("rows rejected", wording.number(made.rows_rejected)),
            ]
        ),
        claims_text(claims),
        table(
            ("row", "column", "why it was not loaded"),
            [(str(r.row), r.column or "", wording.rejection(r)) for r in shown],
        ),
        _more(number - len(shown)),
        notes_text(made.warnings),
    )


def _loads_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("load", metavar="LOAD", nargs="?", help="show this load in full")


def _loads(session: Session) -> Told:
    from app.services import intake
    from app.services.particulars import particulars

    if session.options.load is not None:
        with session.workspace() as workspace:
            told = particulars(workspace, session.options.load)
        shown = particulars_text(told, session.catalogue().kinds)
        return Told(_summary_json(told.summary) | particulars_json(told), shown)
    with session.workspace() as workspace:
        known = intake.loads(workspace)
    listed: list[Json] = [_summary_json(load) for load in known]
    rows = [
        (
            load.load,
            load.kind,
            load.file,
            wording.number(load.rows_loaded),
            wording.name("state", load.state),
            wording.day_of(load.loaded_at),
            load.loaded_by,
            wording.day_of(load.destroy_by or ""),
        )
        for load in known
    ]
    header = ("load", "kind", "file", "rows", "state", "loaded", "by", "destroy by")
    return Told({"loads": listed}, table(header, rows) or wording.name("empty", "loads"))


def _summary_json(load: LoadSummary) -> dict[str, Json]:
    return {
        "load": load.load,
        "kind": load.kind,
        "file": load.file,
        "sha256": load.sha256,
        "state": load.state,
        "rows_read": load.rows_read,
        "rows_loaded": load.rows_loaded,
        "rows_rejected": load.rows_rejected,
        "records": load.records,
        "agreement": load.agreement,
        "route": load.route,
        "as_at": load.as_at,
        "loaded_at": load.loaded_at,
        "loaded_by": load.loaded_by,
        "destroy_by": load.destroy_by,
    }


def _withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("load", metavar="LOAD")
    parser.add_argument("--reason", metavar="CODE", help="why it is withdrawn")
    parser.add_argument(
        "--dry-run", action="store_true", help="only show what depends on it; change nothing"
    )


def _withdraw(session: Session) -> Told:
    from app.services import intake

    o = session.options
    if o.reason is None and not o.dry_run:
        raise UsageError("--reason says why the load is withdrawn (or use --dry-run)")
    with session.workspace() as workspace:
        session.settles(workspace, "load")
        falls = intake.withdraw(workspace, o.load, o.reason or "", dry_run=o.dry_run)
    return Told(
        {
            "load": falls.load,
            "runs": list(falls.runs),
            "decisions": falls.decisions,
            "packages": list(falls.packages),
            "notices": notes_json(falls.notices),
        },
        paragraphs(
            wording.name("end", "would-withdraw" if o.dry_run else "withdrawn"),
            facts(
                [
                    ("load", falls.load),
                    ("runs", ", ".join(falls.runs) or wording.number(0)),
                    ("decisions", wording.number(falls.decisions)),
                    ("packages", ", ".join(falls.packages) or wording.number(0)),
                ]
            ),
            notes_text(falls.notices),
        ),
    )


def _rejections_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("load", metavar="LOAD")
    parser.add_argument("--to", required=True, metavar="FILE", type=existing_or_new)
    parser.add_argument("--purpose", required=True, metavar="ID", help="what they are needed for")


def _rejections(session: Session) -> Told:
    from app.services import rejected, vaults

    o = session.options
    warnings = vaults.clear_warnings(session.catalogue(), o.to.parent)
    if warnings:
        session.say(notes_text(warnings))
    known = session.catalogue().governance.purposes
    purpose = known[o.purpose].title if o.purpose in known else o.purpose
    marking = tell("app.banner"), tell("load.marking", load=o.load, purpose=purpose)
    over = HandOver(o.to, o.purpose, marking)
    with session.workspace() as workspace:
        session.settles(workspace, "load")
        rows = rejected.export(workspace, o.load, over, wording.rejection, session.progress)
    told: dict[str, Json] = {"load": o.load, "file": str(o.to), "rows": rows}
    shown = [("load", o.load), ("file", str(o.to)), ("rows", wording.number(rows))]
    return Told(told, facts(shown), aside=wording.name("end", "in-clear"))


def _more(count: int) -> str:
    return f"... and {wording.number(count)} more (--json lists all)" if count > 0 else ""


VERBS = (
    Verb(("kinds",), "List the kinds of data Muniment knows, and their fields.", _kinds),
    Verb(
        ("load",),
        "Load a file into the vault. The kind and the columns are found out where they can be.",
        _load,
        _load_arguments,
        (
            "muniment --vault strongroom load council_tax.csv",
            "muniment --vault strongroom load deaths.xml --agreement ISA-12 --route s19aa",
            "muniment --vault strongroom load old_system.csv --encoding cp850",
            "muniment --vault strongroom load payroll.txt --mapping payroll.toml",
        ),
    ),
    Verb(
        ("loads",),
        "List what has been loaded, or show one load in full: how its file was read and mapped,\n"
        "and why, what the closing rows claim, and what came of its rows.",
        _loads,
        _loads_arguments,
        ("muniment --vault strongroom loads", "muniment --vault strongroom loads L1"),
    ),
    Verb(
        ("rejections",),
        "Hand over the rows of a load that were rejected, in clear, for correction: as CSV, or as\n"
        "a workbook where the name ends in .xlsx.",
        _rejections,
        _rejections_arguments,
        ("muniment --vault strongroom rejections LOAD --to rejected.csv --purpose test",),
    ),
    Verb(
        ("withdraw",),
        "Take a load out of use, with everything that depends on it.",
        _withdraw,
        _withdraw_arguments,
        ("muniment --vault strongroom withdraw LOAD --dry-run",),
    ),
)
