"""Verbs that tell a recipient which rows of a package to correct or delete."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, table
from app.cli.session import Session
from app.model.notices import NoticeWishes, PackageNotice


def _withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE", help="a sealed package, such as P1")
    parser.add_argument(
        "--out", required=True, metavar="FILE", type=existing_or_new, help="a file that is new"
    )
    parser.add_argument("--why", required=True, metavar="TEXT", help="as the recipient is told")
    parser.add_argument("--request", metavar="REQUEST", help="the rows of a person's request")
    parser.add_argument("--all", action="store_true", help="every row of the package")
    parser.add_argument(
        "--right",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="what a column of the package should say; without any, the rows are to be deleted",
    )
    parser.add_argument(
        "--format",
        choices=("age", "zip"),
        default="age",
        help="zip for a recipient with office programs alone",
    )


def _withdraw(session: Session) -> Told:
    from app.services import notices

    o = session.options
    if bool(o.request) == o.all or (o.all and o.right):
        raise UsageError("--request names whose rows, or --all takes every row")
    if not all("=" in text for text in o.right):
        raise UsageError("--right is COLUMN=VALUE")
    right = tuple((name, value) for name, _, value in (text.partition("=") for text in o.right))
    wishes = NoticeWishes(o.why, o.request, right, o.format)
    with session.workspace() as workspace:
        made = notices.withdraw(workspace, o.package, wishes, o.out, session.progress)
    rows = [
        ("notice", made.notice.notice),
        ("file", str(made.path)),
        ("to", made.recipient),
        ("rows", wording.number(made.notice.rows)),
        ("sha256", made.notice.sha256),
    ]
    words = f"{wording.name('end', 'zip-passphrase')}\n\n    {made.passphrase}\n"
    return Told(
        {**_json(made.notice), "file": str(made.path), "recipient": made.recipient},
        facts(rows),
        aside=words if made.passphrase else "",
    )


def _list(session: Session) -> Told:
    from app.services import notices

    with session.workspace() as workspace:
        found = notices.listed(workspace)
    rows = [
        (
            one.notice,
            one.request or "",
            wording.number(one.rows),
            wording.moment_of(one.made_at),
            one.made_by,
            one.why,
        )
        for one in found
    ]
    told: list[Json] = [_json(one) for one in found]
    header = ("notice", "request", "rows", "sealed", "by", "why")
    return Told({"notices": told}, table(header, rows) or wording.name("empty", "notices"))


def _json(one: PackageNotice) -> dict[str, Json]:
    return {
        "notice": one.notice,
        "package": one.package,
        "request": one.request,
        "rows": one.rows,
        "why": one.why,
        "file": one.file,
        "sha256": one.sha256,
        "made_at": one.made_at,
        "made_by": one.made_by,
    }


VERBS = (
    Verb(
        ("package", "withdraw"),
        "Seal a notice to the recipient of a package: which rows to correct or delete, and why.",
        _withdraw,
        _withdraw_arguments,
        (
            'muniment --vault strongroom package withdraw P1 --request Q1 --why "name misspelt"'
            " --right surname=Tapscot --out notice.age",
            'muniment --vault strongroom package withdraw P1 --all --why "not allowed"'
            " --out notice.age",
        ),
    ),
    Verb(
        ("package", "notices"),
        "List the notices that were sealed.",
        _list,
        examples=("muniment --vault strongroom package notices",),
    ),
)
