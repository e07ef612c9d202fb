"""The trail as a signed file, and its check by whoever has the file and not the vault.

Lines of canonical JSON: a head that names vault, office, number of entries and newest hash; the
entries; and last a signature over all bytes before it (minisign's form).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.base.digests import canonical
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import part_for
from app.model.vaults import TrailEntry, TrailExport, TrailFileCheck
from app.sealing import keys, signature
from app.services import office
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores import trail

FORMAT = "muniment-trail-1"
LARGEST = 1 << 30
"""Bytes that a file is read to: some three million entries."""
SIGNATURE = b'{"signature":'
FIELDS = ("seq", "at", "steward", "action", "facts", "hash")


def export(ws: Workspace, to: Path, progress: Progress = SILENT) -> TrailExport:
    """Write the whole trail, as it stands, into a signed file that is new.

    Its own entry holds the file's digest. Raises Refused: `right-missing`, `file-exists`,
    `disk-full`, `cannot-write`.
    """
    ws.require_right("trail.export")
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    signer = office.keys(ws)
    with ws.read() as reader:
        entries = trail.entries(reader)
        name = office.name(ws, reader)
    progress.stage("trail-export", len(entries))
    head = entries[-1].hash if entries else trail.START
    facts = {
        "format": FORMAT,
        "vault": ws.vault.header.vault,
        "office": name,
        "entries": len(entries),
        "head": head,
        "exported_at": ws.now(),
        "exported_by": ws.steward.name,
        "key": signer.public_key,
    }
    content = b"".join(_lines(facts, entries, progress))
    comment = f"trail of {facts['vault']}, {len(entries)} entries, newest {head}"
    signed = signature.sign(content, comment, signer.signer, signature.OF_TRAIL)
    content += canonical({"signature": signed.decode("utf-8")}) + b"\n"
    digest = sha256(content).hexdigest()
    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(content)
        with named(ws, "trail.export", to, part.place) as change:
            change.facts |= {"sha256": digest, "entries": len(entries), "head": head}
    return TrailExport(to, digest, len(entries), head, signer.public_key)


def check(file: Path, signer: str | None = None, progress: Progress = SILENT) -> TrailFileCheck:
    """Whether a file is a trail, whole and unchanged: every hash, the count, the signature.

    `signer` is the office's public key, or the name of a file that holds it; without it the
    signature is held to the key the file names itself, which proves only that nothing was changed
    since somebody signed it. Raises Refused: `file-not-found`, `not-a-trail-file`,
    `public-key-not-recognised`, `public-key-damaged`.
    """
    content = _read(file)
    body, mark, tail = content.rpartition(SIGNATURE)
    if not mark:
        body, tail = content, b""
    lines = body.splitlines()
    head = _head(lines, file)
    sound, last, broken = _chain(lines[1:], progress)
    whole = sound == head["entries"] == len(lines) - 1 and last == head["head"]
    public = keys.read_public(head["key"] if signer is None else signer)
    signed = _signed(body, mark + tail, public)
    return TrailFileCheck(
        entries=len(lines) - 1,
        verified=whole and signed,
        head=last,
        vault=head["vault"],
        office=head["office"],
        signature=signed,
        signer=public.text,
        broken_at=broken if broken is not None else (None if whole else sound + 1),
    )


def _lines(
    facts: dict[str, Any], entries: tuple[TrailEntry, ...], progress: Progress
) -> Iterator[bytes]:
    yield canonical(facts) + b"\n"
    for entry in entries:
        progress.step()
        told = (entry.seq, entry.at, entry.steward, entry.action, dict(entry.facts), entry.hash)
        yield canonical(dict(zip(FIELDS, told, strict=True))) + b"\n"


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError:
        raise Refused("file-not-found", where=Where(file=file.name)) from None
    if len(content) > LARGEST:
        raise _not_a_trail(file)
    return content


def _head(lines: list[bytes], file: Path) -> dict[str, Any]:
    try:
        head = json.loads(lines[0])
        right = head["format"] == FORMAT and isinstance(head["entries"], int)
        texts = [head[name] for name in ("vault", "office", "head", "key")]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise _not_a_trail(file) from None
    if not right or not all(isinstance(text, str) for text in texts):
        raise _not_a_trail(file)
    return dict(head)


def _not_a_trail(file: Path) -> Refused:
    return Refused("not-a-trail-file", where=Where(file=file.name))


def _chain(lines: list[bytes], progress: Progress) -> tuple[int, str, int | None]:
    """Entries that hold, the hash of the last of them, and the first that does not."""
    before = trail.START
    for number, line in enumerate(lines, 1):
        progress.step()
        try:
            entry = json.loads(line)
            seq, at, steward, action, facts, held = (entry[name] for name in FIELDS)
            expected = trail.hash_of(number, at, steward, action, facts, before)
        except (ValueError, KeyError, TypeError, RecursionError):
            return number - 1, before, number
        if seq != number or held != expected or len(entry) != len(FIELDS):
            return number - 1, before, number
        before = held
    return len(lines), before, None


def _signed(body: bytes, last: bytes, public: keys.PublicKey) -> bool:
    if public.signing is None:
        return False
    try:
        given = json.loads(last)
        text = given["signature"]
        ours = text.startswith(
            f"{signature.UNTRUSTED}{signature.OF_TRAIL}\n"
        )  # the one line that nothing covers
        exact = ours and canonical({"signature": text}) + b"\n" == last
        found = signature.verify(body, text.encode("utf-8"), public.signing)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return exact and found is not None
