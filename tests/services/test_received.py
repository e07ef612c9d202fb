"""Packages that came in, opened with the vault's own key: proved, put on record, or refused."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.base.durable import folders
from app.base.errors import Refused
from app.model.packaging import (
    DataColumn,
    DataFile,
    PackageContent,
    PackageIdentity,
    PackageRecipient,
)
from app.model.sharing import OpenedAnswer, Opening
from app.model.vaults import Role, StewardInfo
from app.sealing import envelope
from app.sealing.keys import OfficeKeys, new_office
from app.services import packages, partners, received, sharing, trail
from app.services.packages import Destination
from app.services.workspace import Workspace

PARTNER = new_office()


def sealed_to(
    workspace: Workspace, out: Path, key: str, sender: OfficeKeys = PARTNER, form: str = "age"
) -> tuple[Path, str | None]:
    """A package of two rows from a partner office."""
    identity = PackageIdentity(
        package="EX-9",
        title="Deaths",
        sender="Northtown",
        recipients=(PackageRecipient("Exampleshire", key),),
        agreement="ISA-1",
        gateway="section 19AA",
        purpose="stop mail",
        classification="OFFICIAL-SENSITIVE",
        created="2026-08-22T10:11:12Z",
        destroy_by="2027-08-22",
        tool="T 1",
    )
    rows = [("1", "A"), ("2", "B")]
    columns = (DataColumn("ref"), DataColumn("name"))
    content = PackageContent(identity, (DataFile("deaths.csv", "Deaths", columns, rows, "ref"),))
    _, phrase = packages.seal(workspace.catalogue, content, sender, Destination(out, form))
    return out, phrase


def opened(workspace: Workspace, file: Path, into: Path, **ends: str | Path) -> OpenedAnswer:
    return received.open_package(workspace, Opening(file, into, "service-update", **ends))


@pytest.fixture
def package(workspace: Workspace, tmp_path: Path) -> Path:
    return sealed_to(workspace, tmp_path / "in.age", sharing.office_public_key(workspace))[0]


@pytest.fixture
def known(workspace: Workspace) -> Workspace:
    partners.add(workspace, "Northtown", PARTNER.public_key, vouched=True)
    return workspace


def test_the_vaults_own_key_opens_what_was_sealed_to_it(workspace, package) -> None:
    answer = received.verify(workspace, package, PARTNER.public_key)
    assert (answer.signature, answer.manifest, answer.sender) == (True, True, "Northtown")
    assert answer.destroy_by == "2027-08-22"


def test_a_known_office_need_not_be_named(known, package, tmp_path) -> None:
    answer = received.verify(known, package)
    assert (answer.signature, answer.signer) == (True, PARTNER.public_key)
    found = opened(known, package, tmp_path / "into")
    assert found.sender_checked
    assert (found.classification, found.destroy_by) == ("OFFICIAL-SENSITIVE", "2027-08-22")
    assert (tmp_path / "into" / "EX-9" / "data" / "deaths.csv").is_file()


def test_an_office_nobody_compared_words_with_is_not_believed(workspace, package) -> None:
    with pytest.raises(Refused, match="package-sender-unknown") as refusal:
        received.verify(workspace, package)
    words = packages.fingerprint(workspace.catalogue, PARTNER.public_key)
    assert refusal.value.facts["words"] == words


def test_a_known_name_on_a_strangers_signature_does_not_hold(known, tmp_path) -> None:
    """The package names a known office as its signer, but another has signed it."""
    stranger = new_office()
    mixed = replace(stranger, identity=PARTNER.identity)
    own = sharing.office_public_key(known)
    forged = sealed_to(known, tmp_path / "forged.age", own, mixed)[0]
    with pytest.raises(Refused, match="package-sender-unknown"):
        received.verify(known, forged)
    assert received.verify(known, forged, PARTNER.public_key).signature is False
    found = opened(known, forged, tmp_path / "into")
    assert not found.sender_checked


def test_what_was_opened_is_on_record_without_a_name(known, package, tmp_path) -> None:
    opened(known, package, tmp_path / "into")
    entry = trail.entries(known)[-1]
    assert entry.action == "package.open"
    assert entry.facts == {
        "sha256": hashlib.sha256(package.read_bytes()).hexdigest(),
        "files": 17,
        "sender_checked": True,
        "purpose": "service-update",
    }
    assert trail.entries(known, action="look.received") == ()
    received.verify(known, package)
    assert trail.entries(known)[-1].action == "look.received"


def test_a_refused_opening_leaves_neither_file_nor_record(known, package, tmp_path) -> None:
    entries = len(trail.entries(known))
    with pytest.raises(Refused, match="package-signature-wrong"):
        opened(known, package, tmp_path / "into", sender=new_office().public_key)
    damaged = bytearray(package.read_bytes())
    damaged[-40] ^= 1
    package.write_bytes(damaged)
    with pytest.raises(Refused, match="package-damaged"):
        opened(known, package, tmp_path / "into")
    assert not (tmp_path / "into").exists()
    assert len(trail.entries(known)) == entries


def test_a_purpose_is_one_that_is_known_and_stands_in_the_trail(known, package, tmp_path) -> None:
    with pytest.raises(Refused, match="purpose-unknown"):
        received.open_package(known, Opening(package, tmp_path / "into", "to see J Smith"))
    assert not (tmp_path / "into").exists()
    assert "J Smith" not in str(trail.entries(known))
    received.open_package(known, Opening(package, tmp_path / "into", None))
    assert trail.entries(known)[-1].facts["purpose"] is None


def test_nothing_lies_in_clear_whose_entry_did_not_come_to_stand(
    known, package, tmp_path, monkeypatch
) -> None:
    """The commit fails after everything was written: not one file has got a name."""
    entries = len(trail.entries(known))

    def no_entry(*_given: object) -> None:
        raise Refused("disk-full")

    monkeypatch.setattr("app.services.workspace.trail.append", no_entry)
    with pytest.raises(Refused, match="disk-full"):
        opened(known, package, tmp_path / "into")
    monkeypatch.undo()
    assert not (tmp_path / "into").exists()
    assert len(trail.entries(known)) == entries


def test_an_entry_whose_files_could_not_be_named_is_taken_back(
    known, package, tmp_path, monkeypatch
) -> None:
    seen: list[str] = []

    def no_name(_from: Path, _to: Path) -> None:
        seen.append(trail.entries(known)[-1].action)
        raise OSError(5, "input/output error")

    monkeypatch.setattr("app.base.durable.folders.rename_to_new_folder", no_name)
    with pytest.raises(Refused, match="package-not-written"):
        opened(known, package, tmp_path / "into")
    assert seen == ["package.open"], "the entry stands before the first name is given"
    assert not (tmp_path / "into").exists()
    opening, taken_back = trail.entries(known)[-2:]
    assert (opening.action, taken_back.action) == ("package.open", "package.not-opened")
    assert opening.facts["sha256"] == taken_back.facts["sha256"]


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX")
@pytest.mark.parametrize("fault", [OSError(errno.EIO, "input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("stays", [False, True])
def test_files_are_denied_only_where_none_lies_in_clear(
    known, package, tmp_path, monkeypatch, fault, stays
) -> None:
    """What fails after the folder has its name takes that back, or the entry stands."""

    def no_sync(_folder: Path) -> None:
        if stays:
            monkeypatch.setattr("app.base.durable.folders.shutil.rmtree", lambda *_a, **_k: None)
        raise fault

    monkeypatch.setattr("app.base.durable.folders.sync_folder", no_sync)
    with pytest.raises((Refused, KeyboardInterrupt)):
        opened(known, package, tmp_path / "into")
    left = list((tmp_path / "into").rglob("deaths.csv"))
    assert bool(left) == stays
    last = trail.entries(known)[-1].action
    assert last == ("package.open" if stays else "package.not-opened")


def test_a_stop_after_the_files_are_there_denies_nothing(
    known, package, tmp_path, monkeypatch
) -> None:
    def stopped(*_given: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(packages, "fingerprint", stopped)
    with pytest.raises(KeyboardInterrupt):
        opened(known, package, tmp_path / "into")
    assert (tmp_path / "into" / "EX-9" / "data" / "deaths.csv").is_file()
    assert trail.entries(known)[-1].action == "package.open"


def test_a_folder_of_that_name_made_meanwhile_is_not_ours(
    known, package, tmp_path, monkeypatch
) -> None:
    """Its being there is no sign that anything of the package is."""
    naming = folders.rename_to_new_folder

    def late(path: Path, target: Path) -> None:
        target.mkdir()
        naming(path, target)

    monkeypatch.setattr("app.base.durable.folders.rename_to_new_folder", late)
    with pytest.raises(Refused, match="package-folder-exists"):
        opened(known, package, tmp_path / "into")
    assert [path.name for path in (tmp_path / "into").rglob("*")] == ["EX-9"]
    assert trail.entries(known)[-1].action == "package.not-opened"


def test_others_may_write_while_a_package_is_decrypted(known, package, tmp_path, monkeypatch):
    """The lock of the one writer is not held while a big package is read."""
    read, waits = envelope._decrypt, []

    def decrypt(*given: object) -> str:
        other = threading.Thread(target=known.note, args=("look.load", {"load": "L1"}))
        other.start()
        other.join(10)
        waits.append(other.is_alive())
        return read(*given)

    monkeypatch.setattr(envelope, "_decrypt", decrypt)
    opened(known, package, tmp_path / "into")
    assert waits == [False, False]


def test_a_package_for_another_office_is_refused(known, tmp_path) -> None:
    sharing.office_public_key(known)
    other = sealed_to(known, tmp_path / "other.age", new_office().public_key)[0]
    with pytest.raises(Refused, match="package-wrong-key"):
        received.verify(known, other)


def test_an_office_without_a_key_can_open_nothing_and_gets_none_made(known, tmp_path) -> None:
    file = sealed_to(known, tmp_path / "x.age", new_office().public_key)[0]
    answer = received.verify(known, file)
    assert (answer.envelope, answer.signature) == ("age", None)
    with pytest.raises(Refused, match="office-without-key"):
        opened(known, file, tmp_path / "into")
    assert trail.entries(known, action="office.keys") == ()


def test_a_zip_needs_its_passphrase_whatever_the_vault_holds(known, tmp_path) -> None:
    own = sharing.office_public_key(known)
    file, phrase = sealed_to(known, tmp_path / "x.zip", own, form="zip")
    assert received.verify(known, file).signature is None
    with pytest.raises(Refused, match="package-needs-passphrase"):
        opened(known, file, tmp_path / "into")
    (tmp_path / "told").write_text(f"{phrase}\n", encoding="utf-8")
    assert received.verify(known, file, key=tmp_path / "told").signature
    assert opened(known, file, tmp_path / "into", key=tmp_path / "told").files


def test_the_passphrase_of_a_zip_is_typed_and_lies_nowhere(known, tmp_path) -> None:
    own = sharing.office_public_key(known)
    file, phrase = sealed_to(known, tmp_path / "x.zip", own, form="zip")
    typed = f"  {phrase.upper().replace(' ', '   ')} "
    assert received.verify(known, file, passphrase=typed).signature
    opening = Opening(file, tmp_path / "into", "service-update", passphrase=typed)
    assert typed not in repr(opening)
    assert received.open_package(known, opening).files
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or phrase.encode() not in path.read_bytes()
    with pytest.raises(Refused, match="package-wrong-passphrase"):
        received.verify(known, file, passphrase="six words that were never told")
    aged = sealed_to(known, tmp_path / "x.age", own)[0]
    assert received.verify(known, aged, passphrase=typed).signature


def test_an_auditor_looks_and_opens_nothing(known, package, tmp_path) -> None:
    known.steward = StewardInfo("Ann", Role.AUDITOR)
    assert received.verify(known, package).signature
    with pytest.raises(Refused, match="right-missing"):
        opened(known, package, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_the_day_of_destruction_is_reminded_of_and_passed_is_told(known, package) -> None:
    answer = received.verify(known, package)
    codes = {
        day: [note.code for note in packages.reminders(answer, date.fromisoformat(day))]
        for day in ("2027-08-22", "2027-08-23")
    }
    assert codes == {
        "2027-08-22": ["package-destroy-by"],
        "2027-08-23": ["package-overdue"],
    }
    outside = packages.verify(known.catalogue, package)
    assert packages.reminders(outside, date(2030, 1, 1)) == ()


def test_no_fact_of_the_trail_says_who_is_in_a_package(known, package, tmp_path) -> None:
    opened(known, package, tmp_path / "into")
    told = str([entry.facts for entry in trail.entries(known)])
    assert not re.search(r"Deaths|deaths\.csv|in\.age|into", told)
