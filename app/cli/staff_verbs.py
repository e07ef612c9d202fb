"""Verbs about who may open a vault: stewards, the recovery key, the data key."""

from __future__ import annotations

import argparse

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_text, paragraphs, table
from app.cli.session import Session
from app.model.notes import Note

ROLES = ("steward", "approver", "auditor", "administrator")
GROUPS = {
    "steward": "The people who may open the vault.",
    "recovery": "The key on paper that opens the vault when a passphrase is lost.",
}


def _steward_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="who may open the vault from now on")
    parser.add_argument("--role", required=True, choices=ROLES, help="what they may do")
    _new_passphrase_argument(parser)


def _role_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `steward list` has it")
    parser.add_argument("--role", required=True, choices=ROLES, help="what they may do")


def _revoke_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `steward list` has it")


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
    from app.services import staff

    name, role = session.options.name, Role(session.options.role)
    with session.workspace() as workspace:
        passphrase = session.passphrases.new(
            f"A passphrase for {name}", session.options.new_passphrase_file
        )
        staff.add_steward(workspace, name, role, passphrase)
    told = {"steward": name, "role": role.value}
    return Told(dict(told), facts(told.items()))


def _steward_list(session: Session) -> Told:
    from app.services import staff

    known = staff.stewards_of(session.vault())
    listed: list[Json] = [{"steward": s.name, "role": s.role.value} for s in known]
    rows = [(s.name, wording.name("role", s.role.value)) for s in known]
    return Told({"stewards": listed}, table(("steward", "role"), rows))


def _steward_passphrase(session: Session) -> Told:
    from app.services import staff

    with session.workspace() as workspace:
        name = workspace.steward.name
        old = session.opened_with
        file = session.options.new_passphrase_file
        new = session.passphrases.new(f"A new passphrase for {name}", file)
        staff.change_passphrase(workspace, old, new)
    return Told({"steward": name}, facts([("steward", name)]))


def _steward_role(session: Session) -> Told:
    from app.model.vaults import Role
    from app.services import staff

    with session.workspace() as workspace:
        info = staff.change_role(workspace, session.options.name, Role(session.options.role))
    told = {"steward": info.name, "role": info.role.value}
    return Told(dict(told), facts(told.items()))


def _steward_revoke(session: Session) -> Told:
    from app.services import staff

    name = session.options.name
    with session.workspace() as workspace:
        notes = staff.revoke(workspace, name, session.progress)
    told: dict[str, Json] = {"steward": name, "revoked": True}
    return Told(told, facts([("steward", name)]), aside=notes_text(notes))


def _rotate(session: Session) -> Told:
    from app.services import staff

    with session.workspace() as workspace:
        notes = staff.rotate(workspace, session.progress)
        folder = str(workspace.vault.folder)
    return Told(
        {"vault": folder, "rotated": True}, facts([("vault", folder)]), aside=notes_text(notes)
    )


def _recovery_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--holder",
        metavar="NAME",
        action="append",
        default=[],
        help="split the key: who gets a share; give it once for each of them",
    )
    parser.add_argument(
        "--needed", metavar="N", type=int, default=2, help="shares that open the vault (2)"
    )


def _recovery_new(session: Session) -> Told:
    from app.services import staff

    options = session.options
    with session.workspace() as workspace:
        made = staff.new_recovery(
            workspace, tuple(options.holder), options.needed, session.progress
        )
        folder = str(workspace.vault.folder)
    shares = [
        line
        for holder, words in made.shares
        for line in (notes_text((Note("recovery-share", {"holder": holder}),)), f"    {words}\n")
    ]
    whole = paragraphs(wording.name("end", "recovery-key"), f"    {made.written}\n")
    holders: list[Json] = [holder for holder, _ in made.shares]
    told: dict[str, Json] = {"vault": folder, "needed": made.needed, "holders": holders}
    old = notes_text(staff.OLD_BACKUPS)
    aside = paragraphs(*shares, old) if shares else paragraphs(whole, old)
    return Told(told, facts([("vault", folder)]), aside=aside)


def _recover(session: Session) -> Told:
    from app.services import staff, vaults

    steward = session.named_steward()
    if steward is None:
        raise UsageError("--steward names who gets a new passphrase")
    folder = session.vault()
    asked = staff.recovery_of(folder)
    key = (
        "\n".join(
            session.passphrases.next(f"Share {n} of the recovery key")
            for n in range(1, asked.needed + 1)
        )
        if asked.holders
        else session.passphrases.next("The recovery key")
    )
    passphrase = session.passphrases.new(
        f"A new passphrase for {steward}", session.options.new_passphrase_file
    )
    vaults.unlock_with_recovery(
        session.catalogue(), folder, key, steward, passphrase, session.clock
    ).close()
    told = {"vault": str(folder), "steward": steward}
    return Told(dict(told), facts(told.items()))


VERBS = (
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
        ("steward", "role"),
        "Give another steward another role.",
        _steward_role,
        _role_arguments,
        ("muniment --vault strongroom steward role Bob --role auditor",),
    ),
    Verb(
        ("steward", "revoke"),
        "Let another steward in no more, and put the vault under a new data key.",
        _steward_revoke,
        _revoke_arguments,
        ("muniment --vault strongroom steward revoke Bob",),
    ),
    Verb(
        ("rotate",),
        "Put the whole vault under a new data key. Passphrases stay as they are.",
        _rotate,
        examples=("muniment --vault strongroom rotate",),
    ),
    Verb(
        ("recovery", "new"),
        "Make a new recovery key in place of the old one, whole or split between officers.",
        _recovery_new,
        _recovery_arguments,
        (
            "muniment --vault strongroom recovery new",
            "muniment --vault strongroom recovery new --holder Ann --holder Bob --holder Cy",
        ),
    ),
    Verb(
        ("recover",),
        "Open the vault with its recovery key and give a steward a new passphrase.",
        _recover,
        _new_passphrase_argument,
        ("muniment --vault strongroom --steward Ann recover",),
    ),
)
