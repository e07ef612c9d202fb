"""Verbs for agreements, recipients, keys and sealed packages."""

from __future__ import annotations

import argparse
from pathlib import Path

from app import wording
from app.base.errors import Refused, Where
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_json, notes_text, paragraphs, plain, table
from app.cli.session import Session

KEY_FILE_LIMIT = 16_384
GROUPS = {
    "agreement": "Information sharing agreements.",
    "recipient": "Those packages go to.",
    "keys": "Key pairs and public keys.",
    "office": "This office, as its packages name it.",
    "package": "Sealed packages: draft, approve, seal, verify, open.",
}


def _agreement_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.json", type=existing_or_new)


def _agreement_import(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        made = sharing.import_agreement(workspace, session.options.file)
    return Told({"agreement": made.ref}, facts([("agreement", made.ref), ("name", made.name)]))


def _recipient_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--public-key", required=True, metavar="FILE", type=existing_or_new)


def _recipient_add(session: Session) -> Told:
    from app.services import sharing

    o = session.options
    key = _key_text(o.public_key)
    with session.workspace() as workspace:
        made = sharing.add_recipient(workspace, o.name, key)
    told = {"recipient": made.name, "fingerprint_words": made.fingerprint_words}
    return Told(dict(told), facts(told.items()), aside=wording.name("end", "confirm-words"))


def _keys_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="FILE", type=existing_or_new)


def _keys_new(session: Session) -> Told:
    from app.services import packages

    made = packages.new_keys(session.catalogue(), session.options.out)
    told = {"public_key": made.public_key, "file": str(made.file)}
    words = [("fingerprint", made.fingerprint_words)]
    return Told(dict(told), facts([*told.items(), *words]))


def _keys_show(session: Session) -> Told:
    from app.services import packages, sharing

    with session.workspace() as workspace:
        key = sharing.office_public_key(workspace)
    words = packages.fingerprint(session.catalogue(), key)
    return Told({"public_key": key, "fingerprint_words": words}, f"{key}\n{words}")


def _office_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


def _office_name(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        name = sharing.name_office(workspace, session.options.name)
    return Told({"office": name}, facts([("office", name)]))


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


def _package_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="PACKAGE")


def _show(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        files = sharing.show(workspace, session.options.package)
    listed: list[Json] = [
        {
            "name": file.name,
            "rows": file.count,
            "header": list(file.header),
            "first_rows": [list(row) for row in file.rows],
        }
        for file in files
    ]
    shown = (table(file.header, file.rows) for file in files)
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
    parser.add_argument(
        "--sender", metavar="PUBLIC_KEY", help="the sender's public key, or the file it is in"
    )
    parser.add_argument("--key", metavar="KEYFILE", type=existing_or_new, help="your own key")


def _verify(session: Session) -> Told:
    from app.services import packages

    o = session.options
    found = packages.verify(session.catalogue(), o.file, o.sender, o.key, session.progress)
    if found.signature is None:
        outside = {"envelope": found.envelope, "sha256": found.sha256}
        return Told(dict(outside), facts(outside.items()))
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
        sound=sound,
    )


def _open_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=existing_or_new)
    parser.add_argument("--key", required=True, metavar="KEYFILE", type=existing_or_new)
    parser.add_argument("--into", required=True, metavar="DIR", type=existing_or_new)
    parser.add_argument(
        "--sender", metavar="PUBLIC_KEY", help="the sender's public key, or the file it is in"
    )


def _open(session: Session) -> Told:
    from app.services import packages

    o = session.options
    made = packages.open_package(
        session.catalogue(), o.file, o.key, o.into, session.progress, o.sender
    )
    aside = ""
    if not made.sender_checked and made.signer_words:
        aside = f"{wording.name('end', 'sender-words')}\n\n    {made.signer_words}\n"
    return Told(
        {"into": str(made.into), "files": list(made.files)},
        paragraphs(facts([("into", str(made.into))]), plain("\n".join(made.files))),
        aside=aside,
    )


def _key_text(path: Path) -> str:
    """A public key as text. Raises Refused("public-key-unreadable")."""
    try:
        with path.open("rb") as stream:
            return stream.read(KEY_FILE_LIMIT).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused("public-key-unreadable", where=Where(file=path.name)) from None


VERBS = (
    Verb(
        ("agreement", "import"),
        "Take an information sharing agreement into the vault.",
        _agreement_import,
        _agreement_arguments,
    ),
    Verb(
        ("recipient", "add"),
        "Add somebody packages go to.",
        _recipient_add,
        _recipient_arguments,
        ('muniment --vault strongroom recipient add "Otherfordshire" --public-key other.pub',),
    ),
    Verb(
        ("keys", "new"),
        "Make a key pair, to receive and open packages without a vault.",
        _keys_new,
        _keys_arguments,
        ("muniment keys new --out office.key",),
    ),
    Verb(
        ("keys", "show"),
        "Show the public key of this vault's office, which recipients check packages with.",
        _keys_show,
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
    Verb(
        ("office", "name"),
        "Set the name under which this office sends packages.",
        _office_name,
        _office_arguments,
        ('muniment --vault strongroom office name "Exampleshire Council"',),
    ),
    Verb(("package", "show"), "Show what a drafted package holds.", _show, _package_argument),
    Verb(("package", "approve"), "Approve another's draft.", _approve, _package_argument),
    Verb(
        ("package", "seal"),
        "Sign and encrypt a package, then open and verify what was written.",
        _seal,
        _seal_arguments,
        ("muniment --vault strongroom package seal PACKAGE --out pensions.age",),
    ),
    Verb(
        ("package", "verify"),
        "Check a package you received. Needs no vault.",
        _verify,
        _verify_arguments,
        ("muniment package verify pensions.age --sender office.pub --key ours.key",),
    ),
    Verb(
        ("package", "open"),
        "Open a package you received into a folder, in clear. Needs no vault.",
        _open,
        _open_arguments,
        ("muniment package open pensions.age --key ours.key --into received",),
    ),
)
