"""Let data out: agreements, packages drafted, approved and sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app import __version__
from app.base.errors import Fact, Refused, Where
from app.base.progress import SILENT, Progress
from app.catalogue.agreements import read_agreement, register_entry
from app.catalogue.package_spec import read_spec as spec_from
from app.governance.disclosure import discloses, require_covered, require_disclosed
from app.governance.gateways import Source, require, require_passed_on
from app.model.packaging import PackageContent, PackageIdentity, PackageRecipient, SealedFile
from app.model.sharing import (
    Agreement,
    DraftAnswer,
    PackagePreview,
    PackageSpec,
    PackageSummary,
    PreviewAnswer,
    Recipient,
    SealedAnswer,
)
from app.model.viewing import fields_in
from app.services import clocks, drafting, office
from app.services import packages as calculators
from app.services.answers import receipt_by
from app.services.drawing import Barred, DraftedFile, draw
from app.services.quality import quality
from app.services.workspace import LongWrite, Workspace
from app.stores import loads as shelf
from app.stores import recipients, settings, unfinished
from app.stores import sharing as stored
from app.stores.sqlcipher import Reader

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


def agreement(
    workspace: Workspace, ref: str
) -> tuple[Agreement, dict[str, Fact | tuple[str, ...]]]:
    """One agreement, and the same in the shape of the public register, to be taken in elsewhere.

    Raises Refused agreement-unknown.
    """
    with workspace.read() as reader:
        held = stored.agreement(reader, ref)
    return held, register_entry(held)


def office_public_key(workspace: Workspace) -> str:
    """This office's public key, for others to send to and to verify by; made when first asked."""
    return office.keys(workspace).public_key


def name_office(workspace: Workspace, name: str) -> str:
    """Set the name under which this office sends packages.

    Raises Refused: office-name-missing, name-unusable.
    """
    trimmed = office.usable(name, "office-name-missing")
    with workspace.write("settings.change") as change:
        settings.put(change.writer, office.NAME, trimmed)
        change.facts["setting"] = office.NAME
    return trimmed


def columns_of(workspace: Workspace, load: str, agreement: str) -> tuple[str, ...]:
    """The meanings of a load that may leave under an agreement, in the vocabulary's order.

    Raises Refused agreement-unknown.
    """
    policy = workspace.catalogue.sharing
    with workspace.read() as reader:
        under = stored.agreement(reader, agreement)
        held = fields_in(shelf.mapping(reader, load))
    return tuple(meaning.value for meaning in held if discloses(policy, under, meaning))


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
    agreement-purpose-not-covered, agreement-item-not-disclosed, agreement-items-unlisted,
    purpose-not-permitted, purpose-needs-agreement, recipient-unknown, package-empty.
    """
    first = workspace.catalogue.sharing.preview_rows
    with workspace.read() as reader:
        under = stored.agreement(reader, agreement)
        to = recipients.get(reader, recipient)
        _lawful(workspace, reader, under, spec)
        files = draw(reader, spec, _barred(workspace, reader))
        if not any(file.count for file in files):
            raise Refused("package-empty")
        seen = drafting.survey(files, under, first, progress)
    rows = sum(file.count for file in files)
    fields = sum(len(file.columns) for file in spec.files)
    with workspace.write("package.draft") as change:
        facts = stored.DraftFacts(
            spec=replace(spec, content=seen.digest),
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
    warnings = drafting.warnings(workspace, under, to, spec, seen.previews)
    warnings += drafting.empty_columns(spec, seen) + drafting.held_back(files)
    return DraftAnswer(package, rows, fields, warnings, seen.previews)


def preview(
    workspace: Workspace, agreement: str, recipient: str, spec: PackageSpec
) -> PreviewAnswer:
    """Exactly what would leave, and what to weigh, before anything is drafted; put on record.

    Raises Refused as `draft` does where it may not leave.
    """
    with workspace.read() as reader:
        to, under = recipients.get(reader, recipient), stored.agreement(reader, agreement)
        _lawful(workspace, reader, under, spec)
        files = draw(reader, spec, _barred(workspace, reader))
        shown = drafting.glimpse(files, workspace.catalogue.sharing.preview_rows)
    workspace.note("look.package", {"agreement": agreement, "recipient": recipient})
    warnings = drafting.warnings(workspace, under, to, spec, shown)
    return PreviewAnswer(shown, warnings + drafting.held_back(files))


def show(
    workspace: Workspace, package: str, progress: Progress = SILENT
) -> tuple[PackagePreview, ...]:
    """What a drafted package holds, for the one who is to approve it; the look is recorded.

    Raises Refused: package-unknown, package-state, package-changed.
    """
    with workspace.read() as reader:
        spec, agreement, _, _, files = _drawn(workspace, reader, package)
        first = workspace.catalogue.sharing.preview_rows
        seen = drafting.survey(files, agreement, first, progress)
    if seen.digest != spec.content:
        raise Refused("package-changed", package=package)
    workspace.note("look.package", {"package": package})
    return seen.previews


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
        unfinished.forget(change.writer, package)
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
    package-needs-approval, package-changed, recipient-unconfirmed, file-exists and whatever
    `draft` and sealing refuse; no file is then left.
    """
    workspace.require_right("package.seal")
    if out.exists():
        raise Refused("file-exists", where=Where(file=out.name))
    keys = office.keys(workspace)
    with workspace.read() as reader:
        content, files = _content(workspace, reader, package, progress)
        with workspace.chunks("package.seal", stored.PREFIX, package) as work:
            record = _recording(workspace, work, content.identity, files)
            sealing = calculators.Destination(out, form, record)
            sealed, passphrase = calculators.seal(
                workspace.catalogue, content, keys, sealing, progress
            )
    identity = content.identity
    return SealedAnswer(
        package=package,
        file=out,
        sha256=sealed.sha256,
        rows=sealed.rows,
        fields=sum(len(file.columns) for file in content.files),
        recipients=tuple(recipient.name for recipient in identity.recipients),
        destroy_by=identity.destroy_by,
        passphrase=passphrase,
    )


