"""A notice to whoever received a package: which rows to correct or delete, and why.

It is a signed package of its own, sealed to the same recipient, with one table: `withdrawal.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app import __version__
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.model.answers import Answered
from app.model.notices import NoticeAnswer, NoticeWishes, PackageNotice
from app.model.packaging import (
    DataColumn,
    DataFile,
    PackageContent,
    PackageIdentity,
    PackageRecipient,
    SealedFile,
)
from app.model.requests import SubjectRequest
from app.model.sharing import PackageSummary
from app.services import clocks, office
from app.services import packages as calculators
from app.services.answers import receipt_by
from app.services.drawing import Origin, draw
from app.services.placing import named
from app.services.workspace import Workspace
from app.stores import answers, notices, recipients, requests, sharing
from app.stores import loads as shelf
from app.stores.sqlcipher import Reader

FILE = "withdrawal.csv"
COLUMNS = ("file", "key_column", "key", "act", "column", "right_value", "why")
EVERY = "*"
DELETE, CORRECT = "delete", "correct"
LONGEST = 200
Row = tuple[str, ...]


def listed(workspace: Workspace) -> tuple[PackageNotice, ...]:
    """Every notice, oldest first."""
    with workspace.read() as reader:
        return notices.listing(reader)


def withdraw(
    workspace: Workspace,
    package: str,
    wishes: NoticeWishes,
    out: Path,
    progress: Progress = SILENT,
) -> NoticeAnswer:
    """Seal a notice to the recipient of a package; the notice and its entry stand together.

    Raises Refused: right-missing, file-exists, package-unknown, package-state, notice-needs-why,
    request-unknown, notice-of-nothing, notice-rows-gone, package-column-unknown,
    recipient-unknown, recipient-unconfirmed and whatever sealing refuses.
    """
    workspace.require_right("package.withdraw")
    why = " ".join(wishes.why.split())[:LONGEST]
    if not why:
        raise Refused("notice-needs-why", package=package)
    if out.exists():
        raise Refused("file-exists", where=Where(file=out.name))
    keys = office.keys(workspace)
    with workspace.read() as reader:
        summary = sharing.package(reader, package)
        if summary.state != "sealed":
            raise Refused("package-state", package=package, state=summary.state)
        rows = _rows(reader, summary, wishes, why)
        content = _content(workspace, reader, summary, rows)
    record = _Recording(workspace, summary, content, replace(wishes, why=why), out)
    to = calculators.Destination(out, wishes.form, record)
    _, phrase = calculators.seal(workspace.catalogue, content, keys, to, progress)
    return NoticeAnswer(record.notice, out, summary.recipient, phrase)


class _Recording:
    """Gives the sealed file its name as the last act of the entry that tells of it."""

    notice: PackageNotice

    def __init__(
        self,
        workspace: Workspace,
        package: PackageSummary,
        content: PackageContent,
        wishes: NoticeWishes,
        out: Path,
    ) -> None:
        self._workspace, self._package, self._content = workspace, package, content
        self._wishes, self._out = wishes, out

    def __call__(self, sealed: SealedFile, place: Callable[[], None]) -> None:
        identity, wishes = self._content.identity, self._wishes
        with named(self._workspace, "package.withdraw", self._out, place) as change:
            self.notice = PackageNotice(
                identity.package,
                self._package.package,
                wishes.request,
                sealed.rows,
                wishes.why,
                self._out.name,
                sealed.sha256,
                identity.created,
                self._workspace.steward.name,
            )
            notices.put(change.writer, self.notice)
            change.facts |= {
                "notice": identity.package,
                "package": self._package.package,
                "recipient": self._package.recipient,
                "rows": sealed.rows,
                "sha256": sealed.sha256,
            }
            if wishes.request:
                change.facts["request"] = wishes.request


def owed(workspace: Workspace, reader: Reader) -> tuple[tuple[str, str, str], ...]:
    """Notices that the law asks for and nobody has sent: package, recipient, request.

    A request has ended so that whoever received its records is told; who certified that all was
    destroyed need not be.
    """
    sent = {(one.package, one.request) for one in notices.listing(reader)}
    gone = {package for package, what in answers.listing(reader) if what is Answered.DESTRUCTION}
    found = []
    for kept in requests.listing(reader):
        if not _tells(workspace, kept):
            continue
        carried = {
            package
            for place, record in requests.records(reader, kept.request)
            for package in sharing.receivers(reader, place.load, record)
        }
        for package in sorted(carried - gone):
            if (package, kept.request) not in sent:
                found.append((package, sharing.package(reader, package).recipient, kept.request))
    return tuple(found)


def _tells(workspace: Workspace, kept: SubjectRequest) -> bool:
    right = clocks.right_of(workspace, kept.right)
    return kept.outcome is not None and kept.outcome in right.tell_after


def _rows(
    reader: Reader, package: PackageSummary, wishes: NoticeWishes, why: str
) -> tuple[Row, ...]:
    """What the recipient is to do, a line each."""
    if wishes.request is None:
        return ((EVERY, "", EVERY, DELETE, "", "", why),)
    requests.get(reader, wishes.request)
    laid = {
        (place.load, record)
        for place, record in requests.records(reader, wishes.request)
        if package.package in sharing.receivers(reader, place.load, record)
    }
    if not laid:
        raise Refused("notice-of-nothing", package=package.package, request=wishes.request)
    for load, _ in laid:
        if shelf.get(reader, load).state != "visible":
            raise Refused("notice-rows-gone", package=package.package, load=load)
    unnamed = set(laid)
    rows = tuple(_lines(reader, package.package, (laid, unnamed), wishes, why))
    for load, _ in unnamed:  # a pair that was judged otherwise since is drawn no more
        raise Refused("notice-rows-gone", package=package.package, load=load)
    return rows


def _lines(
    reader: Reader,
    package: str,
    about: tuple[set[Origin], set[Origin]],
    wishes: NoticeWishes,
    why: str,
) -> Iterator[Row]:
    """A line for each row made of a laid record, or one for each value that is put right.

    `about` are the records laid, and those of them that no row has named yet.
    """
    laid, unnamed = about
    for drawn in draw(reader, sharing.spec(reader, package), lambda _load: frozenset()):
        names = [column.name for column in drawn.file.columns]
        for name, _ in wishes.right:
            if name not in names:
                raise Refused("package-column-unknown", column=name[:80])
        origins = list(drawn.origins())
        sides = [origins[at : at + drawn.count] for at in range(0, len(origins), drawn.count)]
        for number, row in enumerate(drawn.rows()):
            made_of = {side[number] for side in sides} & laid
            if not made_of:
                continue
            unnamed -= made_of
            at = (drawn.file.name, names[0], row[0])
            if not wishes.right:
                yield (*at, DELETE, "", "", why)
            for name, value in wishes.right:
                yield (*at, CORRECT, name, value, why)


def _content(
    workspace: Workspace, reader: Reader, summary: PackageSummary, rows: tuple[Row, ...]
) -> PackageContent:
    recipient = recipients.get(reader, summary.recipient)
    if recipient.confirmed_at is None:
        raise Refused("recipient-unconfirmed", recipient=recipient.name)
    agreement = sharing.agreement(reader, summary.agreement)
    words = workspace.catalogue.report_templates.words
    today = workspace.clock().date()
    by = summary.destroy_by or (today + timedelta(days=agreement.retention_days)).isoformat()
    spec = sharing.spec(reader, summary.package)
    identity = PackageIdentity(
        package=notices.next_id(reader, summary.package),
        title=words["notice-title"].format(package=summary.package),
        sender=office.name(workspace, reader),
        recipients=(PackageRecipient(recipient.name, recipient.public_key),),
        agreement=agreement.ref,
        gateway=words["notice-gateway"],
        purpose=workspace.catalogue.governance.purposes[summary.purpose].title,
        classification=spec.classification,
        created=workspace.now(),
        destroy_by=by,
        tool=f"Muniment {__version__}",
        contact=agreement.contact,
    )
    columns = tuple(
        DataColumn(name=name, source=summary.package, why=words[f"notice-{name}"])
        for name in COLUMNS
    )
    title = words["notice-title"].format(package=summary.package)
    table = DataFile(name=FILE, title=title, columns=columns, rows=rows, key="key")
    return PackageContent(
        identity, (table,), agreement=agreement, receipt_by=receipt_by(workspace, today).isoformat()
    )
