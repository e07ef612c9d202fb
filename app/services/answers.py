"""Receipts and certificates of destruction: given for a package that came, taken in for one sent.

A signed answer is two lines of canonical JSON: the statement (what is said of which package, by
its SHA-256, on which day) and a signature over the first line (minisign's form) by the office
key of the recipient, which the sender has already. What comes on paper a steward puts on record.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.base.digests import canonical
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.files.whole import part_for
from app.model.answers import Answer, Answered, AnswerFile, Awaited
from app.model.sharing import PackageSummary
from app.sealing import keys, signature
from app.services import office, received
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores import answers, recipients, sharing, trail
from app.stores.sqlcipher import Reader

FORMAT = "muniment-answer-1"
LARGEST = 65_536
"""Bytes that an answer is read to: it is a few hundred."""
SEEN = ("package.open", "look.received")
"""Acts by which a package that came in stands in the trail."""
FIELDS = {"format", "what", "package", "office", "on", "key"}


def receipt(workspace: Workspace, file: Path, to: Path, progress: Progress = SILENT) -> AnswerFile:
    """Write the signed receipt of a package that came in, once it has proved whole.

    Raises Refused: right-missing, file-exists, answer-not-proved where this office cannot prove
    it, and whatever `received.verify` refuses.
    """
    workspace.require_right("package.answer")
    proved = received.verify(workspace, file, progress=progress)
    if not (proved.signature and proved.manifest):
        raise Refused("answer-not-proved", where=Where(file=file.name))
    return _give(workspace, Answered.RECEIPT, proved.sha256, workspace.clock().date(), to)


def destroyed(workspace: Workspace, sha256: str, on: date, to: Path) -> AnswerFile:
    """Write the signed certificate that a package which came in was destroyed with all its copies.

    Raises Refused: right-missing, file-exists, answer-of-nothing for a package that never came
    in here, answer-day-to-come, answer-before-arrival.
    """
    workspace.require_right("package.answer")
    digest = sha256.strip().lower()
    with workspace.read() as reader:
        seen = sorted(
            entry.at[:10]
            for act in SEEN
            for entry in trail.entries(reader, 0, None, act)
            if entry.facts.get("sha256") == digest
        )
    if not seen:
        raise Refused("answer-of-nothing", sha256=digest[:64])
    _require_past(workspace, on)
    if on.isoformat() < seen[0]:
        raise Refused("answer-before-arrival", on=on.isoformat(), came=seen[0])
    return _give(workspace, Answered.DESTRUCTION, digest, on, to)


def take_in(workspace: Workspace, file: Path) -> Answer:
    """Put a signed answer on record, held to the key of the package's recipient.

    Raises Refused: right-missing, file-not-found, answer-not-readable, answer-of-no-package,
    answer-not-signed, answer-day-to-come, answer-before-package.
    """
    line, signed, told = _read(file)
    with workspace.write("package.answered") as change:
        package = _sent(change.writer, told["package"], file)
        key = recipients.key_of(change.writer, package.recipient)
        public = None if key is None else keys.read_public(key)
        good = (
            public is not None
            and public.signing is not None
            and signature.verify(line, signed.encode("utf-8"), public.signing) is not None
        )
        if not good:
            where = Where(file=file.name)
            raise Refused("answer-not-signed", where=where, recipient=package.recipient)
        on = date.fromisoformat(told["on"])
        _require_between(workspace, package, on)
        answer = Answer(
            package.package,
            Answered(told["what"]),
            on.isoformat(),
            told["office"],
            True,
            workspace.now(),
            workspace.steward.name,
        )
        answers.put(change.writer, answer)
        change.facts |= _facts(answer)
        change.topics.add("package")
    return answer


def on_paper(workspace: Workspace, package: str, what: Answered, on: date, said_by: str) -> Answer:
    """Put on record an answer that came on paper; it takes no signed one's place.

    Raises Refused: right-missing, package-unknown, package-state, answer-signed-already,
    answer-day-to-come, answer-before-package, answer-without-name, name-unusable.
    """
    name = office.usable(said_by, "answer-without-name")
    with workspace.write("package.answered") as change:
        found = sharing.package(change.writer, package)
        if found.state != "sealed":
            raise Refused("package-state", package=package, state=found.state)
        held = answers.get(change.writer, package, what)
        if held is not None and held.signed:
            raise Refused("answer-signed-already", package=package, on=held.said_on)
        _require_between(workspace, found, on)
        by, at = workspace.steward.name, workspace.now()
        answer = Answer(package, what, on.isoformat(), name, False, at, by)
        answers.put(change.writer, answer)
        change.facts |= _facts(answer)
        change.topics.add("package")
    return answer


def listed(workspace: Workspace) -> dict[tuple[str, Answered], Answer]:
    """Every answer by package and kind."""
    with workspace.read() as reader:
        return answers.listing(reader)


def awaited(workspace: Workspace, reader: Reader) -> tuple[Awaited, ...]:
    """Sealed packages whose receipt is late, and those that should have been destroyed by now."""
    held, today = answers.listing(reader), workspace.clock().date()
    found = []
    for package in sharing.packages(reader):
        if package.state == "sealed":
            found += [
                Awaited(package.package, package.recipient, what, due)
                for what, due in _due(workspace, package)
                if (package.package, what) not in held and due < today.isoformat()
            ]
    return tuple(found)


def receipt_by(workspace: Workspace, sealed: date) -> date:
    """Until when a receipt is asked for, of a package sealed on a day."""
    return sealed + timedelta(days=workspace.catalogue.package_policy.receipt_days)


def _due(workspace: Workspace, package: PackageSummary) -> list[tuple[Answered, str]]:
    sealed = date.fromisoformat((package.sealed_at or "")[:10])
    due = [(Answered.RECEIPT, receipt_by(workspace, sealed).isoformat())]
    if package.destroy_by:
        due.append((Answered.DESTRUCTION, package.destroy_by))
    return due


def _give(workspace: Workspace, what: Answered, sha256: str, on: date, to: Path) -> AnswerFile:
    if to.exists():
        raise Refused("file-exists", where=Where(file=to.name))
    signer = office.keys(workspace)
    with workspace.read() as reader:
        name = office.name(workspace, reader)
    statement = {
        "format": FORMAT,
        "what": what.value,
        "package": sha256,
        "office": name,
        "on": on.isoformat(),
        "key": signer.public_key,
    }
    line = canonical(statement) + b"\n"
    comment = f"{what.value} of {sha256} on {on.isoformat()}"
    signed = signature.sign(line, comment, signer.signer, signature.OF_ANSWER)
    with part_for(to) as part:
        with part.writing() as stream:
            stream.write(line + canonical({"signature": signed.decode("utf-8")}) + b"\n")
        with named(workspace, "package.answer", to, part.place) as change:
            change.facts |= {"what": what.value, "sha256": sha256, "on": on.isoformat()}
    return AnswerFile(to, what, sha256, on.isoformat())


def _read(file: Path) -> tuple[bytes, str, dict[str, str]]:
    """The signed line, the signature and what is stated."""
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError:
        raise Refused("file-not-found", where=Where(file=file.name)) from None
    line, _, rest = content.partition(b"\n")
    told, tail = _object(line), _object(rest)
    signed = tail.get("signature")
    if (
        len(content) > LARGEST
        or set(told) != FIELDS
        or not all(isinstance(value, str) for value in told.values())
        or told["format"] != FORMAT
        or told["what"] not in set(Answered)
        or not _is_day(told["on"])
        or not isinstance(signed, str)
    ):
        raise Refused("answer-not-readable", where=Where(file=file.name))
    return line + b"\n", signed, told


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _sent(reader: Reader, sha256: str, file: Path) -> PackageSummary:
    for package in sharing.packages(reader):
        if package.state == "sealed" and package.sha256 == sha256:
            return package
    raise Refused("answer-of-no-package", where=Where(file=file.name), sha256=sha256[:64])


def _require_between(workspace: Workspace, package: PackageSummary, on: date) -> None:
    """Nobody answers before the package was sealed, nor on a day that has not come."""
    _require_past(workspace, on)
    sealed = (package.sealed_at or "")[:10]
    if on.isoformat() < sealed:
        raise Refused("answer-before-package", package=package.package, sealed=sealed)


def _require_past(workspace: Workspace, on: date) -> None:
    if on > workspace.clock().date():
        raise Refused("answer-day-to-come", on=on.isoformat())


def _facts(answer: Answer) -> dict[str, str | bool]:
    return {
        "package": answer.package,
        "what": answer.what.value,
        "on": answer.said_on,
        "signed": answer.signed,
    }
