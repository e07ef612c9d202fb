"""Verbs for sealed packages: draft, look, approve, seal, drop, verify, open."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from app import wording
from app.cli.options import UsageError, Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_json, notes_text, paragraphs, plain, table
from app.cli.session import Session
from app.model.answers import Answer, Answered
from app.wording.window import taken, tell

if TYPE_CHECKING:
    from app.model.sharing import OpenedAnswer

GROUPS = {"package": "Sealed packages: draft, approve, seal, verify, open."}


def _draft_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agreement", required=True, metavar="REF")
    parser.add_argument("--to", required=True, metavar="RECIPIENT")
    parser.add_argument(
        "--contents", required=True, metavar="SPEC.toml", type=existing_or_new, help="what leaves"
    )


def _draft(session: Session) -> Told:
    from app.services import sharing

    o = session.options
    with session.workspace() as workspace:
        spec = sharing.read_spec(workspace, o.contents)
        made = sharing.draft(workspace, o.agreement, o.to, spec, session.progress)
    counts: list[tuple[str, Json]] = [("rows", made.rows), ("fields", made.fields)]
    return Told(
        {"package": made.package, **dict(counts), "warnings": notes_json(made.warnings)},
        paragraphs(
            facts(
                [
                    ("package", made.package),
                    ("rows", wording.number(made.rows)),
                    ("fields", wording.number(made.fields)),
                ]
            ),
            notes_text(made.warnings),
        ),
    )


def _list(session: Session) -> Told:
    from app.services import answers, sharing

    with session.workspace() as workspace:
        known = sharing.packages(workspace)
        came = answers.listed(workspace)
        purposes = workspace.catalogue.governance.purposes
    rows = [
        (
            p.package,
            wording.name("state", p.state),
            p.recipient,
            p.agreement,
            purposes[p.purpose].title if p.purpose in purposes else p.purpose,
            wording.number(p.rows),
            p.drafted_by,
            p.approved_by or "",
            wording.moment_of(p.sealed_at) if p.sealed_at else "",
            p.file or "",
            wording.day_of(p.destroy_by) if p.destroy_by else "",
            *(_came_on(came.get((p.package, what))) for what in Answered),
        )
        for p in known
    ]
    header = (
        *("package", "state", "to", "agreement", "purpose", "rows"),
        *("drafted by", "approved by", "sealed", "file", "destroy by", "receipt", "destroyed"),
    )
    listed: list[Json] = [
        asdict(package)
        | {what.value: _answer_json(came.get((package.package, what))) for what in Answered}
        for package in known
    ]
    return Told({"packages": listed}, table(header, rows) or wording.name("empty", "packages"))


def _came_on(answer: Answer | None) -> str:
    return wording.day_of(answer.said_on) if answer else ""


def _answer_json(answer: Answer | None) -> Json:
    if answer is None:
        return None
    return {"on": answer.said_on, "by": answer.said_by, "signed": answer.signed}


def _discard(session: Session) -> Told:
    from app.services import sharing

    package = session.options.package
    with session.workspace() as workspace:
        sharing.discard(workspace, package)
    return Told({"discarded": package}, facts([("discarded", package)]))


def _package_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE")


def _show(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        files = sharing.show(workspace, session.options.package, session.progress)
    listed: list[Json] = [
        {
            "name": file.name,
            "rows": file.count,
            "header": list(file.header),
            "first_rows": [list(row) for row in file.rows],
        }
        for file in files
    ]
    heads = (
        tuple(
            tell("share.column-head", name=name, what=taken(take))
            for name, take in zip(file.header, file.takes, strict=True)
        )
        for file in files
    )
    shown = (table(head, file.rows) for head, file in zip(heads, files, strict=True))
    return Told({"package": session.options.package, "files": listed}, paragraphs(*shown))


def _approve(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        made = sharing.approve(workspace, session.options.package)
    told = {"package": made.package, "approved_by": made.approved_by}
    return Told(
        dict(told), facts([("package", made.package), ("approved by", made.approved_by or "")])
    )


def _seal_arguments(parser: argparse.ArgumentParser) -> None:
    _package_argument(parser)
    parser.add_argument("--out", required=True, metavar="FILE", type=existing_or_new)
    parser.add_argument(
        "--format", choices=("age", "zip"), default="age", help="zip: for office tools only"
    )


def _seal(session: Session) -> Told:
    from app.services import sharing

    o = session.options
    with session.workspace() as workspace:
        made = sharing.seal(workspace, o.package, o.out, o.format, session.progress)
    aside = ""
    if made.passphrase is not None:
        aside = f"{wording.name('end', 'zip-passphrase')}\n\n    {made.passphrase}\n"
    return Told(
        {
            "package": made.package,
            "file": str(made.file),
            "sha256": made.sha256,
            "rows": made.rows,
            "fields": made.fields,
            "recipients": list(made.recipients),
            "destroy_by": made.destroy_by,
        },
        facts(
            [
                ("package", made.package),
                ("file", str(made.file)),
                ("sha256", made.sha256),
                ("rows", wording.number(made.rows)),
                ("fields", wording.number(made.fields)),
                ("to", ", ".join(made.recipients)),
                ("destroy by", wording.day_of(made.destroy_by)),
            ]
        ),
        aside=aside,
    )


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=existing_or_new)
    _ends_arguments(parser)


def _ends_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sender",
        metavar="PUBLIC_KEY",
        help="the sender's public key, or the file it is in; with a vault, offices it knows need"
        " not be named",
    )
    parser.add_argument(
        "--key",
        metavar="KEYFILE",
        type=existing_or_new,
        help="your own key, or the file of a ZIP's passphrase; without it the vault named with"
        " --vault gives its office's key. With --vault the trail tells of it either way",
    )


def _verify(session: Session) -> Told:
    from app.services import packages, received

    o = session.options
    key = session.secret(o.key)
    if session.means_a_vault():
        with session.workspace() as workspace:
            found = received.verify(workspace, o.file, o.sender, key, session.progress)
    else:
        found = packages.verify(session.catalogue(), o.file, o.sender, key, session.progress)
    if found.signature is None:
        outside = {"envelope": found.envelope, "sha256": found.sha256}
        more = wording.name("end", "only-outside")
        return Told(dict(outside), facts(outside.items()), aside=more)
    files: list[Json] = [
        {"name": file.name, "rows": file.rows, "sha256": file.sha256} for file in found.files
    ]
    sound = bool(found.signature and found.manifest)
    return Told(
        {
            "signature": found.signature,
            "manifest": found.manifest,
            "sender": found.sender,
            "agreement": found.agreement,
            "files": files,
        },
        paragraphs(
            facts(
                [
                    ("signature", wording.say(found.signature)),
                    ("manifest", wording.say(found.manifest)),
                    ("sender", found.sender or ""),
                    ("agreement", found.agreement or ""),
                ]
            ),
            table(
                ("file", "rows", "sha256"),
                [(f.name, wording.number(f.rows), f.sha256) for f in found.files],
            ),
        ),
        aside=notes_text(packages.reminders(found, session.clock().date())),
        sound=sound,
    )


def _open_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=existing_or_new)
    parser.add_argument("--into", required=True, metavar="DIR", type=existing_or_new)
    parser.add_argument(
        "--purpose",
        metavar="ID",
        help="what the files in clear are for; it goes into the vault's trail, and is needed"
        " where the vault's own key opens the package",
    )
    _ends_arguments(parser)


def _open(session: Session) -> Told:
    from app.services import packages, vaults

    o = session.options
    if o.key is None and session.named_vault() is None:
        raise UsageError("--key names your key file, or --vault the vault whose office it is for")
    if o.key is None and o.purpose is None:
        known = ", ".join(session.catalogue().governance.purposes)
        raise UsageError(f"--purpose says what the files in clear are for: {known}")
    warnings = vaults.clear_warnings(session.catalogue(), o.into)
    if warnings:
        session.say(notes_text(warnings))
    made = _opened(session)
    words = ""
    if not made.sender_checked and made.signer_words:
        words = f"{wording.name('end', 'sender-words')}\n\n    {made.signer_words}\n"
    due = notes_text(packages.reminders(made, session.clock().date()))
    return Told(
        {"into": str(made.into), "files": list(made.files)},
        paragraphs(
            facts([("into", str(made.into)), ("marking", made.classification or "")]),
            plain("\n".join(made.files)),
        ),
        aside=paragraphs(wording.name("end", "in-clear"), due, words),
    )


def _checker_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", required=True, metavar="FILE", type=existing_or_new, help="a file that is new"
    )


def _checker(session: Session) -> Told:
    from app.services import checker

    file = str(checker.write(session.options.out))
    return Told({"file": file}, facts([("file", file)]))


def _opened(session: Session) -> OpenedAnswer:
    """By a steward of the vault, on record, where one is meant; else with the key file alone."""
    from app.model.sharing import Opening
    from app.services import packages, received

    o = session.options
    key = session.secret(o.key)
    if key is None or session.means_a_vault():
        opening = Opening(o.file, o.into, o.purpose, o.sender, key)
        with session.workspace() as workspace:
            return received.open_package(workspace, opening, session.progress)
    return packages.open_package(
        session.catalogue(), o.file, key, o.into, session.progress, o.sender
    )


VERBS = (
    Verb(
        ("package", "checker"),
        "Write the small program by which a recipient without Muniment checks an opened package.",
        _checker,
        _checker_arguments,
        ("muniment package checker --out check_package.py",),
    ),
    Verb(
        ("package", "draft"),
        "Draft a package: what leaves, to whom, under which agreement.",
        _draft,
        _draft_arguments,
        (
            "muniment --vault strongroom package draft --agreement ISA-12"
            ' --to "Otherfordshire" --contents spec.toml',
        ),
    ),
    Verb(("package", "list"), "List the packages of this vault and their states.", _list),
    Verb(("package", "show"), "Show what a drafted package holds.", _show, _package_argument),
    Verb(("package", "approve"), "Approve another's draft.", _approve, _package_argument),
    Verb(
        ("package", "discard"),
        "Drop a package that has not been sealed.",
        _discard,
        _package_argument,
    ),
    Verb(
        ("package", "seal"),
        "Sign and encrypt a package, then open and verify what was written.",
        _seal,
        _seal_arguments,
        ("muniment --vault strongroom package seal PACKAGE --out pensions.age",),
    ),
    Verb(
        ("package", "verify"),
        "Check a package you received. Needs no vault if you have the key in a file.",
        _verify,
        _verify_arguments,
        (
            "muniment package verify pensions.age --sender office.pub --key ours.key",
            "muniment --vault strongroom package verify pensions.age",
        ),
    ),
    Verb(
        ("package", "open"),
        "Open a package you received into a folder, in clear. Needs no vault if you have the key"
        " in a file.",
        _open,
        _open_arguments,
        (
            "muniment package open pensions.age --key ours.key --into received",
            "muniment --vault strongroom package open pensions.age --into received"
            " --purpose service-update",
        ),
    ),
)
