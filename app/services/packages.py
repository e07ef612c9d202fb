"""Keys and sealed packages without a vault: make, seal, verify, open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from app.base.digests import file_sha256
from app.base.errors import Fact, Refused, Where
from app.base.progress import SILENT, Progress
from app.model.notes import Note
from app.model.packaging import PackageContent, PackagePolicy, ReportTemplates, SealedFile
from app.model.sharing import KeysAnswer, OpenedAnswer, VerifyAnswer
from app.reports.package import package_documents
from app.sealing import archive, envelope, keys, passphrases
from app.sealing.contents import SealOrder
from app.sealing.keys import OfficeKeys, PublicKey
from app.sealing.opening import Into
from app.sealing.part import Naming, at_once

Secret = Path | OfficeKeys | str
"""What opens a package: a key file, a file that holds a passphrase (ZIP), keys in hand, or the
passphrase itself, which is written nowhere."""


@dataclass(frozen=True)
class Destination:
    """Where a package is sealed to, as `age` or `zip` (None: the policy's choice).

    `naming` may do what must be done before the file has its name, and undo it by an exception.
    """

    file: Path
    form: str | None = None
    naming: Naming = at_once


class PackageCatalogue(Protocol):
    """The declared data that packages need."""

    @property
    def package_policy(self) -> PackagePolicy:
        """Limits and defaults."""

    @property
    def passphrase_words(self) -> Sequence[str]:
        """The word list of passphrases and fingerprints."""

    @property
    def report_templates(self) -> ReportTemplates:
        """Templates and words of documents."""


def new_keys(catalogue: PackageCatalogue, out: Path) -> KeysAnswer:
    """Make an office's key pair: the secret file `out` (mode 0600) and `out.pub`.

    Raises Refused: key-file-exists, package-not-written, package-disk-full.
    """
    office = keys.new_office()
    keys.write_key_file(office, out)
    return KeysAnswer(office.public_key, out, fingerprint(catalogue, office.public_key))


def fingerprint(catalogue: PackageCatalogue, public_key: str) -> str:
    """The words by which two offices compare a public key by telephone.

    `public_key` is the text or the name of a file that holds it.
    Raises Refused: public-key-not-recognised, public-key-damaged.
    """
    policy, words = catalogue.package_policy, catalogue.passphrase_words
    return keys.fingerprint_words(
        keys.read_public(public_key).text, words, policy.fingerprint_words
    )


def public_key(text_or_path: str | Path) -> str:
    """A public key as one tidy line, from pasted text or a file; refused if damaged."""
    return keys.read_public(text_or_path).text


def seal(
    catalogue: PackageCatalogue,
    content: PackageContent,
    office: OfficeKeys,
    to: Destination,
    progress: Progress = SILENT,
) -> tuple[SealedFile, str | None]:
    """Seal a package; with the passphrase of a ZIP.

    Raises Refused as `app.sealing.envelope.seal`, and recipient-has-no-key.
    """
    policy = catalogue.package_policy
    documents = package_documents(catalogue.report_templates, policy)
    order = SealOrder(content, documents, office, policy)
    if (to.form or policy.format) == archive.KIND:
        words = catalogue.passphrase_words
        phrase = passphrases.generate(words, policy.passphrase_words)
        return archive.seal_zip(order, phrase, to.file, progress, to.naming), phrase
    if not all(recipient.public_key for recipient in content.identity.recipients):
        raise Refused("recipient-has-no-key")
    return envelope.seal(order, to.file, progress, to.naming), None


def verify(
    catalogue: PackageCatalogue,
    file: Path,
    sender: str | None = None,
    key: Secret | None = None,
    progress: Progress = SILENT,
    known: Collection[str] = (),
) -> VerifyAnswer:
    """Whether a package comes from `sender` (a public key or its file) and is whole.

    Without a key only the kind of envelope and the SHA-256 are known; nothing is written. Without
    a sender the signer must be one of the public keys `known`. Raises Refused: file-not-found,
    package-not-a-package, package-sender-needed, package-sender-unknown,
    package-wrong-key, package-wrong-passphrase, package-wrong-recipient, package-damaged and
    the limits of `app.sealing.unzip`.
    """
    kind = kind_of(file)
    if key is None:
        progress.stage("package-verify")
        return VerifyAnswer(kind, file_sha256(file, progress))
    if sender is None and not known:
        raise Refused("package-sender-needed")
    limits, signer = catalogue.package_policy.limits, None if sender is None else _signer(sender)
    if kind == archive.KIND:
        answer = archive.verify_zip(file, _passphrase(key), signer, limits, progress)
    else:
        answer = envelope.verify(file, _keys(key), signer, limits, progress)
    if sender is None and answer.signer not in known:
        words = fingerprint(catalogue, answer.signer or "")
        raise Refused("package-sender-unknown", where=Where(file=file.name), words=words)
    return answer


def open_package(
    catalogue: PackageCatalogue,
    file: Path,
    key: Secret,
    into: Into,
    progress: Progress = SILENT,
    sender: str | None = None,
) -> OpenedAnswer:
    """Write a package out in clear as `into/NAME/` once it has proved whole: a hand-over.

    Without `sender` the signature is held to the key the package names itself, whose words
    are in the answer for comparing. Raises Refused as `verify`, and package-signature-wrong,
    package-manifest-wrong, package-folder-exists, package-disk-full, package-not-written.
    """
    kind, limits = kind_of(file), catalogue.package_policy.limits
    signer = None if sender is None else _signer(sender)
    if kind == archive.KIND:
        opened = archive.open_zip_into(file, _passphrase(key), into, limits, signer, progress)
    else:
        opened = envelope.open_into(file, _keys(key), into, limits, signer, progress)
    words = None if opened.signer is None else fingerprint(catalogue, opened.signer)
    return replace(opened, signer_words=words)


def reminders(answer: VerifyAnswer | OpenedAnswer, today: date) -> tuple[Note, ...]:
    """What the recipient has to keep in mind: until when the data may be kept."""
    if answer.destroy_by is None:
        return ()
    late = answer.destroy_by < today.isoformat()
    facts: dict[str, Fact] = {"destroy_by": answer.destroy_by}
    return (Note("package-overdue" if late else "package-destroy-by", facts),)


def kind_of(file: Path) -> str:
    """`age` or `zip`, by its first bytes. Raises Refused: file-not-found, package-not-a-package."""
    try:
        with file.open("rb") as stream:
            start = stream.read(len(envelope.MAGIC))
    except OSError:
        raise Refused("file-not-found", where=Where(file=file.name)) from None
    if start == envelope.MAGIC:
        return envelope.KIND
    if start.startswith(archive.MAGIC):
        return archive.KIND
    raise Refused("package-not-a-package", where=Where(file=file.name))


def _signer(sender: str) -> PublicKey:
    key = keys.read_public(sender)
    if key.signing is None:
        raise Refused("sender-key-cannot-verify")
    return key


def _keys(key: Secret) -> OfficeKeys:
    if isinstance(key, str):
        raise Refused("package-wrong-key")
    return key if isinstance(key, OfficeKeys) else keys.read_key_file(key)


def _passphrase(key: Secret) -> str:
    if isinstance(key, OfficeKeys):
        raise Refused("package-needs-passphrase")
    return passphrases.tidy(key) if isinstance(key, str) else passphrases.read_passphrase(key)
