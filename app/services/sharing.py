"""Let data out: agreements, recipients, packages drafted, approved and sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app import __version__
from app.base.errors import Refused, Where
from app.base.progress import SILENT, Progress
from app.catalogue.agreements import read_agreement
from app.catalogue.package_spec import read_spec as spec_from
from app.governance.gateways import Source, require
from app.model.packaging import (
    PackageContent,
    PackageIdentity,
    PackageRecipient,
)
from app.model.sharing import (
    Agreement,
    DraftAnswer,
    PackagePreview,
    PackageSpec,
    PackageSummary,
    Recipient,
    SealedAnswer,
)
from app.model.viewing import fields_in
from app.sealing.keys import OfficeKeys, new_office, parse_public
from app.services import drafting
from app.services import packages as calculators
from app.services.drafting import DraftedFile
from app.services.workspace import Workspace
from app.stores import loads as shelf
from app.stores import office, settings
from app.stores import sharing as stored
from app.stores.sqlcipher import Reader

OFFICE_KEYS = "office-keys"
OFFICE_NAME = "office-name"
FOUR_EYES = "four-eyes"


def import_agreement(workspace: Workspace, path: Path) -> Agreement:
    """Take an agreement into the register, in place of one with the same reference."""
    catalogue = workspace.catalogue
    purposes = tuple(catalogue.governance.purposes)
    agreement = read_agreement(path, purposes, catalogue.sharing.retention_days)
    with workspace.write("agreement.import") as change:
        stored.put_agreement(change.writer, agreement, workspace.now(), workspace.steward.name)
        change.facts["agreement"] = agreement.ref
    return agreement


def agreements(workspace: Workspace) -> tuple[Agreement, ...]:
    """Every agreement, by reference."""
    with workspace.read() as reader:
        return stored.agreements(reader)


def add_recipient(workspace: Workspace, name: str, public_key: str) -> Recipient:
    """Keep a recipient's public key; compare the words with them before anything is sent.

    Raises Refused: public-key-unreadable, recipient-exists.
    """
    key = parse_public(public_key).text
    words = calculators.fingerprint(workspace.catalogue, key)
    recipient = Recipient(name.strip(), key, words)
    if not recipient.name:
        raise Refused("recipient-name-missing")
    with workspace.write("recipient.add") as change:
        stored.put_recipient(change.writer, recipient, workspace.now(), workspace.steward.name)
        change.facts |= {"recipient": recipient.name, "fingerprint": words}
    return recipient


def recipients(workspace: Workspace) -> tuple[Recipient, ...]:
    """Every recipient, by name."""
    with workspace.read() as reader:
        return stored.recipients(reader)


def office_public_key(workspace: Workspace) -> str:
    """This office's public key, for others to send to and to verify by; made when first asked."""
    return _office_keys(workspace).public_key


def name_office(workspace: Workspace, name: str) -> str:
    """Set the name under which this office sends packages; raises Refused office-name-missing."""
    trimmed = " ".join(name.split())
    if not trimmed:
        raise Refused("office-name-missing")
    with workspace.write("settings.change") as change:
        settings.put(change.writer, OFFICE_NAME, trimmed)
        change.facts["setting"] = OFFICE_NAME
    return trimmed


def columns_of(workspace: Workspace, load: str) -> tuple[str, ...]:
    """The meanings of a load that may leave, in the vocabulary's order."""
    with workspace.read() as reader:
        return tuple(meaning.value for meaning in fields_in(shelf.mapping(reader, load)))


def read_spec(workspace: Workspace, path: Path) -> PackageSpec:
    """A package's contents from SPEC.toml."""
    return spec_from(path, tuple(workspace.catalogue.governance.purposes))


