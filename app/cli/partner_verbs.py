"""Verbs for those packages go to, the agreements they leave under, and the keys of both ends."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app import wording
from app.base.errors import Refused, Where
from app.cli.options import Verb, existing_or_new
from app.cli.outcome import Json, Told
from app.cli.output import facts, notes_json, notes_text, paragraphs, table
from app.cli.session import Session

if TYPE_CHECKING:
    from app.model.sharing import Agreement, Recipient

KEY_FILE_LIMIT = 16_384
GROUPS = {
    "agreement": "Information sharing agreements.",
    "recipient": "Those packages go to.",
    "keys": "Key pairs and public keys.",
    "office": "This office, as its packages name it.",
}


def _agreement_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.json", type=existing_or_new)


def _agreement_import(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        made = sharing.import_agreement(workspace, session.options.file)
    return Told({"agreement": made.ref}, facts([("agreement", made.ref), ("name", made.name)]))


def _agreement_list(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        known = sharing.agreements(workspace)
    listed: list[Json] = [
        {
            "agreement": a.ref,
            "name": a.name,
            "purposes": list(a.purposes),
            "start_date": a.start_date,
            "end_date": a.end_date,
            "retention_days": a.retention_days,
        }
        for a in known
    ]
    rows = [
        (a.ref, a.name, ", ".join(a.purposes), *_term(a), wording.counted(a.retention_days, "day"))
        for a in known
    ]
    header = ("agreement", "name", "purposes", "from", "until", "kept for")
    return Told({"agreements": listed}, table(header, rows) or wording.name("empty", "agreements"))


def _term(agreement: Agreement) -> tuple[str, str]:
    """First and last day in words."""
    last = agreement.end_date
    return wording.day_of(agreement.start_date), wording.day_of(last) if last else ""


def _agreement_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("agreement", metavar="REF")


def _agreement_show(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        held, entry = sharing.agreement(workspace, session.options.agreement)
    said: dict[str, Json] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in entry.items()
    }
    begins, ends = _term(held)
    shown = (
        ("agreement", held.ref),
        ("name", held.name),
        ("purpose", held.purpose),
        ("may be used to", ", ".join(held.purposes)),
        ("powers", "; ".join(held.powers)),
        ("controllers", "; ".join(held.controllers)),
        ("processors", "; ".join(held.processors)),
        ("what is shared", held.disclosed_information),
        ("how", held.method),
        ("how long kept", held.retention_period),
        ("days kept", wording.number(held.retention_days)),
        ("from", begins),
        ("until", ends),
        ("review", wording.day_of(held.review_date or "")),
        ("contact", held.contact),
    )
    return Told(
        {"agreement": held.ref, "entry": said, "doubts": notes_json(held.doubts)},
        paragraphs(facts((name, value) for name, value in shown if value), notes_text(held.doubts)),
    )


def _agreement_export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("agreement", metavar="REF", nargs="?", help="this one; all without it")
    parser.add_argument(
        "--to", required=True, metavar="FILE", type=existing_or_new, help="a file that is new"
    )


def _agreement_export(session: Session) -> Told:
    from app.services import register

    options = session.options
    with session.workspace() as workspace:
        refs = register.export(workspace, options.to, options.agreement)
    told: dict[str, Json] = {"file": str(options.to), "agreements": list(refs)}
    return Told(told, facts([("file", str(options.to)), ("agreements", ", ".join(refs))]))


def _recipient_list(session: Session) -> Told:
    from app.services import partners

    with session.workspace() as workspace:
        known = partners.known(workspace)
    listed: list[Json] = [
        {
            "recipient": r.name,
            "fingerprint_words": r.fingerprint_words,
            "public_key": r.public_key,
            "confirmed_at": r.confirmed_at,
            "confirmed_by": r.confirmed_by,
            "confirmed_how": r.confirmed_how,
        }
        for r in known
    ]
    rows = [(r.name, r.fingerprint_words, _compared(r), r.public_key) for r in known]
    header = ("recipient", "words of the key", "words compared", "public key")
    return Told({"recipients": listed}, table(header, rows) or wording.name("empty", "recipients"))


def _compared(recipient: Recipient) -> str:
    """When and by whom the words of a key were compared, or who let a script do without."""
    if not recipient.confirmed_at:
        return wording.name("end", "not-compared")
    confirmed = f"{wording.moment_of(recipient.confirmed_at)}, {recipient.confirmed_by}"
    return confirmed if recipient.compared else f"{wording.name('end', 'vouched')}: {confirmed}"


def _recipient_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--public-key", required=True, metavar="FILE", type=existing_or_new)
    parser.add_argument(
        "--words", metavar="WORDS", help="the words of the key, as the recipient read them to you"
    )
    parser.add_argument(
        "--confirm-later",
        action="store_true",
        help="the words are yet to be compared. So it is on a terminal; of a script's key it is"
        " taken that it came from the recipient's own hand",
    )


def _recipient_add(session: Session) -> Told:
    from app.services import partners

    o = session.options
    key = _key_text(o.public_key)
    vouched = not (o.confirm_later or _by_hand(session))
    with session.workspace() as workspace:
        made = partners.add(workspace, o.name, key, o.words, vouched=vouched)
    told = {"recipient": made.name, "fingerprint_words": made.fingerprint_words}
    aside = "" if made.compared else wording.name("end", _still_to_do(made))
    return Told(dict(told), facts(told.items()), aside=aside)


def _still_to_do(recipient: Recipient) -> str:
    """What is to be said of a key whose words nobody has compared."""
    return "confirm-vouched" if recipient.confirmed_at else "confirm-words"


def _by_hand(session: Session) -> bool:
    """Whether somebody types this, and no script runs it."""
    scripted = getattr(session.options, "json", False)
    return not scripted and sys.stdin is not None and sys.stdin.isatty()


def _confirm_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("words", metavar="WORD", nargs="+")


def _recipient_confirm(session: Session) -> Told:
    from app.services import partners

    o = session.options
    with session.workspace() as workspace:
        made = partners.confirm(workspace, o.name, " ".join(o.words))
    told: dict[str, Json] = {"recipient": made.name, "confirmed_at": made.confirmed_at}
    return Told(told, facts([("recipient", made.name), ("words compared", _compared(made))]))


def _rename_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("new", metavar="NEW-NAME")


def _recipient_rename(session: Session) -> Told:
    from app.services import partners

    o = session.options
    with session.workspace() as workspace:
        made = partners.give_name(workspace, o.name, o.new)
    return Told({"recipient": made.name, "was": o.name}, facts([("recipient", made.name)]))


def _name_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


def _recipient_remove(session: Session) -> Told:
    from app.services import partners

    name = session.options.name
    with session.workspace() as workspace:
        partners.remove(workspace, name)
    return Told({"removed": name}, facts([("removed", name)]))


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


def _office_name(session: Session) -> Told:
    from app.services import sharing

    with session.workspace() as workspace:
        name = sharing.name_office(workspace, session.options.name)
    return Told({"office": name}, facts([("office", name)]))


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
    Verb(("agreement", "list"), "List the agreements in the vault.", _agreement_list),
    Verb(
        ("agreement", "show"),
        "Show one agreement in full; with --json as the public register holds it.",
        _agreement_show,
        _agreement_argument,
        ("muniment --vault strongroom agreement show ISA-12",),
    ),
    Verb(
        ("agreement", "export"),
        "Write agreements into a file as the public register holds them.",
        _agreement_export,
        _agreement_export_arguments,
        (
            "muniment --vault strongroom agreement export ISA-12 --to isa-12.json",
            "muniment --vault strongroom agreement export --to register.json",
        ),
    ),
    Verb(("recipient", "list"), "List those packages go to, and their keys.", _recipient_list),
    Verb(
        ("recipient", "add"),
        "Add somebody packages go to.",
        _recipient_add,
        _recipient_arguments,
        ('muniment --vault strongroom recipient add "Otherfordshire" --public-key other.pub',),
    ),
    Verb(
        ("recipient", "confirm"),
        "Put on record that a recipient read you the words of their key.",
        _recipient_confirm,
        _confirm_arguments,
        (
            'muniment --vault strongroom recipient confirm "Otherfordshire" abacus abdomen'
            " abide ability ablaze able",
        ),
    ),
    Verb(
        ("recipient", "rename"),
        "Give a recipient another name; what was sealed stays under the old one.",
        _recipient_rename,
        _rename_arguments,
    ),
    Verb(
        ("recipient", "remove"),
        "Remove a recipient; what was sealed to it stays listed.",
        _recipient_remove,
        _name_argument,
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
        ("office", "name"),
        "Set the name under which this office sends packages.",
        _office_name,
        _name_argument,
        ('muniment --vault strongroom office name "Exampleshire Council"',),
    ),
)
