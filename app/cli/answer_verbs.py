"""Verbs for what recipients answer to a package: receipts and certificates of destruction."""

from __future__ import annotations

import argparse
from datetime import date

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new, iso_date
from app.cli.outcome import Told
from app.cli.output import facts
from app.cli.session import Session
from app.model.answers import Answer, Answered, AnswerFile


def _receipt_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=existing_or_new, help="the package as it came")
    parser.add_argument("--out", required=True, metavar="ANSWER", type=existing_or_new)


def _receipt(session: Session) -> Told:
    from app.services import answers

    o = session.options
    with session.workspace() as workspace:
        return _written(answers.receipt(workspace, o.file, o.out, session.progress))


def _destroyed_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sha256", metavar="SHA256", help="of the package, as its receipt has it")
    parser.add_argument("--on", required=True, metavar="DATE", type=iso_date)
    parser.add_argument("--out", required=True, metavar="ANSWER", type=existing_or_new)


def _destroyed(session: Session) -> Told:
    from app.services import answers

    o = session.options
    with session.workspace() as workspace:
        on = date.fromisoformat(o.on)
        return _written(answers.destroyed(workspace, o.sha256, on, o.out))


def _answered_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE", nargs="?", help="answered on paper")
    parser.add_argument("--file", metavar="ANSWER", type=existing_or_new, help="a signed answer")
    parser.add_argument("--what", choices=[what.value for what in Answered])
    parser.add_argument("--on", metavar="DATE", type=iso_date, help="the day it was signed")
    parser.add_argument("--by", metavar="NAME", help="who signed it")


def _answered(session: Session) -> Told:
    from app.services import answers

    o = session.options
    paper = (o.package, o.what, o.on, o.by)
    if (o.file is None) == (o.package is None) or (o.package and None in paper):
        raise UsageError("--file takes in a signed answer; PACKAGE needs --what, --on and --by")
    with session.workspace() as workspace:
        if o.file is not None:
            return _kept(answers.take_in(workspace, o.file))
        on = date.fromisoformat(o.on)
        return _kept(answers.on_paper(workspace, o.package, Answered(o.what), on, o.by))


def _written(made: AnswerFile) -> Told:
    return Told(
        {
            "file": str(made.file),
            "what": made.what.value,
            "sha256": made.sha256,
            "on": made.said_on,
        },
        facts(
            [
                ("file", str(made.file)),
                ("what", wording.name("reply", made.what.value)),
                ("of the package", made.sha256),
                ("on", wording.day_of(made.said_on)),
            ]
        ),
        aside=wording.name("end", "answer-back"),
    )


def _kept(held: Answer) -> Told:
    return Told(
        {
            "package": held.package,
            "what": held.what.value,
            "on": held.said_on,
            "by": held.said_by,
            "signed": held.signed,
        },
        facts(
            [
                ("package", held.package),
                ("what", wording.name("reply", held.what.value)),
                ("on", wording.day_of(held.said_on)),
                ("by", held.said_by),
                ("signed", wording.say(held.signed)),
            ]
        ),
    )


VERBS = (
    Verb(
        ("package", "receipt"),
        "Write the signed receipt of a package you received, for its sender.",
        _receipt,
        _receipt_arguments,
        ("muniment --vault strongroom package receipt pensions.age --out receipt.json",),
    ),
    Verb(
        ("package", "destroyed"),
        "Write the signed certificate that a package you received was destroyed.",
        _destroyed,
        _destroyed_arguments,
        (
            "muniment --vault strongroom package destroyed SHA256 --on 2026-11-30"
            " --out certificate.json",
        ),
    ),
    Verb(
        ("package", "answered"),
        "Put on record the receipt or certificate that a recipient sent back.",
        _answered,
        _answered_arguments,
        (
            "muniment --vault strongroom package answered --file receipt.json",
            "muniment --vault strongroom package answered P1 --what receipt --on 2026-11-30"
            ' --by "J. Reeve"',
        ),
    ),
)
