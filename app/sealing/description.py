"""manifest.json: the package described for machines, written at sealing, held to at opening."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.model.packaging import PackageContent, PackedFile, Seals, Statement
from app.model.sharing import VerifiedFile

DESCRIPTION = "manifest.json"
FORMAT = "package-manifest-1"


def describe(content: PackageContent, files: tuple[PackedFile, ...], seals: Seals) -> bytes:
    """Files, route and marking of a package (facts F3, with the UK metadata model's fields)."""
    identity = content.identity
    recipients = zip(identity.recipients, seals.recipients, strict=True)
    said = {
        "format": FORMAT,
        "package": identity.package,
        "title": identity.title,
        "created": identity.created,
        "tool": identity.tool,
        "sender": {
            "name": identity.sender,
            "key": seals.fingerprint,
            "public_key": seals.public_key,
            "contact": identity.contact,
        },
        "recipients": [{"name": r.name, "key": key} for r, key in recipients],
        "agreement": identity.agreement,
        "gateway": identity.gateway,
        "purpose": identity.purpose,
        "classification": identity.classification,
        "securityClassification": identity.classification.split("-")[0],
        "accessRights": "INTERNAL",
        "destroy_by": identity.destroy_by,
        "files": [
            {
                "name": file.name,
                "title": file.described.title,
                "bytes": file.bytes,
                "rows": file.rows,
                "sha256": file.sha256,
                "columns": [column.name for column in file.described.columns],
                "totals": [asdict(total) for total in file.totals],
            }
            for file in files
        ],
    }
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


class Description:
    """A manifest.json read back; whatever is not as written simply does not agree."""

    def __init__(self, content: bytes) -> None:
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            said = {}
        self._said: dict[str, Any] = said if isinstance(said, dict) else {}
        sender = self._said.get("sender")
        self._sender: dict[str, Any] = sender if isinstance(sender, dict) else {}

    @property
    def public_key(self) -> str:
        """The public key it names as the signer's (proves nothing alone)."""
        return str(self._sender.get("public_key", ""))

    def agrees(self, statement: Statement) -> bool:
        """Whether every fact of the signed statement stands here too."""
        keys = (entry.get("key") for entry in self._list("recipients"))
        said = {
            **self._said,
            "sender": self._sender.get("name"),
            "sender_key": self._sender.get("key"),
            "recipients": tuple(key for key in keys if key),
        }
        return all(said.get(fact) == value for fact, value in asdict(statement).items())

    def files(self, found: dict[str, tuple[int, int | None, str]]) -> tuple[VerifiedFile, ...]:
        """The data files, given (bytes, rows, SHA-256) by name; empty if any fact is untrue."""
        verified = []
        for said in self._list("files"):
            name = str(said.get("name"))
            size, rows, sha256 = found.get(name, (0, None, ""))
            stated = (said.get("bytes"), said.get("rows"), said.get("sha256"))
            if rows is None or stated != (size, rows, sha256):
                return ()
            verified.append(VerifiedFile(name, rows, sha256))
        return tuple(verified)

    def _list(self, key: str) -> list[dict[str, Any]]:
        value = self._said.get(key)
        entries = value if isinstance(value, list) else []
        return [entry if isinstance(entry, dict) else {} for entry in entries]