def read_back(workspace: Workspace, package: str) -> None:
    """Put on record that a package's passphrase was read to its recipient, and read back.

    Raises Refused: package-unknown, package-state.
    """
    with workspace.write("package.read-back") as change:
        found = stored.package(change.writer, package)
        if found.state != "sealed":
            raise Refused("package-state", package=package, state=found.state)
        change.facts |= {"package": package, "recipient": found.recipient}


def _recording(
    workspace: Workspace, work: LongWrite, identity: PackageIdentity, files: Sequence[DraftedFile]
) -> Callable[[SealedFile, Callable[[], None]], None]:
    """Records the disclosure; the file gets its name as the last act of that transaction."""

    def record(sealed: SealedFile, place: Callable[[], None]) -> None:
        with _gone_unless_recorded(work, sealed.path, place) as place_once, work.finish() as change:
            facts = stored.SealFacts(
                sealed_by=workspace.steward.name,
                sealed_at=identity.created,
                file=sealed.path.name,
                sha256=sealed.sha256,
                destroy_by=identity.destroy_by,
            )
            origins = (origin for file in files for origin in file.origins())
            stored.seal(change.writer, identity.package, facts, origins)
            change.facts |= {
                "package": identity.package,
                "recipient": identity.recipients[0].name,
                "agreement": identity.agreement,
                "rows": sealed.rows,
                "sha256": sealed.sha256,
                "format": sealed.form,
                "destroy_by": identity.destroy_by,
            }
            place_once()

    return record


@contextmanager
def _gone_unless_recorded(
    work: LongWrite, file: Path, place: Callable[[], None]
) -> Iterator[Callable[[], None]]:
    """What is not in the trail has not left: a file named here goes again with its record."""
    placed: list[bool] = []

    def place_once() -> None:
        place()
        placed.append(True)

    try:
        yield place_once
    finally:
        if placed and not work.finished:
            file.unlink(missing_ok=True)


def _barred(workspace: Workspace, reader: Reader) -> Barred:
    return lambda load: clocks.held_back(workspace, reader, load)


def _drawn(
    workspace: Workspace, reader: Reader, package: str
) -> tuple[PackageSpec, Agreement, Recipient, tuple[Source, ...], tuple[DraftedFile, ...]]:
    """A package to be drawn again, lawful still; its rows are yet to be held to the draft's."""
    summary = stored.package(reader, package)
    if summary.state not in ("draft", "approved"):
        raise Refused("package-state", package=package, state=summary.state)
    spec = stored.spec(reader, package)
    agreement = stored.agreement(reader, summary.agreement)
    sources = _lawful(workspace, reader, agreement, spec)
    recipient = recipients.get(reader, summary.recipient)
    return spec, agreement, recipient, sources, draw(reader, spec, _barred(workspace, reader))


def _content(
    workspace: Workspace, reader: Reader, package: str, progress: Progress
) -> tuple[PackageContent, tuple[DraftedFile, ...]]:
    """What a package holds; writing its rows holds them to what was drafted and approved."""
    spec, agreement, recipient, sources, files = _drawn(workspace, reader, package)
    if stored.package(reader, package).state == "draft" and _four_eyes(workspace, reader):
        raise Refused("package-needs-approval", package=package)
    if recipient.confirmed_at is None:
        raise Refused("recipient-unconfirmed", recipient=recipient.name)
    destroy_by = _today(workspace) + timedelta(days=agreement.retention_days)
    identity = PackageIdentity(
        package=package,
        title=agreement.name,
        sender=office.name(workspace, reader),
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
    statement = quality(workspace, reader, spec, progress)
    held = drafting.data_files(files, agreement, package, spec.content)
    answer_by = receipt_by(workspace, _today(workspace)).isoformat()
    return PackageContent(identity, held, statement, agreement, answer_by), files


def _lawful(
    workspace: Workspace, reader: Reader, agreement: Agreement, spec: PackageSpec
) -> tuple[Source, ...]:
    """The sources of a package, once agreement and routes allow its purpose and its columns."""
    require_covered(workspace.catalogue.governance, agreement, spec, _today(workspace).isoformat())
    require_disclosed(workspace.catalogue.sharing, agreement, spec)
    sources = drafting.sources(reader, workspace.catalogue, spec)
    require(workspace.catalogue.governance, sources, spec.purpose)
    require_passed_on(sources)
    return sources


def _four_eyes(workspace: Workspace, reader: Reader) -> bool:
    return bool(settings.get(reader, FOUR_EYES, workspace.catalogue.sharing.four_eyes))


def _today(workspace: Workspace) -> date:
    return workspace.clock().date()
