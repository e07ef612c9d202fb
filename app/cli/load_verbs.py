"""Verbs that bring files in, list them and take them out again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new, iso_date
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_json, notes_text, paragraphs, table
from app.cli.session import Session

if TYPE_CHECKING:
    from app.model.loads import LoadAnswer

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
    parser.add_argument("file", metavar="FILE", type=existing_or_new)
    parser.add_argument("--kind", metavar="K", help="what the file is (see `muniment kinds`)")
    parser.add_argument(
        "--mapping", metavar="FILE.toml", type=existing_or_new, help="what each column means"
    )
    parser.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    parser.add_argument("--agreement", metavar="REF", help="the agreement the data came under")
    parser.add_argument("--route", metavar="ID", help="how the data lawfully came")
    parser.add_argument("--as-at", metavar="DATE", type=iso_date, help="the day it was true")


def _load(session: Session) -> Told:
    from app.model.loads import LoadWishes
    from app.services import intake

    o = session.options
    wishes = LoadWishes(o.kind, o.mapping, o.sheet, o.agreement, o.route, o.as_at)
    with session.workspace() as workspace:
        made = intake.load_file(workspace, o.file, wishes, session.progress)
    return Told(_load_json(made), _load_text(made))


def _load_json(made: LoadAnswer) -> dict[str, Json]:
    rejections: list[Json] = [
        {"row": r.row, "column": r.column, "code": r.code, "message": wording.rejection(r)}
        for r in made.rejections
    ]
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


def _load_text(made: LoadAnswer) -> str:
    shown = made.rejections[:REJECTIONS_SHOWN]
    return paragraphs(
        facts(
            [
                ("load", made.load),
                ("kind", made.kind),
                ("rows read", wording.number(made.rows_read)),
                ("rows loaded", wording.number(made.rows_loaded)),
                ("rows rejected", wording.number(made.rows_rejected)),
            ]
        ),
        table(
            ("row", "column", "why it was not loaded"),
            [(str(r.row), r.column or "", wording.rejection(r)) for r in shown],
        ),
        _more(len(made.rejections) - len(shown)),
        notes_text(made.warnings),
    )


def _loads(session: Session) -> Told:
    from app.services import intake

    with session.workspace() as workspace:
        known = intake.loads(workspace)
    listed: list[Json] = [
        {
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
        }
        for load in known
    ]
    rows = [
        (
            load.load,
            load.kind,
            load.file,
            wording.number(load.rows_loaded),
            wording.name("state", load.state),
            wording.day_of(load.loaded_at),
            load.loaded_by,
        )
        for load in known
    ]
    header = ("load", "kind", "file", "rows", "state", "loaded", "by")
    return Told({"loads": listed}, table(header, rows) or wording.name("empty", "loads"))


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
    from app.services import intake

    o = session.options
    with session.workspace() as workspace:
        rows = intake.export_rejections(workspace, o.load, o.to, o.purpose)
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
        ),
    ),
    Verb(("loads",), "List what has been loaded.", _loads),
    Verb(
        ("rejections",),
        "Hand over the rows of a load that were rejected, in clear, for correction.",
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