def draft(
    workspace: Workspace,
    agreement: str,
    recipient: str,
    spec: PackageSpec,
    progress: Progress = SILENT,
) -> DraftAnswer:
    """Compose a package and record it as a draft; nothing leaves yet.

    Raises Refused: agreement-unknown, agreement-ended, agreement-not-started,
    agreement-purpose-not-covered, purpose-not-permitted, recipient-unknown, package-empty.
    """
    progress.stage("draft")
    with workspace.read() as reader:
        under = stored.agreement(reader, agreement)
        to = stored.recipient(reader, recipient)
        _lawful(workspace, reader, under, spec)
        files = drafting.draw(reader, spec)
    rows = sum(len(file.rows) for file in files)
    if not rows:
        raise Refused("package-empty")
    fields = sum(len(file.columns) for file in spec.files)
    with workspace.write("package.draft") as change:
        facts = stored.DraftFacts(
            spec=replace(spec, content=drafting.content_digest(files, under)),
            agreement=under.ref,
            recipient=to.name,
            rows=rows,
            fields=fields,
            drafted_by=workspace.steward.name,
            drafted_at=workspace.now(),
        )
        package = stored.draft(change.writer, facts)
        change.facts |= {
            "package": package,
            "agreement": under.ref,
            "recipient": to.name,
            "purpose": spec.purpose,
            "rows": rows,
            "fields": fields,
        }
    warnings = drafting.warnings(workspace, under, spec, files)
    return DraftAnswer(package, rows, fields, warnings, drafting.previews(workspace, files))


def preview(
    workspace: Workspace, agreement: str, recipient: str, spec: PackageSpec
) -> tuple[PackagePreview, ...]:
    """Exactly what would leave, before anything is drafted; the look is recorded.

    Raises Refused as `draft` does where it may not leave.
    """
    with workspace.read() as reader:
        stored.recipient(reader, recipient)
        _lawful(workspace, reader, stored.agreement(reader, agreement), spec)
        files = drafting.draw(reader, spec)
    workspace.note("look.package", {"agreement": agreement, "recipient": recipient})
    return drafting.previews(workspace, files)


def show(workspace: Workspace, package: str) -> tuple[PackagePreview, ...]:
    """What a drafted package holds, for the one who is to approve it; the look is recorded.

    Raises Refused: package-unknown, package-state, package-changed.
    """
    with workspace.read() as reader:
        files = _drawn(workspace, reader, package)[-1]
    workspace.note("look.package", {"package": package})
    return drafting.previews(workspace, files)


def approve(workspace: Workspace, package: str) -> PackageSummary:
    """Approve a draft of another steward: a second pair of eyes, or none.

    Raises Refused: package-state, approver-is-drafter, right-missing.
    """
    with workspace.read() as reader:
        found = stored.package(reader, package)
        if found.state == "draft" and found.drafted_by == workspace.steward.name:
            raise Refused("approver-is-drafter", package=package)
    with workspace.write("package.approve") as change:
        stored.approve(change.writer, package, workspace.steward.name, workspace.now())
        change.facts["package"] = package
        return stored.package(change.writer, package)


def discard(workspace: Workspace, package: str) -> None:
    """Drop a package that has not been sealed."""
    with workspace.write("package.discard") as change:
        stored.discard(change.writer, package)
        change.facts["package"] = package


def packages(workspace: Workspace) -> tuple[PackageSummary, ...]:
    """Every package, oldest first."""
    with workspace.read() as reader:
        return stored.packages(reader)


def seal(
    workspace: Workspace,
    package: str,
    out: Path,
    form: str = "age",
    progress: Progress = SILENT,
) -> SealedAnswer:
    """Seal a package to its recipient, verify it, and write the disclosure into the trail.

    The rows must be those that were drafted and approved. Raises Refused: package-state,
    package-needs-approval, package-changed, file-exists and whatever `draft` and sealing refuse;
    no file is then left.
    """
    workspace.require_right("package.seal")
    if out.exists():
        raise Refused("file-exists", where=Where(file=out.name))
    keys = _office_keys(workspace)
    progress.stage("draft")
    with workspace.read() as reader:
        content, files = _content(workspace, reader, package)
    identity, to = content.identity, content.identity.recipients[0].name
    sealed, passphrase = calculators.seal(workspace.catalogue, content, keys, out, form, progress)
    recorded: list[bool] = []
    try:
        with workspace.write("package.seal") as change:
            facts = stored.SealFacts(
                sealed_by=workspace.steward.name,
                sealed_at=identity.created,
                file=out.name,
                sha256=sealed.sha256,
                destroy_by=identity.destroy_by,
            )
            origins = (origin for file in files for row in file.origins for origin in row)
            stored.seal(change.writer, package, facts, origins)
            change.facts |= {"package": package, "recipient": to, "agreement": identity.agreement}
            change.facts |= {"rows": sealed.rows, "sha256": sealed.sha256, "format": form}
            change.facts["destroy_by"] = identity.destroy_by
            change.after_commit.append(lambda: recorded.append(True))
    finally:
        # What is not in the trail has not left: the file made above goes again.
        if not recorded:
            out.unlink(missing_ok=True)
    fields = sum(len(file.columns) for file in content.files)
    return SealedAnswer(
        package, out, sealed.sha256, sealed.rows, fields, (to,), identity.destroy_by, passphrase
    )


