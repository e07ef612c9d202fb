"""Packages that came in, proved and written out by the office at work, and put on record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.base.errors import Refused
from app.base.progress import SILENT, Progress
from app.model.sharing import OpenedAnswer, VerifyAnswer
from app.sealing.archive import KIND as ZIP
from app.services import office, packages
from app.services.packages import Secret
from app.services.workspace import Workspace
from app.stores import sharing as stored


def verify(
    workspace: Workspace,
    file: Path,
    sender: str | None = None,
    key: Path | None = None,
    progress: Progress = SILENT,
) -> VerifyAnswer:
    """Whether a package is whole and comes from `sender`, or else from an office known here.

    Without a key file the office's own key opens it. Where that cannot be (a ZIP, an office
    without a key) only envelope and SHA-256 are told. The look is recorded. Raises Refused as
    `packages.verify`.
    """
    secret = key or _own(workspace, file)
    answer = packages.verify(workspace.catalogue, file, sender, secret, progress, _known(workspace))
    workspace.note("look.received", {"sha256": answer.sha256})
    return answer


def open_package(
    workspace: Workspace,
    file: Path,
    into: Path,
    sender: str | None = None,
    key: Path | None = None,
    progress: Progress = SILENT,
) -> OpenedAnswer:
    """Write a package out in clear as `into/NAME/`, with the office's own key or a key file.

    The hand-over is in the trail or has not been: the files get their names inside the
    transaction of its entry. Raises Refused as `packages.open_package`, and right-missing,
    office-without-key, package-needs-passphrase.
    """
    workspace.require_right("package.open")
    secret = key or _own(workspace, file)
    if secret is None:
        zipped = packages.kind_of(file) == ZIP
        raise Refused("package-needs-passphrase" if zipped else "office-without-key")
    known = _known(workspace)
    with workspace.write("package.open") as change:
        opened = packages.open_package(workspace.catalogue, file, secret, into, progress, sender)
        checked = opened.sender_checked or opened.signer in known
        change.facts |= {"sha256": opened.sha256, "files": len(opened.files)}
        change.facts["sender_checked"] = checked
    return replace(opened, sender_checked=checked)


def _own(workspace: Workspace, file: Path) -> Secret | None:
    """The office's own key pair, where it can open a package of this kind."""
    return None if packages.kind_of(file) == ZIP else office.held_keys(workspace)


def _known(workspace: Workspace) -> frozenset[str]:
    """The public keys of this office and of those it has confirmed by words."""
    with workspace.read() as reader:
        keys = {recipient.public_key for recipient in stored.recipients(reader)}
    own = office.held_keys(workspace)
    return frozenset(keys | ({own.public_key} if own else set()))
