"""Verbs that make, keep and staff a vault."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.session import Session

ROLES = ("steward", "approver", "auditor", "administrator")
GROUPS = {
    "steward": "The people who may open the vault.",
}


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


def _steward_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="who may open the vault from now on")
    parser.add_argument("--role", required=True, choices=ROLES, help="what they may do")
    _new_passphrase_argument(parser)


def _new_passphrase_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-passphrase-file",
        metavar="FILE",
        type=existing_or_new,
        help="read the new passphrase from here; without it, it is the second line of"
        " --passphrase-file, or asked for, or the next line of standard input",
    )


def _steward_add(session: Session) -> Told:
    from app.model.vaults import Role
    from app.services import vaults

    name, role = session.options.name, Role(session.options.role)
    with session.workspace() as workspace:
        passphrase = session.passphrases.new(
            f"A passphrase for {name}", session.options.new_passphrase_file
        )
        vaults.add_steward(workspace, name, role, passphrase)
    told = {"steward": name, "role": role.value}
    return Told(dict(told), facts(told.items()))


def _steward_list(session: Session) -> Told:
    from app.services import vaults

    known = vaults.stewards_of(session.vault())
    listed: list[Json] = [{"steward": s.name, "role": s.role.value} for s in known]
    rows = [(s.name, wording.name("role", s.role.value)) for s in known]
    return Told({"stewards": listed}, table(("steward", "role"), rows))


def _steward_passphrase(session: Session) -> Told:
    from app.services import vaults

    with session.workspace() as workspace:
        name = workspace.steward.name
        old = session.opened_with
        file = session.options.new_passphrase_file
        new = session.passphrases.new(f"A new passphrase for {name}", file)
        vaults.change_passphrase(workspace, old, new)
    return Told({"steward": name}, facts([("steward", name)]))


def _recover(session: Session) -> Told:
    from app.services import vaults

    steward = session.named_steward()
    if steward is None:
        raise UsageError("--steward names who gets a new passphrase")
    folder = session.vault()
    key = session.passphrases.next("The recovery key")
    passphrase = session.passphrases.new(
        f"A new passphrase for {steward}", session.options.new_passphrase_file
    )
    vaults.unlock_with_recovery(
        session.catalogue(), folder, key, steward, passphrase, session.clock
    ).close()
    told = {"vault": str(folder), "steward": steward}
    return Told(dict(told), facts(told.items()))


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
        ("steward", "add"),
        "Let another person open the vault, with a passphrase of their own.",
        _steward_add,
        _steward_arguments,
        (
            "muniment --vault strongroom steward add Bob --role approver",
            "muniment --vault strongroom --passphrase-file ann.txt steward add Bob --role approver"
            " --new-passphrase-file bob.txt",
        ),
    ),
    Verb(
        ("steward", "list"),
        "List who may open the vault. Needs no passphrase.",
        _steward_list,
        examples=("muniment --vault strongroom steward list",),
    ),
    Verb(
        ("steward", "passphrase"),
        "Give yourself a new passphrase.",
        _steward_passphrase,
        _new_passphrase_argument,
        ("muniment --vault strongroom --steward Ann steward passphrase",),
    ),
    Verb(
        ("recover",),
        "Open the vault with its recovery key and give a steward a new passphrase.",
        _recover,
        _new_passphrase_argument,
        ("muniment --vault strongroom --steward Ann recover",),
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