def _drawn(
    workspace: Workspace, reader: Reader, package: str
) -> tuple[PackageSpec, Agreement, Recipient, tuple[Source, ...], tuple[DraftedFile, ...]]:
    """A package drawn again, lawful still and the same as it was drafted."""
    summary = stored.package(reader, package)
    if summary.state not in ("draft", "approved"):
        raise Refused("package-state", package=package, state=summary.state)
    spec = stored.spec(reader, package)
    agreement = stored.agreement(reader, summary.agreement)
    sources = _lawful(workspace, reader, agreement, spec)
    files = drafting.draw(reader, spec)
    if drafting.content_digest(files, agreement) != spec.content:
        raise Refused("package-changed", package=package)
    return spec, agreement, stored.recipient(reader, summary.recipient), sources, files


def _content(
    workspace: Workspace, reader: Reader, package: str
) -> tuple[PackageContent, tuple[DraftedFile, ...]]:
    """What a package holds, held to what was drafted and approved."""
    spec, agreement, recipient, sources, files = _drawn(workspace, reader, package)
    if stored.package(reader, package).state == "draft" and _four_eyes(workspace, reader):
        raise Refused("package-needs-approval", package=package)
    destroy_by = _today(workspace) + timedelta(days=agreement.retention_days)
    identity = PackageIdentity(
        package=package,
        title=agreement.name,
        sender=settings.get(reader, OFFICE_NAME) or workspace.vault.folder.name,
        recipients=(PackageRecipient(recipient.name, recipient.public_key),),
        agreement=agreement.ref,
        gateway="; ".join(dict.fromkeys(f"{s.route.title}: {s.route.clause}" for s in sources)),
        purpose=workspace.catalogue.governance.purposes[spec.purpose].title,
        classification=spec.classification,
        created=workspace.now(),
        destroy_by=destroy_by.isoformat(),
        tool=f"Muniment {__version__}",
        contact=agreement.contact,
    )
    quality = drafting.quality(workspace, reader, spec)
    return PackageContent(
        identity, tuple(map(drafting.data_file, files)), quality, agreement
    ), files


def _lawful(
    workspace: Workspace, reader: Reader, agreement: Agreement, spec: PackageSpec
) -> tuple[Source, ...]:
    """The sources of a package, once agreement and routes both allow its purpose."""
    today = _today(workspace).isoformat()
    if agreement.end_date and agreement.end_date < today:
        raise Refused("agreement-ended", agreement=agreement.ref, end_date=agreement.end_date)
    if agreement.start_date > today:
        raise Refused(
            "agreement-not-started", agreement=agreement.ref, start_date=agreement.start_date
        )
    if agreement.purposes and spec.purpose not in agreement.purposes:
        raise Refused(
            "agreement-purpose-not-covered",
            agreement=agreement.ref,
            purpose=spec.purpose,
            covered=", ".join(agreement.purposes),
        )
    sources = drafting.sources(reader, workspace.catalogue.governance, spec)
    require(workspace.catalogue.governance, sources, spec.purpose)
    return sources


def _office_keys(workspace: Workspace) -> OfficeKeys:
    """This office's own key pair, made and kept in the vault when first needed."""
    with workspace.read() as reader:
        held = office.get(reader, OFFICE_KEYS)
    if held is not None:
        return OfficeKeys.from_bytes(held)
    keys = new_office()
    with workspace.write("office.keys") as change:
        office.put(change.writer, OFFICE_KEYS, keys.to_bytes())
    return keys


def _four_eyes(workspace: Workspace, reader: Reader) -> bool:
    return bool(settings.get(reader, FOUR_EYES, workspace.catalogue.sharing.four_eyes))


def _today(workspace: Workspace) -> date:
    return workspace.clock().date()
