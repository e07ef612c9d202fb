"""Keys and packages as calculators: made, sealed, verified, opened, refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.base.errors import Refused
from app.base.places import RESOURCES
from app.catalogue.house import Catalogue
from app.model.packaging import (
    DataColumn,
    DataFile,
    PackageContent,
    PackageIdentity,
    PackageRecipient,
)
from app.sealing.keys import new_office, read_key_file
from app.services import packages
from app.services.packages import Destination

CATALOGUE = Catalogue(RESOURCES)
SENDER = new_office()
RECIPIENT = new_office()


def content(key: str = RECIPIENT.public_key) -> PackageContent:
    columns = (DataColumn("ref"), DataColumn("name"))
    identity = PackageIdentity(
        package="EX-1",
        title="Deaths",
        sender="Exampleshire",
        recipients=(PackageRecipient("Northtown", key),),
        agreement="ISA-1",
        gateway="section 19AA",
        purpose="stop mail",
        classification="OFFICIAL-SENSITIVE",
        created="2026-08-22T10:11:12Z",
        destroy_by="2027-08-22",
        tool="T 1",
    )
    rows = [("1", "A"), ("2", "B")]
    return PackageContent(identity, (DataFile("deaths.csv", "Deaths", columns, rows, "ref"),))


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    packages.seal(CATALOGUE, content(), SENDER, Destination(tmp_path / "p.age"))
    return tmp_path / "p.age"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "office.key").write_bytes(RECIPIENT.to_bytes())
    return tmp_path / "office.key"


def test_new_keys_are_two_files_and_words(tmp_path) -> None:
    answer = packages.new_keys(CATALOGUE, tmp_path / "office.key")
    assert read_key_file(answer.file).public_key == answer.public_key
    assert (tmp_path / "office.key.pub").read_text().strip() == answer.public_key
    assert len(answer.fingerprint_words.split()) == 6
    shown = packages.fingerprint(CATALOGUE, str(tmp_path / "office.key.pub"))
    assert shown == answer.fingerprint_words


def test_a_package_goes_from_office_to_office(sealed, key, tmp_path) -> None:
    answer = packages.verify(CATALOGUE, sealed, SENDER.public_key, key)
    assert (answer.envelope, answer.signature, answer.manifest) == ("age", True, True)
    opened = packages.open_package(
        CATALOGUE, sealed, key, tmp_path / "in", sender=SENDER.public_key
    )
    assert opened.sender_checked
    assert opened.signer_words == packages.fingerprint(CATALOGUE, SENDER.public_key)
    for name in ("deaths.csv", "README.txt", "summary.html", "manifest.json"):
        assert f"EX-1/data/{name}" in opened.files
        assert (opened.into / "EX-1" / "data" / name).is_file()


def test_the_senders_key_may_be_a_file(sealed, key, tmp_path) -> None:
    (tmp_path / "sender.pub").write_text(SENDER.public_key + "\n", encoding="utf-8")
    assert packages.verify(CATALOGUE, sealed, str(tmp_path / "sender.pub"), key).signature


def test_keys_in_hand_open_too(sealed, tmp_path) -> None:
    opened = packages.open_package(CATALOGUE, sealed, RECIPIENT, tmp_path / "in")
    assert not opened.sender_checked
    assert opened.signer == SENDER.public_key


def test_without_a_key_only_the_outside_is_known(sealed) -> None:
    answer = packages.verify(CATALOGUE, sealed)
    assert answer.envelope == "age"
    assert answer.sha256 == hashlib.sha256(sealed.read_bytes()).hexdigest()
    assert (answer.signature, answer.manifest, answer.files) == (None, None, ())


def test_a_zip_goes_under_a_generated_passphrase(tmp_path) -> None:
    file = tmp_path / "p.zip"
    _, passphrase = packages.seal(CATALOGUE, content(""), SENDER, Destination(file, "zip"))
    assert passphrase is not None
    assert len(passphrase.split()) == 6
    (tmp_path / "told.txt").write_text(passphrase.upper() + "\r\n", encoding="utf-8")
    answer = packages.verify(CATALOGUE, file, SENDER.public_key, tmp_path / "told.txt")
    assert (answer.envelope, answer.signature, answer.manifest) == ("zip", True, True)
    opened = packages.open_package(CATALOGUE, file, tmp_path / "told.txt", tmp_path / "in")
    assert "EX-1/data-1.csv" in opened.files
    assert packages.verify(CATALOGUE, file).envelope == "zip"


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda p, k: packages.verify(CATALOGUE, p, None, k), "package-sender-needed"),
        (
            lambda p, k: packages.verify(CATALOGUE, p, SENDER.public.age, k),
            "sender-key-cannot-verify",
        ),
        (lambda p, k: packages.verify(CATALOGUE, p, "nobody", k), "public-key-not-recognised"),
        (lambda p, k: packages.verify(CATALOGUE, k), "package-not-a-package"),
        (lambda p, k: packages.verify(CATALOGUE, p.with_name("none")), "file-not-found"),
        (
            lambda p, k: packages.verify(CATALOGUE, p, SENDER.public_key, p.with_name("none")),
            "file-not-found",
        ),
        (lambda p, k: packages.verify(CATALOGUE, p, SENDER.public_key, p), "key-file-unreadable"),
        (lambda p, k: packages.verify(CATALOGUE, p.parent), "file-not-found"),
        (
            lambda p, k: packages.open_package(CATALOGUE, p, new_office(), p.with_name("in")),
            "package-wrong-key",
        ),
        (
            lambda p, k: packages.seal(
                CATALOGUE, content(""), SENDER, Destination(p.with_name("q"))
            ),
            "recipient-has-no-key",
        ),
        (lambda p, k: packages.new_keys(CATALOGUE, k), "key-file-exists"),
    ],
)
def test_refusals_have_their_codes(sealed, key, act, code) -> None:
    before = sorted(path.name for path in sealed.parent.iterdir())
    with pytest.raises(Refused) as refusal:
        act(sealed, key)
    assert refusal.value.code == code
    assert sorted(path.name for path in sealed.parent.iterdir()) == before


def test_keys_do_not_open_a_passphrase_package(tmp_path) -> None:
    packages.seal(CATALOGUE, content(), SENDER, Destination(tmp_path / "p.zip", "zip"))
    with pytest.raises(Refused, match="package-needs-passphrase"):
        packages.open_package(CATALOGUE, tmp_path / "p.zip", RECIPIENT, tmp_path / "in")
