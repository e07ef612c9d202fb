"""Packages that came in, proved and written out by the office at work, and put on record."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.model.sharing import OpenedAnswer, Opening, VerifyAnswer
from app.sealing.archive import KIND as ZIP
from app.sealing.opening import Place
from app.services import office, packages
from app.services.packages import Secret
from app.services.workspace import Workspace
from app.stores import recipients


def verify(
    workspace: Workspace,
    file: Path,
    sender: str | None = None,
    key: Path | None = None,
    progress: Progress = SILENT,
    passphrase: str | None = None,
) -> VerifyAnswer:
    """Whether a package is whole and comes from `sender`, or else from an office known here.

    Without a key file the office's own key opens it, and a ZIP its passphrase. Where that cannot
    be (a ZIP without one, an office without a key) only envelope and SHA-256 are told. The
    look is recorded. Raises Refused as `packages.verify`.
    """
    secret = _secret(workspace, file, key, passphrase)
    answer = packages.verify(workspace.catalogue, file, sender, secret, progress, _known(workspace))
    workspace.note("look.received", {"sha256": answer.sha256})
    return answer


def open_package(
    workspace: Workspace, opening: Opening, progress: Progress = SILENT
) -> OpenedAnswer:
    """Write a package out in clear as `into/NAME/`: by the office's key, a key file or passphrase.

    No file has its name before the hand-over stands in the trail: a process that is killed may
    leave an entry without files, never files without an entry. Where names cannot be given after
    all, and nothing lies there, a second entry says so. Raises Refused as
    `packages.open_package`, and right-missing, purpose-unknown, office-without-key,
    package-needs-passphrase.
    """
    workspace.require_right("package.open")
    purposes = workspace.catalogue.governance.purposes
    if opening.purpose is not None and opening.purpose not in purposes:
        raise Refused("purpose-unknown", purpose=opening.purpose[:40], known=", ".join(purposes))
    secret = _secret(workspace, opening.file, opening.key, opening.passphrase)
    if secret is None:
        zipped = packages.kind_of(opening.file) == ZIP
        raise Refused("package-needs-passphrase" if zipped else "office-without-key")
    entry = _Entry(workspace, opening.purpose)
    place = Place(opening.into, entry.record, entry.take_back)
    opened = packages.open_package(
        workspace.catalogue, opening.file, secret, place, progress, opening.sender
    )
    return replace(opened, sender_checked=entry.checked)


class _Entry:
    """The trail entry of one opening, made between the last byte and the first name."""

    def __init__(self, workspace: Workspace, purpose: str | None) -> None:
        self._workspace, self._purpose = workspace, purpose
        self._known = _known(workspace)
        self._sha256 = ""
        self.checked = False

    def record(self, opened: OpenedAnswer) -> None:
        """Put on record what is about to lie there in clear."""
        self.checked = opened.sender_checked or opened.signer in self._known
        with self._workspace.write("package.open") as change:
            change.facts |= {
                "sha256": opened.sha256,
                "files": len(opened.files),
                "sender_checked": self.checked,
                "purpose": self._purpose,
            }
            change.after_commit.append(lambda: self._stands(opened.sha256))

    def take_back(self) -> None:
        """Say that nothing came of an opening that stands in the trail, if that can be said."""
        if self._sha256:
            with (
                contextlib.suppress(Refused),
                self._workspace.write("package.not-opened") as change,
            ):
                change.facts["sha256"] = self._sha256

    def _stands(self, sha256: str) -> None:
        self._sha256 = sha256


def _secret(
    workspace: Workspace, file: Path, key: Path | None, passphrase: str | None
) -> Secret | None:
    """What opens a package: the passphrase of a ZIP, a file named, or the office's own keys."""
    if packages.kind_of(file) == ZIP:
        return passphrase or key
    return key or office.held_keys(workspace)


def _known(workspace: Workspace) -> frozenset[str]:
    """The public keys of this office and of those whose key is confirmed or vouched for."""
    with workspace.read() as reader:
        known = recipients.listing(reader)
    own = office.held_keys(workspace)
    keys = {recipient.public_key for recipient in known if recipient.confirmed_at}
    return frozenset(keys | ({own.public_key} if own else set()))
