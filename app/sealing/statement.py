"""The statement a signature carries: who sent what to whom, in one line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from app.model.packaging import PackageIdentity, Statement
from app.sealing.keys import parse_public

FORMAT = "sealed-package-1"


def statement_of(identity: PackageIdentity, sender_key: str) -> Statement:
    """The statement of a package; `sender_key` is the signer's fingerprint."""
    recipients = (
        parse_public(recipient.public_key).fingerprint
        for recipient in identity.recipients
        if recipient.public_key
    )
    return Statement(
        package=identity.package,
        sender=identity.sender,
        sender_key=sender_key,
        recipients=tuple(recipients),
        agreement=identity.agreement,
        gateway=identity.gateway,
        purpose=identity.purpose,
        classification=identity.classification,
        created=identity.created,
        destroy_by=identity.destroy_by,
    )


def statement_text(identity: PackageIdentity, sender_key: str) -> str:
    """The statement as one line of ASCII JSON with sorted keys."""
    said = {"format": FORMAT, **asdict(statement_of(identity, sender_key))}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def read_statement(text: str) -> Statement | None:
    """The statement behind a trusted comment; None when it is none of ours."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
        return None
    if said.keys() != {field.name for field in fields(Statement)}:
        return None
    recipients = said.pop("recipients")
    if not isinstance(recipients, list) or not _texts([*recipients, *said.values()]):
        return None
    return Statement(recipients=tuple(recipients), **said)


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
