"""Verbs that make and keep a vault."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new
from app.cli.outcome import Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.session import Session


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", metavar="VAULT", type=existing_or_new, help="a folder that is new or empty"
    )
    parser.add_argument(
        "--recovery-file", metavar="FILE", type=existing_or_new, help="write the recovery key here"
    )


def _new(session: Session) -> Told:
    from app.services import vaults

    options = session.options
    steward = session.named_steward()
    if steward is None:
        raise UsageError("--steward names the vault's first steward")
    warnings = vaults.place_warnings(session.catalogue(), options.folder)
    passphrase = session.passphrases.new(f"A passphrase for {steward}")
    made = vaults.create(
        session.catalogue(),
        options.folder,
        steward,
        passphrase,
        session.clock,
        recovery_file=options.recovery_file,
    )
    return Told(
        {"vault": str(made.vault), "steward": made.steward},
        facts([("vault", str(made.vault)), ("steward", made.steward)]),
        aside=paragraphs(
            notes_text(warnings), wording.name("end", "recovery-key"), f"    {made.recovery_key}\n"
        ),
    )


def _take_out_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", required=True, metavar="FILE.zip", type=existing_or_new, help="a file that is new"
    )


def _take_out(session: Session) -> Told:
    from app.services import leaving

    with session.workspace() as workspace:
        made = leaving.take_out(workspace, session.options.to, session.progress)
    return Told(
        {
            "file": str(made.file),
            "sha256": made.sha256,
            "passphrase": made.passphrase,
            "files": made.files,
            "rows": made.rows,
        },
        facts(
            [
                ("file", str(made.file)),
                ("passphrase", made.passphrase),
                ("files", wording.number(made.files)),
                ("rows", wording.number(made.rows)),
            ]
        ),
        aside=wording.name("end", "taken-out"),
    )


def _discard_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("unfinished", metavar="ID", help="as `muniment check` lists it")


def _discard(session: Session) -> Told:
    from app.services import vaults

    identity = session.options.unfinished
    with session.workspace() as workspace:
        rows = vaults.discard(workspace, identity)
    return Told(
        {"discarded": identity, "rows": rows},
        facts([("discarded", identity), ("rows", wording.number(rows))]),
    )


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", required=True, metavar="FILE", type=existing_or_new, help="a file that is new"
    )


def _backup(session: Session) -> Told:
    from app.services import vaults

    to = session.options.to
    warnings = vaults.backup_warnings(session.catalogue(), to.absolute().parent)
    with session.workspace() as workspace:
        made = vaults.backup(workspace, to, session.progress)
    return Told(
        {"file": str(made.file), "sha256": made.sha256, "verified": made.verified},
        facts(
            [
                ("file", str(made.file)),
                ("sha256", made.sha256),
                ("verified", wording.say(made.verified)),
            ]
        ),
        aside=notes_text(warnings),
        sound=made.verified,
    )


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=existing_or_new, help="the backup")
    parser.add_argument(
        "--to",
        required=True,
        metavar="VAULT",
        type=existing_or_new,
        help="a folder that is new or empty",
    )


def _restore(session: Session) -> Told:
    from app.services import vaults

    options = session.options
    warnings = vaults.place_warnings(session.catalogue(), options.to)
    made = vaults.restore(session.catalogue(), options.file, options.to, session.progress)
    return Told(
        {"vault": str(made.vault), "verified": made.verified},
        facts([("vault", str(made.vault)), ("verified", wording.say(made.verified))]),
        aside=notes_text(warnings),
        sound=made.verified,
    )


def _check(session: Session) -> Told:
    from app.services import vaults

    health = session.examined(
        lambda workspace: vaults.check(workspace, session.progress), vaults.UNREADABLE
    )
    parts = {
        "integrity": health.integrity,
        "cipher": health.cipher,
        "schema": health.schema,
        "trail": health.trail,
    }
    left_behind = table(
        ("unfinished", "what", "begun", "by"),
        [
            (u.id, wording.name("action", u.action), wording.moment_of(u.started_at), u.by)
            for u in health.unfinished
        ],
    )
    return Told(
        {
            **parts,
            "unfinished": [
                {"id": u.id, "action": u.action, "started_at": u.started_at, "by": u.by}
                for u in health.unfinished
            ],
        },
        paragraphs(
            facts(
                (wording.name("health", name), wording.name("health", _sound(good)))
                for name, good in parts.items()
            ),
            left_behind,
            wording.name("end", "left-behind") if health.unfinished else "",
            "" if all(parts.values()) else wording.name("end", "damaged"),
        ),
        sound=all(parts.values()),
    )


def _sound(good: bool) -> str:
    return "sound" if good else "not-sound"


VERBS = (
    Verb(
        ("new",),
        "Make a vault, with you as its first steward.",
        _new,
        _new_arguments,
        ("muniment new strongroom --steward Ann", "muniment new strongroom --steward Ann --json"),
    ),
    Verb(
        ("backup",),
        "Write an encrypted copy of the vault, then open and check the copy.",
        _backup,
        _backup_arguments,
        ("muniment --vault strongroom backup --to monday.backup",),
    ),
    Verb(
        ("restore",),
        "Make a vault from a backup.",
        _restore,
        _restore_arguments,
        ("muniment restore monday.backup --to strongroom-again",),
    ),
    Verb(
        ("take-out",),
        "Write everything that the vault holds as a sealed archive of plain tables, for leaving"
        " Muniment. Nothing in the vault changes.",
        _take_out,
        _take_out_arguments,
        ("muniment --vault strongroom take-out --to everything.zip",),
    ),
    Verb(
        ("check",),
        "Check that the vault is whole: its database, encryption, tables and trail.",
        _check,
        examples=("muniment --vault strongroom check",),
    ),
    Verb(
        ("discard",),
        "Remove what a crash left of a load or a run.",
        _discard,
        _discard_arguments,
        ("muniment --vault strongroom discard L7",),
    ),
)
