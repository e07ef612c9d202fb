"""Verbs that read the trail of acts and check that nobody has changed it."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import Verb, existing_or_new, whole
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


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", required=True, metavar="FILE", type=existing_or_new, help="a file that is new"
    )


def _export(session: Session) -> Told:
    from app.services import packages, trailfile

    with session.workspace() as workspace:
        made = trailfile.export(workspace, session.options.to, session.progress)
    words = packages.fingerprint(session.catalogue(), made.signer)
    told: dict[str, Json] = {
        "file": str(made.file),
        "sha256": made.sha256,
        "entries": made.entries,
        "head": made.head,
        "signer_words": words,
    }
    shown = [
        ("file", str(made.file)),
        ("sha256", made.sha256),
        ("entries", wording.number(made.entries)),
        ("head", made.head),
        ("words of the key", words),
    ]
    return Told(told, facts(shown))


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=existing_or_new, help="a trail written out")
    parser.add_argument(
        "--signer",
        metavar="PUBLIC_KEY",
        help="the office's public key, or a file that holds it; without it compare the words",
    )


def _check(session: Session) -> Told:
    from app.services import packages, trailfile

    options = session.options
    found = trailfile.check(options.file, options.signer, session.progress)
    words = packages.fingerprint(session.catalogue(), found.signer)
    told: dict[str, Json] = {
        "entries": found.entries,
        "verified": found.verified,
        "head": found.head,
        "signature": found.signature,
        "vault": found.vault,
        "office": found.office,
        "signer_words": words,
    }
    shown = [
        ("office", found.office),
        ("entries", wording.number(found.entries)),
        ("verified", wording.say(found.verified)),
        ("signature", wording.say(found.signature)),
        ("head", found.head),
        ("words of the key", words),
    ]
    if found.broken_at is not None:
        shown.append(("broken at entry", str(found.broken_at)))
    compare = "" if options.signer else wording.name("end", "compare-signer")
    return Told(told, facts(shown), aside=compare, sound=found.verified)


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


def _searches_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--month", required=True, metavar="YYYY-MM", help="such as 2026-11")


def _searches(session: Session) -> Told:
    from app.services import finding

    with session.workspace() as workspace:
        found = finding.searches(workspace, session.options.month)
    rows = [
        (
            one.steward,
            *(wording.number(n) for n in (one.searches, one.records, one.looks)),
            ", ".join(one.cases),
        )
        for one in found
    ]
    officers: list[Json] = [
        {
            "steward": one.steward,
            "searches": one.searches,
            "records": one.records,
            "looks": one.looks,
            "cases": list(one.cases),
        }
        for one in found
    ]
    header = ("who", "searches", "records shown", "looks at persons and pairs", "cases")
    return Told(
        {"month": session.options.month, "officers": officers},
        table(header, rows) or wording.name("empty", "acts"),
    )


VERBS = (
    Verb(
        ("trail", "searches"),
        "Report what each officer searched for and looked at in a month, with the cases.",
        _searches,
        _searches_arguments,
        ("muniment --vault strongroom trail searches --month 2026-11",),
    ),
    Verb(
        ("trail", "export"),
        "Write the whole trail into a signed file, for an auditor who has no key to the vault.",
        _export,
        _export_arguments,
        ("muniment --vault strongroom trail export --to trail.jsonl",),
    ),
    Verb(
        ("trail", "check"),
        "Check a trail that was written out: every entry, their number, the signature.",
        _check,
        _check_arguments,
        (
            "muniment trail check trail.jsonl --signer office.key.pub",
            "muniment trail check trail.jsonl",
        ),
    ),
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
